#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI23, CountsEveryMandatoryLeaf) {
  const v1::RecordResult result = Judge(CompleteRecord());
  // F23, F30, 2 F31, 3 F33, 2 F34, 5 F40, F41, F42, F50, 4 F51, 2 F60, F61 to F64, F68, F70, F71,
  // 2 F80, F81, F110.
  EXPECT_EQ(result.score().total(), 34u);
  EXPECT_EQ(result.score().filled(), 34u);
  EXPECT_EQ(result.block_scores_size(), 5);
}

TEST(CheckI23, NamesFieldAndPresence) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "what.ordnance[0].fuze", v1::PRESENCE_ILLEGIBLE);
  const v1::RecordResult result = Judge(record);
  EXPECT_EQ(result.score().filled(), 33u);
  bool found = false;
  for (const v1::CheckResult& one : result.results()) {
    if (one.check() != "I-23") continue;
    found = true;
    EXPECT_EQ(one.place(), "what.ordnance[0].fuze");
    EXPECT_EQ(one.field(), "F63");
    EXPECT_EQ(one.presence(), v1::PRESENCE_ILLEGIBLE);
  }
  EXPECT_TRUE(found);
}

TEST(CheckI23, WhatIsUnreadIsNotEvaluable) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "laying.begun");
  EXPECT_THAT(Say("I-23", record), ElementsAre("laying.begun NE F80"));
}

TEST(CheckI23, AListWithTooFewEntriesLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_reference_points()->RemoveLast();
  EXPECT_THAT(Say("I-23", record), ElementsAre("where.reference_points FAIL"));
}

TEST(CheckI23, ACornerKnownByATieIsFilled) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "where.perimeter[0].position", v1::PRESENCE_NO_BOX);
  EXPECT_THAT(Say("I-23", record), ElementsAre("PASS"));
  SetPresence(record, "where.perimeter[2].position", v1::PRESENCE_NO_BOX);
  EXPECT_THAT(Say("I-23", record), ElementsAre("where.perimeter[2].position FAIL"));
}

TEST(CheckI23, ProductionMarksAreAskedOfNewMinesOnly) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Production& made = *record.mutable_what()->mutable_ordnance(0)->mutable_production();
  SetDay(*made.mutable_made(), 1998, 12, 2);
  EXPECT_THAT(Say("I-23", record), ElementsAre("PASS"));
  SetDay(*made.mutable_made(), 1998, 12, 3);
  EXPECT_THAT(Say("I-23", record), ElementsAre("what.ordnance[0].production.country FAIL",
                                               "what.ordnance[0].production.lot FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
