#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// 14,400 square metres.
std::vector<std::string> WithMinesP02(std::int64_t count) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(), count);
  return Say("P-02", record);
}

TEST(CheckP02, PassesFromOneTo5000SquareMetresForAMine) {
  EXPECT_THAT(Say("P-02", CompleteRecord()), ElementsAre("PASS"));
  EXPECT_THAT(WithMinesP02(14'350), ElementsAre("PASS"));
  EXPECT_THAT(WithMinesP02(3), ElementsAre("PASS"));
}

TEST(CheckP02, FailsBeyond) {
  EXPECT_THAT(WithMinesP02(14'450), ElementsAre("where.perimeter FAIL"));
  EXPECT_THAT(WithMinesP02(2), ElementsAre("where.perimeter FAIL"));
  EXPECT_THAT(WithMinesP02(0), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckP02, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].count");
  EXPECT_THAT(Say("P-02", record), ElementsAre("where.perimeter NE F62"));
  Blank(record, "where.perimeter[0].position");
  EXPECT_THAT(Say("P-02", record), ElementsAre("where.perimeter NE F40 F62"));
}

}  // namespace
}  // namespace cairn::completeness::testing
