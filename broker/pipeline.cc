#include "broker/pipeline.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "broker/errors.h"
#include "broker/limits.h"

namespace cairn::broker {
namespace {

// A thread's share of what waits: all threads get something to do, and none holds so much that the
// others run dry while it works.
template <typename T>
std::vector<T> TakeShare(std::deque<T>& queue, std::size_t threads) {
  const std::size_t share =
      std::clamp<std::size_t>((queue.size() + threads - 1) / threads, 1, kMaxVerifyBatch);
  const std::size_t count = std::min(share, queue.size());
  std::vector<T> taken;
  taken.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    taken.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return taken;
}

}  // namespace

Pipeline::Pipeline(log::Sequencer& sequencer, std::size_t threads, std::size_t capacity)
    : sequencer_(sequencer), threads_wanted_(threads), capacity_(capacity) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

Pipeline::~Pipeline() { Stop(); }

absl::Status Pipeline::Verify(keys::ByteView signed_statement, VerifyDone done) {
  bool wake = false;
  {
    log::MutexLock lock(mutex_);
    if (stopping_) {
      return WithRetry(
          WithReason(absl::UnavailableError("the broker is shutting down"), reason::kShuttingDown),
          std::chrono::seconds(5));
    }
    if (waiting_.size() >= capacity_) {
      return WithRetry(
          WithReason(absl::ResourceExhaustedError("too many statements wait for verification"),
                     reason::kBrokerBusy),
          std::chrono::seconds(1));
    }
    waiting_.push_back({signed_statement, std::move(done)});
    wake = WakesAnother(waiting_.size());
  }
  if (wake) changed_.NotifyOne();
  return absl::OkStatus();
}

absl::Status Pipeline::Sequence(statement::VerifiedStatement verified, OutcomeDone done) {
  absl::Status submitted = sequencer_.Submit(
      {.statement = std::move(verified), .done = [this, done](log::Outcome outcome) {
         PushReply({done, std::move(outcome)});
       }});
  return submitted.ok() ? submitted : ExplainLogError(std::move(submitted));
}

void Pipeline::PushReply(Reply reply) {
  bool wake = false;
  {
    log::MutexLock lock(mutex_);
    replies_.push_back(std::move(reply));
    wake = WakesAnother(replies_.size());
  }
  if (wake) changed_.NotifyOne();
}

void Pipeline::Stop() {
  {
    log::MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t Pipeline::WaitingToVerify() const {
  log::MutexLock lock(mutex_);
  return waiting_.size();
}

// Answers go first: they free what callers wait for, and bring the next statements in.
void Pipeline::Work() {
  statement::KeyMemo memo;
  for (;;) {
    std::vector<Reply> replies;
    std::vector<Waiting> waiting;
    {
      log::MutexLock lock(mutex_);
      while (replies_.empty() && waiting_.empty() && !stopping_) {
        ++idle_;
        changed_.Wait(mutex_);
        --idle_;
      }
      if (!replies_.empty()) {
        replies = TakeShare(replies_, threads_wanted_);
      } else if (!waiting_.empty()) {
        waiting = TakeShare(waiting_, threads_wanted_);
      } else {
        return;
      }
    }
    for (Reply& reply : replies) reply.done(std::move(reply.outcome));
    for (Waiting& item : waiting) item.done(statement::Verify(item.bytes, &memo));
  }
}

absl::Status ExplainLogError(absl::Status status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
      return WithReason(std::move(status), reason::kLogSealed);
    case absl::StatusCode::kResourceExhausted:
      return WithRetry(WithReason(std::move(status), reason::kBrokerBusy), std::chrono::seconds(1));
    case absl::StatusCode::kUnavailable:
      return WithRetry(std::move(status), std::chrono::seconds(5));
    default:
      return status;
  }
}

}  // namespace cairn::broker
