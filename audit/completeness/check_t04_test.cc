#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

RecordContext ChangedHands() {
  static const ControlHistory* const kHistory = [] {
    auto history = ControlHistory::FromCsv(
        "area,party,first_day,last_day\n"
        "aghdam,party-a,-,2020-11-19\n"
        "aghdam,party-b,2020-11-20,-\n"
        "fuzuli,party-a,-,-\n");
    return new ControlHistory(*std::move(history));
  }();
  RecordContext context;
  context.log_day = kLogDay;
  context.control = kHistory;
  return context;
}
v1::MinefieldRecord Undated() {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.begun");
  Blank(record, "laying.ended");
  return record;
}

TEST(CheckT04, PassesIfDatedOrIfNobodyElseHeldTheArea) {
  EXPECT_THAT(Say("T-04", CompleteRecord(), ChangedHands()), ElementsAre("PASS"));
  v1::MinefieldRecord record = Undated();
  SetText(*record.mutable_where()->mutable_district(), "Fuzuli");
  EXPECT_THAT(Say("T-04", record, ChangedHands()), ElementsAre("PASS"));
}

TEST(CheckT04, FailsUndatedWhereControlChanged) {
  EXPECT_THAT(Say("T-04", Undated(), ChangedHands()), ElementsAre("laying.begun FAIL"));
}

TEST(CheckT04, OneDateIsEnough) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.begun");
  EXPECT_THAT(Say("T-04", record, ChangedHands()), ElementsAre("PASS"));
}

TEST(CheckT04, IsNotEvaluableUnreadOrWithoutHistory) {
  v1::MinefieldRecord record = Undated();
  EXPECT_THAT(Say("T-04", record, RecordContext{}), ElementsAre("laying.begun NE control history"));
  Unread(record, "laying.ended");
  EXPECT_THAT(Say("T-04", record, ChangedHands()), ElementsAre("laying.begun NE F80"));
}

TEST(ControlHistoryCsv, NamesTheLineThatIsWrong) {
  EXPECT_EQ(ControlHistory::FromCsv("area,party\n").status().code(),
            absl::StatusCode::kInvalidArgument);
  const auto history =
      ControlHistory::FromCsv("area,party,first_day,last_day\naghdam,a,-,2020-13-01\n");
  ASSERT_FALSE(history.ok());
  EXPECT_THAT(std::string(history.status().message()),
              ::testing::HasSubstr(":2: column 'last_day'"));
}

}  // namespace
}  // namespace cairn::completeness::testing
