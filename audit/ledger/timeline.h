// When things stood, as far as Witnessed leaves show it; and so what was late. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_TIMELINE_H_
#define CAIRN_AUDIT_LEDGER_TIMELINE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/ledger/view.h"
#include "cairn/v1/state.pb.h"

namespace cairn::ledger {

// The Witnessed leaves of a log, oldest first. Their times and note sizes never fall.
class Timeline {
 public:
  // Reads them all: one an hour while anything changes.
  static absl::StatusOr<Timeline> Read(const ScanView& view);

  std::uint64_t now_ms() const { return clock_.time_ms(); }
  v1::TimeKind kind() const { return clock_.kind(); }

  // The first time by which the leaf provably stood: that of the first note that covers it. Nothing
  // while no Witnessed leaf covers it.
  std::optional<std::uint64_t> ProvenAt(std::uint64_t leaf) const;
  // The due date of a term that the leaf started; nothing if it has not begun to run.
  std::optional<std::uint64_t> DueAfter(std::uint64_t leaf, std::uint64_t term_ms) const;
  // Whether a Witnessed leaf with a later time than the due date does not cover the act at `leaf`.
  bool IsLate(std::uint64_t leaf, std::uint64_t due_ms) const;
  // Whether the due date is over for what has not been done.
  bool IsOver(std::uint64_t due_ms) const { return now_ms() > due_ms; }

 private:
  v1::ClockObject clock_;
  std::vector<v1::TimeMark> marks_;
};

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_TIMELINE_H_
