#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// Another field of the same unit on the same day, so many kilometres north, begun at a minute.
v1::MinefieldRecord FarX11(double kilometres, int begun) {
  v1::MinefieldRecord record = CompleteRecord();  // 08:30 to 19:00.
  SetText(*record.mutable_identity()->mutable_record_number(), "12-1993-18");
  SetMinute(*record.mutable_laying()->mutable_begun(), 1993, 6, 14, begun);
  SetMinute(*record.mutable_laying()->mutable_ended(), 1993, 6, 14, 1439);
  Move(record, -kilometres * 1000, 0);
  return record;
}

TEST(CheckX11, PassesIfOneCouldBeAtBoth) {
  EXPECT_THAT(SayTogether("X-11", {CompleteRecord(), FarX11(99, 600)}), ElementsAre());
  EXPECT_THAT(SayTogether("X-11", {CompleteRecord(), FarX11(102, 1200)}), ElementsAre());
}

TEST(CheckX11, FailsFarApartInOneHour) {
  EXPECT_THAT(SayTogether("X-11", {CompleteRecord(), FarX11(102, 600)}),
              ElementsAre("0 laying.begun FAIL", "1 laying.begun FAIL"));
  EXPECT_THAT(SayTogether("X-11", {CompleteRecord(), FarX11(102, 1140)}).size(), 2u);
}

TEST(CheckX11, LooksAtEveryPairOfAUnitThatWentFar) {
  EXPECT_THAT(SayTogether("X-11", {CompleteRecord(), FarX11(50, 600), FarX11(99, 600)}),
              ElementsAre());
  // The ends are out of each other's reach, the one between is in that of both.
  EXPECT_THAT(SayTogether("X-11", {CompleteRecord(), FarX11(51, 600), FarX11(102, 600)}),
              ElementsAre("0 laying.begun FAIL", "2 laying.begun FAIL"));
}

TEST(CheckX11, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.laying_unit");
  Blank(record, "laying.commander_named");
  SetDay(*record.mutable_laying()->mutable_ended(), 1993, 6, 14);
  EXPECT_THAT(SayTogether("X-11", {record}), ElementsAre("0 laying.begun NE F10 F12 F80"));
}

}  // namespace
}  // namespace cairn::completeness::testing
