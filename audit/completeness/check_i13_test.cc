#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI13, PassesWithRowsByStartAndEnd) {
  EXPECT_THAT(Say("I-13", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI13, NamesTheRowWithoutEnd) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.rows[1].end");
  EXPECT_THAT(Say("I-13", record), ElementsAre("layout.rows[1] FAIL"));
}

TEST(CheckI13, AzimuthAndLengthAreAnEnd) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.rows[1].end");
  SetPresence(record, "layout.rows[1].azimuth", v1::PRESENCE_VALUE);
  SetPresence(record, "layout.rows[1].length_mm", v1::PRESENCE_VALUE);
  EXPECT_THAT(Say("I-13", record), ElementsAre("PASS"));
}

TEST(CheckI13, ATieIsABeginning) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.rows[2].start");
  EXPECT_THAT(Say("I-13", record), ElementsAre("layout.rows[2] FAIL"));
  v1::Tie& tie = *record.mutable_where()->add_ties();
  tie = record.where().ties(0);
  tie.set_to("row3.start");
  EXPECT_THAT(Say("I-13", record), ElementsAre("PASS"));
}

TEST(CheckI13, FailsWithoutRows) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.rows");
  EXPECT_THAT(Say("I-13", record), ElementsAre("layout.rows FAIL"));
  Unread(record, "layout.rows");
  EXPECT_THAT(Say("I-13", record), ElementsAre("layout.rows NE F51"));
}

TEST(CheckI13, IsNotEvaluableWithoutLayout) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.kind");
  EXPECT_THAT(Say("I-13", record), ElementsAre("layout.kind NE F50"));
}

TEST(CheckI13, WhereverThereAreNoRowsSingleMinesAreAWarning) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*record.mutable_layout()->mutable_kind(), "scattered");
  EXPECT_THAT(Say("I-13", record), ElementsAre("layout.mines FAIL W"));
  v1::Mine& mine = *record.mutable_layout()->add_mines();
  SetMetres(*mine.mutable_position(), 4425810, 8666810);
  record.mutable_layout()->add_mines()->mutable_position()->mutable_leaf()->set_presence(
      v1::PRESENCE_NO_BOX);
  EXPECT_THAT(Say("I-13", record), ElementsAre("layout.mines[1].position FAIL W"));
}

TEST(CheckI13, RemotelyDeliveredFieldsAreLocatedByTheirCorners) {
  v1::MinefieldRecord record = CompleteRecord();
  SetFlag(*record.mutable_layout()->mutable_remotely_delivered(), true);
  Blank(record, "layout.rows");
  EXPECT_THAT(Say("I-13", record), ElementsAre("PASS"));
}

}  // namespace
}  // namespace cairn::completeness::testing
