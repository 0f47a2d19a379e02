#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// The 12th battalion in Aghdam until the end of 1993; laid on 14 June 1993.
Rules WithOrderOfBattleX10() {
  return ApiiRulesWith([](v1::RuleSet& message) {
    v1::UnitPresence& unit = *message.add_unit_presence();
    unit.set_unit("12th Engineer Battalion");
    unit.add_areas("aghdam");
    unit.set_last_day(8'764);
  });
}

TEST(CheckX10, SaysNothingWithoutAnOrderOfBattle) {
  EXPECT_THAT(Say("X-10", CompleteRecord()), ElementsAre());
}

TEST(CheckX10, PassesIfTheUnitWasThere) {
  EXPECT_THAT(Say("X-10", CompleteRecord(), RecordContext(), WithOrderOfBattleX10()),
              ElementsAre("PASS"));
}

TEST(CheckX10, FailsAtAnotherTimeInAnotherAreaAndForAnotherUnit) {
  const Rules rules = WithOrderOfBattleX10();
  v1::MinefieldRecord record = CompleteRecord();
  SetMinute(*record.mutable_laying()->mutable_ended(), 1994, 1, 1, 60);
  EXPECT_THAT(Say("X-10", record, RecordContext(), rules), ElementsAre("laying.laying_unit FAIL"));
  record = CompleteRecord();
  SetText(*record.mutable_where()->mutable_district(), "Физули");
  EXPECT_THAT(Say("X-10", record, RecordContext(), rules), ElementsAre("laying.laying_unit FAIL"));
  record = CompleteRecord();
  SetText(*record.mutable_laying()->mutable_laying_unit(), "13th engineer battalion");
  EXPECT_THAT(Say("X-10", record, RecordContext(), rules), ElementsAre("laying.laying_unit FAIL"));
}

TEST(CheckX10, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.laying_unit");
  Blank(record, "laying.begun");
  Blank(record, "laying.ended");
  EXPECT_THAT(Say("X-10", record, RecordContext(), WithOrderOfBattleX10()),
              ElementsAre("laying.laying_unit NE F10 F80"));
}

}  // namespace
}  // namespace cairn::completeness::testing
