#include "audit/completeness/shipped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"
#include "tests/testing/status.h"

namespace cairn::completeness::testing {
namespace {

TEST(Shipped, AreTheFilesOfTheSourceTree) {
  EXPECT_THAT(ShippedFiles(),
              ::testing::ElementsAre(
                  "apii_1996.textproto", "code_lists.textproto", "common_checks.textproto",
                  "coordinates.textproto", "da1355_stanag2036.textproto", "districts.geojson",
                  "imas_mdr.textproto", "models_other.textproto", "pii_1980.textproto",
                  "practice.textproto", "south_caucasus.textproto", "soviet_formulary.textproto"));
  ASSERT_OK_AND_ASSIGN(const Rules rules, Rules::FromFile("apii_1996.textproto", ReadShippedFile));
  EXPECT_EQ(rules.ref().digest(), ApiiRules().ref().digest());
  EXPECT_EQ(*ReadShippedFile("districts.geojson"), DistrictsFile());
  EXPECT_THAT(ReadShippedFile("other"), cairn::testing::StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace cairn::completeness::testing
