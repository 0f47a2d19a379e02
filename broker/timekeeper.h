// What the operator owes by the clock: /checkpoint moves while the log grows, with what the
// witnesses say of it, and the time goes into the log, at least hourly while anything changes and
// soon after a due date has passed. Where the log's policy for progress asks for witnesses, the
// time is theirs: a note that they have cosigned afresh; else it is the operator's.
#ifndef CAIRN_BROKER_TIMEKEEPER_H_
#define CAIRN_BROKER_TIMEKEEPER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "audit/log/mutex.h"
#include "audit/log/published.h"
#include "audit/log/sequencer.h"
#include "audit/log/store.h"
#include "audit/note/policy.h"
#include "broker/operator_voice.h"
#include "broker/witnesses.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::broker {

struct TimekeeperOptions {
  std::uint64_t publish_ms = 1000;
  std::uint64_t witnessed_ms = 3'600'000;
};

// A thread of its own. Failures are logged and tried again at the next turn.
class Timekeeper {
 public:
  // All outlive this; `witnesses` may be null: none are asked. `every_turn` is called at each turn,
  // for what else has to be looked after.
  Timekeeper(const TimekeeperOptions& options, const keys::VerifierKey& log_key, log::Store& store,
             log::Sequencer& sequencer, log::Published& published, OperatorVoice& voice,
             Witnesses* witnesses, std::function<std::uint64_t()> now_ms,
             std::function<void()> every_turn);
  ~Timekeeper();
  Timekeeper(const Timekeeper&) = delete;
  Timekeeper& operator=(const Timekeeper&) = delete;

  // Ends the thread; the checkpoint then moves once more. Again: nothing.
  void Stop();

  // Shows the newest signed head, if it is newer than what is shown, or if witnesses have lines to
  // add. With `asking` they are asked; this waits for those that are not failing.
  absl::Status PublishNow(bool asking);

 private:
  absl::Status ShowMerged(const keys::Bytes& note);
  void Run();
  void Turn();
  absl::Status KeepTime();
  absl::StatusOr<bool> IsTimeOwed(std::uint64_t now_ms);
  absl::StatusOr<std::optional<note::Policy>> TimePolicy() const;
  absl::Status FillWitnessed(std::uint64_t now_ms, v1::Witnessed& witnessed);

  const TimekeeperOptions options_;
  const keys::VerifierKey log_key_;
  log::Store& store_;
  log::Sequencer& sequencer_;
  log::Published& published_;
  OperatorVoice& voice_;
  Witnesses* const witnesses_;
  const std::function<std::uint64_t()> now_ms_;
  const std::function<void()> every_turn_;

  // Of the thread alone.
  std::uint64_t looked_at_size_ = 0;  // The tree in which `next_due_ms_` was looked up.
  std::optional<std::uint64_t> next_due_ms_;
  std::chrono::steady_clock::time_point next_publish_{};
  std::uint64_t failed_at_ms_ = 0;  // Of a Witnessed statement; not at every turn again.

  log::Mutex mutex_;
  log::CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_TIMEKEEPER_H_
