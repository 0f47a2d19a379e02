#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord WithPurposeC20(const char* code) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*record.mutable_laying()->mutable_purpose(), code);
  return record;
}

TEST(CheckC20, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-20", CompleteRecord()), ElementsAre("PASS"));
  EXPECT_THAT(Say("C-20", WithPurposeC20("controlled")), ElementsAre("PASS"));
}

TEST(CheckC20, AnAntiPersonnelFieldHoldsAntiPersonnelMines) {
  EXPECT_THAT(Say("C-20", WithPurposeC20("ap")), ElementsAre("laying.purpose FAIL"));
}

TEST(CheckC20, AMixedFieldHoldsBoth) {
  v1::MinefieldRecord record = WithPurposeC20("mixed");
  EXPECT_THAT(Say("C-20", record), ElementsAre("laying.purpose FAIL"));
  v1::OrdnanceLine& line = *record.mutable_what()->add_ordnance();
  SetCode(*line.mutable_category(), "ap_fragmentation");
  EXPECT_THAT(Say("C-20", record), ElementsAre("PASS"));
}

TEST(CheckC20, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = WithPurposeC20("ap");
  Blank(record, "what.ordnance[0].category");
  EXPECT_THAT(Say("C-20", record), ElementsAre("laying.purpose FAIL"));  // By its model.
  Blank(record, "what.ordnance[0].model");
  EXPECT_THAT(Say("C-20", record), ElementsAre("laying.purpose NE F60"));
  Blank(record, "laying.purpose");
  EXPECT_THAT(Say("C-20", record), ElementsAre("laying.purpose NE F82"));
}

}  // namespace
}  // namespace cairn::completeness::testing
