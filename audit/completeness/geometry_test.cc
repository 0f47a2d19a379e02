#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "audit/completeness/calendar.h"
#include "audit/completeness/geometry.h"
#include "audit/completeness/map_sheet.h"
#include "audit/completeness/outlines.h"
#include "tests/testing/status.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

using cairn::testing::StatusIs;

std::vector<Point> Square() { return {{0, 0}, {10, 0}, {10, 10}, {0, 10}}; }

TEST(Geometry, SidesOfARing) {
  EXPECT_EQ(SideOf(Square(), {5, 5}), Side::kInside);
  EXPECT_EQ(SideOf(Square(), {10, 5}), Side::kBoundary);
  EXPECT_EQ(SideOf(Square(), {0, 0}), Side::kBoundary);
  EXPECT_EQ(SideOf(Square(), {11, 5}), Side::kOutside);
  EXPECT_EQ(SideOf(Square(), {-1, 10}), Side::kOutside);  // Level with a side.
  EXPECT_EQ(SideOf(Square(), {5, 11}), Side::kOutside);
}

TEST(Geometry, FaultsOfRings) {
  EXPECT_EQ(CheckRing(Square()), RingFault::kNone);
  std::vector<Point> bow = {{0, 0}, {10, 10}, {10, 0}, {0, 10}};
  EXPECT_EQ(CheckRing(bow), RingFault::kCrossesItself);
  std::vector<Point> closed = {{0, 0}, {10, 0}, {10, 10}, {0, 0}};
  EXPECT_EQ(CheckRing(closed), RingFault::kRepeatedPoint);
  std::vector<Point> line = {{0, 0}, {10, 0}, {0, 0}, {10, 0}};
  EXPECT_EQ(CheckRing(line), RingFault::kFewerThanThree);
  std::vector<Point> back = {{0, 0}, {10, 0}, {4, 0}, {4, 5}};  // Folds back on itself.
  EXPECT_EQ(CheckRing(back), RingFault::kCrossesItself);
  std::vector<Point> touching = {{0, 0}, {10, 0}, {10, 10}, {5, 0}, {0, 10}};
  EXPECT_EQ(CheckRing(touching), RingFault::kCrossesItself);
}

// The same question, slowly: every pair of sides.
bool CrossesSlowly(const std::vector<Point>& ring) {
  const std::size_t n = ring.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 2; j < n; ++j) {
      if (i == 0 && j == n - 1) continue;
      if (SegmentsMeet(ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n])) return true;
    }
  }
  return false;
}

TEST(Geometry, TheSweepFindsWhatAllPairsFind) {
  std::mt19937 random(7);
  int crossing = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<Point> ring(4 + random() % 5);
    for (Point& p : ring) {
      p = {static_cast<std::int64_t>(random() % 50), static_cast<std::int64_t>(random() % 50)};
    }
    if (!CrossesSlowly(ring)) continue;
    ++crossing;
    EXPECT_NE(CheckRing(ring), RingFault::kNone) << "seed 7, round " << round;
  }
  EXPECT_GT(crossing, 100);
}

TEST(Geometry, CentreAndDistance) {
  EXPECT_EQ(CentreOf(Square()), (Point{5, 5}));
  EXPECT_EQ(CentreOf(std::vector<Point>{{0, 0}, {4, 0}, {8, 0}}), (Point{4, 0}));
  EXPECT_EQ(DistanceToSegment({5, 7}, {0, 0}, {10, 0}), 7);
  EXPECT_EQ(DistanceToSegment({13, 4}, {0, 0}, {10, 0}), 5);
  EXPECT_EQ(DistanceToSegment({3, 4}, {0, 0}, {0, 0}), 5);
}

constexpr char kTriangle[] =
    R"({"features":[{"properties":{"district":"d","name":"D"},"geometry":{"type":"Polygon",)"
    R"("coordinates":[[[46.1,39],[47.0000001,39],[46.5,40.25],[46.1,39]]]}}]})";

TEST(Outlines, ReadsDecimalTextExactly) {
  const auto outlines = ParseOutlines(kTriangle);
  ASSERT_TRUE(outlines.ok()) << outlines.status();
  ASSERT_EQ(outlines->size(), 1u);
  EXPECT_EQ(
      (*outlines)[0].rings[0],
      (Ring{{390'000'000, 461'000'000}, {390'000'000, 470'000'001}, {402'500'000, 465'000'000}}));
  EXPECT_TRUE(Inside((*outlines)[0], {395'000'000, 465'000'000}));
  EXPECT_FALSE(Inside((*outlines)[0], {389'999'999, 465'000'000}));
  EXPECT_NEAR(static_cast<double>(DistanceToBoundaryCm((*outlines)[0], {389'000'000, 465'000'000})),
              1'110'200, 2'000);
}

TEST(Outlines, TheShippedFileHasTenDistricts) { EXPECT_EQ(ApiiRules().outlines().size(), 10u); }

TEST(Outlines, RefusesWhatIsNone) {
  const std::string good = kTriangle;
  const auto spoiled = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return ParseOutlines(text).status();
  };
  EXPECT_THAT(ParseOutlines("{"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseOutlines("[]"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(spoiled("47.0000001", "47.00000001"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(spoiled("40.25", "1e2"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(spoiled("40.25", "90.1"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(spoiled("40.25", "null"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(spoiled("[46.1,39]]]", "[46.2,39]]]"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(spoiled("Polygon", "Point"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(spoiled("\"district\"", "\"other\""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseOutlines(std::string(100, '[')), StatusIs(absl::StatusCode::kInvalidArgument));
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(ParseOutlines(good.substr(0, cut)).ok()) << cut;
  }
}

TEST(MapSheet, ReadsLatinCyrillicAndNumbers) {
  const auto sheet = [](const char* text) {
    const auto name = ParseSheetName(text);
    return name.has_value() ? name->row * 100 + name->column : 0;
  };
  EXPECT_EQ(sheet("J-38-23-А-б"), 1038);
  EXPECT_EQ(sheet("K-38-142"), 1138);
  EXPECT_EQ(sheet("К-38-142"), 1138);
  EXPECT_EQ(sheet("10-38-023"), 1038);
  EXPECT_EQ(sheet("J-61"), 0);
  EXPECT_EQ(sheet("J38"), 0);
  EXPECT_EQ(sheet(""), 0);
  EXPECT_EQ(sheet("-"), 0);
  EXPECT_EQ(sheet("23-38"), 0);
}

TEST(Calendar, DaysAndSpans) {
  EXPECT_EQ(DayOf(2020, 11, 10), 18576);
  EXPECT_EQ(DayText(18576), "2020-11-10");
  EXPECT_EQ(ParseDay("2020-11-10"), 18576);
  EXPECT_EQ(ParseDay("2021-02-29"), std::nullopt);
  EXPECT_EQ(ParseDay("2020-1-010"), std::nullopt);
  v1::Date date;
  SetDay(date, 2020, 2, 1, v1::DATE_PRECISION_MONTH);
  EXPECT_EQ(SpanOf(date)->last - SpanOf(date)->first, 29 * 24 * 60 - 1);
  SetDay(date, 2020, 5, 5, v1::DATE_PRECISION_YEAR);
  EXPECT_EQ(SpanOf(date)->last - SpanOf(date)->first, 366 * 24 * 60 - 1);
  SetMinute(date, 2020, 5, 5, 90);
  EXPECT_EQ(SpanOf(date)->first, SpanOf(date)->last);
  date.set_day(INT32_MAX);
  EXPECT_EQ(SpanOf(date), std::nullopt);
}

}  // namespace
}  // namespace cairn::completeness::testing
