#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// 120 mines on 240 m: 500 a kilometre.
std::vector<std::string> WithDensityC16(std::int64_t per_km) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_what()->mutable_density_per_km(), per_km);
  return Say("C-16", record);
}

TEST(CheckC16, PassesWithinATenth) {
  EXPECT_THAT(WithDensityC16(500), ElementsAre("PASS"));
  EXPECT_THAT(WithDensityC16(450), ElementsAre("PASS"));
  EXPECT_THAT(WithDensityC16(550), ElementsAre("PASS"));
}

TEST(CheckC16, FailsBeyond) {
  EXPECT_THAT(WithDensityC16(449), ElementsAre("what.density_per_km FAIL"));
  EXPECT_THAT(WithDensityC16(551), ElementsAre("what.density_per_km FAIL"));
}

TEST(CheckC16, IsNotEvaluableIfAnInputLacks) {
  const std::pair<const char*, const char*> inputs[] = {
      {"what.density_per_km", "F72"}, {"where.front_mm", "F41"}, {"what.ordnance[0].count", "F62"}};
  for (const auto& [place, missing] : inputs) {
    v1::MinefieldRecord record = CompleteRecord();
    SetCount(*record.mutable_what()->mutable_density_per_km(), 500);
    Blank(record, place);
    EXPECT_THAT(Say("C-16", record), ElementsAre(std::string("what.density_per_km NE ") + missing));
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
