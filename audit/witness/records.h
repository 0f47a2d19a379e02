// What a witness keeps, in the content space of audit/log's store. Keys; numbers are big-endian:
//
//   witness/latest/<32-byte SHA-256 of the origin>
//       u64 size || 32-byte root || u64 time || note: the log's line and the witness's own
//   witness/kept/<the same 32 bytes> <u64 size> <32-byte SHA-256 of the note's text>
//       note: the log's line alone. Every checkpoint that was cosigned, verbatim.
//   witness/disputed/<the same>
//       note: signed by the log, and refused because it does not fit what was cosigned before.
//
// Kept notes are what convicts a log that has signed two histories: a witness that knew only size
// and root could see a fork and not prove it. Internal to this folder.
#ifndef CAIRN_AUDIT_WITNESS_RECORDS_H_
#define CAIRN_AUDIT_WITNESS_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/store.h"
#include "audit/merkle/types.h"
#include "audit/note/posix_seconds.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::witness {

// Of one log; beyond it the evidence is overwhelming already, and the disk is not the log's.
inline constexpr std::size_t kMaxDisputedNotes = 256;

// The newest checkpoint cosigned of a log.
struct Latest {
  merkle::TreeSize size{};
  merkle::NodeHash root;
  note::PosixSeconds time{};  // Of the cosignature.
  keys::Bytes note;           // Signed by the log and cosigned.

  friend bool operator==(const Latest&, const Latest&) = default;
};

keys::Bytes EncodeLatest(const Latest& latest);
// kDataLoss: anything that EncodeLatest does not give.
absl::StatusOr<Latest> ParseLatest(keys::ByteView bytes);

// A note of the log alone, and the tree that it is for.
struct LogNote {
  merkle::TreeSize size{};
  keys::Digest text_digest;
  keys::Bytes note;

  friend bool operator==(const LogNote&, const LogNote&) = default;
};

// Reads and writes for one log. The caller sees to it that one thread at a time does so. `store`
// must outlive this. Errors are the store's; after one of a write nothing may be signed.
class Records {
 public:
  // Reading alone works over a store that was opened for reading alone.
  Records(log::Store& store, const keys::Digest& origin_hash)
      : store_(store), origin_hash_(origin_hash) {}

  // Nothing if the log was never cosigned.
  absl::StatusOr<std::optional<Latest>> ReadLatest() const;
  // Both in one synced batch.
  absl::Status Advance(const Latest& latest, const LogNote& note);
  // Synced. Does nothing if it is there, or kMaxDisputedNotes are.
  absl::Status KeepDisputed(const LogNote& note);

  // The notes cosigned for exactly `size`: one, or none.
  absl::StatusOr<std::vector<keys::Bytes>> ReadKept(merkle::TreeSize size) const;
  absl::StatusOr<std::vector<LogNote>> ReadDisputed() const;  // Smallest size first.

 private:
  std::string Key(absl::string_view space) const;
  absl::StatusOr<std::vector<LogNote>> ReadAll(const std::string& prefix) const;

  log::Store& store_;
  const keys::Digest origin_hash_;
};

}  // namespace cairn::witness

#endif  // CAIRN_AUDIT_WITNESS_RECORDS_H_
