// Our transformations beside PROJ's, program cct: an oracle from outside. Points at random from a
// fixed seed over the region. Skipped where proj-bin is not installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/geodesy.h"
#include "audit/completeness/rule_set.h"
#include "audit/completeness/shipped.h"

namespace cairn::completeness::testing {
namespace {

constexpr std::uint64_t kSeed = 20210809;
constexpr int kPoints = 4000;

// Of the shipped rule set, whose numbers are what is judged.
const Rules& ShippedRules() {
  static const Rules* const kRules = [] {
    auto rules = Rules::FromFile("apii_1996.textproto", ReadShippedFile);
    if (!rules.ok()) std::abort();
    return new Rules(*std::move(rules));
  }();
  return *kRules;
}

// 38 to 42 N, 43.5 to 50.5 E, 1e-7 degree.
const std::vector<Geographic>& RandomPoints() {
  static const auto* const kAll = [] {
    auto* all = new std::vector<Geographic>;
    std::mt19937_64 random(kSeed);
    for (int i = 0; i < kPoints; ++i) {
      const auto north = static_cast<std::int64_t>(random() % 40'000'000);
      const auto east = static_cast<std::int64_t>(random() % 70'000'000);
      all->push_back({380'000'000 + north, 435'000'000 + east});
    }
    return all;
  }();
  return *kAll;
}

struct Pair {
  double first = 0, second = 0;
};

// The points through cct, longitude first unless `latitude_first`.
std::vector<Pair> ThroughCct(const std::string& name, const std::string& operation,
                             bool latitude_first) {
  const std::string in = absl::StrCat(::testing::TempDir(), "/cct_in_", name);
  const std::string out = absl::StrCat(::testing::TempDir(), "/cct_out_", name);
  {
    std::ofstream file(in);
    file.precision(12);
    for (const Geographic& at : RandomPoints()) {
      const double latitude = static_cast<double>(at.latitude_e7) / 1e7;
      const double longitude = static_cast<double>(at.longitude_e7) / 1e7;
      file << (latitude_first ? latitude : longitude) << " "
           << (latitude_first ? longitude : latitude) << " 0 0\n";
    }
  }
  const std::string command = absl::StrCat("cct -d 10 ", operation, " ", in, " > ", out);
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::vector<Pair> pairs;
  std::ifstream file(out);
  Pair pair;
  double height = 0;
  for (std::string time; file >> pair.first >> pair.second >> height >> time;) {
    pairs.push_back(pair);
  }
  EXPECT_EQ(pairs.size(), RandomPoints().size()) << command;
  return pairs;
}

// Each point to 1e-9 degree x 5 or a millimetre, and that the way back leads home. Points beyond
// the system's reach (500 km where eastings carry a zone number) are left out.
void ExpectAgreement(const char* code, const std::vector<Pair>& theirs, bool latitude_first) {
  const CoordinateSystem& system = *ShippedRules().FindSystem(code);
  const double scale = system.geographic() ? 1e9 : 1e3;
  std::int64_t worst = 0;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    const Geographic& at = RandomPoints()[i];
    const auto ours = system.FromWgs84(at);
    if (!ours.has_value()) continue;
    ++compared;
    const double first = latitude_first ? theirs[i].first : theirs[i].second;
    const double second = latitude_first ? theirs[i].second : theirs[i].first;
    worst = std::max<std::int64_t>({worst, std::abs(ours->first - std::llround(first * scale)),
                                    std::abs(ours->second - std::llround(second * scale))});
    const auto back = system.ToWgs84(*ours);
    ASSERT_TRUE(back.has_value()) << code;
    EXPECT_LE(std::abs(back->latitude_e7 - at.latitude_e7), 1) << code;
    EXPECT_LE(std::abs(back->longitude_e7 - at.longitude_e7), 1) << code;
  }
  EXPECT_GT(compared, theirs.size() / 10) << code;
  // Half a millimetre of degrees, a millimetre of metres: both far below what decides (1 cm).
  EXPECT_LE(worst, system.geographic() ? 5 : 1) << code << ", seed " << kSeed;
}

bool NoCct() { return std::system("command -v cct > /dev/null") != 0; }

// The pinned numbers are those that the EPSG codes stand for, by PROJ's own database.
TEST(GeodesyAgainstProj, DatumShiftsAreThoseOfTheirEpsgCodes) {
  if (NoCct()) GTEST_SKIP() << "proj-bin is not installed";
  ExpectAgreement("SK42-GEO", ThroughCct("15865", "-I EPSG:15865", true), true);
  ExpectAgreement("SK95-GEO", ThroughCct("5043", "-I EPSG:5043", true), true);
}

constexpr char kToSk42[] =
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84 "
    "+step +inv +proj=helmert +x=25 +y=-141 +z=-78.5 +rx=0 +ry=-0.35 +rz=-0.736 +s=0 "
    "+convention=coordinate_frame +step +inv +proj=cart +ellps=krass ";
constexpr char kToSk95[] =
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84 "
    "+step +inv +proj=helmert +x=24.47 +y=-130.89 +z=-81.56 +rx=0 +ry=0 +rz=-0.13 +s=-0.22 "
    "+convention=coordinate_frame +step +inv +proj=cart +ellps=krass ";
constexpr char kToUtm[] = "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad ";

struct Projected {
  const char* code;
  const char* datum;
  const char* projection;
};
constexpr Projected kProjected[] = {
    {"SK42-GK7", kToSk42, "+step +proj=tmerc +lon_0=39 +x_0=7500000 +ellps=krass"},
    {"SK42-GK8", kToSk42, "+step +proj=tmerc +lon_0=45 +x_0=8500000 +ellps=krass"},
    {"SK42-GK9", kToSk42, "+step +proj=tmerc +lon_0=51 +x_0=9500000 +ellps=krass"},
    {"SK42-CM39", kToSk42, "+step +proj=tmerc +lon_0=39 +x_0=500000 +ellps=krass"},
    {"SK42-CM45", kToSk42, "+step +proj=tmerc +lon_0=45 +x_0=500000 +ellps=krass"},
    {"SK42-CM48", kToSk42, "+step +proj=tmerc +lon_0=48 +x_0=500000 +ellps=krass"},
    {"SK42-CM51", kToSk42, "+step +proj=tmerc +lon_0=51 +x_0=500000 +ellps=krass"},
    {"SK42-GK3-15", kToSk42, "+step +proj=tmerc +lon_0=45 +x_0=15500000 +ellps=krass"},
    {"SK42-GK3-16", kToSk42, "+step +proj=tmerc +lon_0=48 +x_0=16500000 +ellps=krass"},
    {"SK95-GK8", kToSk95, "+step +proj=tmerc +lon_0=45 +x_0=8500000 +ellps=krass"},
    {"WGS84-UTM37N", kToUtm, "+step +proj=utm +zone=37 +ellps=WGS84"},
    {"WGS84-UTM38N", kToUtm, "+step +proj=utm +zone=38 +ellps=WGS84"},
    {"WGS84-UTM39N", kToUtm, "+step +proj=utm +zone=39 +ellps=WGS84"},
};

TEST(GeodesyAgainstProj, EveryProjectedSystemWithinAMillimetre) {
  if (NoCct()) GTEST_SKIP() << "proj-bin is not installed";
  for (const Projected& one : kProjected) {
    const std::string pipeline = absl::StrCat(one.datum, one.projection);
    ExpectAgreement(one.code, ThroughCct(one.code, pipeline, false), false);
  }
}

// Systems that take any zone: each point in its own.
TEST(GeodesyAgainstProj, AnyZoneIsTheZoneOfTheLongitude) {
  const CoordinateSystem& any = *ShippedRules().FindSystem("SK42-GK6");
  const CoordinateSystem& geographic = *ShippedRules().FindSystem("SK42-GEO");
  for (const Geographic& at : RandomPoints()) {
    const std::int64_t longitude_e9 = geographic.FromWgs84(at)->second;
    const char* own = longitude_e9 < 48'000'000'000 ? "SK42-GK8" : "SK42-GK9";
    EXPECT_EQ(any.FromWgs84(at), ShippedRules().FindSystem(own)->FromWgs84(at));
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
