#include "audit/completeness/wording.h"

#include <gtest/gtest.h>

namespace cairn::completeness::testing {
namespace {

TEST(Share, RoundsHalvesUp) {
  EXPECT_EQ(Share(105, 400), "26.3");  // 26.25
  EXPECT_EQ(Share(35, 400), "8.8");    // 8.75
  EXPECT_EQ(Share(1, 3), "33.3");
  EXPECT_EQ(Share(2, 3), "66.7");
  EXPECT_EQ(Share(0, 7), "0.0");
  EXPECT_EQ(Share(7, 7), "100.0");
}

TEST(WithCommas, GroupsByThree) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(1'000), "1,000");
  EXPECT_EQ(WithCommas(1'234'567), "1,234,567");
}

TEST(Words, AreTheEnumeratorsOwn) {
  EXPECT_EQ(Words("SUPPLEMENT_OUTCOME_FILLED_GAP", "SUPPLEMENT_OUTCOME_"), "filled gap");
}

TEST(QuantityText, SaysHowExactlyItWasSaid) {
  v1::Quantity quantity;
  quantity.set_precision(v1::PRECISION_MORE_THAN);
  quantity.set_value(1'500);
  EXPECT_EQ(QuantityText(quantity), "more than 1,500");
  quantity.set_precision(v1::PRECISION_FRACTION);
  quantity.set_numerator(1);
  quantity.set_denominator(4);
  EXPECT_EQ(QuantityText(quantity), "1/4");
}

}  // namespace
}  // namespace cairn::completeness::testing
