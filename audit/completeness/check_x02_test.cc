#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord NextTo(double metres) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), "18-1993-4");
  record.mutable_identity()->mutable_attachments(0)->set_sha256(std::string(32, 'c'));
  Move(record, metres, 0);
  return record;
}

TEST(CheckX02, NearlyTheSamePerimeterAndTheSameCount) {
  EXPECT_THAT(SayTogether("X-02", {CompleteRecord(), NextTo(9.9)}),
              ElementsAre("1 where.perimeter FAIL"));
  EXPECT_THAT(SayTogether("X-02", {CompleteRecord(), NextTo(10.1)}), ElementsAre());
  EXPECT_THAT(SayTogether("X-02", {NextTo(-9.9), CompleteRecord()}),
              ElementsAre("1 where.perimeter FAIL"));
}

TEST(CheckX02, IsListedAndCountedApart) {
  const v1::Report report = AssessTogether({CompleteRecord(), NextTo(5)});
  EXPECT_EQ(report.handover_level().near_duplicate_pairs(), 1u);
  EXPECT_EQ(report.handover_level().mines().without_duplicates(), 240u);
  EXPECT_EQ(report.handover_level().mines().without_near_duplicates(), 120u);
  EXPECT_EQ(report.records(1).near_duplicate_of().record(), 0u);
}

TEST(CheckX02, AnotherCountIsAnotherField) {
  v1::MinefieldRecord record = NextTo(5);
  SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(), 60);
  EXPECT_THAT(SayTogether("X-02", {CompleteRecord(), record}), ElementsAre());
}

TEST(CheckX02, IsNotEvaluableWithoutCornersOrCount) {
  v1::MinefieldRecord record = NextTo(5);
  Blank(record, "what.ordnance[0].count");
  Blank(record, "where.perimeter[1].position");
  EXPECT_THAT(SayTogether("X-02", {CompleteRecord(), record}),
              ElementsAre("1 where.perimeter NE F40 F62"));
}

}  // namespace
}  // namespace cairn::completeness::testing
