#include "audit/completeness/map_sheet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Readings(absl::string_view text) {
  std::vector<std::string> out;
  for (const MapSheet& sheet : ReadSheet(text)) out.push_back(SheetText(sheet));
  return out;
}

// The place in SK-42, on whose graticule the sheets are cut.
std::string SheetOf(double latitude, double longitude, std::int64_t scale) {
  const auto sk42 = ApiiRules()
                        .FindSystem("SK42-GEO")
                        ->FromWgs84({std::llround(latitude * 1e7), std::llround(longitude * 1e7)});
  return SheetText(*SheetAt(sk42->first, sk42->second, scale));
}

TEST(MapSheet, ControlSheetsOfTheDistrictTowns) {
  EXPECT_EQ(SheetOf(39.9911, 46.9272, 25'000), "J-38-10-Б-б");
  EXPECT_EQ(SheetOf(39.6006, 47.1431, 25'000), "J-38-23-А-б");
  EXPECT_EQ(SheetOf(39.0853, 46.6517, 25'000), "J-38-34-В-б");
  EXPECT_EQ(SheetOf(39.9911, 46.9272, 100'000), "J-38-10");
  EXPECT_EQ(SheetOf(40.0100, 46.9272, 100'000), "K-38-142");  // The row changes at 40 degrees.
  EXPECT_EQ(SheetOf(39.6006, 47.1431, 1'000'000), "J-38");
  EXPECT_EQ(SheetOf(39.6006, 47.1431, 500'000), "J-38-Б");
  EXPECT_EQ(SheetOf(39.6006, 47.1431, 200'000), "J-38-VI");
  EXPECT_EQ(SheetOf(39.6006, 47.1431, 50'000), "J-38-23-А");
  EXPECT_EQ(SheetOf(39.6006, 47.1431, 10'000), "J-38-23-А-б-3");
}

TEST(MapSheet, NeatLinesInSeconds) {
  EXPECT_THAT(ReadSheet("J-38"),
              ElementsAre(MapSheet{1'000'000, 129'600, 151'200, 144'000, 172'800}));
  // 1:100,000 is 20' by 30': sheet 23 is the second row from the north, the eleventh from the west.
  EXPECT_THAT(ReadSheet("J-38-23"),
              ElementsAre(MapSheet{100'000, 141'600, 169'200, 142'800, 171'000}));
  EXPECT_THAT(ReadSheet("J-38-23-А-б-2"),
              ElementsAre(MapSheet{10'000, 142'650, 169'875, 142'800, 170'100}));
}

TEST(MapSheet, EveryScaleComesBackAsItsOwnName) {
  for (const std::int64_t scale : {1'000'000, 500'000, 200'000, 100'000, 50'000, 25'000, 10'000}) {
    for (std::int64_t lat = 38'010'000'000; lat < 42'000'000'000; lat += 97'000'000) {
      for (std::int64_t lon = 44'010'000'000; lon < 50'000'000'000; lon += 113'000'000) {
        const auto sheet = SheetAt(lat, lon, scale);
        ASSERT_TRUE(sheet.has_value());
        EXPECT_EQ(HowFarBeyond(*sheet, lat, lon), BeyondSheet{});
        ASSERT_THAT(ReadSheet(SheetText(*sheet)), ElementsAre(*sheet)) << SheetText(*sheet);
      }
    }
  }
  EXPECT_FALSE(SheetAt(39'000'000'000, 46'000'000'000, 75'000).has_value());
  EXPECT_FALSE(SheetAt(-1, 46'000'000'000, 100'000).has_value());
  EXPECT_FALSE(SheetAt(88'000'000'000, 46'000'000'000, 100'000).has_value());
}

TEST(MapSheet, LatinCyrillicAndNumbers) {
  for (const char* text :
       {"J-38-23-А-б", "Ј-38-23-А-б", "Й-38-23-А-б", "j-38-23-а-Б", "J–38–23–А–б", "J 38 23 А б",
        "J-38-023-А-б", "10-38-023-1-2", "10-38-23-А-б"}) {
    EXPECT_THAT(Readings(text), ElementsAre("J-38-23-А-б")) << text;
  }
  EXPECT_THAT(Readings("К-38-142"), ElementsAre("K-38-142"));
  EXPECT_THAT(Readings("11-38-142"), ElementsAre("K-38-142"));
  EXPECT_THAT(Readings("К-38-ХХІІІ"), ElementsAre("K-38-XXIII"));
  EXPECT_THAT(Readings("K-38-XXX"), ElementsAre("K-38-XXX"));
  EXPECT_THAT(Readings("K-38-Г"), ElementsAre("K-38-Г"));
}

TEST(MapSheet, WhatMayMeanTwoThingsIsNotGuessed) {
  EXPECT_THAT(Readings("J-38-23-B"), ElementsAre("J-38-23-Б", "J-38-23-В"));
  EXPECT_THAT(Readings("J-38-23-B-b"), SizeIs(4));
  EXPECT_THAT(Readings("J-38-23-V-b"), ElementsAre("J-38-23-В-б"));  // V says: by sound.
  EXPECT_THAT(Readings("J-38-23-В"), ElementsAre("J-38-23-В"));      // Cyrillic.
  EXPECT_THAT(Readings("10-38-12"), ElementsAre("J-38-12", "J-38-XII"));
  EXPECT_THAT(Readings("10-38-012"), ElementsAre("J-38-12"));
  EXPECT_THAT(Readings("10-38-37"), ElementsAre("J-38-37"));
}

TEST(MapSheet, WhatIsNoName) {
  for (const char* text : {"",
                           "J",
                           "J-0",
                           "J-61",
                           "W-38",
                           "23-38",
                           "J-38-145",
                           "J-38-0",
                           "J-38-D",
                           "J-38-23-Д",
                           "J-38-23-1",
                           "J-38-23-А-1",
                           "J-38-23-А-б-5",
                           "J-38-23-А-б-а",
                           "J-38-23-А-б-2-1",
                           "J-38-А-б",
                           "J-38-XXXVII",
                           "J-38-IIII",
                           "J-38-XII-А",
                           "38S PK",
                           "1:50000",
                           "J-38-1234",
                           "J-38-23-А-б-2-J-38-23-А-б-2-J-38-23-А-б-2-J-38-23-А-б-2-J-38-23"}) {
    EXPECT_THAT(Readings(text), IsEmpty()) << text;
  }
}

TEST(MapSheet, EveryCutAndEveryChangedByteHasAnAnswer) {
  const std::string good = "J-38-23-А-б-2";
  for (std::size_t cut = 0; cut <= good.size(); ++cut) {
    for (const MapSheet& sheet : ReadSheet(good.substr(0, cut)))
      EXPECT_LT(sheet.south, sheet.north);
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = good;
      changed[at] = static_cast<char>(byte);
      for (const MapSheet& sheet : ReadSheet(changed)) {
        EXPECT_LT(sheet.west, sheet.east);
        EXPECT_THAT(ReadSheet(SheetText(sheet)), Contains(sheet));
      }
    }
  }
}

TEST(MapSheet, SaysHowFarBeyond) {
  const MapSheet sheet = ReadSheet("J-38-23-А-б")[0];  // North 39 40', west 47 07'30".
  EXPECT_EQ(HowFarBeyond(sheet, 39'666'666'666, 47'125'000'000), BeyondSheet{});
  EXPECT_EQ(HowFarBeyond(sheet, 39'666'666'667, 47'125'000'000), (BeyondSheet{1, 0}));
  EXPECT_EQ(HowFarBeyond(sheet, 39'650'000'000, 47'124'999'999), (BeyondSheet{0, -1}));
  EXPECT_EQ(HowFarBeyond(sheet, 39'483'333'333, 47'350'000'000),
            (BeyondSheet{-100'000'001, 100'000'000}));
}

}  // namespace
}  // namespace cairn::completeness::testing
