#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// The good example under another number, so many metres of ground to the west of it.
v1::MinefieldRecord BesideX13(double gap) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), "12-1993-18");
  Move(record, 0, 240 + gap);
  return record;
}

TEST(CheckX13, PassesFarApartAndAdjoining) {
  EXPECT_THAT(SayTogether("X-13", {CompleteRecord(), BesideX13(31)}), ElementsAre());
  EXPECT_THAT(SayTogether("X-13", {CompleteRecord(), BesideX13(0)}), ElementsAre());
}

TEST(CheckX13, NamesACorridorOfUpToThirtyMetres) {
  EXPECT_THAT(SayTogether("X-13", {CompleteRecord(), BesideX13(29)}),
              ElementsAre("1 where.perimeter FAIL"));
}

TEST(CheckX13, AThirdFieldCoversIt) {
  v1::MinefieldRecord third = BesideX13(-225);
  SetText(*third.mutable_laying()->mutable_laying_unit(), "13th engineer battalion");
  EXPECT_THAT(SayTogether("X-13", {CompleteRecord(), BesideX13(20), third}), ElementsAre());
}

TEST(CheckX13, AnotherUnitsFieldIsNoNeighbour) {
  v1::MinefieldRecord record = BesideX13(20);
  SetText(*record.mutable_laying()->mutable_laying_unit(), "13th engineer battalion");
  EXPECT_THAT(SayTogether("X-13", {CompleteRecord(), record}), ElementsAre());
}

TEST(CheckX13, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.laying_unit");
  EXPECT_THAT(SayTogether("X-13", {record}), ElementsAre("0 where.perimeter NE F10"));
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(SayTogether("X-13", {record}), ElementsAre("0 where.perimeter NE F40"));
}

}  // namespace
}  // namespace cairn::completeness::testing
