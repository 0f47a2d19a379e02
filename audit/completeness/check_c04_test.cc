#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> WithSheetC04(const char* name, std::int64_t scale) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_where()->mutable_map()->mutable_sheet(), name);
  SetCount(*record.mutable_where()->mutable_map()->mutable_scale(), scale);
  return Say("C-04", record);
}

TEST(CheckC04, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-04", CompleteRecord()), ElementsAre("PASS"));
  EXPECT_THAT(WithSheetC04("J-38-10", 100'000), ElementsAre("PASS"));
  EXPECT_THAT(WithSheetC04("J-38-10-Б-б", 25'000), ElementsAre("PASS"));
  EXPECT_THAT(WithSheetC04("10-38-010", 100'000), ElementsAre("PASS"));
}

TEST(CheckC04, FailsIfTheScaleIsAnother) {
  EXPECT_THAT(WithSheetC04("J-38-10-Б", 100'000), ElementsAre("where.map.sheet FAIL"));
  EXPECT_THAT(WithSheetC04("J-38-10", 50'000), ElementsAre("where.map.sheet FAIL"));
}

TEST(CheckC04, FailsIfItIsNoSheet) {
  EXPECT_THAT(WithSheetC04("J-38-145", 100'000), ElementsAre("where.map.sheet FAIL"));
  EXPECT_THAT(WithSheetC04("the northern one", 100'000), ElementsAre("where.map.sheet FAIL"));
}

TEST(CheckC04, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.map.scale");
  EXPECT_THAT(Say("C-04", record), ElementsAre("where.map.sheet NE F21"));
  Blank(record, "where.map.sheet");
  EXPECT_THAT(Say("C-04", record), ElementsAre("where.map.sheet NE F20"));
}

}  // namespace
}  // namespace cairn::completeness::testing
