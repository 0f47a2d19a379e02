#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

TEST(CompleteRecord, HasNothingToComplainOf) {
  EXPECT_THAT(SayAll(CompleteRecord()), ::testing::ElementsAre());
}

TEST(CompleteRecord, IsComplete) {
  const v1::RecordResult result = Judge(CompleteRecord());
  EXPECT_EQ(result.fill_class(), v1::FILL_CLASS_COMPLETE);
  EXPECT_EQ(result.headline(), v1::HEADLINE_CLASS_COMPLETE);
  EXPECT_EQ(result.area(), "aghdam");
  EXPECT_EQ(result.lies_in(), "aghdam");
  EXPECT_EQ(result.contradiction_checks(), 25u);
  EXPECT_EQ(result.score().filled(), result.score().total());
}

}  // namespace
}  // namespace cairn::completeness::testing
