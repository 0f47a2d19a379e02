#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// The first row begins 10 m inside the southern side; moved south by so many metres.
std::vector<std::string> MovedSouthC17(std::int64_t metres) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Position& start = *record.mutable_layout()->mutable_rows(0)->mutable_start();
  start.set_first(start.first() - metres * 1000);
  return Say("C-17", record);
}

TEST(CheckC17, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-17", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC17, WarnsBeyondTwoSigmaAndFailsBeyondThree) {
  // Sigma: 25.40 m twice: 35.92 m. Two are 71.84 m, three 107.76 m.
  EXPECT_THAT(MovedSouthC17(81), ElementsAre("PASS"));
  EXPECT_THAT(MovedSouthC17(83), ElementsAre("layout.rows[0].start FAIL W"));
  EXPECT_THAT(MovedSouthC17(117), ElementsAre("layout.rows[0].start FAIL W"));
  EXPECT_THAT(MovedSouthC17(119), ElementsAre("layout.rows[0].start FAIL"));
}

TEST(CheckC17, SingleMinesAreLookedAtToo) {
  v1::MinefieldRecord record = CompleteRecord();
  v1::Mine& mine = *record.mutable_layout()->add_mines();
  *mine.mutable_position() = record.layout().rows(0).start();
  EXPECT_THAT(Say("C-17", record), ElementsAre("PASS"));
  mine.mutable_position()->set_first(mine.position().first() + 200'000);
  EXPECT_THAT(Say("C-17", record), ElementsAre("layout.mines[0].position FAIL"));
}

TEST(CheckC17, SaysNothingWithoutRowsAndMines) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.rows");
  EXPECT_THAT(Say("C-17", record), ElementsAre());
}

TEST(CheckC17, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "layout.rows[1].end");
  EXPECT_THAT(Say("C-17", record), ElementsAre("layout.rows[1].end NE F51"));
  Blank(record, "where.perimeter[1].position");
  EXPECT_THAT(Say("C-17", record), ElementsAre("where.perimeter NE F40"));
}

}  // namespace
}  // namespace cairn::completeness::testing
