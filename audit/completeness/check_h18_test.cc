#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// Assessments of the same inputs by two parties, with these reports.
v1::HandoverFacts AssessedH18(const char* first, const char* second) {
  v1::HandoverFacts facts = SmallFacts();
  for (const auto& [party, report] : {std::pair{"holder", first}, {"receiver", second}}) {
    v1::FactAssessment& one = *facts.add_assessments();
    one.set_party(party);
    one.set_inputs("inputs");
    one.set_report(report);
  }
  return facts;
}

TEST(CheckH18, PassesIfBothComputedTheSame) {
  EXPECT_THAT(SayHandover("H-18", AssessedH18("report", "report")), ElementsAre());
}
TEST(CheckH18, FailsIfTheyDiffer) {
  EXPECT_THAT(SayHandover("H-18", AssessedH18("report", "another")),
              ElementsAre("assessment/0 FAIL"));
}
TEST(CheckH18, IsNotEvaluableOnOneSidesWord) {
  v1::HandoverFacts facts = AssessedH18("report", "report");
  facts.mutable_assessments()->RemoveLast();
  EXPECT_THAT(SayHandover("H-18", facts), ElementsAre("assessment/0 NE a second assessment"));
}

}  // namespace
}  // namespace cairn::completeness::testing
