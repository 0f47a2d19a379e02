#include "audit/record/grid_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/status.h"

namespace cairn::record::testing {
namespace {

using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

void ExpectGrid(absl::string_view text, std::int64_t northing_m, std::int64_t easting_m,
                std::int64_t side_m) {
  const absl::StatusOr<GridReference> found = ParseGridReference(text);
  ASSERT_TRUE(found.ok()) << text << ": " << found.status();
  EXPECT_EQ(found->northing_mm, northing_m * 1000) << text;
  EXPECT_EQ(found->easting_mm, easting_m * 1000) << text;
  EXPECT_EQ(found->side_mm, side_m * 1000) << text;
}

TEST(GridReference, ControlReferencesOfTheDistrictTowns) {
  ExpectGrid("38S PK 64532 28548", 4'428'548, 38'664'532, 1);
  ExpectGrid("38S PJ 84003 85623", 4'385'623, 38'684'003, 1);
  ExpectGrid("38S PJ 42855 27540", 4'327'540, 38'642'855, 1);
}

TEST(GridReference, WrittenInManyWays) {
  for (const char* text :
       {"38SPK6453228548", "38s pk 64532 28548", "38S РК 64532 28548", "38 S PK 6453228548",
        " 38SPK 64532\xC2\xA0"
        "28548"}) {
    ExpectGrid(text, 4'428'548, 38'664'532, 1);
  }
  ExpectGrid("38S PK 6453 2854", 4'428'540, 38'664'530, 10);
  ExpectGrid("38SPK645285", 4'428'500, 38'664'500, 100);
  ExpectGrid("38SPK6428", 4'428'000, 38'664'000, 1'000);
  ExpectGrid("38SPK62", 4'420'000, 38'660'000, 10'000);
}

// The band changes at 40 degrees, the square does not: 4,428 km lie in both.
TEST(GridReference, BandsZonesAndHemispheres) {
  ExpectGrid("38T PK 64532 30000", 4'430'000, 38'664'532, 1);
  ExpectGrid("39S TE 00000 00000", 4'400'000, 39'200'000, 1);
  ExpectGrid("31N AA 66021 00000", 0, 31'166'021, 1);
  ExpectGrid("30N WF 00000 00000", 0, 30'500'000, 1);
  ExpectGrid("1C EV 00000 00000", -8'100'000, 1'500'000, 1);
  ExpectGrid("4Q FJ 12345 67890", 2'367'890, 4'612'345, 1);
}

TEST(GridReference, WhatDoesNotFitIsNamed) {
  const auto says = [](absl::string_view text, const char* what) {
    EXPECT_THAT(ParseGridReference(text).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what)))
        << text;
  };
  says("", "no zone");
  says("61S PK 64532 28548", "no zone");
  says("0S PK 64532 28548", "no zone");
  says("38O PK 64532 28548", "no band");
  says("38A PK 64532 28548", "no band");
  says("38S AK 64532 28548", "does not lie in this zone");  // A is of zones 1, 4, 7 ...
  says("38S PI 64532 28548", "does not lie in this zone");
  says("38S PW 64532 28548", "does not lie in this zone");
  says("38N PS 64532 28548", "does not lie in this zone");  // Above the band N.
  says("38S PK", "no place");
  says("38S PK 64532 2854", "two equal groups");
  says("38S PK 645321 285481", "two equal groups");
  says("38S PK 64532,28548", "other than digits");
  says("4430410", "no band");
}

// Whatever stands in a cell: an answer, and never another place for a reference that lost a
// character.
TEST(GridReference, EveryCutAndEveryChangedByteIsRefusedOrAnotherReference) {
  const std::string good = "38S PK 64532 28548";
  const GridReference whole = *ParseGridReference(good);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const auto found = ParseGridReference(good.substr(0, cut));
    EXPECT_TRUE(!found.ok() || found->side_mm != whole.side_mm) << cut;
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 1; byte < 256; ++byte) {
      std::string changed = good;
      changed[at] = static_cast<char>(byte);
      const auto found = ParseGridReference(changed);
      if (!found.ok() || changed == good) continue;
      EXPECT_GT(found->easting_mm, 0);
      EXPECT_LT(found->easting_mm, 61'000'000'000);
    }
  }
}

TEST(GridReference, TheRuleTellsTheSquare) {
  for (const char* text :
       {"38SPK6453228548", "38SPK64532854", "38SPK645285", "38SPK6428", "38SPK62"}) {
    const auto found = ParseGridReference(text);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(GridSquareMm(GridReferenceRule(*found)), found->side_mm);
  }
  EXPECT_EQ(GridReferenceRule({0, 0, 10'000}), "mgrs-10m/1");
  EXPECT_EQ(GridReferenceRule({0, 0, 10'000'000}), "mgrs-10km/1");
  EXPECT_EQ(GridSquareMm("metres/1"), 0);
}

}  // namespace
}  // namespace cairn::record::testing
