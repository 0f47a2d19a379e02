// The way of a statement: verified by a pool of threads in batches, made a leaf by the sequencer,
// answered by the pool again. No thread waits for another on the way, and no statement changes
// threads more often than that.
#ifndef CAIRN_BROKER_PIPELINE_H_
#define CAIRN_BROKER_PIPELINE_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/outcome.h"
#include "audit/log/sequencer.h"
#include "audit/statement/statement.h"
#include "keys/bytes.h"

namespace cairn::broker {

// Thread-safe.
class Pipeline {
 public:
  using VerifyDone = std::function<void(absl::StatusOr<statement::VerifiedStatement>)>;
  using OutcomeDone = std::function<void(log::Outcome)>;

  // `sequencer` must outlive this; it is stopped before this is. REQUIRES: threads >= 1.
  Pipeline(log::Sequencer& sequencer, std::size_t threads, std::size_t capacity);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Has `signed_statement` verified (statement::Verify) and calls `done` on a thread of the pool.
  // The bytes must live until then. kResourceExhausted (BROKER_BUSY, with a time to come again),
  // kUnavailable (SHUTTING_DOWN): `done` will not be called.
  absl::Status Verify(keys::ByteView signed_statement, VerifyDone done);

  // Gives a verified statement to the sequencer and calls `done` on a thread of the pool, when the
  // leaf is durable and signed for. Statements of one thread are logged in the order of its calls.
  // Errors are the sequencer's, with reasons; `done` will not be called then.
  absl::Status Sequence(statement::VerifiedStatement verified, OutcomeDone done);

  // Answers what the sequencer has let out, takes nothing more, joins the threads.
  // REQUIRES: the sequencer was stopped.
  void Stop();

  std::size_t WaitingToVerify() const;

 private:
  struct Waiting {
    keys::ByteView bytes;
    VerifyDone done;
  };
  struct Reply {
    OutcomeDone done;
    log::Outcome outcome;
  };

  void Work();
  void PushReply(Reply reply);
  // Whether the last of `queued` in a queue is a reason to wake a thread. Threads fall asleep only
  // over empty queues, so each was woken once the queue is as long as there are threads.
  bool WakesAnother(std::size_t queued) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return idle_ > 0 && queued <= threads_wanted_;
  }

  log::Sequencer& sequencer_;
  const std::size_t threads_wanted_;
  const std::size_t capacity_;
  mutable log::Mutex mutex_;
  log::CondVar changed_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::deque<Reply> replies_ ABSL_GUARDED_BY(mutex_);
  std::size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

// `status` of the sequencer or of an Outcome, with a reason and, where it helps, a time to retry.
absl::Status ExplainLogError(absl::Status status);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_PIPELINE_H_
