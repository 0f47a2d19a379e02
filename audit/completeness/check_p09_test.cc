#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckP09, PassesWithoutPlaceholder) {
  EXPECT_THAT(Say("P-09", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckP09, NamesWhatTheTranscriberRecognised) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "where.front_mm", v1::PRESENCE_DEFAULTED);
  EXPECT_THAT(Say("P-09", record), ElementsAre("where.front_mm FAIL"));
}

TEST(CheckP09, APlaceholderCountsAsBlankInAllOtherChecks) {
  v1::MinefieldRecord record = CompleteRecord();
  SetDay(*record.mutable_laying()->mutable_begun(), 1900, 1, 1);
  EXPECT_THAT(Say("P-09", record), ElementsAre("laying.begun FAIL"));
  EXPECT_THAT(Say("I-11", record), ElementsAre("laying.begun FAIL"));
  EXPECT_THAT(Say("T-01", record), ElementsAre("identity.drawn_up NE F80", "laying.begun NE F80",
                                               "laying.ended NE F80"));
  EXPECT_EQ(Judge(record).split(), v1::PARTIAL_SPLIT_BLANK);
}

TEST(CheckP09, KnowsFixedPositionsAndRawTexts) {
  v1::MinefieldRecord record = CompleteRecord();
  SetMetres(*record.mutable_where()->mutable_perimeter(1)->mutable_position(), 0, 0);
  record.mutable_what()->mutable_declared_total()->mutable_leaf()->set_raw("999");
  EXPECT_THAT(Say("P-09", record),
              ElementsAre("what.declared_total FAIL", "where.perimeter[1].position FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
