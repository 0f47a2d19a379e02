#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::Position& Point(v1::MinefieldRecord& record) {
  return *record.mutable_where()->mutable_reference_points(0)->mutable_position();
}
constexpr char kFirst[] = "where.reference_points[0].position";

TEST(CheckC02, PassesInZoneEight) {
  EXPECT_THAT(Say("C-02", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC02, AnotherZoneNumberThanTheSystemsFails) {
  v1::MinefieldRecord record = CompleteRecord();
  SetMetres(Point(record), 4425500, 9666600);
  EXPECT_THAT(Say("C-02", record), ElementsAre(std::string(kFirst) + " FAIL"));
  SetMetres(Point(record), 4425500, 666600);  // None at all.
  EXPECT_THAT(Say("C-02", record), ElementsAre(std::string(kFirst) + " FAIL"));
}

TEST(CheckC02, TheNeighboursGridIsAWarningNearTheEdgeOfItsZone) {
  // The example's own place, in the grid of zone 9: 1.05 degrees west of its strip.
  v1::MinefieldRecord record = CompleteRecord();
  const CoordinateSystem& nine = *ApiiRules().FindSystem("SK42-GK9");
  const auto at = nine.FromWgs84({399'500'000, 469'500'000});
  ASSERT_TRUE(at.has_value());
  SetPlace(Point(record), "SK42-GK9", v1::COORDINATE_UNIT_MILLIMETRE, at->first, at->second);
  EXPECT_THAT(Say("C-02", record), ElementsAre(std::string(kFirst) + " FAIL W"));
  const auto far = nine.FromWgs84({399'500'000, 459'000'000});  // 2.1 degrees.
  SetPlace(Point(record), "SK42-GK9", v1::COORDINATE_UNIT_MILLIMETRE, far->first, far->second);
  EXPECT_THAT(Say("C-02", record), ElementsAre(std::string(kFirst) + " FAIL"));
}

TEST(CheckC02, TheSheetMustBeOfTheSameColumn) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_where()->mutable_map()->mutable_sheet(), "J-39-10");
  EXPECT_EQ(Say("C-02", record).size(), 2u);
  SetText(*record.mutable_where()->mutable_map()->mutable_sheet(), "10-38-023");
  EXPECT_THAT(Say("C-02", record), ElementsAre("PASS"));
}

TEST(CheckC02, IsNotEvaluableWithoutSheetSystemOrPoint) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.map.sheet");
  EXPECT_EQ(Say("C-02", record)[0], std::string(kFirst) + " NE F20");
  record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  EXPECT_EQ(Say("C-02", record)[0], std::string(kFirst) + " NE F23");
  record = CompleteRecord();
  Blank(record, kFirst);
  EXPECT_THAT(Say("C-02", record), ElementsAre(std::string(kFirst) + " NE F31"));
  Blank(record, "where.reference_points");
  EXPECT_THAT(Say("C-02", record), ElementsAre("where.reference_points NE F31"));
}

TEST(CheckC02, DegreesHaveNoZone) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.map.sheet");
  for (auto& point : *record.mutable_where()->mutable_reference_points()) {
    SetPlace(*point.mutable_position(), "WGS84-GEO", v1::COORDINATE_UNIT_NANODEGREE, 39'950'000'000,
             46'950'000'000);
  }
  EXPECT_THAT(Say("C-02", record), ElementsAre("PASS"));
}

}  // namespace
}  // namespace cairn::completeness::testing
