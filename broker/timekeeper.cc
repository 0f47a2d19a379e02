#include "broker/timekeeper.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "broker/logging.h"
#include "cairn/v1/state.pb.h"

namespace cairn::broker {
namespace {

// A due date is acted on within a second; a turn that has nothing to do costs microseconds.
constexpr std::uint64_t kLongestTurnMs = 250;
constexpr std::uint64_t kAfterFailureMs = 10'000;

// How many leaves there were behind the newest Witnessed leaf; 0 before the first.
absl::StatusOr<std::uint64_t> SizeAtLastTime(const log::Store& store,
                                             const v1::ClockObject& clock) {
  if (clock.marks() == 0) return 0;
  const auto bytes = store.Get(ledger::TimeKey(clock.marks() - 1));
  if (!bytes.ok()) return bytes.status();
  v1::TimeMark mark;
  if (!bytes->has_value() || !mark.ParseFromString(**bytes)) {
    return absl::DataLossError("the newest time mark of the state cannot be read");
  }
  return mark.leaf() + 1;
}

}  // namespace

Timekeeper::Timekeeper(const TimekeeperOptions& options, log::Store& store,
                       log::Sequencer& sequencer, log::Published& published, OperatorVoice& voice,
                       std::function<std::uint64_t()> now_ms, std::function<void()> every_turn)
    : options_(options),
      store_(store),
      sequencer_(sequencer),
      published_(published),
      voice_(voice),
      now_ms_(std::move(now_ms)),
      every_turn_(std::move(every_turn)) {
  thread_ = std::thread([this] { Run(); });
}

Timekeeper::~Timekeeper() { Stop(); }

void Timekeeper::Stop() {
  {
    log::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Timekeeper::Run() {
  const auto turn = std::chrono::milliseconds(std::min(options_.publish_ms, kLongestTurnMs));
  for (;;) {
    Turn();
    log::MutexLock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + turn;
    while (!stopping_ && std::chrono::steady_clock::now() < until) wake_.WaitUntil(mutex_, until);
    if (stopping_) return;
  }
}

void Timekeeper::Turn() {
  if (sequencer_.sealed().has_value()) return;
  const std::uint64_t now = now_ms_();
  if (now >= failed_at_ms_ + kAfterFailureMs || failed_at_ms_ == 0) {
    const absl::Status kept = KeepTime();
    failed_at_ms_ = kept.ok() ? 0 : now;
    if (!kept.ok()) LogStatus(Severity::kWarning, "witnessed_failed", kept);
  }
  const auto steady = std::chrono::steady_clock::now();
  if (steady >= next_publish_) {
    const absl::Status published = PublishNow();
    if (!published.ok()) LogStatus(Severity::kError, "publish_failed", published);
    next_publish_ = steady + std::chrono::milliseconds(options_.publish_ms);
  }
  every_turn_();
}

absl::Status Timekeeper::PublishNow() {
  const std::shared_ptr<const log::SignedHead> head = sequencer_.Head();
  const std::shared_ptr<const log::SignedHead> shown = published_.Current();
  if (head == nullptr || (shown != nullptr && shown->head.size >= head->head.size)) {
    return absl::OkStatus();
  }
  return published_.Publish(head->note);
}

absl::StatusOr<bool> Timekeeper::IsTimeOwed(std::uint64_t now_ms) {
  const std::shared_ptr<const log::SignedHead> head = sequencer_.Head();
  if (head == nullptr || merkle::ToInt(head->head.size) == 0) return false;
  const std::uint64_t size = merkle::ToInt(head->head.size);
  const auto clock = ledger::ReadClock(store_);
  if (!clock.ok()) return clock.status();
  const auto then = SizeAtLastTime(store_, *clock);
  if (!then.ok()) return then.status();
  if (size > *then && now_ms >= clock->time_ms() + options_.witnessed_ms) return true;
  if (size != looked_at_size_) {
    const auto due = ledger::NextDue(store_);
    if (!due.ok()) return due.status();
    next_due_ms_ = *due;
    looked_at_size_ = size;
  }
  // Past it, so that a Witnessed leaf of this time shows the lateness.
  return next_due_ms_.has_value() && now_ms > *next_due_ms_;
}

absl::Status Timekeeper::KeepTime() {
  const std::uint64_t now = now_ms_();
  const absl::StatusOr<bool> owed = IsTimeOwed(now);
  if (!owed.ok() || !*owed) return owed.status();
  v1::Statement statement;
  v1::Witnessed* const witnessed = statement.mutable_witnessed();
  // From the anchor: a head is handed out only when its note is there.
  witnessed->set_note(sequencer_.Head()->note);
  witnessed->set_operator_time_ms(now);
  const absl::StatusOr<Said> said = voice_.Say(statement);
  if (!said.ok()) return said.status();
  LogEvent(Severity::kDebug, "time_witnessed",
           {{"leaf", merkle::ToInt(said->logged.index)}, {"time_ms", now}});
  return absl::OkStatus();
}

}  // namespace cairn::broker
