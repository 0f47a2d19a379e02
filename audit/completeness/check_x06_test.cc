#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// The good example under another number, moved so many metres east: it is 240 m wide.
v1::MinefieldRecord MovedX06(double east) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), "12-1993-18");
  Move(record, 0, east);
  return record;
}

TEST(CheckX06, PassesBesideEachOther) {
  EXPECT_THAT(SayTogether("X-06", {CompleteRecord()}), ElementsAre());
  EXPECT_THAT(SayTogether("X-06", {CompleteRecord(), MovedX06(239)}), ElementsAre());  // 0.4 %
}

TEST(CheckX06, FailsAboveNinePerMille) {
  EXPECT_THAT(SayTogether("X-06", {CompleteRecord(), MovedX06(237)}),  // 1.25 %
              ElementsAre("1 where.perimeter FAIL"));
  const v1::Report report = AssessTogether({CompleteRecord(), MovedX06(120)});
  for (const v1::CheckResult& one : report.records(1).results()) {
    if (one.check() != "X-06") continue;
    EXPECT_EQ(one.found(), 500);  // Half.
    EXPECT_EQ(one.other().record(), 0u);
    EXPECT_TRUE(one.has_other());
  }
}

TEST(CheckX06, StatesOfOneOriginalAreOneField) {
  v1::MinefieldRecord update = CompleteRecord();
  SetFlag(*update.mutable_marking()->add_changes()->mutable_is_signed(), true);
  EXPECT_THAT(SayTogether("X-06", {CompleteRecord(), update}), ElementsAre());
}

TEST(CheckX06, IsNotEvaluableWithoutAPerimeter) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_perimeter()->SwapElements(1, 2);
  EXPECT_THAT(SayTogether("X-06", {record}), ElementsAre("0 where.perimeter NE F40"));
  Blank(record, "where.map.declared_crs");
  EXPECT_THAT(SayTogether("X-06", {record}), ElementsAre("0 where.perimeter NE F23"));
}

}  // namespace
}  // namespace cairn::completeness::testing
