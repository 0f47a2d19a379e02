#include "audit/ledger/assessed.h"

#include <algorithm>
#include <vector>

#include "audit/statement/canonical.h"

namespace cairn::ledger {

keys::Digest InputsOf(const v1::Assess& body) {
  v1::Assess inputs;
  *inputs.mutable_rule_set() = body.rule_set();
  inputs.set_check_semantics(body.check_semantics());
  *inputs.mutable_packages() = body.packages();
  inputs.set_at_size(body.at_size());
  return keys::Sha256(keys::AsBytes(statement::SerializeTrusted(inputs)));
}

void AddAssessments(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  std::vector<v1::FactAssessment> found;
  for (const v1::ComparisonObject& comparison : matter.comparisons) {
    for (const v1::ComparedReport& report : comparison.reports()) {
      const AssessmentMatter* assessed = matter.FindAssessment(report.assessment());
      if (assessed == nullptr) continue;  // The fold writes both, or neither.
      v1::FactAssessment& fact = found.emplace_back();
      fact.set_leaf(report.leaf());
      fact.set_party(report.party());
      fact.set_inputs(InputsOf(assessed->assessment.assess()).ToBytes());
      fact.set_report(report.report().digest());
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.leaf() < b.leaf(); });
  for (v1::FactAssessment& fact : found) *facts.add_assessments() = std::move(fact);
}

}  // namespace cairn::ledger
