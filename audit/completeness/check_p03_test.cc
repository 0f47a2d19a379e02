#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// What P-03 says of a package of so many exact counts, of which so many are multiples of 100.
std::vector<std::string> SayP03(int counts, int round) {
  std::vector<v1::MinefieldRecord> records;
  for (int i = 0; i < counts; ++i) {
    v1::MinefieldRecord record = CompleteRecord();
    SetText(*record.mutable_identity()->mutable_record_number(),
            "12-1993-" + std::to_string(i + 1));
    SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(),
             i < round ? 200 : 120 + i);
    if (i >= round && (120 + i) % 100 == 0)
      SetCount(*record.mutable_what()->mutable_ordnance(0)->mutable_count(), 121);
    records.push_back(record);
  }
  std::vector<std::string> out;
  const v1::Report report = AssessTogether(records);
  for (const v1::CheckResult& one : report.handover_level().results()) {
    if (one.check() == "P-03") out.push_back(one.place() + " " + v1::Outcome_Name(one.outcome()));
  }
  return out;
}

TEST(CheckP03, PassesUpToThreeInTen) { EXPECT_THAT(SayP03(40, 12), ElementsAre()); }

TEST(CheckP03, FailsBeyond) { EXPECT_THAT(SayP03(40, 13), ElementsAre("package/0 OUTCOME_FAIL")); }

TEST(CheckP03, IsNotEvaluableWithFewCounts) {
  EXPECT_THAT(SayP03(29, 29), ElementsAre("package/0 OUTCOME_NOT_EVALUABLE"));
  EXPECT_THAT(SayP03(30, 30), ElementsAre("package/0 OUTCOME_FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
