#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> AtScaleP07(std::int64_t scale) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_where()->mutable_map()->mutable_scale(), scale);
  return Say("P-07", record);
}

TEST(CheckP07, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("P-07", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckP07, FailsIfTheCircleOfOneSigmaExceedsAHectare) {
  EXPECT_THAT(AtScaleP07(112'000), ElementsAre("PASS"));                  // 56.2 m.
  EXPECT_THAT(AtScaleP07(113'000), ElementsAre("where.perimeter FAIL"));  // 56.7 m.
}

TEST(CheckP07, ATieCountsWhereThereAreNoCorners) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter");
  EXPECT_THAT(Say("P-07", record), ElementsAre("PASS"));
  for (v1::Tie& tie : *record.mutable_where()->mutable_ties()) {
    tie.mutable_distance()->set_millimetre(2'000'000);  // 70 m of compass.
  }
  EXPECT_THAT(Say("P-07", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckP07, IsNotEvaluableWithoutCornersAndTies) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter");
  Blank(record, "where.ties");
  EXPECT_THAT(Say("P-07", record), ElementsAre("where.perimeter NE F40"));
}

}  // namespace
}  // namespace cairn::completeness::testing
