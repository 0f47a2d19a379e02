#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI09, PassesWithAFuseOnEachLine) {
  EXPECT_THAT(Say("I-09", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI09, NamesTheLineWhereItIsBlank) {
  v1::MinefieldRecord record = CompleteRecord();
  *record.mutable_what()->add_ordnance() = record.what().ordnance(0);
  Blank(record, "what.ordnance[1].fuze");
  EXPECT_THAT(Say("I-09", record), ElementsAre("what.ordnance[1].fuze FAIL"));
}

TEST(CheckI09, WithheldAndUnknownAreNotFilled) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "what.ordnance[0].fuze", v1::PRESENCE_WITHHELD);
  EXPECT_THAT(Say("I-09", record), ElementsAre("what.ordnance[0].fuze FAIL"));
  SetPresence(record, "what.ordnance[0].fuze", v1::PRESENCE_UNKNOWN_TO_HOLDER);
  EXPECT_THAT(Say("I-09", record), ElementsAre("what.ordnance[0].fuze FAIL"));
}

TEST(CheckI09, IsNotEvaluableWhileUnread) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "what.ordnance[0].fuze");
  EXPECT_THAT(Say("I-09", record), ElementsAre("what.ordnance[0].fuze NE F63"));
}

TEST(CheckI09, HasNothingToLookAtWithoutLines) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance");
  EXPECT_THAT(Say("I-09", record), ElementsAre("what.ordnance NE F60"));
}

}  // namespace
}  // namespace cairn::completeness::testing
