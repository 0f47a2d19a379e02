#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// 240 m of front; the band of anti-tank mines is 550 to 1,000 a kilometre, half of it as slack.
std::vector<std::string> WithMinesP01(std::int64_t count) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(), count);
  return Say("P-01", record);
}

TEST(CheckP01, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("P-01", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckP01, WarnsBeyondTheBandAndItsSlack) {
  EXPECT_THAT(WithMinesP01(66), ElementsAre("PASS"));
  EXPECT_THAT(WithMinesP01(65), ElementsAre("what.ordnance[0] FAIL W"));
  EXPECT_THAT(WithMinesP01(360), ElementsAre("PASS"));
  EXPECT_THAT(WithMinesP01(361), ElementsAre("what.ordnance[0] FAIL W"));
}

TEST(CheckP01, TenTimesOutsideTheBandContradicts) {
  EXPECT_THAT(WithMinesP01(2'400), ElementsAre("what.ordnance[0] FAIL W"));
  EXPECT_THAT(WithMinesP01(2'401), ElementsAre("what.ordnance[0] FAIL"));
  EXPECT_THAT(WithMinesP01(14), ElementsAre("what.ordnance[0] FAIL W"));
  EXPECT_THAT(WithMinesP01(13), ElementsAre("what.ordnance[0] FAIL"));
}

TEST(CheckP01, LinesOfOneCategoryAreCountedTogether) {
  v1::MinefieldRecord record = CompleteRecord();
  *record.mutable_what()->add_ordnance() = record.what().ordnance(0);
  SetCount(*record.mutable_what()->mutable_ordnance(1)->mutable_count(), 241);
  EXPECT_THAT(Say("P-01", record), ElementsAre("what.ordnance[0] FAIL W"));
}

TEST(CheckP01, ACategoryWithoutBandSaysNothing) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*record.mutable_what()->mutable_ordnance(0)->mutable_category(), "other");
  EXPECT_THAT(Say("P-01", record), ElementsAre());
}

TEST(CheckP01, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.front_mm");
  Blank(record, "what.ordnance[0].count");
  EXPECT_THAT(Say("P-01", record), ElementsAre("what.ordnance[0] NE F41 F62"));
  Blank(record, "what.ordnance[0].category");
  Blank(record, "what.ordnance[0].model");
  EXPECT_THAT(Say("P-01", record), ElementsAre("what.ordnance[0] NE F60"));
}

}  // namespace
}  // namespace cairn::completeness::testing
