#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI16, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("I-16", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI16, NamesWhatIsBlankOrUnread) {
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "where.map.declared_crs");
    EXPECT_THAT(Say("I-16", record), ElementsAre("where.map.declared_crs FAIL"));
    Unread(record, "where.map.declared_crs");
    EXPECT_THAT(Say("I-16", record), ElementsAre("where.map.declared_crs NE F23"));
  }
}

TEST(CheckI16, ASystemThatNobodyKnowsIsStated) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_map()->mutable_declared_crs()->clear_code();
  EXPECT_THAT(Say("I-16", record), ElementsAre("PASS"));
}

}  // namespace
}  // namespace cairn::completeness::testing
