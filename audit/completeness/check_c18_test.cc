#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// A lane of 4 m from the southern to the northern side, and a mine so many centimetres east of its
// axis.
v1::MinefieldRecord WithLaneC18(std::int64_t centimetres) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Lane& lane = *record.mutable_marking()->add_lanes();
  *lane.mutable_start() = record.where().perimeter(0).position();
  lane.mutable_start()->set_second(lane.start().second() + 100'000);
  *lane.mutable_end() = lane.start();
  lane.mutable_end()->set_first(lane.start().first() + 60'000);
  SetCount(*lane.mutable_width_mm(), 4'000);
  v1::Position& mine = *record.mutable_layout()->add_mines()->mutable_position();
  mine = lane.start();
  mine.set_first(mine.first() + 30'000);
  mine.set_second(mine.second() + centimetres * 10);
  return record;
}

TEST(CheckC18, PassesWithoutLanesAndWithClearOnes) {
  EXPECT_THAT(Say("C-18", CompleteRecord()), ElementsAre("PASS"));
  EXPECT_THAT(Say("C-18", WithLaneC18(205)), ElementsAre("PASS"));
}

TEST(CheckC18, AMineOnTheLaneFailsAndIsUrgent) {
  EXPECT_THAT(Say("C-18", WithLaneC18(195)), ElementsAre("marking.lanes[0] FAIL"));
  const v1::RecordResult result = Judge(WithLaneC18(195));
  EXPECT_TRUE(result.urgent());
  EXPECT_EQ(result.headline(), v1::HEADLINE_CLASS_CONTRADICTING);
  EXPECT_FALSE(Judge(WithLaneC18(205)).urgent());
}

TEST(CheckC18, ALaneIsAtLeastThreeMetresWide) {
  v1::MinefieldRecord record = WithLaneC18(1'000);
  SetCount(*record.mutable_marking()->mutable_lanes(0)->mutable_width_mm(), 3'000);
  EXPECT_THAT(Say("C-18", record), ElementsAre("PASS"));
  SetCount(*record.mutable_marking()->mutable_lanes(0)->mutable_width_mm(), 2'999);
  EXPECT_THAT(Say("C-18", record), ElementsAre("marking.lanes[0].width_mm FAIL"));
}

TEST(CheckC18, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = WithLaneC18(1'000);
  Blank(record, "layout.mines[0].position");
  EXPECT_THAT(Say("C-18", record), ElementsAre("marking.lanes[0] NE F54"));
  for (const char* part : {"start", "end", "width_mm"}) {
    record = WithLaneC18(1'000);
    Blank(record, std::string("marking.lanes[0].") + part);
    EXPECT_THAT(Say("C-18", record), ElementsAre("marking.lanes[0] NE F91"));
  }
  record = CompleteRecord();
  Blank(record, "marking.lanes");
  EXPECT_THAT(Say("C-18", record), ElementsAre("marking.lanes NE F91"));
}

}  // namespace
}  // namespace cairn::completeness::testing
