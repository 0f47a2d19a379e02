#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::OrdnanceLine& LineC14(v1::MinefieldRecord& record) {
  return *record.mutable_what()->mutable_ordnance(0);
}
v1::MinefieldRecord WithAntiHandlingC14(std::int64_t count) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*LineC14(record).mutable_anti_handling()->mutable_present(), "yes");
  SetCount(*LineC14(record).mutable_anti_handling()->mutable_count(), count);
  return record;
}
// Two booby-traps on a line, and so many one by one.
v1::MinefieldRecord WithTrapsC14(int listed) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::OrdnanceLine& line = *record.mutable_what()->add_ordnance();
  line = record.what().ordnance(0);
  SetCode(*line.mutable_category(), "booby_trap");
  SetCount(*line.mutable_count(), 2);
  for (int i = 0; i < listed; ++i) {
    SetCount(*record.mutable_what()->add_booby_traps()->mutable_count(), 1);
  }
  return record;
}

TEST(CheckC14, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-14", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC14, AsManyDevicesAsMinesPassAndOneMoreFails) {
  EXPECT_THAT(Say("C-14", WithAntiHandlingC14(120)), ElementsAre("PASS"));
  EXPECT_THAT(Say("C-14", WithAntiHandlingC14(121)),
              ElementsAre("what.ordnance[0].anti_handling.count FAIL"));
}

TEST(CheckC14, BoobyTrapsOfTheLineAreThoseOfTheList) {
  EXPECT_THAT(Say("C-14", WithTrapsC14(2)), ElementsAre("PASS"));
  EXPECT_THAT(Say("C-14", WithTrapsC14(1)), ElementsAre("what.booby_traps FAIL"));
  EXPECT_THAT(Say("C-14", WithTrapsC14(3)), ElementsAre("what.booby_traps FAIL"));
  EXPECT_THAT(Say("C-14", WithTrapsC14(0)), ElementsAre("what.booby_traps FAIL"));  // "None."
}

TEST(CheckC14, TrapsThatAreOnlyListedContradictNoLine) {
  v1::MinefieldRecord record = WithTrapsC14(3);
  record.mutable_what()->mutable_ordnance()->RemoveLast();
  EXPECT_THAT(Say("C-14", record), ElementsAre("PASS"));
}

TEST(CheckC14, IsNotEvaluableIfACountLacks) {
  v1::MinefieldRecord record = WithAntiHandlingC14(5);
  Blank(record, "what.ordnance[0].anti_handling.count");
  Blank(record, "what.ordnance[0].count");
  EXPECT_THAT(Say("C-14", record), ElementsAre("what.ordnance[0].anti_handling.count NE F62 F64"));
  record = WithTrapsC14(2);
  Unread(record, "what.booby_traps[1].count");
  EXPECT_THAT(Say("C-14", record), ElementsAre("what.booby_traps NE F65"));
  record = WithTrapsC14(0);
  Blank(record, "what.booby_traps");
  EXPECT_THAT(Say("C-14", record), ElementsAre("what.booby_traps NE F65"));
  record = WithTrapsC14(2);
  Blank(record, "what.ordnance[1].category");
  Blank(record, "what.ordnance[1].model");
  EXPECT_THAT(Say("C-14", record), ElementsAre("what.booby_traps NE F60"));
}

}  // namespace
}  // namespace cairn::completeness::testing
