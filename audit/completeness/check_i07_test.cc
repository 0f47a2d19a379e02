#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI07, PassesWithCategoryAndModel) {
  EXPECT_THAT(Say("I-07", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI07, NamesTheBlankOne) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].model");
  EXPECT_THAT(Say("I-07", record), ElementsAre("what.ordnance[0].model FAIL"));
  Unread(record, "what.ordnance[0].category");
  EXPECT_THAT(Say("I-07", record),
              ElementsAre("what.ordnance[0].category NE F60", "what.ordnance[0].model FAIL"));
}

TEST(CheckI07, AWordThatNoListKnowsIsStillGiven) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_what()->mutable_ordnance(0)->mutable_model()->clear_code();
  EXPECT_THAT(Say("I-07", record), ElementsAre("PASS"));
}

TEST(CheckI07, FailsWithoutLines) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance");
  EXPECT_THAT(Say("I-07", record), ElementsAre("what.ordnance FAIL"));
  Unread(record, "what.ordnance");
  EXPECT_THAT(Say("I-07", record), ElementsAre("what.ordnance NE F60"));
}

}  // namespace
}  // namespace cairn::completeness::testing
