#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> SayH15(void (*agree)(v1::RuleSet&), const char* signed_by) {
  const Rules rules = ApiiRulesWith(agree);
  v1::HandoverFacts facts = SmallFacts();
  *facts.mutable_rule_set() = rules.ref();
  const std::string digest = AddSubmission(facts, "aghdam", 1, 0, 1).digest();
  v1::FactAcknowledgement& one = *facts.add_acknowledgements();
  one.set_party(signed_by);
  one.set_package(digest);
  std::vector<std::string> out;
  const absl::StatusOr<v1::HandoverResult> result = AssessHandover(rules, facts);
  for (const v1::CheckResult& found : result->results()) {
    if (found.check() == "H-15") {
      out.push_back(found.place() + " " + v1::Outcome_Name(found.outcome()));
    }
  }
  return out;
}
void ToDepositaryH15(v1::RuleSet& rules) { rules.add_copy_to("depositary"); }

TEST(CheckH15, PassesIfTheCopyWasSignedFor) {
  EXPECT_THAT(SayH15(ToDepositaryH15, "depositary"), ElementsAre());
}
TEST(CheckH15, PassesIfItIsWaived) {
  EXPECT_THAT(SayH15([](v1::RuleSet& rules) { rules.set_copy_waived(true); }, "receiver"),
              ElementsAre());
}
TEST(CheckH15, FailsIfNobodyHasIt) {
  EXPECT_THAT(SayH15(ToDepositaryH15, "receiver"), ElementsAre("submission/0 OUTCOME_FAIL"));
}
TEST(CheckH15, IsNotEvaluableIfNothingWasAgreed) {
  EXPECT_THAT(SayH15([](v1::RuleSet&) {}, "depositary"),
              ElementsAre("submission/0 OUTCOME_NOT_EVALUABLE"));
}

}  // namespace
}  // namespace cairn::completeness::testing
