#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI02, PassesWithTwoReferencePoints) {
  EXPECT_THAT(Say("I-02", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI02, FailsWithOne) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_reference_points()->RemoveLast();
  EXPECT_THAT(Say("I-02", record), ElementsAre("where.reference_points FAIL"));
}

TEST(CheckI02, FailsWithTwoOfWhichOneIsBlank) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.reference_points[0].position");
  EXPECT_THAT(Say("I-02", record), ElementsAre("where.reference_points FAIL"));
}

TEST(CheckI02, IsNotEvaluableWithoutCoordinateSystem) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  EXPECT_THAT(Say("I-02", record), ElementsAre("where.reference_points NE F23"));
}

TEST(CheckI02, FailsWithOneWhateverTheCoordinateSystem) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  Blank(record, "where.reference_points[1].position");
  EXPECT_THAT(Say("I-02", record), ElementsAre("where.reference_points FAIL"));
}

TEST(CheckI02, IsNotEvaluableWhileOneIsUnread) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "where.reference_points[1].position");
  EXPECT_THAT(Say("I-02", record), ElementsAre("where.reference_points NE F31"));
  Unread(record, "where.reference_points");
  EXPECT_THAT(Say("I-02", record), ElementsAre("where.reference_points NE F30"));
}

TEST(CheckI02, CountsNoPointThatIsNoNumber) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_reference_points(0)->mutable_position()->clear_first();
  EXPECT_THAT(Say("I-02", record), ElementsAre("where.reference_points FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
