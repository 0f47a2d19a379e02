// Two rule sets side by side, and one rule set in words: what a person reads before agreeing on
// one. Pure; nothing here is hashed.
#ifndef CAIRN_AUDIT_COMPLETENESS_RULE_DIFF_H_
#define CAIRN_AUDIT_COMPLETENESS_RULE_DIFF_H_

#include <string>
#include <vector>

#include "audit/completeness/rule_set.h"
#include "cairn/v1/rule_set.pb.h"

namespace cairn::completeness {

// One value that is not the same in both.
struct RuleDifference {
  std::string place;  // "fields F30 (reference points) at_least"
  std::string a;      // As it would stand in the file: "2"; empty: not there.
  std::string b;
  friend bool operator==(const RuleDifference&, const RuleDifference&) = default;
};

// In the order of rule_set.proto; entries of lists are matched by their id (field, check, code,
// title), so that their order makes no difference. Empty: the same but for that order.
std::vector<RuleDifference> DiffRules(const v1::RuleSet& a, const v1::RuleSet& b);

// All of a rule set in words: what it asks of each field, which checks it makes, its numbers, code
// lists and systems, and what is still to be confirmed.
std::string RulesText(const Rules& rules);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_RULE_DIFF_H_
