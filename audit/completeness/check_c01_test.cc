#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <algorithm>
#include <cstdint>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::Position& Corner(v1::MinefieldRecord& record, int i) {
  return *record.mutable_where()->mutable_perimeter(i)->mutable_position();
}

v1::Repair RepairNamed(const v1::MinefieldRecord& record) {
  const v1::RecordResult judged = Judge(record);
  for (const v1::CheckResult& one : judged.results()) {
    if (one.check() == "C-01") return one.repair();
  }
  return v1::REPAIR_UNSPECIFIED;
}

TEST(CheckC01, PassesInTheTheatre) {
  EXPECT_THAT(Say("C-01", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC01, SwappedAxesAreNamedAsARepair) {
  v1::MinefieldRecord record = CompleteRecord();
  SetMetres(Corner(record, 1), 8667040, 4425800);
  EXPECT_THAT(Say("C-01", record), ElementsAre("where.perimeter[1].position FAIL"));
  EXPECT_EQ(RepairNamed(record), v1::REPAIR_AXES_SWAPPED);
}

TEST(CheckC01, AMissingZoneNumberIsNamedAsARepair) {
  v1::MinefieldRecord record = CompleteRecord();
  SetMetres(Corner(record, 2), 4425860, 667040);
  EXPECT_THAT(Say("C-01", record), ElementsAre("where.perimeter[2].position FAIL"));
  EXPECT_EQ(RepairNamed(record), v1::REPAIR_ZONE_PREFIX);
}

TEST(CheckC01, MetresWhereDegreesAreDeclaredAreNoPlace) {
  v1::MinefieldRecord record = CompleteRecord();
  Corner(record, 0).set_crs("WGS84-GEO");
  EXPECT_THAT(Say("C-01", record), ElementsAre("where.perimeter[0].position FAIL"));
}

TEST(CheckC01, TheTheatreEndsTwentyKilometresBeyondTheOutlines) {
  // The northernmost vertex of the ten outlines is 40.6 or so; look for the edge from both sides.
  std::int64_t inside = 400'000'000;
  std::int64_t outside = 450'000'000;
  const std::int64_t longitude = 469'000'000;
  while (outside - inside > 1) {
    const std::int64_t middle = (inside + outside) / 2;
    (ApiiRules().InTheatre({middle, longitude}) ? inside : outside) = middle;
  }
  std::int64_t northernmost = 0;
  for (const Outline& outline : ApiiRules().outlines()) {
    northernmost = std::max(northernmost, outline.box.north_e7);
  }
  EXPECT_EQ(inside - northernmost, 1'808'318);  // 20 km at 110.6 km a degree.
  v1::MinefieldRecord record = CompleteRecord();
  SetPlace(Corner(record, 0), "WGS84-GEO", v1::COORDINATE_UNIT_NANODEGREE, inside * 100,
           longitude * 100);
  EXPECT_THAT(Say("C-01", record), ElementsAre("PASS"));
  SetPlace(Corner(record, 0), "WGS84-GEO", v1::COORDINATE_UNIT_NANODEGREE, outside * 100,
           longitude * 100);
  EXPECT_THAT(Say("C-01", record), ElementsAre("where.perimeter[0].position FAIL"));
}

TEST(CheckC01, IsNotEvaluableWithoutPositionOrSystem) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.reference_points[0].position");
  Blank(record, "where.perimeter[3].position");
  EXPECT_THAT(Say("C-01", record), ElementsAre("where.perimeter[3].position NE F40",
                                               "where.reference_points[0].position NE F31"));
  record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  EXPECT_EQ(Say("C-01", record).size(), 6u);
  EXPECT_EQ(Say("C-01", record)[0], "where.perimeter[0].position NE F23");
  Blank(record, "where.reference_points");
  Blank(record, "where.perimeter");
  EXPECT_THAT(Say("C-01", record), ElementsAre("where NE F31 F40"));
}

TEST(CheckC01, TextThatIsNoNumberFails) {
  v1::MinefieldRecord record = CompleteRecord();
  Corner(record, 0).clear_first();
  EXPECT_THAT(Say("C-01", record), ElementsAre("where.perimeter[0].position FAIL"));
}

TEST(CheckC01, LimitsOfIntegersDoNoHarm) {
  for (const std::int64_t value : {INT64_MIN, INT64_MAX, std::int64_t{0} - 1}) {
    v1::MinefieldRecord record = CompleteRecord();
    SetPlace(Corner(record, 0), "", v1::COORDINATE_UNIT_MILLIMETRE, value, value);
    EXPECT_THAT(Say("C-01", record), ElementsAre("where.perimeter[0].position FAIL"));
    EXPECT_FALSE(SayAll(record).empty());
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
