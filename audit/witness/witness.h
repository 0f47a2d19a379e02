// A witness (C2SP tlog-witness at commit 95978ca, server side): it cosigns a log's checkpoints,
// each of which must contain the one before. Who asks needs no account: the log's own signature is
// the request's authority. What is answered, in the order in which it is looked at:
//
//   the request is malformed                                                       400
//   the log of that origin is not on the list                                      404
//   not signed by that log's key, or a line of that key does not verify            403
//   the log asks more often than its line in the list allows                       429
//   old is larger than the checkpoint                                              400
//   old is not the size cosigned last (0 if never)                                 409, that size
//   size 0 with a root that no empty tree has                                      422
//   old is 0 with a proof; equal sizes and other roots; the proof fails            422
//   what is kept cannot be read or written                                         503
//   else                                                     200, one cosignature line
//
// Order of effects of a 200, under the lock of that log: (1) read what was cosigned last; (2)
// judge; (3) sign; (4) one synced batch {latest checkpoint, the log's note}; (5) unlock and answer.
// A crash before (4) leaves everything as it was, and no signature outside; after (4) a checkpoint
// that nobody was told about: the log asks again, learns the size by 409, and goes on from there.
// A failed write ends the witness (on_fatal): what is on disk is then not known.
//
// Differences from other witnesses, each allowed: checkpoints with extension lines are 400, since
// nobody could audit them; a time never goes back, even where the clock does.
#ifndef CAIRN_AUDIT_WITNESS_WITNESS_H_
#define CAIRN_AUDIT_WITNESS_WITNESS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/log/mutex.h"
#include "audit/log/store.h"
#include "audit/note/add_checkpoint.h"
#include "audit/note/checkpoint.h"
#include "audit/note/posix_seconds.h"
#include "audit/witness/answer.h"
#include "audit/witness/log_list.h"
#include "audit/witness/records.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::witness {

// SHA-256 of the origin: how a log is named in the monitoring path and in what is kept.
keys::Digest OriginHash(absl::string_view origin);

// Thread-safe: requests for one log are taken one after the other, for several logs side by side.
class Witness {
 public:
  struct Options {
    std::string name;                              // Of the witness, in its key and its lines.
    const keys::SigningPrivateKey* key = nullptr;  // For this role alone. Must outlive this.
    std::vector<WitnessedLog> logs;
    // A write failed. Must end the process; if it returns, as in tests, everything is 503 from then
    // on. Null: abort.
    std::function<void(const absl::Status&)> on_fatal;
  };

  // kInvalidArgument: a name that cannot name a key, the key of a log that is also the witness's.
  // `store` must outlive this; nobody else may write to it.
  static absl::StatusOr<std::unique_ptr<Witness>> Create(Options options, log::Store& store);
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  // The type 04 key that logs and verifiers list.
  const keys::VerifierKey& vkey() const { return vkey_; }

  // POST <submission prefix>/add-checkpoint. `body` may come from anybody.
  Answer AddCheckpoint(keys::ByteView body, note::PosixSeconds now);

  // GET <monitoring prefix>/<origin hash>/checkpoint: the checkpoint cosigned last, with the log's
  // line and this witness's. 404: no such log, never cosigned, not 64 lowercase hex digits.
  Answer ReadCheckpoint(absl::string_view origin_hash_hex) const;

  // The log's notes that were refused because they do not fit what was cosigned before, smallest
  // size first; and what was cosigned for exactly `size`. kNotFound: no such log.
  absl::StatusOr<std::vector<LogNote>> ReadDisputed(absl::string_view origin) const;
  absl::StatusOr<std::vector<keys::Bytes>> ReadKept(absl::string_view origin,
                                                    merkle::TreeSize size) const;

 private:
  // Requests that a log has left, refilled by the second. Guarded by the log's lock.
  struct Allowance {
    double left = 0;
    std::uint64_t at_s = 0;
  };
  struct Known {
    WitnessedLog log;
    keys::Digest origin_hash;
    Allowance allowance;
  };

  Witness(Options options, keys::VerifierKey vkey, log::Store& store);

  Answer Judge(Known& known, const note::AddCheckpointRequest& request, note::PosixSeconds now);
  static bool Spend(Known& known, note::PosixSeconds now);
  Answer Cosign(Records& records, const Latest* last, const note::OpenedCheckpoint& opened,
                const LogNote& log_note, note::PosixSeconds now);
  Answer Dispute(Records& records, const LogNote& log_note, absl::string_view why);
  Answer Fail(const absl::Status& status);
  log::Mutex& LockOf(const Known& known) const;

  const Options options_;
  const keys::VerifierKey vkey_;
  log::Store& store_;
  absl::flat_hash_map<std::string, std::unique_ptr<Known>> logs_;  // By origin; never changes.
  absl::flat_hash_map<keys::Digest, const Known*> logs_by_hash_;
  // One log has always the same lock; logs that share one wait for each other.
  mutable std::array<log::Mutex, 64> locks_;
  std::atomic<bool> failed_{false};
};

}  // namespace cairn::witness

#endif  // CAIRN_AUDIT_WITNESS_WITNESS_H_
