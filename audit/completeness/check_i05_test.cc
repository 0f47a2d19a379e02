#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord WithoutTwoCorners() {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter[2].position");
  Blank(record, "where.perimeter[3].position");
  return record;
}

TEST(CheckI05, PassesWithThreeCorners) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.front_mm");
  Blank(record, "where.perimeter[3].position");
  EXPECT_THAT(Say("I-05", record), ElementsAre("PASS"));
}

TEST(CheckI05, PassesWithFrontDepthAndATieInstead) {
  EXPECT_THAT(Say("I-05", WithoutTwoCorners()), ElementsAre("PASS"));
}

TEST(CheckI05, FailsWithTwoCornersAndNoDepth) {
  v1::MinefieldRecord record = WithoutTwoCorners();
  Blank(record, "where.depth_mm");
  EXPECT_THAT(Say("I-05", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckI05, ACornerKnownByATieCounts) {
  v1::MinefieldRecord record = WithoutTwoCorners();
  Blank(record, "where.depth_mm");
  v1::Tie& tie = *record.mutable_where()->add_ties();
  tie = record.where().ties(0);
  tie.set_to("C");
  EXPECT_THAT(Say("I-05", record), ElementsAre("PASS"));
}

TEST(CheckI05, IsNotEvaluableIfWhatIsUnreadCouldDoIt) {
  v1::MinefieldRecord record = WithoutTwoCorners();
  Unread(record, "where.depth_mm");
  EXPECT_THAT(Say("I-05", record), ElementsAre("where.perimeter NE F42"));
  Unread(record, "where.perimeter[2].position");
  EXPECT_THAT(Say("I-05", record), ElementsAre("where.perimeter NE F40 F42"));
}

}  // namespace
}  // namespace cairn::completeness::testing
