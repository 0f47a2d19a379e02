#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord Magnetic() {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_ties(1)->mutable_bearing()->set_north(v1::NORTH_MAGNETIC);
  SetCount(*record.mutable_where()->mutable_map()->mutable_declination_e6(), 5'120'000);
  SetCount(*record.mutable_where()->mutable_map()->mutable_declination_year(), 1990);
  return record;
}

TEST(CheckI19, GridTiesNeedNoDeclination) {
  EXPECT_THAT(Say("I-19", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI19, MagneticTiesNeedItAndItsYear) {
  v1::MinefieldRecord record = Magnetic();
  EXPECT_THAT(Say("I-19", record), ElementsAre("PASS"));
  Blank(record, "where.map.declination_year");
  EXPECT_THAT(Say("I-19", record), ElementsAre("where.map.declination_year FAIL"));
  SetPresence(record, "where.map.declination_e6", v1::PRESENCE_NOT_APPLICABLE);
  EXPECT_THAT(Say("I-19", record),
              ElementsAre("where.map.declination_e6 FAIL", "where.map.declination_year FAIL"));
}

TEST(CheckI19, IsNotEvaluableWhileABearingIsUnread) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "where.ties[0].bearing");
  EXPECT_THAT(Say("I-19", record), ElementsAre("where.ties NE F33"));
  record = Magnetic();
  Unread(record, "where.map.declination_e6");
  EXPECT_THAT(Say("I-19", record), ElementsAre("where.map.declination_e6 NE F24"));
}

}  // namespace
}  // namespace cairn::completeness::testing
