#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI22, PassesIfEveryBlankIsTyped) {
  EXPECT_THAT(Say("I-22", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI22, NamesANakedNull) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->clear_front_mm();
  record.mutable_what()->mutable_ordnance(0)->mutable_production()->mutable_lot()->clear_leaf();
  EXPECT_THAT(Say("I-22", record),
              ElementsAre("what.ordnance[0].production.lot FAIL", "where.front_mm FAIL"));
}

TEST(CheckI22, ListsAreNamedAsLists) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_marking()->clear_lanes_listed();
  EXPECT_THAT(Say("I-22", record), ElementsAre("marking.lanes FAIL"));
}

TEST(CheckI22, PersonsTravelApart) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_persons()->mutable_commander();
  EXPECT_THAT(Say("I-22", record), ElementsAre("PASS"));
}

}  // namespace
}  // namespace cairn::completeness::testing
