#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> WithFrontC11(std::int64_t millimetres) {
  v1::MinefieldRecord record = CompleteRecord();  // 240 m by 60 m.
  SetCount(*record.mutable_where()->mutable_front_mm(), millimetres);
  return Say("C-11", record);
}

TEST(CheckC11, PassesFromHalfToTwiceTheArea) {
  EXPECT_THAT(Say("C-11", CompleteRecord()), ElementsAre("PASS"));
  EXPECT_THAT(WithFrontC11(121'000), ElementsAre("PASS"));
  EXPECT_THAT(WithFrontC11(479'000), ElementsAre("PASS"));
}

TEST(CheckC11, FailsBeyond) {
  EXPECT_THAT(WithFrontC11(119'000), ElementsAre("where.perimeter FAIL"));
  EXPECT_THAT(WithFrontC11(482'000), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckC11, IsNotEvaluableIfAnInputLacks) {
  const std::pair<const char*, const char*> inputs[] = {
      {"where.front_mm", "F41"}, {"where.depth_mm", "F42"}, {"where.perimeter[3].position", "F40"}};
  for (const auto& [place, missing] : inputs) {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, place);
    EXPECT_THAT(Say("C-11", record), ElementsAre(std::string("where.perimeter NE ") + missing));
  }
}

TEST(CheckC11, APerimeterThatCrossesItselfHasNoArea) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_perimeter()->SwapElements(1, 2);
  EXPECT_THAT(Say("C-11", record), ElementsAre("where.perimeter NE F40"));
}

}  // namespace
}  // namespace cairn::completeness::testing
