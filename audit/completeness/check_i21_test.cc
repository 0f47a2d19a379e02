#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI21, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("I-21", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI21, NamesWhatIsBlankOrUnread) {
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "marking.changes");
    EXPECT_THAT(Say("I-21", record), ElementsAre("marking.changes FAIL"));
    Unread(record, "marking.changes");
    EXPECT_THAT(Say("I-21", record), ElementsAre("marking.changes NE F100"));
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
