#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI17, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("I-17", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI17, NamesWhatIsBlankOrUnread) {
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "where.map.sheet");
    EXPECT_THAT(Say("I-17", record), ElementsAre("where.map.sheet FAIL"));
    Unread(record, "where.map.sheet");
    EXPECT_THAT(Say("I-17", record), ElementsAre("where.map.sheet NE F20"));
  }
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "where.map.scale");
    EXPECT_THAT(Say("I-17", record), ElementsAre("where.map.scale FAIL"));
    Unread(record, "where.map.scale");
    EXPECT_THAT(Say("I-17", record), ElementsAre("where.map.scale NE F21"));
  }
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "where.map.edition_year");
    EXPECT_THAT(Say("I-17", record), ElementsAre("where.map.edition_year FAIL"));
    Unread(record, "where.map.edition_year");
    EXPECT_THAT(Say("I-17", record), ElementsAre("where.map.edition_year NE F22"));
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
