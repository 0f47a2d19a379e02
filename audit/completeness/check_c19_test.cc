#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// R2 at so many metres north of the middle of the southern side; the field is 240 m wide.
std::vector<std::string> WithR2C19(std::int64_t metres_north, std::int64_t scale) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Position& at = *record.mutable_where()->mutable_reference_points(1)->mutable_position();
  at = record.where().perimeter(0).position();
  at.set_first(at.first() + metres_north * 1000);
  at.set_second(at.second() + 120'000);
  SetCount(*record.mutable_where()->mutable_map()->mutable_scale(), scale);
  return Say("C-19", record);
}

TEST(CheckC19, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-19", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC19, FailsInsideTheFieldWhereTheSheetCanTell) {
  // At 1:10,000 sigma is 6.73 m for each: three of both are 28.5 m.
  EXPECT_THAT(WithR2C19(30, 10'000), ElementsAre("where.reference_points[1].position FAIL"));
  EXPECT_THAT(WithR2C19(28, 10'000), ElementsAre("PASS"));
  EXPECT_THAT(WithR2C19(30, 50'000), ElementsAre("PASS"));
}

TEST(CheckC19, PointsStandTenMetresApart) {
  const auto apart = [](std::int64_t centimetres) {
    v1::MinefieldRecord record = CompleteRecord();
    v1::WhereGroup& where = *record.mutable_where();
    *where.mutable_reference_points(1)->mutable_position() = where.reference_points(0).position();
    v1::Position& at = *where.mutable_reference_points(1)->mutable_position();
    at.set_first(at.first() + centimetres * 10);
    return Say("C-19", record);
  };
  EXPECT_THAT(apart(1'010), ElementsAre("PASS"));
  EXPECT_THAT(apart(990), ElementsAre("where.reference_points[1].position FAIL"));
}

TEST(CheckC19, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.reference_points[0].position");
  EXPECT_THAT(Say("C-19", record), ElementsAre("where.reference_points[0].position NE F31"));
  record = CompleteRecord();
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(Say("C-19", record), ElementsAre("where.reference_points[0].position NE F40",
                                               "where.reference_points[1].position NE F40"));
  Blank(record, "where.reference_points");
  EXPECT_THAT(Say("C-19", record), ElementsAre("where.reference_points NE F31"));
}

}  // namespace
}  // namespace cairn::completeness::testing
