#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord Delivered() {
  v1::MinefieldRecord record = CompleteRecord();
  SetFlag(*record.mutable_layout()->mutable_remotely_delivered(), true);
  v1::OrdnanceLine& line = *record.mutable_what()->mutable_ordnance(0);
  SetCode(*line.mutable_model(), "PTM-3");
  SetCode(*line.mutable_life_kind(), "self_destruct");
  SetCount(*line.mutable_life_days(), 1);
  return record;
}

TEST(CheckI15, PassesIfNotRemotelyDelivered) {
  EXPECT_THAT(Say("I-15", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI15, PassesWithEverythingItAsks) {
  EXPECT_THAT(Say("I-15", Delivered()), ElementsAre("PASS"));
}

TEST(CheckI15, NamesEachThingThatLacks) {
  for (const char* place :
       {"what.declared_total", "laying.begun", "laying.ended", "what.ordnance[0].model",
        "what.ordnance[0].life_kind", "what.ordnance[0].life_days"}) {
    v1::MinefieldRecord record = Delivered();
    Blank(record, place);
    EXPECT_THAT(Say("I-15", record), ElementsAre(std::string(place) + " FAIL"));
  }
}

TEST(CheckI15, NeedsThreeCorners) {
  v1::MinefieldRecord record = Delivered();
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(Say("I-15", record), ElementsAre("PASS"));
  Unread(record, "where.perimeter[1].position");
  EXPECT_THAT(Say("I-15", record), ElementsAre("where.perimeter NE F40"));
  Blank(record, "where.perimeter[1].position");
  EXPECT_THAT(Say("I-15", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckI15, IsNotEvaluableIfTheFormDoesNotSay) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.remotely_delivered");
  EXPECT_THAT(Say("I-15", record), ElementsAre("layout.remotely_delivered NE F81"));
}

}  // namespace
}  // namespace cairn::completeness::testing
