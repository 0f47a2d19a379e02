#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// A line along the meridian of 46.90 E, west of the field, going north: the holder to the west.
Rules WithLineX09() {
  return ApiiRulesWith([](v1::RuleSet& message) {
    v1::ContactLine& line = *message.add_contact_lines();
    line.set_left_party("holder");
    line.set_right_party("receiver");
    line.set_tolerance_mm(1'000'000);
    for (const std::int64_t latitude : {398'000'000, 401'000'000}) {
      v1::GeoPoint& at = *line.add_points();
      at.set_latitude_e7(latitude);
      at.set_longitude_e7(469'000'000);
    }
  });
}
RecordContext FromX09(const char* holder) {
  RecordContext context;
  context.holder = holder;
  return context;
}

TEST(CheckX09, SaysNothingWithoutALine) {
  EXPECT_THAT(Say("X-09", CompleteRecord(), FromX09("holder")), ElementsAre());
}

TEST(CheckX09, FailsOnTheOtherSide) {
  EXPECT_THAT(Say("X-09", CompleteRecord(), FromX09("holder"), WithLineX09()),
              ElementsAre("where.perimeter FAIL"));
  EXPECT_THAT(Say("X-09", CompleteRecord(), FromX09("receiver"), WithLineX09()),
              ElementsAre("PASS"));
}

TEST(CheckX09, NobodyCanTellNearTheLine) {
  v1::MinefieldRecord record = CompleteRecord();  // Some 4.5 km east of it.
  Move(record, 0, -4'000);
  EXPECT_THAT(Say("X-09", record, FromX09("holder"), WithLineX09()),
              ElementsAre("where.perimeter NE line uncertainty"));
  Move(record, 0, -3'000);
  EXPECT_THAT(Say("X-09", record, FromX09("holder"), WithLineX09()), ElementsAre("PASS"));
}

TEST(CheckX09, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  EXPECT_THAT(Say("X-09", record, RecordContext(), WithLineX09()),
              ElementsAre("where.perimeter NE laying party"));
  Blank(record, "laying.begun");
  Blank(record, "laying.ended");
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(Say("X-09", record, FromX09("holder"), WithLineX09()),
              ElementsAre("where.perimeter NE F40 F80"));
}

TEST(CheckX09, ALineOfOtherDaysDoesNotCount) {
  const Rules rules = ApiiRulesWith([](v1::RuleSet& message) {
    v1::ContactLine& line = *message.add_contact_lines();
    line.set_left_party("holder");
    line.set_first_day(10'000);  // 1997
  });
  EXPECT_THAT(Say("X-09", CompleteRecord(), FromX09("holder"), rules),
              ElementsAre("where.perimeter NE line of contact"));
}

}  // namespace
}  // namespace cairn::completeness::testing
