#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// Laid on 14 June 1993, with a life of so many days; looked at on 6 August 2021.
v1::MinefieldRecord WithLifeT05(std::int64_t days) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::OrdnanceLine& line = *record.mutable_what()->mutable_ordnance(0);
  SetCode(*line.mutable_life_kind(), "self_destruct");
  SetCount(*line.mutable_life_days(), days);
  return record;
}

TEST(CheckT05, PassesWhereNothingEnds) {
  EXPECT_THAT(Say("T-05", CompleteRecord()), ElementsAre("PASS"));
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].life_kind");  // Excluded by the model.
  EXPECT_THAT(Say("T-05", record), ElementsAre("PASS"));
}

TEST(CheckT05, SaysThatTheLifeTimeIsOver) {
  EXPECT_THAT(Say("T-05", WithLifeT05(10'279)), ElementsAre("what.ordnance[0].life_days FAIL"));
  EXPECT_THAT(Say("T-05", WithLifeT05(10'280)), ElementsAre("PASS"));  // That very day.
}

TEST(CheckT05, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = WithLifeT05(10);
  Blank(record, "what.ordnance[0].life_days");
  EXPECT_THAT(Say("T-05", record), ElementsAre("what.ordnance[0].life_days NE F70"));
  record = WithLifeT05(10);
  Blank(record, "laying.begun");
  Blank(record, "laying.ended");
  EXPECT_THAT(Say("T-05", record), ElementsAre("what.ordnance[0].life_days NE F80"));
  EXPECT_THAT(Say("T-05", WithLifeT05(10), RecordContext()),
              ElementsAre("what.ordnance[0].life_days NE time of the log"));
}

}  // namespace
}  // namespace cairn::completeness::testing
