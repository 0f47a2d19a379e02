// Counts by area, source and stage, and the phase of an area. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_COUNTING_H_
#define CAIRN_AUDIT_LEDGER_COUNTING_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/ledger/matter.h"
#include "cairn/v1/state.pb.h"

namespace cairn::ledger {

// Every area in scope, in the charter's order.
std::vector<v1::AreaState> CountAreas(const HandoverMatter& matter);

// What a holding party still owes of what it declared: one entry for each party and area with more
// than nothing, in the charter's order.
struct OwedRecords {
  std::string party;
  std::string area;
  std::uint64_t documents = 0;
};
std::vector<OwedRecords> CountOwed(const HandoverMatter& matter);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_COUNTING_H_
