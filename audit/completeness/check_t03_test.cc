#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckT03, PassesBeforeTheCutOff) {
  EXPECT_THAT(Say("T-03", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckT03, TheDayItselfIsStillBefore) {
  v1::MinefieldRecord record = CompleteRecord();
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 2020, 11, 12);
  SetMinute(*record.mutable_laying()->mutable_ended(), 2020, 11, 10, 1439);
  EXPECT_THAT(Say("T-03", record), ElementsAre("PASS"));
  SetMinute(*record.mutable_laying()->mutable_ended(), 2020, 11, 11, 0);
  EXPECT_THAT(Say("T-03", record), ElementsAre("laying FAIL"));
  EXPECT_TRUE(Judge(record).after_cut_off());
  EXPECT_TRUE(Judge(record).contradictions().empty());  // A flag, not a class.
}

TEST(CheckT03, AMonthThatHoldsTheDayDecidesNothing) {
  v1::MinefieldRecord record = CompleteRecord();
  SetDay(*record.mutable_laying()->mutable_ended(), 2020, 11, 1, v1::DATE_PRECISION_MONTH);
  EXPECT_THAT(Say("T-03", record), ElementsAre("laying NE F80"));
}

TEST(CheckT03, IsNotEvaluableUndated) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.ended");
  EXPECT_THAT(Say("T-03", record), ElementsAre("laying NE F80"));
}

TEST(CheckT03, IsSilentWithoutCutOffForTheArea) {
  const Rules rules =
      ApiiRulesWith([](v1::RuleSet& message) { message.mutable_cut_offs(0)->add_areas("fuzuli"); });
  EXPECT_THAT(Say("T-03", CompleteRecord(), RecordContext{}, rules), ElementsAre());
}

}  // namespace
}  // namespace cairn::completeness::testing
