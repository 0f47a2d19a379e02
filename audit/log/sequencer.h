// The sequencer: the one place where leaves are made. One thread takes what waits, makes a batch of
// it, has it committed (audit/log/committer.h, which has the order of effects), and answers. A
// batch is whatever waits when the previous one has been answered, at most kMaxBatchEntries or
// kMaxBatchBytes; no timer delays it: under load batches grow by themselves.
#ifndef CAIRN_AUDIT_LOG_SEQUENCER_H_
#define CAIRN_AUDIT_LOG_SEQUENCER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/ledger/refusal.h"
#include "audit/log/mutex.h"
#include "audit/log/outcome.h"
#include "audit/log/store.h"
#include "audit/statement/statement.h"
#include "keys/signing.h"

namespace cairn::log {

inline constexpr std::size_t kMaxBatchEntries = 256;
inline constexpr std::size_t kMaxBatchBytes = std::size_t{1} << 20;  // Of signed statements.

// Who the log is. The keys must outlive whoever is given this.
struct LogIdentity {
  std::string origin;
  const keys::SigningPrivateKey* log_key = nullptr;       // Signs checkpoints.
  const keys::SigningPrivateKey* operator_key = nullptr;  // Signs refusals.
};

// What comes from outside.
struct SequencerHooks {
  // The operator's clock, in milliseconds since 1970. REQUIRED. It is asked once a batch; while it
  // stands behind the last leaf nothing is logged.
  std::function<std::uint64_t()> now_ms;

  // Checks that need more than the state, made for statements that the fold would accept (for
  // SubmitPackage: is every chunk there?). On the sequencer's thread: it must be quick. An error
  // is answered as it is and logs nothing.
  std::function<absl::StatusOr<std::optional<ledger::Objection>>(
      const statement::VerifiedStatement&)>
      check;

  // Called once for every new signed head, when it is in the anchor and before the batch is
  // answered. On the sequencer's thread; must not block.
  std::function<void(const std::shared_ptr<const SignedHead>&)> on_head;

  // A write or sync failed, or what was read back is not what was written: what is on disk is not
  // known, so nothing more may be signed. Must end the process (null: a line on stderr, then
  // abort); if it returns, as in tests, the sequencer answers everything with kUnavailable.
  std::function<void(const absl::Status&)> on_fatal;
};

struct SequencerOptions {
  std::size_t max_waiting = std::size_t{64} * 1024;  // Statements.
  std::size_t object_cache_bytes = std::size_t{64} * 1024 * 1024;
  std::size_t tile_cache_bytes = std::size_t{64} * 1024 * 1024;  // The tiles of 1.8 million leaves.
  // Notes that others hold under this log's name, witnesses above all: one that the log's key has
  // signed and that is no prefix of the database opens the log sealed (audit/log/foreign_note.h).
  std::vector<keys::Bytes> foreign_notes;
};

struct SequencerStats {
  std::uint64_t leaves = 0;  // Made by this process.
  std::uint64_t batches = 0;
  std::uint64_t already_logged = 0;
  std::uint64_t refused = 0;
  std::uint64_t failed = 0;   // Answered with an error.
  std::uint64_t waiting = 0;  // Now.
};

struct Submission {
  statement::VerifiedStatement statement;
  // Called once, on the sequencer's thread. Must not block; of the sequencer it may call everything
  // but Stop. Outcomes hold on to parts of the store: drop them before the store is closed.
  std::function<void(Outcome)> done;
};

class Committer;
class TileCache;

class Sequencer {
 public:
  // Opens the log that `store` and the anchor at `anchor_path` hold, goes on where a crash left it,
  // and starts the thread. Reads O(log n). An empty database gets its note of size zero and its
  // anchor. Where database and anchor do not fit each other, the log opens *sealed*: that is no
  // error, see sealed(). `store` and the keys must outlive the sequencer.
  // kFailedPrecondition: another process holds the anchor; the keys are not those that have signed
  // this log before. kInvalidArgument: an origin that cannot name a log. Otherwise the store's.
  static absl::StatusOr<std::unique_ptr<Sequencer>> Open(Store& store,
                                                         const std::string& anchor_path,
                                                         const LogIdentity& identity,
                                                         SequencerHooks hooks,
                                                         const SequencerOptions& options = {});
  // Stops.
  ~Sequencer();
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // Gives a statement to be logged; thread-safe. OK: `done` will be called. Else it will not:
  // kResourceExhausted: too many wait; kUnavailable: stopped or failed; kFailedPrecondition:
  // sealed. Statements of one thread are taken in the order of its calls.
  absl::Status Submit(Submission submission);

  // Takes nothing more, finishes what waits, ends the thread. Again: nothing. Thread-safe.
  void Stop();

  // Seals a running log for good: the batch under way is finished, what waits and what comes is
  // answered kFailedPrecondition, and nothing more is signed. `why` is a sentence for the operator;
  // the first one stays. The caller keeps what showed it, so that the log opens sealed next time
  // (SequencerOptions::foreign_notes). Thread-safe.
  void Seal(std::string why);

  // Why the log is sealed (a sentence for the operator); nothing while it runs. Thread-safe.
  std::optional<std::string> sealed() const;
  // What opening had to repair or to go on with, sentences for the operator.
  const std::vector<std::string>& messages() const { return messages_; }

  // The newest signed head; thread-safe. Null only in a sealed log without any readable note.
  std::shared_ptr<const SignedHead> Head() const;
  SequencerStats Stats() const;
  // Tiles for proofs, through a cache that the sequencer shares; thread-safe. Lives as long as the
  // sequencer.
  const merkle::TileReader& Tiles() const;
  // Of the same tiles those that are in memory, for threads that must not wait: kUnavailable for
  // the others. Thread-safe; lives as long as the sequencer.
  const merkle::TileReader& TilesInMemory() const;

 private:
  Sequencer(SequencerHooks hooks, const SequencerOptions& options);
  void Run();
  void Count(const std::vector<Outcome>& outcomes);
  void Fail(const absl::Status& status, std::vector<Submission> batch);
  std::vector<Submission> TakeBatch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const SequencerHooks hooks_;
  const SequencerOptions options_;
  std::vector<std::string> messages_;
  std::shared_ptr<TileCache> tiles_;
  std::unique_ptr<const merkle::TileReader> tiles_in_memory_;
  std::unique_ptr<Committer> committer_;  // Used by the thread alone.

  mutable Mutex mutex_;
  CondVar wake_;
  std::deque<Submission> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<std::string> sealed_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const SignedHead> head_ ABSL_GUARDED_BY(mutex_);
  SequencerStats stats_ ABSL_GUARDED_BY(mutex_);

  Mutex stop_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(stop_mutex_);
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_SEQUENCER_H_
