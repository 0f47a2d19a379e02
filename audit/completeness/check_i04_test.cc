#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI04, PassesWithFullTies) {
  EXPECT_THAT(Say("I-04", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI04, FailsOnABlankBearingOrDistance) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.ties[0].bearing");
  Blank(record, "where.ties[1].distance");
  EXPECT_THAT(Say("I-04", record),
              ElementsAre("where.ties[0].bearing FAIL", "where.ties[1].distance FAIL"));
}

TEST(CheckI04, ABearingNeedsUnitNorthAndSense) {
  for (int part = 0; part < 3; ++part) {
    v1::MinefieldRecord record = CompleteRecord();
    v1::Bearing& bearing = *record.mutable_where()->mutable_ties(0)->mutable_bearing();
    if (part == 0) bearing.clear_unit();
    if (part == 1) bearing.clear_north();
    if (part == 2) bearing.clear_sense();
    EXPECT_THAT(Say("I-04", record), ElementsAre("where.ties[0].bearing FAIL")) << part;
  }
}

TEST(CheckI04, ADistanceNeedsAUnit) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_ties(1)->mutable_distance()->clear_unit();
  EXPECT_THAT(Say("I-04", record), ElementsAre("where.ties[1].distance FAIL"));
}

TEST(CheckI04, FailsWithoutTies) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.ties");
  EXPECT_THAT(Say("I-04", record), ElementsAre("where.ties FAIL"));
}

TEST(CheckI04, IsNotEvaluableWhatIsUnread) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "where.ties[0].distance");
  EXPECT_THAT(Say("I-04", record), ElementsAre("where.ties[0].distance NE F34"));
  Unread(record, "where.ties");
  EXPECT_THAT(Say("I-04", record), ElementsAre("where.ties NE F33"));
}

}  // namespace
}  // namespace cairn::completeness::testing
