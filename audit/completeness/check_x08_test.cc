#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <cstdint>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckX08, PassesInTheClaimedDistrict) {
  EXPECT_THAT(Say("X-08", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckX08, FailsFarOutside) {
  v1::MinefieldRecord record = CompleteRecord();
  Move(record, -60'000, 0);  // In Jabrayil or so.
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter FAIL"));
  const v1::RecordResult result = Judge(record);
  EXPECT_EQ(result.area(), "aghdam");
  EXPECT_NE(result.lies_in(), "aghdam");
  EXPECT_EQ(result.headline(), v1::HEADLINE_CLASS_CONTRADICTING);
}

TEST(CheckX08, TheStripAlongTheBoundaryDecidesNothing) {
  // Walk south until the outline ends, then on: 5 km of strip, then a failure.
  const Outline& outline = *ApiiRules().FindOutline("aghdam");
  Geographic at{399'500'000, 469'500'000};
  while (Inside(outline, at)) at.latitude_e7 -= 1'000;
  v1::MinefieldRecord record = CompleteRecord();
  const auto square = [&](std::int64_t latitude_e7) {
    const std::int64_t corners[4][2] = {
        {-5'000, -5'000}, {-5'000, 5'000}, {5'000, 5'000}, {5'000, -5'000}};
    for (int i = 0; i < 4; ++i) {
      SetPlace(*record.mutable_where()->mutable_perimeter(i)->mutable_position(), "WGS84-GEO",
               v1::COORDINATE_UNIT_NANODEGREE, (latitude_e7 + corners[i][0]) * 100,
               (at.longitude_e7 + corners[i][1]) * 100);
    }
  };
  square(at.latitude_e7 + 10'000);
  EXPECT_THAT(Say("X-08", record), ElementsAre("PASS"));
  square(at.latitude_e7 - 10'000);
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter NE outline uncertainty"));
  std::int64_t latitude = at.latitude_e7;
  while (DistanceToBoundaryCm(outline, {latitude, at.longitude_e7}) <= 500'000) latitude -= 1'000;
  square(latitude - 1'000);
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter FAIL"));
  square(latitude + 2'000);
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter NE outline uncertainty"));
}

TEST(CheckX08, TheNameOnTheFormIsTheClaim) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_where()->mutable_district(), "FÜZULİ");
  EXPECT_EQ(Judge(record).area(), "aghdam");  // No alias of the file: the list's word stands.
  SetText(*record.mutable_where()->mutable_district(), "Füzuli");
  EXPECT_EQ(Judge(record).area(), "fuzuli");
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckX08, IsNotEvaluableWithoutPerimeterOrOutline) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter NE F40"));
  record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter NE F23"));
  record = CompleteRecord();
  Blank(record, "where.district");
  record.mutable_identity()->set_area("elsewhere");
  EXPECT_THAT(Say("X-08", record), ElementsAre("where.perimeter NE outline"));
}

}  // namespace
}  // namespace cairn::completeness::testing
