#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "audit/completeness/exact_math.h"
#include "audit/completeness/geodesy.h"
#include "keys/digest.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

const CoordinateSystem& System(const char* code) { return *ApiiRules().FindSystem(code); }

// Control values of the three district towns: WGS 84; SK-42 latitude and longitude; X, Y of zone 8;
// UTM 38N northing and easting; convergence.
struct Control {
  const char* name;
  double lat, lon, sk_lat, sk_lon, x, y, utm_n, utm_e, convergence;
};
constexpr Control kTowns[] = {
    {"Aghdam", 39.9911, 46.9272, 39.9911868103, 46.9283960225, 4430410.43, 8664702.58, 4428548.10,
     664532.03, 1.239},
    {"Fuzuli", 39.6006, 47.1431, 39.6006912726, 47.1442840703, 4387468.51, 8684182.03, 4385623.39,
     684003.84, 1.366},
    {"Zangilan", 39.0853, 46.6517, 39.0854070033, 46.6528813278, 4329362.95, 8643017.38, 4327540.90,
     642855.82, 1.042},
};

Geographic E7(double lat, double lon) { return {std::llround(lat * 1e7), std::llround(lon * 1e7)}; }

TEST(Geodesy, ControlValuesOfTheDistrictTowns) {
  for (const Control& town : kTowns) {
    const Geographic at = E7(town.lat, town.lon);
    const auto sk = System("SK42-GEO").FromWgs84(at);
    ASSERT_TRUE(sk.has_value());
    EXPECT_NEAR(static_cast<double>(sk->first) / 1e9, town.sk_lat, 2e-9) << town.name;
    EXPECT_NEAR(static_cast<double>(sk->second) / 1e9, town.sk_lon, 2e-9) << town.name;
    const auto gk = System("SK42-GK6").FromWgs84(at);
    ASSERT_TRUE(gk.has_value());
    EXPECT_NEAR(static_cast<double>(gk->first) / 1e3, town.x, 0.006) << town.name;
    EXPECT_NEAR(static_cast<double>(gk->second) / 1e3, town.y, 0.006) << town.name;
    const auto utm = System("WGS84-UTM38N").FromWgs84(at);
    ASSERT_TRUE(utm.has_value());
    EXPECT_NEAR(static_cast<double>(utm->first) / 1e3, town.utm_n, 0.006) << town.name;
    EXPECT_NEAR(static_cast<double>(utm->second) / 1e3, town.utm_e, 0.006) << town.name;
    EXPECT_NEAR(static_cast<double>(System("SK42-GK8").ConvergenceE6(*gk)) / 1e6, town.convergence,
                0.002);
  }
}

TEST(Geodesy, ThereAndBackAgainInEverySystem) {
  for (const v1::Crs& crs : ApiiRules().message().crs()) {
    const CoordinateSystem& system = System(crs.code().c_str());
    int there = 0;
    for (std::int64_t lat = 380'000'000; lat <= 420'000'000; lat += 3'333'331) {
      for (std::int64_t lon = 440'000'000; lon <= 500'000'000; lon += 3'777'773) {
        const auto paper = system.FromWgs84({lat, lon});
        if (!paper.has_value()) continue;  // Beyond 500 km from its zone's meridian.
        ++there;
        const auto back = system.ToWgs84(*paper);
        ASSERT_TRUE(back.has_value()) << crs.code();
        EXPECT_LE(std::abs(back->latitude_e7 - lat), 1) << crs.code();
        EXPECT_LE(std::abs(back->longitude_e7 - lon), 1) << crs.code();
      }
    }
    EXPECT_GT(there, 30) << crs.code();
  }
}

TEST(Geodesy, NumbersThatNameNoPlace) {
  EXPECT_FALSE(System("SK42-GK8").ToWgs84({4'430'410'430, 664'702'580}).has_value());  // No zone.
  EXPECT_FALSE(System("SK42-GK6").ToWgs84({4'430'410'430, 61'500'000'000}).has_value());
  EXPECT_FALSE(System("SK42-GK6").ToWgs84({10'020'000'000, 8'500'000'000}).has_value());
  EXPECT_FALSE(System("WGS84-GEO").ToWgs84({90'000'000'001, 0}).has_value());
  EXPECT_FALSE(System("WGS84-GEO").ToWgs84({0, 180'000'000'001}).has_value());
  EXPECT_FALSE(System("WGS84-UTM38N").ToWgs84({4'000'000'000, 1'500'000'001}).has_value());
  EXPECT_TRUE(System("WGS84-UTM38N").ToWgs84({4'000'000'000, 1'500'000'000}).has_value());
}

// What the classic mistakes amount to near Aghdam, in metres true north and east of the place. (On
// the grid the second is 1,862 and 171 m: the grid is turned by the convergence.)
struct Mistake {
  const char* name;
  const char* written_in;
  const char* read_as;
  std::int64_t north_m, east_m, tolerance_m;
};
constexpr Mistake kMistakes[] = {
    {"SK-42 degrees read as WGS 84", "SK42-GEO", "WGS84-GEO", 10, 102, 1},
    {"Gauss-Kruger metres read as UTM", "SK42-CM45", "WGS84-UTM38N", 1858, 211, 1},
    {"Pulkovo 1995 read as Pulkovo 1942", "SK95-GEO", "SK42-GEO", -1, 2, 1},
    {"nothing wrong: one zone by its number and without", "SK42-GK8", "SK42-GK6", 0, 0, 0},
    {"nothing wrong: three-degree zone 15 is meridian 45", "SK42-GK3-15", "SK42-GK3", 0, 0, 0},
};

TEST(Geodesy, ClassicMistakesAreAsLargeAsTheyAreKnownToBe) {
  const Geographic aghdam = E7(39.9911, 46.9272);
  const LocalPlane plane(aghdam);
  for (const Mistake& mistake : kMistakes) {
    const auto paper = System(mistake.written_in).FromWgs84(aghdam);
    ASSERT_TRUE(paper.has_value()) << mistake.name;
    const auto read = System(mistake.read_as).ToWgs84(*paper);
    ASSERT_TRUE(read.has_value()) << mistake.name;
    const PlanePoint at = plane.ToPlane(*read);
    EXPECT_LE(std::abs(at.north_cm - mistake.north_m * 100), mistake.tolerance_m * 100 + 2)
        << mistake.name << " " << at.north_cm;
    EXPECT_LE(std::abs(at.east_cm - mistake.east_m * 100), mistake.tolerance_m * 100 + 2)
        << mistake.name << " " << at.east_cm;
  }
}

TEST(Geodesy, MistakesThatLandFarAwayAreSeen) {
  const auto gk = *System("SK42-GK8").FromWgs84(E7(39.9911, 46.9272));
  const auto plain = *System("SK42-CM45").FromWgs84(E7(39.9911, 46.9272));
  EXPECT_EQ(gk.second - plain.second, 8'000'000'000);
  const auto near = [&](const char* system, PaperCoordinates at, double lat, double lon) {
    const auto place = System(system).ToWgs84(at);
    ASSERT_TRUE(place.has_value()) << system;
    EXPECT_NEAR(static_cast<double>(place->latitude_e7) / 1e7, lat, 0.6) << system;
    EXPECT_NEAR(static_cast<double>(place->longitude_e7) / 1e7, lon, 0.6) << system;
  };
  // Prefix 9 for 8: the Caspian. Six-degree zone 8 read as the three-degree one: 21 degrees west.
  near("SK42-GK6", {gk.first, gk.second + 1'000'000'000}, 39.99, 52.93);
  near("SK42-GK3", gk, 39.99, 25.93);
  // Without its prefix the system with zone numbers knows no zone.
  EXPECT_FALSE(System("SK42-GK6").ToWgs84(plain).has_value());
}

TEST(Geodesy, GridReferencesLieWhereTheirZoneOfUtmSays) {
  const auto reference = *System("WGS84-UTM38N").FromWgs84(E7(39.9911, 46.9272));
  const CoordinateSystem& grid = System("WGS84-MGRS");
  const PaperCoordinates numbered{reference.first, reference.second + 38'000'000'000};
  EXPECT_EQ(grid.ToWgs84(numbered), System("WGS84-UTM38N").ToWgs84(reference));
  EXPECT_EQ(grid.FromWgs84(E7(39.9911, 46.9272)), numbered);
  EXPECT_EQ(grid.FromWgs84(E7(39.9911, 48.0001))->second / 1'000'000'000, 39);
  EXPECT_EQ(grid.FromWgs84(E7(10.0, -0.5))->second / 1'000'000'000, 30);
  EXPECT_EQ(grid.FromWgs84(E7(10.0, -179.5))->second / 1'000'000'000, 1);
  EXPECT_EQ(grid.FromWgs84(E7(10.0, 179.5))->second / 1'000'000'000, 60);
  // South of the equator northings are negative.
  EXPECT_EQ(grid.ToWgs84(*grid.FromWgs84(E7(-33.5, 151.25))), E7(-33.5, 151.25));
  EXPECT_FALSE(grid.ToWgs84({4'428'548'000, 61'500'000'000}).has_value());
  EXPECT_FALSE(grid.ToWgs84(reference).has_value());  // No zone.
}

TEST(LocalPlane, MeasuresMetres) {
  // One second of latitude is 30.84 m here, of longitude 23.75 m.
  const LocalPlane plane({400'000'000, 470'000'000});
  EXPECT_EQ(plane.ToPlane({400'000'000, 470'000'000}), (PlanePoint{0, 0}));
  EXPECT_NEAR(static_cast<double>(plane.ToPlane({400'002'778, 470'000'000}).north_cm), 3'084, 2);
  EXPECT_NEAR(static_cast<double>(plane.ToPlane({400'000'000, 470'002'778}).east_cm), 2'372, 2);
  EXPECT_EQ(DistanceCm({0, 0}, {300, 400}), 500);
  EXPECT_EQ(Offset({0, 0}, 90'000'000, 1'000), (PlanePoint{100, 0}));
  EXPECT_EQ(Offset({0, 0}, 180'000'000, 1'000), (PlanePoint{0, -100}));
}

// The last bit of every function, over a walk through its range: the same on every machine.
TEST(ExactMath, GivesTheSameBitsEverywhere) {
  keys::Sha256Stream stream;
  const auto add = [&](double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    keys::Bytes bytes;
    keys::AppendU64(bytes, bits);
    stream.Update(keys::AsBytes(bytes));
  };
  for (int i = -5000; i < 5000; ++i) {
    const double x = i * 0.00390625 + 0.001953125;
    for (const double value : {Sin(x), Cos(x), Atan(x), Exp(x), Sinh(x), Cosh(x), Atanh(x / 20.0),
                               Log(x * x), Atan2(x, 3.0 - x), Sqrt(x * x + 1.0)}) {
      add(value);
    }
  }
  EXPECT_EQ(stream.Finish().Hex(),
            "b7b014492ca8b00a758c730eeea8b5fa266b6b983009eb8608a6bbdb6e10f1bc");
}

TEST(ExactMath, IsCloseToTheLibrary) {
  for (int i = -2000; i < 2000; ++i) {
    const double x = i * 0.00917 + 0.0001;
    EXPECT_NEAR(Sin(x), std::sin(x), 1e-15);
    EXPECT_NEAR(Cos(x), std::cos(x), 1e-15);
    EXPECT_NEAR(Atan(x), std::atan(x), 1e-15);
    EXPECT_NEAR(Exp(x) / std::exp(x), 1.0, 1e-14);
    EXPECT_NEAR(Log(x * x), std::log(x * x), 4e-15);
    EXPECT_NEAR(Sinh(x) / std::sinh(x), 1.0, 1e-14);
    EXPECT_NEAR(Cosh(x) / std::cosh(x), 1.0, 1e-14);
    EXPECT_NEAR(Atanh(x / 19.0), std::atanh(x / 19.0), 1e-14);
    EXPECT_NEAR(Atan2(x, 1.5 - x), std::atan2(x, 1.5 - x), 1e-15);
  }
  EXPECT_EQ(Atan2(0.0, 0.0), 0.0);
  EXPECT_EQ(Atan2(0.0, -1.0), kPi);
  EXPECT_EQ(Sin(1e300), 0.0);
}

TEST(ExactMath, Integers) {
  EXPECT_EQ(RoundToInteger(2.5), 3);
  EXPECT_EQ(RoundToInteger(-2.5), -3);
  EXPECT_EQ(RoundToInteger(1e300), 9'000'000'000'000'000'000);
  EXPECT_EQ(IntegerRoot(24), 4);
  EXPECT_EQ(IntegerRoot(25), 5);
  EXPECT_EQ(IntegerRoot(-1), 0);
  EXPECT_EQ(IntegerRoot(INT64_MAX), 3'037'000'499);
  EXPECT_EQ(DivideRounded(-5, 2), -3);
  EXPECT_EQ(DivideRounded(5, 2), 3);
}

}  // namespace
}  // namespace cairn::completeness::testing
