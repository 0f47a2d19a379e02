#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// What is named: "where.ties[0].bearing 4", sorted by place.
std::vector<std::string> NamedC08(const v1::MinefieldRecord& record) {
  std::vector<std::string> out;
  const v1::RecordResult result = Judge(record);
  for (const v1::CheckResult& one : result.results()) {
    if (one.check() == "C-08" && one.outcome() == v1::OUTCOME_FAIL) {
      out.push_back(one.place() + " " + v1::Repair_Name(one.repair()));
    }
  }
  return out;
}
v1::Bearing& BearingC08(v1::MinefieldRecord& record) {
  return *record.mutable_where()->mutable_ties(0)->mutable_bearing();
}
v1::Position& PointC08(v1::MinefieldRecord& record) {
  return *record.mutable_where()->mutable_reference_points(0)->mutable_position();
}
// A large sheet, so that a hundred metres count.
v1::MinefieldRecord OnALargeSheetC08() {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_where()->mutable_map()->mutable_scale(), 25'000);
  return record;
}

TEST(CheckC08, SaysNothingOfATraverseThatCloses) {
  EXPECT_THAT(Say("C-08", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC08, NamesAReversedSense) {
  v1::MinefieldRecord record = CompleteRecord();
  BearingC08(record).set_sense(v1::TIE_SENSE_TO_REFERENCE);
  EXPECT_THAT(NamedC08(record), ElementsAre("where.ties[0].bearing REPAIR_SENSE_REVERSED"));
}

TEST(CheckC08, NamesSwappedAxes) {
  v1::MinefieldRecord record = CompleteRecord();
  const std::int64_t first = PointC08(record).first();
  PointC08(record).set_first(PointC08(record).second());
  PointC08(record).set_second(first);
  EXPECT_THAT(NamedC08(record),
              ElementsAre("where.reference_points[0].position REPAIR_AXES_SWAPPED"));
}

TEST(CheckC08, NamesTheOtherDatum) {
  v1::MinefieldRecord record = OnALargeSheetC08();
  PointC08(record).set_first(PointC08(record).first() - 10'000);  // WGS 84 degrees taken for SK-42.
  PointC08(record).set_second(PointC08(record).second() - 102'000);
  EXPECT_THAT(NamedC08(record),
              ElementsAre("where.reference_points[0].position REPAIR_OTHER_DATUM"));
}

TEST(CheckC08, NamesAWrongZone) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*record.mutable_where()->mutable_map()->mutable_declared_crs(), "SK42-GK6");
  PointC08(record).set_second(PointC08(record).second() + 1'000'000'000);
  EXPECT_THAT(NamedC08(record),
              ElementsAre("where.perimeter[0].position REPAIR_ZONE_PREFIX",  // Either may be it.
                          "where.reference_points[0].position REPAIR_ZONE_PREFIX"));
}

TEST(CheckC08, NamesAMagneticBearingTakenForAGridBearing) {
  v1::MinefieldRecord record = OnALargeSheetC08();
  SetCount(*record.mutable_where()->mutable_map()->mutable_correction_e6(), 20'000'000);
  BearingC08(record).set_microdegree(13'690'068);
  EXPECT_THAT(NamedC08(record), ElementsAre("where.ties[0].bearing REPAIR_MAGNETIC_AS_GRID"));
}

TEST(CheckC08, NamesTheOtherAngleUnit) {
  v1::MinefieldRecord record = OnALargeSheetC08();
  BearingC08(record).set_unit(v1::ANGLE_UNIT_MIL_6400);
  v1::Bearing& far = *record.mutable_where()->mutable_ties(1)->mutable_bearing();
  far.set_microdegree(far.microdegree() / 16 * 15);  // Of 291 degrees, 18 are missing.
  far.set_unit(v1::ANGLE_UNIT_MIL_6400);
  EXPECT_THAT(NamedC08(record), ElementsAre("where.ties[1].bearing REPAIR_OTHER_ANGLE_UNIT"));
}

TEST(CheckC08, NamesPacesTakenForMetres) {
  v1::MinefieldRecord record = OnALargeSheetC08();
  v1::Distance& distance = *record.mutable_where()->mutable_ties(0)->mutable_distance();
  distance.set_millimetre(480'740);
  EXPECT_THAT(NamedC08(record), ElementsAre("where.ties[0].distance REPAIR_PACES_AS_METRES"));
}

TEST(CheckC08, NamesAMirroredBearing) {
  v1::MinefieldRecord record = CompleteRecord();
  BearingC08(record).set_microdegree(326'309'932);
  EXPECT_THAT(NamedC08(record), ElementsAre("where.ties[0].bearing REPAIR_MIRRORED"));
}

TEST(CheckC08, WhatNoKnownMistakeExplainsIsLeftUnexplained) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_ties(0)->mutable_distance()->set_millimetre(1'360'555);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
  EXPECT_THAT(NamedC08(record), ElementsAre());
}

TEST(CheckC08, NothingIsAppliedAndNoClassChanges) {
  v1::MinefieldRecord record = CompleteRecord();
  BearingC08(record).set_sense(v1::TIE_SENSE_TO_REFERENCE);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
  EXPECT_EQ(Judge(record).headline(), v1::HEADLINE_CLASS_CONTRADICTING);
}

TEST(CheckC08, IsNotEvaluableWithoutTies) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.ties");
  EXPECT_THAT(Say("C-08", record), ElementsAre("where.ties NE F33 F34"));
}

}  // namespace
}  // namespace cairn::completeness::testing
