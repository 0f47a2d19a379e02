#include "audit/record/normalise.h"

#include <vector>

#include "audit/record/alias.h"
#include "audit/record/text.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

constexpr absl::StatusCode kBadText = absl::StatusCode::kInvalidArgument;

struct NumberCase {
  NumberRule rule;
  absl::string_view text;
  std::int64_t value;
};

TEST(Normalise, NumbersFollowTheirRule) {
  using enum NumberRule;
  const std::vector<NumberCase> cases = {
      {kCount, "250", 250},
      {kCount, "1 200", 1200},
      {kCount,
       "1\xC2\xA0"
       "200 шт.",
       1200},
      {kCount, " 7 pcs ", 7},
      {kCount, "0", 0},
      {kLengthM, "250", 250'000},
      {kLengthM, "12,5", 12'500},
      {kLengthM, "0,250 км", 250'000},
      {kLengthM, "15 см", 150},
      {kLengthM, "1 200 m", 1'200'000},
      {kLengthM, "0.0004", 0},
      {kLengthM, "0.0005", 1},
      {kLengthCm, "15", 150},
      {kLengthCm, "0,15 м", 150},
      {kLengthCm, "2,5 см", 25},
      {kArea, "12500", 12'500},
      {kArea, "1,25 га", 12'500},
      {kArea, "12500 м²", 12'500},
      {kScale, "1:25 000", 25'000},
      {kScale, "50000", 50'000},
      {kScale, "1 : 100 000", 100'000},
      {kYear, "1978", 1978},
      {kDays, "40 сут.", 40},
      {kDensity, "750 шт/км", 750},
      {kAngleEast, "5.12", 5'120'000},
      {kAngleEast, "-1,04", -1'040'000},
      {kAngleEast, "E 5°07'", 5'116'667},
      {kAngleEast, "1°02' W", -1'033'333},
      {kAngleEast, "E 0-85", 5'100'000},
  };
  for (const NumberCase& each : cases) {
    ASSERT_OK_AND_ASSIGN(const std::int64_t value, ParseNumber(each.rule, each.text));
    EXPECT_EQ(value, each.value) << each.text;
  }
}

TEST(Normalise, NumbersThatCouldMeanTwoThingsAreRefused) {
  for (const absl::string_view text : {"1.200", "1,200", "12,500 m", "999.000"}) {
    EXPECT_THAT(ParseNumber(NumberRule::kLengthM, text),
                StatusIs(kBadText, HasSubstr("thousands or a fraction")))
        << text;
  }
  EXPECT_THAT(ParseNumber(NumberRule::kCount, "1.200"), StatusIs(kBadText, HasSubstr("thousands")));
  EXPECT_THAT(ParseNumber(NumberRule::kScale, "1:50.000"),
              StatusIs(kBadText, HasSubstr("thousands")));
}

TEST(Normalise, WhatIsNoNumberOfTheRuleIsRefused) {
  using enum NumberRule;
  for (const auto& [rule, text] : std::vector<std::pair<NumberRule, absl::string_view>>{
           {kCount, "about 200"},
           {kCount, "12.5"},
           {kCount, "-3"},
           {kCount, "1 20"},
           {kCount, "1 2000"},
           {kCount, "200 m"},
           {kCount, ""},
           {kCount, "1234567890123456"},
           {kLengthM, "150 шагов"},
           {kLengthM, "-5"},
           {kLengthM, "5-6"},
           {kLengthM, "4;5"},
           {kLengthCm, "10-15"},
           {kArea, "1 km2"},
           {kScale, "0"},
           {kScale, "1:0"},
           {kYear, "78"},
           {kYear, "1978 г."},
           {kYear, "3000"},
           {kDays, "40 ч"},
           {kAngleEast, "E -5"},
           {kAngleEast, "N 5"},
           {kAngleEast, "181"},
           {kAngleEast, "5°75'"},
       }) {
    EXPECT_THAT(ParseNumber(rule, text), StatusIs(kBadText)) << text;
  }
}

struct DateCase {
  absl::string_view text;
  absl::string_view iso;
  absl::string_view rule;
};

TEST(Normalise, DatesKeepTheirPrecision) {
  for (const DateCase& each : std::vector<DateCase>{
           {"14.06.1993 08:30", "1993-06-14T08:30", "date-dmy/1"},
           {"14.06.1993 08.30", "1993-06-14T08:30", "date-dmy/1"},
           {"4.6.1993", "1993-06-04", "date-dmy/1"},
           {"14.06.1993 08", "1993-06-14T08", "date-dmy/1"},
           {"06.1993", "1993-06", "date-dmy/1"},
           {"1993", "1993", "date-dmy/1"},
           {"1993-06-14T08:30", "1993-06-14T08:30", "date-iso/1"},
           {"1993-06-14 08:30", "1993-06-14T08:30", "date-iso/1"},
           {"1993-06-14", "1993-06-14", "date-iso/1"},
           {"1993-06", "1993-06", "date-iso/1"},
           {"29.02.2020", "2020-02-29", "date-dmy/1"},
       }) {
    ASSERT_OK_AND_ASSIGN(const DateValue date, ParseDate(each.text));
    EXPECT_EQ(DateText(date), each.iso) << each.text;
    EXPECT_EQ(date.rule, each.rule) << each.text;
  }
  ASSERT_OK_AND_ASSIGN(const DateValue epoch, ParseDate("02.01.1970"));
  EXPECT_EQ(epoch.day, 1);
}

TEST(Normalise, DatesThatWouldHaveToBeGuessedAreRefused) {
  for (const absl::string_view text :
       {"14.06.93", "06/14/1993", "31.04.1993", "29.02.1993", "14.13.1993", "14.06.1993 24:00",
        "14.06.1993 8:3", "1899", "2101", "June 1993", "14.06.1993г", "1993-6-14", "1993-06-14T",
        "14.06.1993  08:30", "", "00.06.1993", "1993-06-14Z"}) {
    EXPECT_THAT(ParseDate(text), StatusIs(kBadText)) << text;
  }
}

TEST(Normalise, PositionsInMetresAndDegrees) {
  EXPECT_EQ(ParseMetres("4430410,43").value(), 4'430'410'430);
  EXPECT_EQ(ParseMetres("8 664 702").value(), 8'664'702'000);
  EXPECT_EQ(ParseMetres("664702.5 м").value(), 664'702'500);
  EXPECT_EQ(ParseDegrees(Axis::kLatitude, "39.9911").value(), 39'991'100'000);
  EXPECT_EQ(ParseDegrees(Axis::kLatitude, "39°59'28.3\"").value(), 39'991'194'444);
  EXPECT_EQ(ParseDegrees(Axis::kLatitude, "39 59 28,3 с.ш.").value(), 39'991'194'444);
  EXPECT_EQ(ParseDegrees(Axis::kLongitude, "46-55-42.2 E").value(), 46'928'388'889);
  EXPECT_EQ(ParseDegrees(Axis::kLongitude, "W 46.5").value(), -46'500'000'000);
}

TEST(Normalise, SwappedOrForeignCoordinatesAreNamed) {
  EXPECT_THAT(ParseDegrees(Axis::kLatitude, "46.9 E"), StatusIs(kBadText, HasSubstr("latitude")));
  EXPECT_THAT(ParseDegrees(Axis::kLongitude, "39.9 N"), StatusIs(kBadText, HasSubstr("north")));
  EXPECT_THAT(ParseDegrees(Axis::kLatitude, "4430410.43"),
              StatusIs(kBadText, HasSubstr("in metres")));
  EXPECT_THAT(ParseDegrees(Axis::kLatitude, "39°60'"), StatusIs(kBadText, HasSubstr("60")));
  EXPECT_THAT(ParseDegrees(Axis::kLatitude, "39.5°30'"), StatusIs(kBadText));
  EXPECT_THAT(ParseMetres("4.430.410"), StatusIs(kBadText));
  EXPECT_THAT(ParseMetres("PK 64532 28548"), StatusIs(kBadText));
  EXPECT_THAT(ParseMetres("9999999999999"), StatusIs(kBadText, HasSubstr("kilometres")));
}

TEST(Normalise, BearingsInEveryUnit) {
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_DEGREE, "34,5°").value(), 34'500'000);
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_DEGREE_MINUTE, "34°30'").value(), 34'500'000);
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_MIL_6000, "34-50").value(), 207'000'000);
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_MIL_6000, "15-00").value(), 90'000'000);
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_MIL_6400, "1500").value(), 84'375'000);
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_MIL_6300, "6300").value(), kFullCircle);
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_GON, "100").value(), 90'000'000);
  EXPECT_EQ(ParseBearing(v1::ANGLE_UNIT_DEGREE, "412").value(), 412'000'000);
  EXPECT_THAT(ParseBearing(v1::ANGLE_UNIT_DEGREE, "34-50"), StatusIs(kBadText, HasSubstr("unit")));
  EXPECT_THAT(ParseBearing(v1::ANGLE_UNIT_UNSPECIFIED, "34"), StatusIs(kBadText));
  EXPECT_THAT(ParseBearing(v1::ANGLE_UNIT_MIL_6000, "34-5"), StatusIs(kBadText));
}

TEST(Normalise, DistancesInTheirUnit) {
  EXPECT_EQ(ParseDistance("m", "480").value(), 480'000);
  EXPECT_EQ(ParseDistance("m", "0,5 км").value(), 500'000);
  EXPECT_EQ(ParseDistance("pace", "160 шагов").value(), 160'000);
  EXPECT_EQ(ParseDistance("map_mm", "12.5").value(), 12'500);
  EXPECT_THAT(ParseDistance("pace", "160 m"), StatusIs(kBadText));
  EXPECT_THAT(ParseDistance("", "160"), StatusIs(kBadText));
}

TEST(Text, TwinsOfLettersHyphensAndCaseAreOneSpelling) {
  EXPECT_EQ(AliasKey("ТМ-62М"), AliasKey("TM 62 m"));  // Cyrillic and Latin.
  EXPECT_EQ(AliasKey("МВЧ-62"), AliasKey("мвч 62"));
  EXPECT_NE(AliasKey("ТМ-62М"), AliasKey("ТМ-62"));
  EXPECT_EQ(NormalText(" \xC2\xA0"
                       "и\xCC\x86 "),
            "й");  // Two characters become one.
}

TEST(Text, ASpellingMeansOneCode) {
  AliasTable table;
  EXPECT_THAT(table.Add("model", "tm_62m", "ТМ-62М"), IsOk());
  EXPECT_THAT(table.Add("model", "tm_62m", "TM 62 M"), IsOk());
  EXPECT_THAT(table.Add("model", "other", "tm-62m"), StatusIs(kBadText, HasSubstr("both")));
  EXPECT_THAT(table.Add("model", "x", " - "), StatusIs(kBadText));
  ASSERT_NE(table.Find("model", "tm62m"), nullptr);
  EXPECT_EQ(*table.Find("model", "tm62m"), "tm_62m");
  EXPECT_EQ(table.Find("model", "ПМН"), nullptr);
  EXPECT_EQ(table.Find("fuze", "tm62m"), nullptr);
}

}  // namespace
}  // namespace cairn::record
