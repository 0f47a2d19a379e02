#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// 120 mines by hand, at 2,000 an hour at most: 3.6 minutes.
std::vector<std::string> LaidInT02(int minutes) {
  v1::MinefieldRecord record = CompleteRecord();
  SetMinute(*record.mutable_laying()->mutable_ended(), 1993, 6, 14, 510 + minutes);
  return Say("T-02", record);
}

TEST(CheckT02, PassesIfThereWasTime) {
  EXPECT_THAT(Say("T-02", CompleteRecord()), ElementsAre("PASS"));
  EXPECT_THAT(LaidInT02(3), ElementsAre("PASS"));  // The last minute counts.
}

TEST(CheckT02, FailsIfTheTimeIsTooShort) { EXPECT_THAT(LaidInT02(2), ElementsAre("laying FAIL")); }

TEST(CheckT02, ADayIsAllOfItsHours) {
  v1::MinefieldRecord record = CompleteRecord();
  SetDay(*record.mutable_laying()->mutable_begun(), 1993, 6, 14);
  SetDay(*record.mutable_laying()->mutable_ended(), 1993, 6, 14);
  SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(), 48'000);
  EXPECT_THAT(Say("T-02", record), ElementsAre("PASS"));
  SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(), 48'001);
  EXPECT_THAT(Say("T-02", record), ElementsAre("laying FAIL"));
}

TEST(CheckT02, IsNotEvaluableIfAnInputLacks) {
  const std::pair<const char*, const char*> inputs[] = {{"laying.begun", "F80"},
                                                        {"laying.ended", "F80"},
                                                        {"what.ordnance[0].count", "F62"},
                                                        {"what.ordnance[0].method", "F68"}};
  for (const auto& [place, missing] : inputs) {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, place);
    EXPECT_THAT(Say("T-02", record), ElementsAre(std::string("laying NE ") + missing));
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
