#include "audit/page/map.h"

#include <gtest/gtest.h>

namespace cairn::page {
namespace {

using completeness::Box;
using completeness::Geographic;
using completeness::Outline;

// A degree by a degree at 40 north.
Box Square() {
  Box box;
  box.Add({395'000'000, 465'000'000});
  box.Add({405'000'000, 475'000'000});
  return box;
}

TEST(Sheet, IsHigherThanWideWhereMeridiansConverge) {
  const Sheet sheet(Square());
  // 1.1 degrees by 1.1 degrees; cos 40 degrees is 0.766044.
  EXPECT_EQ(sheet.height(), 13'054);
  EXPECT_EQ(sheet.At({395'000'000, 465'000'000}).x, 455);
  EXPECT_EQ(sheet.At({400'000'000, 470'000'000}), (Sheet::Point{5'000, 6'527}));
}

TEST(Sheet, MeasuresAKilometreAsTheGroundDoes) {
  const Sheet sheet(Square());
  // A degree of latitude is 111.2 km.
  const Sheet::Point south = sheet.At({395'000'000, 470'000'000});
  const Sheet::Point north = sheet.At({405'000'000, 470'000'000});
  EXPECT_NEAR(static_cast<double>(south.y - north.y),
              static_cast<double>(sheet.UnitsOfKm(111)) * 1.002, 3.0);
}

TEST(Sheet, ShowsWhatHasItsMiddleOnIt) {
  const Sheet sheet(Square());
  EXPECT_TRUE(sheet.Shows(Square()));
  Box far;
  far.Add({0, 0});
  EXPECT_FALSE(sheet.Shows(far));
  EXPECT_FALSE(sheet.Shows(Box()));
}

TEST(Sheet, ShowsAFieldAloneWithSomethingAroundIt) {
  Box box;
  box.Add({400'000'000, 470'000'000});
  const Sheet sheet(box);
  EXPECT_GT(sheet.height(), 0);
  EXPECT_GT(sheet.UnitsOfKm(1), 1'000);
}

TEST(SvgPath, DropsCornersThatFallOnOneUnit) {
  const Sheet sheet(Square());
  Outline outline;
  outline.rings.push_back({{400'000'000, 470'000'000},
                           {400'000'001, 470'000'000},
                           {400'000'000, 471'000'000},
                           {399'000'000, 471'000'000}});
  EXPECT_EQ(SvgPath(sheet, outline), "M5000 6527l909 0l0 1187z");
}

TEST(SvgPath, ThinsOutlinesOfManyCorners) {
  const Sheet sheet(Square());
  Outline outline;
  completeness::Ring ring;
  for (std::int64_t i = 0; i < 1'000'000; ++i) {
    ring.push_back({395'000'000 + i * 10, 465'000'000 + (i % 2) * 10'000'000});
  }
  outline.rings.push_back(ring);
  EXPECT_LT(SvgPath(sheet, outline).size(), kMostCorners * 20);
}

}  // namespace
}  // namespace cairn::page
