#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::Bearing& BearingC06(v1::MinefieldRecord& record) {
  return *record.mutable_where()->mutable_ties(0)->mutable_bearing();
}
// The first tie once more, read off a compass: magnetic bearing is grid bearing less 5 degrees.
v1::MinefieldRecord WithMagneticTwinC06(std::int64_t microdegree) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Tie& tie = *record.mutable_where()->add_ties();
  tie = record.where().ties(0);
  tie.mutable_bearing()->set_north(v1::NORTH_MAGNETIC);
  tie.mutable_bearing()->set_microdegree(microdegree);
  SetCount(*record.mutable_where()->mutable_map()->mutable_correction_e6(), 5'000'000);
  return record;
}

TEST(CheckC06, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-06", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC06, FailsOnTheFullCircleAndNotJustBelow) {
  v1::MinefieldRecord record = CompleteRecord();
  BearingC06(record).set_microdegree(359'999'999);
  EXPECT_THAT(Say("C-06", record), ElementsAre("PASS"));
  BearingC06(record).set_microdegree(360'000'000);
  EXPECT_THAT(Say("C-06", record), ElementsAre("where.ties[0].bearing FAIL"));
}

TEST(CheckC06, ABearingThatTheTemplateCouldNotPlaceFails) {
  v1::MinefieldRecord record = CompleteRecord();
  BearingC06(record).clear_microdegree();
  BearingC06(record).mutable_leaf()->set_norm_rule("outside-circle/1");
  EXPECT_THAT(Say("C-06", record), ElementsAre("where.ties[0].bearing FAIL"));
}

TEST(CheckC06, DivisionsAreWrittenWithADashAndDegreesWithTheirSign) {
  v1::MinefieldRecord record = CompleteRecord();
  BearingC06(record).mutable_leaf()->set_raw("05-61");
  EXPECT_THAT(Say("C-06", record), ElementsAre("PASS"));
  BearingC06(record).set_unit(v1::ANGLE_UNIT_MIL_6400);
  EXPECT_THAT(Say("C-06", record), ElementsAre("where.ties[0].bearing FAIL"));
  BearingC06(record).mutable_leaf()->set_raw("33°41'");
  EXPECT_THAT(Say("C-06", record), ElementsAre("where.ties[0].bearing FAIL"));
  BearingC06(record).set_unit(v1::ANGLE_UNIT_DEGREE_MINUTE);
  EXPECT_THAT(Say("C-06", record), ElementsAre("PASS"));
}

TEST(CheckC06, GridAndMagneticDifferByTheCorrection) {
  EXPECT_THAT(Say("C-06", WithMagneticTwinC06(28'690'068)), ElementsAre("PASS"));
  EXPECT_THAT(Say("C-06", WithMagneticTwinC06(28'190'068)), ElementsAre("PASS"));  // Half a degree.
  EXPECT_THAT(Say("C-06", WithMagneticTwinC06(28'190'067)),
              ElementsAre("where.ties[2].bearing FAIL"));
  EXPECT_THAT(Say("C-06", WithMagneticTwinC06(33'690'068)),
              ElementsAre("where.ties[2].bearing FAIL"));
}

TEST(CheckC06, DeclinationLessConvergenceIsTheCorrectionToo) {
  v1::MinefieldRecord record = WithMagneticTwinC06(28'690'068);
  Blank(record, "where.map.correction_e6");
  EXPECT_THAT(Say("C-06", record), ElementsAre("where.ties[2].bearing NE F25"));
  SetCount(*record.mutable_where()->mutable_map()->mutable_declination_e6(), 6'250'000);
  SetCount(*record.mutable_where()->mutable_map()->mutable_convergence_e6(), 1'250'000);
  EXPECT_THAT(Say("C-06", record), ElementsAre("PASS"));
}

TEST(CheckC06, IsNotEvaluableWithoutABearing) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "where.ties[0].bearing");
  EXPECT_THAT(Say("C-06", record), ElementsAre("where.ties[0].bearing NE F33"));
  Blank(record, "where.ties");
  EXPECT_THAT(Say("C-06", record), ElementsAre("where.ties NE F33"));
}

}  // namespace
}  // namespace cairn::completeness::testing
