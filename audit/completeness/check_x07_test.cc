#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// A second record whose R1 is described as that of the first, so many metres north of it.
v1::MinefieldRecord LandmarkX07(std::int64_t metres) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), "12-1993-18");
  SetText(*record.mutable_where()->mutable_reference_points(1)->mutable_description(), "other");
  v1::Position& at = *record.mutable_where()->mutable_reference_points(0)->mutable_position();
  at.set_first(at.first() + metres * 1000);
  return record;
}

TEST(CheckX07, PassesWithinThreeSigma) {
  // 25.4 m twice: three sigma are 107.76 m.
  EXPECT_THAT(SayTogether("X-07", {CompleteRecord(), LandmarkX07(107)}), ElementsAre());
}

TEST(CheckX07, FailsOnBothBeyond) {
  EXPECT_THAT(SayTogether("X-07", {CompleteRecord(), LandmarkX07(109)}),
              ElementsAre("0 where.reference_points[0].position FAIL",
                          "1 where.reference_points[0].position FAIL"));
}

TEST(CheckX07, FarAwayItIsAnotherLandmark) {
  EXPECT_THAT(SayTogether("X-07", {CompleteRecord(), LandmarkX07(499)}).size(), 2u);
  EXPECT_THAT(SayTogether("X-07", {CompleteRecord(), LandmarkX07(502)}), ElementsAre());
}

TEST(CheckX07, IsNotEvaluableWithoutItsPlace) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.reference_points[0].position");
  EXPECT_THAT(SayTogether("X-07", {record}),
              ElementsAre("0 where.reference_points[0].position NE F31"));
}

}  // namespace
}  // namespace cairn::completeness::testing
