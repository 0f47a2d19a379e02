#include "broker/submit_stream.h"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "audit/log/mutex.h"
#include "audit/statement/refusal.h"
#include "broker/answers.h"
#include "broker/errors.h"
#include "broker/limits.h"
#include "broker/reads.h"

namespace cairn::broker {
namespace {

// How statements lie in the messages of a call.
struct Singly {
  using Request = v1::SubmitRequest;
  using Response = v1::SubmitResponse;
  static constexpr const char* kMethod = "SubmitStream";
  static constexpr std::size_t kMost = 1;  // Statements of a message.

  static std::size_t Count(const Request&) { return 1; }
  static keys::Bytes Take(Request& request, std::size_t) {
    return std::move(*request.mutable_signed_statement());
  }
  static void Add(v1::SubmitResponse& outcome, Response& response) { response.Swap(&outcome); }
};

struct Together {
  using Request = v1::SubmitManyRequest;
  using Response = v1::SubmitManyResponse;
  static constexpr const char* kMethod = "SubmitMany";
  static constexpr std::size_t kMost = kMaxStatementsOfMessage;

  static std::size_t Count(const Request& request) {
    return static_cast<std::size_t>(request.signed_statements_size());
  }
  static keys::Bytes Take(Request& request, std::size_t at) {
    return std::move(*request.mutable_signed_statements(static_cast<int>(at)));
  }
  static void Add(v1::SubmitResponse& outcome, Response& response) {
    response.add_outcomes()->Swap(&outcome);
  }
};

absl::Status WrongCount(std::size_t count) {
  return FieldStatus("signed_statements",
                     absl::InvalidArgumentError(absl::StrCat(count, " in one message; send 1 to ",
                                                             kMaxStatementsOfMessage)));
}

// One statement of the stream, from being read to being answered.
struct Slot {
  keys::Bytes bytes;  // Until it is verified.
  std::optional<statement::VerifiedStatement> verified;
  bool judged = false;  // Verification is done.
  bool ready = false;   // `response` or `failed` is final, but for PREVIOUS_REFUSED.
  v1::SubmitResponse response;
  absl::Status failed;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

// Events change the state under the mutex; Act then decides what is to be started on the call, and
// starts it without the mutex, one thread at a time. `outstanding_` counts what will still come
// back from the pipeline: the call is finished only when it is zero, so nothing comes back to an
// object that is gone.
template <typename Wire>
class SubmitStreamReactor final
    : public grpc::ServerBidiReactor<typename Wire::Request, typename Wire::Response>,
      public Drainable {
 public:
  explicit SubmitStreamReactor(Backend& backend) : backend_(backend) {
    listed_ = backend_.drain->Add(this);
    {
      log::MutexLock lock(mutex_);
      draining_ = !listed_;
    }
    Act(false);
  }

  void OnReadDone(bool ok) override {
    {
      log::MutexLock lock(mutex_);
      reading_ = false;
      if (ok) {
        Take();
      } else {
        reads_done_ = true;
      }
    }
    Act(false);
  }

  void OnWriteDone(bool ok) override {
    {
      log::MutexLock lock(mutex_);
      writing_ = false;
      outgoing_.Clear();
      if (!ok) cancelled_ = true;
    }
    Act(false);
  }

  void OnCancel() override {
    {
      log::MutexLock lock(mutex_);
      cancelled_ = true;
    }
    Act(false);
  }

  void OnDone() override {
    if (listed_) backend_.drain->Remove(this);
    delete this;
  }

  void Drain() override {
    {
      log::MutexLock lock(mutex_);
      if (finished_) return;  // It may be gone before a task that is posted now could run.
      draining_ = true;
      ++outstanding_;
    }
    // Not here: whoever finishes a call must not hold the list that it is removed from.
    if (!backend_.readers->Post([this] { Act(true); })) {
      log::MutexLock lock(mutex_);
      --outstanding_;
    }
  }

 private:
  struct Actions {
    bool read = false;
    bool write = false;
    bool more_follows = false;
    bool finish = false;
    absl::Status status;

    bool None() const { return !read && !write && !finish; }
  };

  void Take() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const std::size_t count = Wire::Count(incoming_);
    if (count == 0 || count > Wire::kMost) {
      Slot& wrong = slots_.emplace_back();
      wrong.failed = WrongCount(count);
      wrong.judged = wrong.ready = true;
      return;
    }
    for (std::size_t i = 0; i < count; ++i) TakeOne(Wire::Take(incoming_, i));
  }

  void TakeOne(keys::Bytes bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Slot* const slot = &slots_.emplace_back();
    slot->bytes = std::move(bytes);
    unsequenced_.push_back(slot);
    ++outstanding_;
    absl::Status taken = backend_.pipeline->Verify(
        keys::AsBytes(slot->bytes),
        [this, slot](absl::StatusOr<statement::VerifiedStatement> verified) {
          OnVerified(slot, std::move(verified));
        });
    if (taken.ok()) return;
    --outstanding_;
    slot->failed = std::move(taken);
    slot->judged = slot->ready = true;
  }

  void OnVerified(Slot* slot, absl::StatusOr<statement::VerifiedStatement> verified) {
    bool release = true;
    {
      log::MutexLock lock(mutex_);
      slot->judged = true;
      slot->bytes = keys::Bytes();
      if (verified.ok()) {
        slot->verified = *std::move(verified);
        release = false;  // The same count now stands for the outcome.
      } else {
        Refuse(*slot, verified.status());
      }
      SequenceInOrder();
    }
    Act(release);
  }

  void Refuse(Slot& slot, const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::StatusOr<v1::SignedRefusal> refusal = RefuseMalformed(backend_.origin, why);
    if (refusal.ok()) {
      *slot.response.mutable_refusal() = *std::move(refusal);
    } else {
      slot.failed = refusal.status();
    }
    slot.ready = true;
  }

  void SequenceInOrder() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    while (!unsequenced_.empty() && unsequenced_.front()->judged) {
      Slot* const slot = unsequenced_.front();
      unsequenced_.pop_front();
      if (slot->ready) continue;
      absl::Status sequenced = backend_.pipeline->Sequence(
          *slot->verified,
          [this, slot](log::Outcome outcome) { OnOutcome(slot, std::move(outcome)); });
      if (sequenced.ok()) continue;
      slot->failed = std::move(sequenced);
      slot->ready = true;
      --outstanding_;
    }
  }

  void OnOutcome(Slot* slot, log::Outcome outcome) {
    // Nobody else touches the slot until it is ready, so the proof is made without the mutex.
    const statement::StatementId id = slot->verified->id();
    absl::Status filled = FillResponse(id, std::move(outcome), slot->response);
    {
      log::MutexLock lock(mutex_);
      slot->failed = std::move(filled);
      slot->ready = true;
    }
    Act(true);
  }

  // When the slot is the next to be answered: what earlier answers make of this one.
  void Settle(Slot& slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (slot.response.has_receipt()) {
      refused_keys_.erase(slot.verified->key());
      backend_.metrics->CountLogged(std::chrono::steady_clock::now() - slot.began);
      return;
    }
    if (slot.verified.has_value() && IsChainRefusal(slot.response.refusal()) &&
        refused_keys_.count(slot.verified->key()) > 0) {
      absl::StatusOr<v1::SignedRefusal> follower =
          RefuseFollower(slot.response.refusal(), *backend_.operator_key);
      if (follower.ok()) *slot.response.mutable_refusal() = *std::move(follower);
    }
    if (slot.verified.has_value()) refused_keys_.insert(slot.verified->key());
    CountRefusal(*backend_.metrics, slot.response.refusal());
  }

  static bool IsChainRefusal(const v1::SignedRefusal& refusal) {
    const absl::StatusOr<v1::Refusal> told = statement::ReadRefusalUnverified(refusal);
    return told.ok() && (told->reason() == v1::REFUSAL_REASON_SEQUENCE ||
                         told->reason() == v1::REFUSAL_REASON_PREVIOUS);
  }

  bool FrontReady() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !slots_.empty() && slots_.front().ready;
  }

  // Moves what can be answered into the next message. False: nothing is to be written; then the
  // call may have failed.
  bool Collect() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::size_t collected = 0;
    for (; collected < Wire::kMost && FrontReady(); ++collected) {
      Slot& slot = slots_.front();
      if (!slot.failed.ok()) break;
      Settle(slot);
      Wire::Add(slot.response, outgoing_);
      slots_.pop_front();
    }
    if (collected == 0 && FrontReady()) {
      failure_ = slots_.front().failed;
      backend_.metrics->CountError(Wire::kMethod, failure_);
    }
    return collected > 0;
  }

  Actions Decide() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Actions actions;
    if (finished_) return actions;
    if (!writing_ && !cancelled_ && failure_.ok()) {
      actions.write = writing_ = Collect();
      actions.more_follows = writing_ && FrontReady() && slots_.front().failed.ok();
    }
    const bool open = !cancelled_ && failure_.ok();
    if (open && !reading_ && !reads_done_ && !draining_ &&
        slots_.size() + Wire::kMost <= kMaxStreamInFlight) {
      reading_ = true;
      actions.read = true;
    }
    const bool answered = slots_.empty() || !open;
    const bool no_more = reads_done_ || draining_ || !open;
    if (actions.None() && !writing_ && outstanding_ == 0 && answered && no_more) {
      finished_ = true;
      actions.finish = true;
      actions.status = FinalStatus();
    }
    return actions;
  }

  absl::Status FinalStatus() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!failure_.ok()) return failure_;
    if (cancelled_) return absl::CancelledError("the caller gave up");
    if (!reads_done_) {
      return WithRetry(
          WithReason(absl::UnavailableError("the broker is shutting down"), reason::kShuttingDown),
          std::chrono::seconds(5));
    }
    return absl::OkStatus();
  }

  // `release` gives back one of `outstanding_`, in the same step in which it is decided what
  // follows from it. Touches nothing of this object once another thread may have finished the call.
  void Act(bool release) {
    for (;;) {
      Actions actions;
      {
        log::MutexLock lock(mutex_);
        if (release) --outstanding_;
        release = false;
        if (acting_) return;  // Whoever acts looks again.
        actions = Decide();
        if (actions.None()) return;
        acting_ = true;
      }
      if (actions.finish) return this->Finish(ToGrpcStatus(actions.status));
      if (actions.write) {
        grpc::WriteOptions options;
        if (actions.more_follows) options.set_buffer_hint();
        this->StartWrite(&outgoing_, options);
      }
      if (actions.read) this->StartRead(&incoming_);
      log::MutexLock lock(mutex_);
      acting_ = false;
    }
  }

  Backend& backend_;
  bool listed_ = false;
  typename Wire::Request incoming_;   // Of the read under way.
  typename Wire::Response outgoing_;  // Of the write under way; gRPC's from then until it is done.

  log::Mutex mutex_;
  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);  // In the order of the requests.
  std::deque<Slot*> unsequenced_ ABSL_GUARDED_BY(mutex_);
  std::set<keys::KeyFingerprint> refused_keys_ ABSL_GUARDED_BY(mutex_);
  std::size_t outstanding_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool reads_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool acting_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitResponse>* MakeSubmitStream(Backend& backend) {
  return new SubmitStreamReactor<Singly>(backend);
}

grpc::ServerBidiReactor<v1::SubmitManyRequest, v1::SubmitManyResponse>* MakeSubmitMany(
    Backend& backend) {
  return new SubmitStreamReactor<Together>(backend);
}

}  // namespace cairn::broker
