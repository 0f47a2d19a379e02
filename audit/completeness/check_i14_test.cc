#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord WithTrap() {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "what.booby_traps", v1::PRESENCE_VALUE);
  v1::BoobyTrap& trap = *record.mutable_what()->add_booby_traps();
  SetMetres(*trap.mutable_position(), 4425812, 8666930);
  SetText(*trap.mutable_mechanism(), "pull");
  return record;
}

TEST(CheckI14, PassesIfThereAreNone) {
  EXPECT_THAT(Say("I-14", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI14, PassesWithLocationAndMechanism) {
  EXPECT_THAT(Say("I-14", WithTrap()), ElementsAre("PASS"));
}

TEST(CheckI14, NamesWhatLacks) {
  v1::MinefieldRecord record = WithTrap();
  Blank(record, "what.booby_traps[0].mechanism");
  Unread(record, "what.booby_traps[0].position");
  EXPECT_THAT(Say("I-14", record), ElementsAre("what.booby_traps[0].mechanism FAIL",
                                               "what.booby_traps[0].position NE F65"));
}

TEST(CheckI14, FailsIfALineHasTrapsThatNoEntryLocates) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*record.mutable_what()->mutable_ordnance(0)->mutable_category(), "booby_trap");
  EXPECT_THAT(Say("I-14", record), ElementsAre("what.booby_traps FAIL"));
}

TEST(CheckI14, IsNotEvaluableIfTheFormDoesNotSay) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.booby_traps");
  EXPECT_THAT(Say("I-14", record), ElementsAre("what.booby_traps NE F65"));
}

}  // namespace
}  // namespace cairn::completeness::testing
