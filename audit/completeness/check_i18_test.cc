#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI18, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("I-18", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI18, NamesWhatIsBlankOrUnread) {
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "laying.commander_named");
    EXPECT_THAT(Say("I-18", record), ElementsAre("laying.commander_named FAIL"));
    Unread(record, "laying.commander_named");
    EXPECT_THAT(Say("I-18", record), ElementsAre("laying.commander_named NE F12"));
  }
  {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, "laying.signature_present");
    EXPECT_THAT(Say("I-18", record), ElementsAre("laying.signature_present FAIL"));
    Unread(record, "laying.signature_present");
    EXPECT_THAT(Say("I-18", record), ElementsAre("laying.signature_present NE F13"));
  }
}

TEST(CheckI18, FailsWithoutSignature) {
  v1::MinefieldRecord record = CompleteRecord();
  SetFlag(*record.mutable_laying()->mutable_signature_present(), false);
  EXPECT_THAT(Say("I-18", record), ElementsAre("laying.signature_present FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
