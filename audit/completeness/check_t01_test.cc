#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckT01, PassesInOrder) { EXPECT_THAT(Say("T-01", CompleteRecord()), ElementsAre("PASS")); }

TEST(CheckT01, FailsIfItEndedBeforeItBegan) {
  v1::MinefieldRecord record = CompleteRecord();
  SetMinute(*record.mutable_laying()->mutable_ended(), 1993, 6, 14, 509);
  EXPECT_THAT(Say("T-01", record), ElementsAre("laying.ended FAIL"));
  SetMinute(*record.mutable_laying()->mutable_ended(), 1993, 6, 14, 510);
  EXPECT_THAT(Say("T-01", record), ElementsAre("PASS"));
}

TEST(CheckT01, FailsIfDrawnUpBeforeTheEnd) {
  v1::MinefieldRecord record = CompleteRecord();
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 1993, 6, 14);
  EXPECT_THAT(Say("T-01", record), ElementsAre("PASS"));
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 1993, 6, 13);
  EXPECT_THAT(Say("T-01", record), ElementsAre("identity.drawn_up FAIL"));
}

TEST(CheckT01, AMonthIsAMonth) {
  v1::MinefieldRecord record = CompleteRecord();
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 1993, 6, 1, v1::DATE_PRECISION_MONTH);
  EXPECT_THAT(Say("T-01", record), ElementsAre("PASS"));
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 1993, 5, 1, v1::DATE_PRECISION_MONTH);
  EXPECT_THAT(Say("T-01", record), ElementsAre("identity.drawn_up FAIL"));
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 1993, 1, 1, v1::DATE_PRECISION_YEAR);
  EXPECT_THAT(Say("T-01", record), ElementsAre("PASS"));
}

TEST(CheckT01, FailsInTheFutureOfTheLogButForADay) {
  v1::MinefieldRecord record = CompleteRecord();
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 2021, 8, 7);
  EXPECT_THAT(Say("T-01", record), ElementsAre("PASS"));
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 2021, 8, 8);
  EXPECT_THAT(Say("T-01", record), ElementsAre("identity.drawn_up FAIL"));
}

TEST(CheckT01, IsNotEvaluableWithoutADateOrTheLogsTime) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.begun");
  EXPECT_THAT(Say("T-01", record), ElementsAre("identity.drawn_up NE F80", "laying.begun NE F80",
                                               "laying.ended NE F80"));
  record = CompleteRecord();
  Unread(record, "identity.drawn_up");
  EXPECT_THAT(Say("T-01", record), ElementsAre("identity.drawn_up NE F06"));
  EXPECT_THAT(Say("T-01", CompleteRecord(), RecordContext{}),
              ElementsAre("identity.drawn_up NE time of the log", "laying.begun NE time of the log",
                          "laying.ended NE time of the log"));
}

}  // namespace
}  // namespace cairn::completeness::testing
