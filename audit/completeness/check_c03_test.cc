#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <utility>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// R1 lies at 39.948 N, 46.956 E: on J-38-10 Б, whose eastern edge is at 47.000 E, 3.7 km away.
std::vector<std::string> MovedEastC03(std::int64_t metres) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Position& at = *record.mutable_where()->mutable_reference_points(1)->mutable_position();
  at.set_second(at.second() + metres * 1000);
  return Say("C-03", record);
}

TEST(CheckC03, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-03", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC03, FailsTwoKilometresBeyondTheEdge) {
  EXPECT_THAT(MovedEastC03(5'500), ElementsAre("PASS"));
  EXPECT_THAT(MovedEastC03(6'000), ElementsAre("where.reference_points[1].position FAIL"));
}

TEST(CheckC03, FailsOnAnotherSheet) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_where()->mutable_map()->mutable_sheet(), "J-38-23-А");
  EXPECT_THAT(Say("C-03", record), ElementsAre("where.reference_points[0].position FAIL",
                                               "where.reference_points[1].position FAIL"));
}

TEST(CheckC03, IsNotEvaluableIfAnInputLacks) {
  const std::pair<const char*, const char*> inputs[] = {{"where.map.sheet", "F20"},
                                                        {"where.map.declared_crs", "F23"}};
  for (const auto& [place, missing] : inputs) {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, place);
    EXPECT_THAT(Say("C-03", record),
                ElementsAre(std::string("where.reference_points[0].position NE ") + missing,
                            std::string("where.reference_points[1].position NE ") + missing));
  }
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.reference_points[1].position");
  EXPECT_THAT(Say("C-03", record), ElementsAre("where.reference_points[1].position NE F31"));
  SetText(*record.mutable_where()->mutable_map()->mutable_sheet(), "sheet seven");
  EXPECT_THAT(Say("C-03", record), ElementsAre("where.reference_points[0].position NE F20",
                                               "where.reference_points[1].position NE F20 F31"));
  Blank(record, "where.reference_points");
  EXPECT_THAT(Say("C-03", record), ElementsAre("where.reference_points NE F31"));
}

}  // namespace
}  // namespace cairn::completeness::testing
