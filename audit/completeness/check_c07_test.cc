#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <cstdint>
#include <string>
#include <utility>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::Distance& FirstDistance(v1::MinefieldRecord& record) {
  return *record.mutable_where()->mutable_ties(0)->mutable_distance();
}
v1::Bearing& FirstBearing(v1::MinefieldRecord& record) {
  return *record.mutable_where()->mutable_ties(0)->mutable_bearing();
}
// A second tie to corner A, from R2: 100 m north, 500 m west.
v1::MinefieldRecord WithTwoTiesToA() {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Tie& tie = *record.mutable_where()->add_ties();
  tie = record.where().ties(1);
  tie.set_to("A");
  tie.mutable_bearing()->set_microdegree(281'309'932);
  tie.mutable_distance()->set_millimetre(509'902);
  return record;
}

TEST(CheckC07, PassesIfTiesAndCoordinatesMeet) {
  EXPECT_THAT(Say("C-07", CompleteRecord()), ElementsAre("PASS"));
  EXPECT_THAT(Say("C-07", WithTwoTiesToA()), ElementsAre("PASS"));
}

TEST(CheckC07, FailsIfATieLeadsElsewhere) {
  v1::MinefieldRecord record = CompleteRecord();
  FirstDistance(record).set_millimetre(721'110);  // Twice as far.
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
}

TEST(CheckC07, WarnsBetweenTwoAndThreeSigma) {
  // Both ends of the comparison: 25 m plotting, 4.5 m datum; the tie besides 3.605 m for its tape
  // and 12.586 m for its compass. Sigma is IntegerRoot of the sum in cm, 3,826.
  v1::MinefieldRecord record = CompleteRecord();
  const std::int64_t length = 360'555;
  FirstDistance(record).set_millimetre(length + 76'000);
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));
  FirstDistance(record).set_millimetre(length + 79'500);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL W"));
  FirstDistance(record).set_millimetre(length + 113'000);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL W"));
  FirstDistance(record).set_millimetre(length + 122'000);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
}

TEST(CheckC07, TheOtherDatumShowsOnALargeScaleMapOnly) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Position& point = *record.mutable_where()->mutable_reference_points(0)->mutable_position();
  point.set_first(point.first() + 10'000);  // SK-42 taken for WGS 84: some 103 m, mostly east.
  point.set_second(point.second() + 102'000);
  SetCount(*record.mutable_where()->mutable_map()->mutable_scale(), 25'000);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
  SetCount(*record.mutable_where()->mutable_map()->mutable_scale(), 100'000);
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));
}

TEST(CheckC07, ReadsSensesUnitsAndNorths) {
  v1::MinefieldRecord record = CompleteRecord();
  FirstBearing(record).set_sense(v1::TIE_SENSE_TO_REFERENCE);  // As if read at the field.
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
  FirstBearing(record).set_microdegree(213'690'068);
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));

  FirstDistance(record).set_unit("pace");
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL W"));  // 90 m short.
  FirstDistance(record).set_millimetre(480'740);                               // Paces of 0.75 m.
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));

  FirstDistance(record).set_unit("map_mm");
  FirstDistance(record).set_millimetre(7'211);  // 7.2 mm at 1:50,000.
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));
}

TEST(CheckC07, APointFarOffBendsNoHonestTie) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Position& far = *record.mutable_where()->mutable_reference_points(1)->mutable_position();
  const std::int64_t first = far.first();
  far.set_first(far.second());  // In the Atlantic; still a place.
  far.set_second(first);
  // B is reached from R2, A from R1 alone.
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[1] FAIL"));
  Blank(record, "where.ties[1].bearing");
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[1] NE F33"));
  Blank(record, "where.perimeter[0].position");  // Then the plane lies at R1.
  EXPECT_THAT(Say("C-07", record),
              ElementsAre("where.perimeter[0] NE F40", "where.perimeter[1] NE F33"));
}

TEST(CheckC07, AGridReferenceIsAsExactAsItsSquare) {
  v1::MinefieldRecord record = CompleteRecord();
  FirstDistance(record).set_millimetre(721'110);
  v1::Leaf& leaf =
      *record.mutable_where()->mutable_perimeter(0)->mutable_position()->mutable_leaf();
  leaf.set_norm_rule("mgrs-10m/1");
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
  leaf.set_norm_rule("mgrs-1km/1");
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));
}

TEST(CheckC07, MagneticBearingsNeedADeclination) {
  v1::MinefieldRecord record = CompleteRecord();
  FirstBearing(record).set_north(v1::NORTH_MAGNETIC);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] NE F24"));
  SetCount(*record.mutable_where()->mutable_map()->mutable_declination_e6(), 1'250'000);
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));
  SetCount(*record.mutable_where()->mutable_map()->mutable_declination_e6(), 41'250'000);
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
  Blank(record, "where.map.declination_e6");
  SetCount(*record.mutable_where()->mutable_map()->mutable_correction_e6(), 0);
  EXPECT_THAT(Say("C-07", record), ElementsAre("PASS"));
}

TEST(CheckC07, IsNotEvaluableIfAnInputLacks) {
  const std::pair<const char*, const char*> inputs[] = {
      {"where.ties[0].bearing", "F33"},
      {"where.ties[0].distance", "F34"},
      {"where.reference_points[0].position", "F31"},
  };
  for (const auto& [place, missing] : inputs) {
    v1::MinefieldRecord record = WithTwoTiesToA();
    Blank(record, place);
    EXPECT_THAT(Say("C-07", record), ElementsAre(std::string("where.perimeter[0] NE ") + missing));
  }
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] NE F40"));
  Blank(record, "where.ties");
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.ties NE F33 F34"));
}

TEST(CheckC07, WhatFailsAlreadyFailsWhateverElseLacks) {
  v1::MinefieldRecord record = WithTwoTiesToA();
  FirstDistance(record).set_millimetre(721'110);
  Blank(record, "where.ties[2].bearing");
  EXPECT_THAT(Say("C-07", record), ElementsAre("where.perimeter[0] FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
