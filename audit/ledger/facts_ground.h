// The facts about the ground and about disputes. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_FACTS_GROUND_H_
#define CAIRN_AUDIT_LEDGER_FACTS_GROUND_H_

#include <utility>

#include "absl/strings/string_view.h"
#include "audit/ledger/matter.h"
#include "cairn/v1/facts.pb.h"

namespace cairn::ledger {

// Findings with their standing, locations, proposals, incidents; by leaf.
void AddGround(const HandoverMatter& matter, v1::HandoverFacts& facts);

// What was said against the statement. False: nothing, and it stands.
bool FillDispute(const HandoverMatter& matter, absl::string_view id, v1::FactDispute& out);

template <typename Fact>
void AddDispute(const HandoverMatter& matter, absl::string_view id, Fact& fact) {
  v1::FactDispute dispute;
  if (FillDispute(matter, id, dispute)) *fact.mutable_dispute() = std::move(dispute);
}

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_FACTS_GROUND_H_
