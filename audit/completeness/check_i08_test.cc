#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI08, PassesWithANumberOnEachLine) {
  EXPECT_THAT(Say("I-08", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI08, NamesTheLineWhereItIsBlank) {
  v1::MinefieldRecord record = CompleteRecord();
  *record.mutable_what()->add_ordnance() = record.what().ordnance(0);
  Blank(record, "what.ordnance[1].count");
  EXPECT_THAT(Say("I-08", record), ElementsAre("what.ordnance[1].count FAIL"));
}

TEST(CheckI08, WithheldAndUnknownAreNotFilled) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "what.ordnance[0].count", v1::PRESENCE_WITHHELD);
  EXPECT_THAT(Say("I-08", record), ElementsAre("what.ordnance[0].count FAIL"));
  SetPresence(record, "what.ordnance[0].count", v1::PRESENCE_UNKNOWN_TO_HOLDER);
  EXPECT_THAT(Say("I-08", record), ElementsAre("what.ordnance[0].count FAIL"));
}

TEST(CheckI08, IsNotEvaluableWhileUnread) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "what.ordnance[0].count");
  EXPECT_THAT(Say("I-08", record), ElementsAre("what.ordnance[0].count NE F62"));
}

TEST(CheckI08, HasNothingToLookAtWithoutLines) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance");
  EXPECT_THAT(Say("I-08", record), ElementsAre("what.ordnance NE F60"));
}

}  // namespace
}  // namespace cairn::completeness::testing
