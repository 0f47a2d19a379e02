#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// The same field once more, as another paper.
v1::MinefieldRecord Copied(absl::string_view number) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), number);
  record.mutable_identity()->set_row("B-001");
  record.mutable_identity()->mutable_attachments(0)->set_sha256(std::string(32, 'b'));
  return record;
}

TEST(CheckX01, EqualUnderAnotherNumberFailsOnTheLaterOne) {
  EXPECT_THAT(SayTogether("X-01", {CompleteRecord(), Copied("99"), Copied("100")}),
              ElementsAre("1  FAIL", "2  FAIL"));
}

TEST(CheckX01, TheDuplicateIsInTheSharesButNotInTheTotals) {
  const v1::Report report = AssessTogether({CompleteRecord(), Copied("99")});
  EXPECT_EQ(report.cumulative().all().records(), 2u);
  EXPECT_EQ(report.handover_level().mines().all_forms(), 240u);
  EXPECT_EQ(report.handover_level().mines().without_duplicates(), 120u);
  EXPECT_EQ(report.records(1).duplicate_of().record(), 0u);
  EXPECT_EQ(report.records(1).headline(), v1::HEADLINE_CLASS_COMPLETE);
}

TEST(CheckX01, AnotherSpellingIsTheSameContent) {
  v1::MinefieldRecord record = Copied("99");
  record.mutable_what()->mutable_ordnance(0)->mutable_count()->mutable_leaf()->set_raw("120 шт.");
  EXPECT_THAT(SayTogether("X-01", {CompleteRecord(), record}), ElementsAre("1  FAIL"));
}

TEST(CheckX01, OneMineMoreIsAnotherRecord) {
  v1::MinefieldRecord record = Copied("99");
  SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(), 121);
  EXPECT_THAT(SayTogether("X-01", {CompleteRecord(), record}), ElementsAre());
}

TEST(CheckX01, AnEqualCopyOfTheSameNumberIsACopy) {
  const v1::Report report = AssessTogether({CompleteRecord(), Copied("12 1993 17")});
  EXPECT_FALSE(report.records(1).has_duplicate_of());
  EXPECT_TRUE(report.records(1).has_copy_of());
  EXPECT_EQ(report.handover_level().mines().without_duplicates(), 240u);
  EXPECT_EQ(report.handover_level().mines().fields(), 120u);
}

}  // namespace
}  // namespace cairn::completeness::testing
