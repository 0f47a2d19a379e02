#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// With a lake around the field, whose western shore is so many 1e-7 degrees off its middle.
Rules WithLakeP05() {
  return ApiiRulesWith([](v1::RuleSet& message) {
    v1::TerrainPatch& lake = *message.add_terrain();
    lake.set_kind("water");
    for (const auto& [latitude, longitude] : {std::pair{399'400'000, 469'400'000},
                                              {399'400'000, 469'700'000},
                                              {399'600'000, 469'700'000},
                                              {399'600'000, 469'400'000}}) {
      v1::GeoPoint& at = *lake.add_ring();
      at.set_latitude_e7(latitude);
      at.set_longitude_e7(longitude);
    }
  });
}

TEST(CheckP05, SaysNothingWithoutTerrain) {
  EXPECT_THAT(Say("P-05", CompleteRecord()), ElementsAre());
}

TEST(CheckP05, FailsInTheLakeAndPassesBesideIt) {
  const Rules rules = WithLakeP05();
  EXPECT_THAT(Say("P-05", CompleteRecord(), RecordContext(), rules),
              ElementsAre("where.perimeter FAIL"));
  v1::MinefieldRecord record = CompleteRecord();
  Move(record, 5'000, 0);
  EXPECT_THAT(Say("P-05", record, RecordContext(), rules), ElementsAre("PASS"));
}

TEST(CheckP05, IsNotEvaluableWithoutPerimeter) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(Say("P-05", record, RecordContext(), WithLakeP05()),
              ElementsAre("where.perimeter NE F40"));
}

}  // namespace
}  // namespace cairn::completeness::testing
