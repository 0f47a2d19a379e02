#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI01, PassesWithANumber) {
  EXPECT_THAT(Say("I-01", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI01, FailsOnABlankNumber) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "identity.record_number");
  EXPECT_THAT(Say("I-01", record), ElementsAre("identity.record_number FAIL"));
}

TEST(CheckI01, FailsOnAPlaceholderInAnySpelling) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), "Б / Н");
  EXPECT_THAT(Say("I-01", record), ElementsAre("identity.record_number FAIL"));
  SetText(*record.mutable_identity()->mutable_record_number(), " - ");
  EXPECT_THAT(Say("I-01", record), ElementsAre("identity.record_number FAIL"));
}

TEST(CheckI01, IsNotEvaluableWhileNobodyReadIt) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "identity.record_number");
  EXPECT_THAT(Say("I-01", record), ElementsAre("identity.record_number NE F01"));
}

TEST(CheckI01, NotApplicableIsNoNumber) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "identity.record_number", v1::PRESENCE_NOT_APPLICABLE);
  EXPECT_THAT(Say("I-01", record), ElementsAre("identity.record_number FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
