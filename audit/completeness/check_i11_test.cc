#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI11, PassesWithMethodLifeTimeAndTimes) {
  EXPECT_THAT(Say("I-11", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI11, FailsOnABlankMethodOrDate) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].method");
  Blank(record, "laying.begun");
  EXPECT_THAT(Say("I-11", record),
              ElementsAre("laying.begun FAIL", "what.ordnance[0].method FAIL"));
}

TEST(CheckI11, AnHourIsFineEnoughAndADayIsNot) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Date& ended = *record.mutable_laying()->mutable_ended();
  SetDay(ended, 1993, 6, 14, v1::DATE_PRECISION_HOUR);
  EXPECT_THAT(Say("I-11", record), ElementsAre("PASS"));
  SetDay(ended, 1993, 6, 14, v1::DATE_PRECISION_DAY);
  EXPECT_THAT(Say("I-11", record), ElementsAre("laying.ended FAIL"));
}

TEST(CheckI11, LifeTimeIsNotAskedOfModelsThatHaveNone) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].life_kind");
  EXPECT_THAT(Say("I-11", record), ElementsAre("PASS"));
  SetCode(*record.mutable_what()->mutable_ordnance(0)->mutable_model(), "POM-2");
  EXPECT_THAT(Say("I-11", record), ElementsAre("what.ordnance[0].life_kind FAIL"));
}

TEST(CheckI11, SelfDestructionNeedsItsDays) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*record.mutable_what()->mutable_ordnance(0)->mutable_life_kind(), "self_destruct");
  EXPECT_THAT(Say("I-11", record), ElementsAre("what.ordnance[0].life_days FAIL"));
}

TEST(CheckI11, IsNotEvaluableWhatIsUnreadOrNoDate) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "what.ordnance[0].method");
  record.mutable_laying()->mutable_begun()->clear_day();
  EXPECT_THAT(Say("I-11", record),
              ElementsAre("laying.begun NE F80", "what.ordnance[0].method NE F68"));
}

}  // namespace
}  // namespace cairn::completeness::testing
