#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::OrdnanceLine& LineT06(v1::MinefieldRecord& record) {
  return *record.mutable_what()->mutable_ordnance(0);
}

TEST(CheckT06, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("T-06", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckT06, FailsIfTheModelCameLater) {
  v1::MinefieldRecord record = CompleteRecord();  // TM-62M: 1962.
  SetMinute(*record.mutable_laying()->mutable_begun(), 1961, 12, 31, 60);
  SetMinute(*record.mutable_laying()->mutable_ended(), 1961, 12, 31, 90);
  EXPECT_THAT(Say("T-06", record), ElementsAre("what.ordnance[0].model FAIL"));
  SetMinute(*record.mutable_laying()->mutable_ended(), 1962, 1, 1, 90);
  EXPECT_THAT(Say("T-06", record), ElementsAre("PASS"));
}

TEST(CheckT06, FailsIfItWasMadeAfterItWasLaid) {
  v1::MinefieldRecord record = CompleteRecord();  // 14 June 1993.
  SetDay(*LineT06(record).mutable_production()->mutable_made(), 1993, 1, 1,
         v1::DATE_PRECISION_YEAR);
  EXPECT_THAT(Say("T-06", record), ElementsAre("PASS"));
  SetDay(*LineT06(record).mutable_production()->mutable_made(), 1993, 7, 1,
         v1::DATE_PRECISION_MONTH);
  EXPECT_THAT(Say("T-06", record), ElementsAre("what.ordnance[0].production.made FAIL"));
}

TEST(CheckT06, AModelOfUnknownAgeSaysNothing) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*LineT06(record).mutable_model(), "PMD-6");
  EXPECT_THAT(Say("T-06", record), ElementsAre());
}

TEST(CheckT06, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].model");
  EXPECT_THAT(Say("T-06", record), ElementsAre("what.ordnance[0].model NE F61"));
  record = CompleteRecord();
  Blank(record, "laying.begun");
  Blank(record, "laying.ended");
  EXPECT_THAT(Say("T-06", record), ElementsAre("what.ordnance[0].model NE F80"));
  record = CompleteRecord();
  Unread(record, "what.ordnance[0].production.made");
  EXPECT_THAT(Say("T-06", record), ElementsAre("what.ordnance[0].production.made NE F67"));
}

}  // namespace
}  // namespace cairn::completeness::testing
