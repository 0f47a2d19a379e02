#include "audit/ledger/witness_term.h"

#include <optional>

#include "audit/ledger/read.h"
#include "audit/ledger/timeline.h"

namespace cairn::ledger {

absl::StatusOr<bool> IsWitnessTermOver(const ScanView& view, keys::ByteView handover,
                                       merkle::LeafIndex leaf) {
  const auto charter = ReadCharter(view, handover);
  if (!charter.ok()) return charter.status();
  if (!charter->has_value()) return absl::NotFoundError("the log has no such handover");
  const std::uint64_t term_ms = (*charter)->charter().terms().witness_ms();
  if (term_ms == 0) return false;
  const auto timeline = Timeline::Read(view);
  if (!timeline.ok()) return timeline.status();
  const absl::StatusOr<std::uint64_t> base = ReadBase(view);
  if (!base.ok()) return base.status();
  const std::optional<std::uint64_t> due = timeline->DueAfter(*base + merkle::ToInt(leaf), term_ms);
  return due.has_value() && timeline->IsOver(*due);
}

}  // namespace cairn::ledger
