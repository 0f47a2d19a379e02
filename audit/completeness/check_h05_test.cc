#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// Aghdam with one kilometre of front, one belt: 3,000 mines at the most.
std::vector<std::string> SayH05(std::uint64_t mines) {
  const Rules rules = ApiiRulesWith([](v1::RuleSet& message) {
    v1::FrontLength& front = *message.add_front_lengths();
    front.set_area("aghdam");
    front.set_front_mm(1'000'000);
    front.set_belts(1);
  });
  v1::HandoverFacts facts = SmallFacts();
  *facts.mutable_rule_set() = rules.ref();
  AddSubmission(facts, "aghdam", 1, mines, 1);
  std::vector<std::string> out;
  const absl::StatusOr<v1::HandoverResult> result = AssessHandover(rules, facts);
  for (const v1::CheckResult& one : result->results()) {
    if (one.check() == "H-05") out.push_back(one.place());
  }
  return out;
}

TEST(CheckH05, PassesUpToTheDensestPractice) { EXPECT_THAT(SayH05(3'000), ElementsAre()); }
TEST(CheckH05, FailsBeyond) { EXPECT_THAT(SayH05(3'001), ElementsAre("area/aghdam")); }

TEST(CheckH05, SaysNothingWithoutAFront) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 1, 1'000'000, 1);
  EXPECT_THAT(SayHandover("H-05", facts), ElementsAre());
}

}  // namespace
}  // namespace cairn::completeness::testing
