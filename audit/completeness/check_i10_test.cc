#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::AntiHandling& Answer(v1::MinefieldRecord& record) {
  return *record.mutable_what()->mutable_ordnance(0)->mutable_anti_handling();
}

TEST(CheckI10, NoneIsAnAnswer) { EXPECT_THAT(Say("I-10", CompleteRecord()), ElementsAre("PASS")); }

TEST(CheckI10, BlankIsNoAnswer) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].anti_handling.present");
  EXPECT_THAT(Say("I-10", record), ElementsAre("what.ordnance[0].anti_handling.present FAIL"));
}

TEST(CheckI10, YesNeedsACount) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*Answer(record).mutable_present(), "yes");
  EXPECT_THAT(Say("I-10", record), ElementsAre("what.ordnance[0].anti_handling.count FAIL"));
  Unread(record, "what.ordnance[0].anti_handling.count");
  EXPECT_THAT(Say("I-10", record), ElementsAre("what.ordnance[0].anti_handling.count NE F64"));
  SetCount(*Answer(record).mutable_count(), 12);
  EXPECT_THAT(Say("I-10", record), ElementsAre("PASS"));
}

TEST(CheckI10, PerhapsIsNoAnswer) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*Answer(record).mutable_present(), "perhaps");
  EXPECT_THAT(Say("I-10", record), ElementsAre("what.ordnance[0].anti_handling.present FAIL"));
}

TEST(CheckI10, IsNotEvaluableWhileUnread) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "what.ordnance[0].anti_handling.present");
  EXPECT_THAT(Say("I-10", record), ElementsAre("what.ordnance[0].anti_handling.present NE F64"));
}

}  // namespace
}  // namespace cairn::completeness::testing
