#include "audit/ledger/timeline.h"

#include <algorithm>

#include "audit/ledger/read.h"
#include "audit/ledger/scan.h"

namespace cairn::ledger {

absl::StatusOr<Timeline> Timeline::Read(const ScanView& view) {
  Timeline timeline;
  absl::StatusOr<v1::ClockObject> clock = ReadClock(view);
  if (!clock.ok()) return clock.status();
  timeline.clock_ = *std::move(clock);
  absl::Status status = ScanObjects<v1::TimeMark>(
      view, "time/", [&timeline](absl::string_view, const v1::TimeMark& mark) {
        timeline.marks_.push_back(mark);
      });
  if (!status.ok()) return status;
  return timeline;
}

std::optional<std::uint64_t> Timeline::ProvenAt(std::uint64_t leaf) const {
  const auto covering = std::upper_bound(
      marks_.begin(), marks_.end(), leaf,
      [](std::uint64_t at, const v1::TimeMark& mark) { return at < mark.note_size(); });
  if (covering == marks_.end()) return std::nullopt;
  return covering->time_ms();
}

std::optional<std::uint64_t> Timeline::DueAfter(std::uint64_t leaf, std::uint64_t term_ms) const {
  const std::optional<std::uint64_t> begun = ProvenAt(leaf);
  if (!begun.has_value()) return std::nullopt;
  return *begun + term_ms;
}

bool Timeline::IsLate(std::uint64_t leaf, std::uint64_t due_ms) const {
  const auto past = std::upper_bound(
      marks_.begin(), marks_.end(), due_ms,
      [](std::uint64_t due, const v1::TimeMark& mark) { return due < mark.time_ms(); });
  return past != marks_.end() && past->note_size() <= leaf;
}

}  // namespace cairn::ledger
