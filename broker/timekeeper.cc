#include "broker/timekeeper.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "audit/note/checkpoint.h"
#include "broker/logging.h"
#include "cairn/v1/state.pb.h"

namespace cairn::broker {
namespace {

// A due date is acted on within a second; a turn that has nothing to do costs microseconds.
constexpr std::uint64_t kLongestTurnMs = 250;
constexpr std::uint64_t kAfterFailureMs = 10'000;
// Witnesses whose clocks lag by more than this are not asked at every turn again.
constexpr std::uint64_t kSlowClockMs = 2'000;

// How many leaves there were behind the newest Witnessed leaf, a predecessor's counted; 0 before
// the first.
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

Timekeeper::Timekeeper(const TimekeeperOptions& options, const keys::VerifierKey& log_key,
                       log::Store& store, log::Sequencer& sequencer, log::Published& published,
                       OperatorVoice& voice, Witnesses* witnesses,
                       std::function<std::uint64_t()> now_ms, std::function<void()> every_turn)
    : options_(options),
      log_key_(log_key),
      store_(store),
      sequencer_(sequencer),
      published_(published),
      voice_(voice),
      witnesses_(witnesses),
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
  if (witnesses_ != nullptr) {
    for (const keys::Bytes& late : witnesses_->TakeLate()) {
      const absl::Status shown = ShowMerged(late);
      if (!shown.ok()) LogStatus(Severity::kWarning, "publish_failed", shown);
    }
  }
  const auto steady = std::chrono::steady_clock::now();
  if (steady >= next_publish_) {
    const absl::Status published = PublishNow(true);
    if (!published.ok()) LogStatus(Severity::kError, "publish_failed", published);
    next_publish_ = steady + std::chrono::milliseconds(options_.publish_ms);
  }
  every_turn_();
}

// Of the head only what is in the anchor is known here, so only that goes to witnesses.
absl::Status Timekeeper::PublishNow(bool asking) {
  const std::shared_ptr<const log::SignedHead> head = sequencer_.Head();
  const std::shared_ptr<const log::SignedHead> shown = published_.Current();
  if (head == nullptr) return absl::OkStatus();
  const bool grown = shown == nullptr || shown->head.size < head->head.size;
  if (witnesses_ == nullptr || !asking) {
    return grown ? published_.Publish(head->note) : absl::OkStatus();
  }
  const keys::Bytes& known = grown ? head->note : shown->note;
  if (!grown && !witnesses_->IsAnyMissing(known)) return absl::OkStatus();
  const keys::Bytes note = witnesses_->Collect(head, known, false);
  return grown || note != known ? ShowMerged(note) : absl::OkStatus();
}

// Shows `note` with the lines that are shown already for its tree; an older one changes nothing.
absl::Status Timekeeper::ShowMerged(const keys::Bytes& note) {
  const auto opened = note::OpenCheckpoint(keys::AsBytes(note), log_key_);
  if (!opened.ok()) return opened.status();
  const std::shared_ptr<const log::SignedHead> shown = published_.Current();
  if (shown == nullptr || shown->head.size < opened->checkpoint.size) {
    return published_.Publish(note);
  }
  if (shown->head.size > opened->checkpoint.size) return absl::OkStatus();
  const auto lines = note::ListSignatureLines(keys::AsBytes(note));
  if (!lines.ok()) return lines.status();
  const auto merged = note::MergeSignatureLines(keys::AsBytes(shown->note), *lines);
  if (!merged.ok()) return merged.status();
  return *merged == shown->note ? absl::OkStatus() : published_.Publish(*merged);
}

// The log's policy for progress, if it asks for witnesses.
absl::StatusOr<std::optional<note::Policy>> Timekeeper::TimePolicy() const {
  const auto stored = ledger::ReadPolicy(store_);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return std::nullopt;
  auto policy = note::Policy::Parse((*stored)->progress_policy());
  if (!policy.ok()) return absl::DataLossError(policy.status().message());
  if (!policy->WantsWitnesses()) return std::nullopt;
  return *std::move(policy);
}

absl::Status Timekeeper::FillWitnessed(std::uint64_t now_ms, v1::Witnessed& witnessed) {
  // From the anchor: a head is handed out only when its note is there.
  const std::shared_ptr<const log::SignedHead> head = sequencer_.Head();
  const auto policy = TimePolicy();
  if (!policy.ok()) return policy.status();
  if (!policy->has_value()) {
    witnessed.set_note(head->note);
    witnessed.set_operator_time_ms(now_ms);
    return absl::OkStatus();
  }
  if (witnesses_ == nullptr) {
    return absl::FailedPreconditionError(
        "the log's policy wants the time from witnesses: set witnesses.policy");
  }
  const keys::Bytes note = witnesses_->Collect(head, head->note, true);
  if (absl::Status shown = ShowMerged(note); !shown.ok()) return shown;
  const auto opened = note::OpenCheckpoint(keys::AsBytes(note), log_key_, (*policy)->WitnessKeys());
  if (!opened.ok()) return opened.status();
  if (!(*policy)->IsSatisfiedBy(opened->cosignatures)) {
    return absl::UnavailableError(
        absl::StrCat("only ", opened->cosignatures.size(),
                     " of the log's witnesses have cosigned: the log's time stands still"));
  }
  witnessed.set_note(note);
  return absl::OkStatus();
}

absl::StatusOr<bool> Timekeeper::IsTimeOwed(std::uint64_t now_ms) {
  const std::shared_ptr<const log::SignedHead> head = sequencer_.Head();
  if (head == nullptr || merkle::ToInt(head->head.size) == 0) return false;
  const auto log = ledger::ReadLog(store_);
  if (!log.ok()) return log.status();
  // Nothing is late in a log that has ended: what waits goes on in its successor.
  if (!log->has_value() || (*log)->has_frozen_at()) return false;
  const std::uint64_t size = (*log)->base() + merkle::ToInt(head->head.size);
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
  // Past it, so that a Witnessed leaf of this time shows the lateness. Witnesses tell whole
  // seconds.
  if (!next_due_ms_.has_value()) return false;
  return witnesses_ == nullptr ? now_ms > *next_due_ms_ : now_ms / 1000 > *next_due_ms_ / 1000;
}

absl::Status Timekeeper::KeepTime() {
  const std::uint64_t now = now_ms_();
  const absl::StatusOr<bool> owed = IsTimeOwed(now);
  if (!owed.ok() || !*owed) return owed.status();
  v1::Statement statement;
  absl::Status filled = FillWitnessed(now, *statement.mutable_witnessed());
  if (!filled.ok()) return filled;
  const absl::StatusOr<Said> said = voice_.Say(statement);
  if (!said.ok()) return said.status();
  LogEvent(Severity::kDebug, "time_witnessed",
           {{"leaf", merkle::ToInt(said->logged.index)}, {"time_ms", now}});
  const auto clock = ledger::ReadClock(store_);
  if (!clock.ok()) return clock.status();
  if (next_due_ms_.has_value() && now > *next_due_ms_ + kSlowClockMs &&
      clock->time_ms() <= *next_due_ms_) {
    return absl::UnavailableError("the witnesses' clocks stand before a due date that has passed");
  }
  return absl::OkStatus();
}

}  // namespace cairn::broker
