#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI03, PassesWithCoordinatesAndDescriptions) {
  EXPECT_THAT(Say("I-03", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI03, NamesThePointWithoutDescription) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.reference_points[1].description");
  EXPECT_THAT(Say("I-03", record), ElementsAre("where.reference_points[1].description FAIL"));
}

TEST(CheckI03, NamesThePointWithoutCoordinates) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "where.reference_points[0].position", v1::PRESENCE_ILLEGIBLE);
  EXPECT_THAT(Say("I-03", record), ElementsAre("where.reference_points[0].position FAIL"));
}

TEST(CheckI03, IsNotEvaluableWithoutPointsOrUnread) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "where.reference_points[0].description");
  EXPECT_THAT(Say("I-03", record), ElementsAre("where.reference_points[0].description NE F32"));
  Blank(record, "where.reference_points");
  EXPECT_THAT(Say("I-03", record), ElementsAre("where.reference_points NE F30"));
}

}  // namespace
}  // namespace cairn::completeness::testing
