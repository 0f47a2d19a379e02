#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// Both ties with these bearings and distances.
std::vector<std::string> WithTiesP04(v1::AngleUnit unit, std::int64_t microdegree,
                                     std::int64_t millimetre) {
  v1::MinefieldRecord record = CompleteRecord();
  for (v1::Tie& tie : *record.mutable_where()->mutable_ties()) {
    tie.mutable_bearing()->set_unit(unit);
    tie.mutable_bearing()->set_microdegree(microdegree);
    tie.mutable_distance()->set_millimetre(millimetre);
  }
  return Say("P-04", record);
}

TEST(CheckP04, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("P-04", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckP04, FailsIfAllIsRoundInItsOwnUnit) {
  EXPECT_THAT(WithTiesP04(v1::ANGLE_UNIT_DEGREE, 40'000'000, 300'000),
              ElementsAre("where.ties FAIL"));
  EXPECT_THAT(WithTiesP04(v1::ANGLE_UNIT_MIL_6000, 36'000'000, 300'000),
              ElementsAre("where.ties FAIL"));  // 06-00
  EXPECT_THAT(WithTiesP04(v1::ANGLE_UNIT_MIL_6300, 5'714'286, 300'000),
              ElementsAre("where.ties FAIL"));  // 100 streck
}

TEST(CheckP04, OneOddNumberIsEnoughToPass) {
  EXPECT_THAT(WithTiesP04(v1::ANGLE_UNIT_DEGREE, 41'000'000, 300'000), ElementsAre("PASS"));
  EXPECT_THAT(WithTiesP04(v1::ANGLE_UNIT_DEGREE, 40'000'000, 301'000), ElementsAre("PASS"));
  EXPECT_THAT(WithTiesP04(v1::ANGLE_UNIT_MIL_6000, 40'000'000, 300'000), ElementsAre("PASS"));
}

TEST(CheckP04, IsNotEvaluableWithFewerThanTwoTies) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.ties[1].distance");
  EXPECT_THAT(Say("P-04", record), ElementsAre("where.ties NE F33 F34"));
}

}  // namespace
}  // namespace cairn::completeness::testing
