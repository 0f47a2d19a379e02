#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <cstdint>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::OrdnanceLine& Line(v1::MinefieldRecord& record) {
  return *record.mutable_what()->mutable_ordnance(0);
}

TEST(CheckC12, PassesIfEverythingAddsUp) {
  EXPECT_THAT(Say("C-12", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC12, OneMineMoreInTheTotalFails) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_what()->mutable_declared_total(), 121);
  EXPECT_THAT(Say("C-12", record), ElementsAre("what.declared_total FAIL"));
}

TEST(CheckC12, OneMineMoreInARowFails) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_layout()->mutable_rows(0)->mutable_mines(0)->mutable_count(), 41);
  EXPECT_THAT(Say("C-12", record), ElementsAre("layout.rows FAIL"));
}

// A line of two booby-traps, which stand in no row.
v1::MinefieldRecord WithTwoTraps() {
  v1::MinefieldRecord record = CompleteRecord();
  v1::OrdnanceLine& traps = *record.mutable_what()->add_ordnance();
  traps = record.what().ordnance(0);
  SetCode(*traps.mutable_category(), "booby_trap");
  SetCode(*traps.mutable_model(), "MS-3");
  SetCount(*traps.mutable_count(), 2);
  SetCount(*record.mutable_what()->mutable_declared_total(), 122);
  return record;
}

TEST(CheckC12, RowsHoldMinesAndNoBoobyTraps) {
  v1::MinefieldRecord record = WithTwoTraps();
  EXPECT_THAT(Say("C-12", record), ElementsAre("PASS"));
  SetCount(*record.mutable_layout()->mutable_rows(0)->mutable_mines(0)->mutable_count(), 42);
  EXPECT_THAT(Say("C-12", record), ElementsAre("layout.rows FAIL"));
}

TEST(CheckC12, ALineWithoutCategoryIsWhatItsModelIs) {
  v1::MinefieldRecord record = WithTwoTraps();
  Blank(record, "what.ordnance[1].category");
  EXPECT_THAT(Say("C-12", record), ElementsAre("PASS"));
  Blank(record, "what.ordnance[1].model");
  EXPECT_THAT(Say("C-12", record), ElementsAre("layout.rows NE F60"));
}

TEST(CheckC12, PointsAreComparedWhereTheFormClaimsAll) {
  v1::MinefieldRecord record = CompleteRecord();
  for (int i = 0; i < 119; ++i) record.mutable_layout()->add_mines();
  EXPECT_THAT(Say("C-12", record), ElementsAre("PASS"));
  record.mutable_layout()->set_mines_complete(true);
  EXPECT_THAT(Say("C-12", record), ElementsAre("layout.mines FAIL"));
  record.mutable_layout()->add_mines();
  EXPECT_THAT(Say("C-12", record), ElementsAre("PASS"));
}

TEST(CheckC12, WhatRemainsIsLaidMinusRemovedPlusAdded) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_marking()->mutable_changes_listed()->set_presence(v1::PRESENCE_VALUE);
  for (const char* what : {"removed", "detonated", "added", "moved"}) {
    v1::Change& change = *record.mutable_marking()->add_changes();
    SetCode(*change.mutable_what(), what);
    SetCount(*change.mutable_count(), 10);
  }
  SetCount(*record.mutable_marking()->mutable_remaining_total(), 110);
  EXPECT_THAT(Say("C-12", record), ElementsAre("PASS"));
  SetCount(*record.mutable_marking()->mutable_remaining_total(), 120);
  EXPECT_THAT(Say("C-12", record), ElementsAre("marking.remaining_total FAIL"));
  record.mutable_marking()->mutable_changes(0)->mutable_count()->clear_value();
  EXPECT_THAT(Say("C-12", record), ElementsAre("marking.remaining_total NE F100"));
}

TEST(CheckC12, RoundedAndEstimatedCountsHaveTheirTolerance) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.rows");
  Line(record).set_count_precision("rounded");  // 120: 115 to 125.
  SetCount(*record.mutable_what()->mutable_declared_total(), 125);
  EXPECT_THAT(Say("C-12", record), ElementsAre("PASS"));
  SetCount(*record.mutable_what()->mutable_declared_total(), 126);
  EXPECT_THAT(Say("C-12", record), ElementsAre("what.declared_total FAIL"));
  Line(record).set_count_precision("estimate");  // 20 %: 96 to 144.
  SetCount(*record.mutable_what()->mutable_declared_total(), 144);
  EXPECT_THAT(Say("C-12", record), ElementsAre("PASS"));
  SetCount(*record.mutable_what()->mutable_declared_total(), 145);
  EXPECT_THAT(Say("C-12", record), ElementsAre("what.declared_total FAIL"));
}

TEST(CheckC12, IsNotEvaluableIfACountLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].count");
  EXPECT_THAT(Say("C-12", record), ElementsAre("layout.rows NE F62", "what.declared_total NE F62"));
  record = CompleteRecord();
  Blank(record, "what.declared_total");
  Blank(record, "layout.rows[1].mines[0].count");
  EXPECT_THAT(Say("C-12", record), ElementsAre("layout.rows NE F53", "what.declared_total NE F71"));
  Blank(record, "what.ordnance");
  EXPECT_THAT(Say("C-12", record),
              ElementsAre("layout.rows NE F53 F62", "what.declared_total NE F60 F71"));
}

TEST(CheckC12, AbsurdCountsAreNotKnown) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*Line(record).mutable_count(), INT64_MAX);
  SetCount(*record.mutable_what()->mutable_declared_total(), -1);
  EXPECT_THAT(Say("C-12", record),
              ElementsAre("layout.rows NE F62", "what.declared_total NE F62 F71"));
}

}  // namespace
}  // namespace cairn::completeness::testing
