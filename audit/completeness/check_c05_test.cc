#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// R2 once more, as another line of the form has it.
v1::ReferencePoint& AgainC05(v1::MinefieldRecord& record) {
  v1::ReferencePoint& point = *record.mutable_where()->add_reference_points();
  point = record.where().reference_points(1);
  point.set_id("R2-GPS");
  return point;
}
// R2 of the good example in WGS 84: 1e-9 degree.
constexpr std::int64_t kLatitudeC05 = 39'948'192'000;
constexpr std::int64_t kLongitudeC05 = 46'956'386'100;

v1::Repair RepairNamedC05(const v1::MinefieldRecord& record) {
  const v1::RecordResult result = Judge(record);
  for (const v1::CheckResult& one : result.results()) {
    if (one.check() == "C-05") return one.repair();
  }
  return v1::REPAIR_UNSPECIFIED;
}

TEST(CheckC05, SaysNothingWhereNoPointIsGivenTwice) {
  EXPECT_THAT(Say("C-05", CompleteRecord()), ElementsAre());
}

TEST(CheckC05, PassesIfBothSystemsNameOnePlace) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPlace(*AgainC05(record).mutable_position(), "WGS84-GEO", v1::COORDINATE_UNIT_NANODEGREE,
           kLatitudeC05, kLongitudeC05);
  EXPECT_THAT(Say("C-05", record), ElementsAre("PASS"));
}

TEST(CheckC05, NumbersNeverConvertedAreNamedAsTheOtherDatum) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPlace(*AgainC05(record).mutable_position(), "WGS84-GEO", v1::COORDINATE_UNIT_NANODEGREE,
           kLatitudeC05 + 87'200, kLongitudeC05 + 1'194'600);  // SK-42 degrees.
  EXPECT_THAT(Say("C-05", record), ElementsAre("where.reference_points[2].position FAIL"));
  EXPECT_EQ(RepairNamedC05(record), v1::REPAIR_OTHER_DATUM);
}

TEST(CheckC05, FailsBeyondThreeSigmaAndNotBefore) {
  // Sigma: 25.40 m of the plotted point, 10 m of the receiver: 27.3 m. Three are 81.9 m.
  const auto at = [](std::int64_t metres_north) {
    v1::MinefieldRecord record = CompleteRecord();
    v1::Position& position = *AgainC05(record).mutable_position();
    SetPlace(position, "WGS84-GEO", v1::COORDINATE_UNIT_NANODEGREE,
             kLatitudeC05 + metres_north * 9'006, kLongitudeC05);
    position.set_how_fixed("gps");
    return Say("C-05", record);
  };
  EXPECT_THAT(at(80), ElementsAre("PASS"));
  EXPECT_THAT(at(84), ElementsAre("where.reference_points[2].position FAIL"));
}

TEST(CheckC05, IsNotEvaluableIfOneOfThemLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  AgainC05(record);
  Blank(record, "where.reference_points[2].position");
  EXPECT_THAT(Say("C-05", record), ElementsAre("where.reference_points[2].position NE F31"));
}

}  // namespace
}  // namespace cairn::completeness::testing
