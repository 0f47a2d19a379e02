// The anchor: a small file outside the database directory that says how far the log has signed. A
// database that was restored from a backup, or that lost its tail, does not fit its anchor, and the
// log opens sealed instead of signing a second history.
//
// Two slots of kAnchorSlotBytes, one behind the other, the rest of each filled with zeros:
//
//   "cairn-anchor-1" 0A            15 bytes
//   database id                    16
//   size                            8   big-endian
//   root                           32
//   note length                     4   big-endian, at most kMaxAnchorNoteBytes
//   note                                verbatim
//   SHA-256 of all the above       32
//
// A new record takes the place of the older slot and is synced, so a crash spoils at most the slot
// under way. Making the file writes the first record into both.
#ifndef CAIRN_AUDIT_LOG_ANCHOR_H_
#define CAIRN_AUDIT_LOG_ANCHOR_H_

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/store.h"
#include "keys/bytes.h"

namespace cairn::log {

inline constexpr std::size_t kAnchorSlotBytes = 4096;  // One block of the disk.
inline constexpr std::size_t kMaxAnchorNoteBytes = 3072;

struct AnchorRecord {
  DatabaseId database;
  TreeHead head;
  keys::Bytes note;  // Signed by the log alone, without cosignatures.

  friend bool operator==(const AnchorRecord&, const AnchorRecord&) = default;
};

// kInvalidArgument: the note is longer than kMaxAnchorNoteBytes.
absl::StatusOr<keys::Bytes> EncodeAnchorSlot(const AnchorRecord& record);
// kDataLoss, saying what is wrong: any other bytes than EncodeAnchorSlot gives.
absl::StatusOr<AnchorRecord> ParseAnchorSlot(keys::ByteView slot);

// Both slots as they were read; a damaged one is the status of ParseAnchorSlot.
struct AnchorContents {
  std::array<absl::StatusOr<AnchorRecord>, 2> slots;

  // The undamaged slot of the larger size. Nothing if both are damaged, or if both name the same
  // size and are not the same: then neither can be believed.
  std::optional<AnchorRecord> Newest() const;
  bool AnyDamaged() const { return !slots[0].ok() || !slots[1].ok(); }
};

// Reads both slots without locking or changing anything; for fsck beside nobody, or for looking.
// kNotFound, kDataLoss, kUnavailable as for Anchor::Open.
absl::StatusOr<AnchorContents> ReadAnchor(const std::string& path);

// The open anchor of a running log. Holds the file locked (flock) and the descriptors of file and
// directory open. Not thread-safe: the sequencer's thread owns it.
class Anchor {
 public:
  // kNotFound: no such file. kFailedPrecondition: another process holds it. kDataLoss: the file has
  // not the length of an anchor. kUnavailable: otherwise the system's error.
  static absl::StatusOr<std::unique_ptr<Anchor>> Open(const std::string& path);
  // Makes the file, durable with its name, both slots holding `first`.
  // kAlreadyExists: it is there. Others as for Open.
  static absl::StatusOr<std::unique_ptr<Anchor>> Create(const std::string& path,
                                                        const AnchorRecord& first);
  ~Anchor();
  Anchor(const Anchor&) = delete;
  Anchor& operator=(const Anchor&) = delete;

  // As read by Open, and kept up to date by writing.
  const AnchorContents& contents() const { return contents_; }

  // Puts `record` over the older (or damaged) slot and syncs it. First reads the file again: its
  // newest record must be the one that this object has read or written last, and the path must
  // still name this file. kFailedPrecondition: somebody else has changed or replaced it.
  // kUnavailable: a system error; what is in the slot is then not known.
  absl::Status Write(const AnchorRecord& record);

  // Puts the undamaged record over the damaged slot. REQUIRES: exactly one slot is damaged.
  absl::Status Repair();

 private:
  Anchor(std::string path, int file, int directory);
  absl::Status Lock();
  absl::Status Load();
  absl::Status CheckUnchanged() const;
  absl::Status WriteSlot(std::size_t slot, const AnchorRecord& record);

  std::string path_;
  int file_;
  int directory_;  // Kept open: an error of its sync is reported once, to descriptors open then.
  AnchorContents contents_;
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_ANCHOR_H_
