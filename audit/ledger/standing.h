// How far a finding has come: what replies, contests, rulings and time make of it. Inside
// audit/ledger. A function of the leaves; nothing of it is stored.
#ifndef CAIRN_AUDIT_LEDGER_STANDING_H_
#define CAIRN_AUDIT_LEDGER_STANDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/ledger/matter.h"
#include "cairn/v1/facts.pb.h"

namespace cairn::ledger {

struct Standing {
  v1::FindingStanding standing = v1::FINDING_STANDING_UNSPECIFIED;
  v1::FindingBasis basis = v1::FINDING_BASIS_UNSPECIFIED;
  std::optional<std::uint64_t> due_ms;  // End of the time to answer.
};

// A finding stands when the holding party's time to answer has run and either the holding party
// concedes it, or the mediators upheld it, or its author is a finder that both sides accepted in
// the charter and no ruling says otherwise. Until then it is its author's word. Silence decides
// nothing.
Standing StandingOf(const HandoverMatter& matter, const FindingMatter& finding);

// The holding parties that may answer for the record that it is about.
std::vector<std::string> HoldersOf(const HandoverMatter& matter, const v1::Finding& finding);

// A contest or a reply stands against it, and nothing settles it.
bool IsOpenDispute(const HandoverMatter& matter, const SaidMatter& said);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_STANDING_H_
