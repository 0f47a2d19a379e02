#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI20, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("I-20", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI20, NamesWhatIsBlankOrUnread) {
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "marking.fence");
    EXPECT_THAT(Say("I-20", record), ElementsAre("marking.fence FAIL"));
    Unread(record, "marking.fence");
    EXPECT_THAT(Say("I-20", record), ElementsAre("marking.fence NE F90"));
  }
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "marking.signs");
    EXPECT_THAT(Say("I-20", record), ElementsAre("marking.signs FAIL"));
    Unread(record, "marking.signs");
    EXPECT_THAT(Say("I-20", record), ElementsAre("marking.signs NE F90"));
  }
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "marking.lanes");
    EXPECT_THAT(Say("I-20", record), ElementsAre("marking.lanes FAIL"));
    Unread(record, "marking.lanes");
    EXPECT_THAT(Say("I-20", record), ElementsAre("marking.lanes NE F91"));
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
