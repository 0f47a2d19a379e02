#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::Position& At(v1::MinefieldRecord& record, int i) {
  return *record.mutable_where()->mutable_perimeter(i)->mutable_position();
}

TEST(CheckC09, PassesOnARectangle) {
  EXPECT_THAT(Say("C-09", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC09, FailsIfItCrossesItself) {
  v1::MinefieldRecord record = CompleteRecord();
  At(record, 2).Swap(&At(record, 3));
  EXPECT_THAT(Say("C-09", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckC09, FailsWithTwoCorners) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_perimeter()->DeleteSubrange(2, 2);
  EXPECT_THAT(Say("C-09", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckC09, FailsIfTheFirstCornerIsRepeated) {
  v1::MinefieldRecord record = CompleteRecord();
  *record.mutable_where()->add_perimeter() = record.where().perimeter(0);
  EXPECT_THAT(Say("C-09", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckC09, AMillimetreDecides) {
  v1::MinefieldRecord record = CompleteRecord();
  At(record, 2).set_first(At(record, 1).first() + 1);
  At(record, 3).set_first(At(record, 0).first() + 1);
  EXPECT_THAT(Say("C-09", record), ElementsAre("PASS"));
  At(record, 2).set_first(At(record, 1).first() - 1);
  EXPECT_THAT(Say("C-09", record), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckC09, IsNotEvaluableIfACornerLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter[2].position");
  EXPECT_THAT(Say("C-09", record), ElementsAre("where.perimeter NE F40"));
  record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  EXPECT_THAT(Say("C-09", record), ElementsAre("where.perimeter NE F23"));
  Blank(record, "where.perimeter");
  EXPECT_THAT(Say("C-09", record), ElementsAre("where.perimeter NE F40"));
}

}  // namespace
}  // namespace cairn::completeness::testing
