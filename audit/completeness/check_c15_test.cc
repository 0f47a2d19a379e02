#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// 40 mines at 5.9 m: 230.1 m; the ends are 230 m apart.
std::vector<std::string> WithSpacingC15(std::int64_t millimetres) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_layout()->mutable_rows(0)->mutable_spacing_mm(), millimetres);
  return Say("C-15", record);
}
// Three rows, 60 m deep.
std::vector<std::string> WithGapC15(std::int64_t millimetres) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_layout()->mutable_row_gap_mm(), millimetres);
  return Say("C-15", record);
}

TEST(CheckC15, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-15", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC15, RowsAreAsLongAsTheirMinesWithinAFifth) {
  EXPECT_THAT(WithSpacingC15(4'920), ElementsAre("PASS"));
  EXPECT_THAT(WithSpacingC15(4'900), ElementsAre("layout.rows[0] FAIL"));
  EXPECT_THAT(WithSpacingC15(7'360), ElementsAre("PASS"));
  EXPECT_THAT(WithSpacingC15(7'380), ElementsAre("layout.rows[0] FAIL"));
}

TEST(CheckC15, TheStatedLengthCounts) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_layout()->mutable_rows(1)->mutable_length_mm(), 300'000);
  EXPECT_THAT(Say("C-15", record), ElementsAre("layout.rows[1] FAIL"));
}

TEST(CheckC15, RowsAndGapsAreAsDeepAsTheFieldWithinThreeTenths) {
  EXPECT_THAT(WithGapC15(26'000), ElementsAre("PASS"));
  EXPECT_THAT(WithGapC15(26'001), ElementsAre("where.depth_mm FAIL"));
  EXPECT_THAT(WithGapC15(14'000), ElementsAre("PASS"));
  EXPECT_THAT(WithGapC15(13'999), ElementsAre("where.depth_mm FAIL"));
}

TEST(CheckC15, OneGapIsNotThatOfTwoBands) {
  v1::MinefieldRecord record = CompleteRecord();
  *record.mutable_what()->add_ordnance() = record.what().ordnance(0);
  SetCount(*record.mutable_layout()->mutable_row_gap_mm(), 40'000);
  EXPECT_THAT(Say("C-15", record), ElementsAre("PASS"));
}

TEST(CheckC15, IsNotEvaluableIfAnInputLacks) {
  const std::pair<const char*, const char*> inputs[] = {
      {"layout.rows[0].spacing_mm", "layout.rows[0] NE F52"},
      {"layout.rows[0].mines[0].count", "layout.rows[0] NE F53"},
      {"layout.rows[0].end", "layout.rows[0] NE F51"},
      {"layout.row_gap_mm", "where.depth_mm NE F52"},
      {"where.depth_mm", "where.depth_mm NE F42"},
  };
  for (const auto& [place, said] : inputs) {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, place);
    EXPECT_THAT(Say("C-15", record), ElementsAre(said));
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
