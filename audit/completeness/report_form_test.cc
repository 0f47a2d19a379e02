#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include "audit/completeness/report_form.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::HasSubstr;

absl::Status After(void (*spoil)(v1::Report&)) {
  v1::Report report = AssessTogether({CompleteRecord()});
  spoil(report);
  return CheckReportForm(report);
}

TEST(CheckReportForm, WhatAnAssessmentGivesIsWhole) {
  EXPECT_TRUE(After([](v1::Report&) {}).ok());
}

TEST(CheckReportForm, NothingAtAllIsNoReport) {
  const absl::Status status = After([](v1::Report& report) { report.Clear(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("it has no rule set"));
}

TEST(CheckReportForm, NamesEachPartThatIsMissing) {
  const auto said = [](void (*spoil)(v1::Report&)) { return std::string(After(spoil).message()); };
  EXPECT_THAT(said([](v1::Report& r) { r.mutable_rule_set()->clear_digest(); }),
              HasSubstr("no digest of the rule set"));
  EXPECT_THAT(said([](v1::Report& r) { r.clear_check_semantics(); }),
              HasSubstr("no version of the checks"));
  EXPECT_THAT(said([](v1::Report& r) { r.clear_handover(); }), HasSubstr("no handover"));
  EXPECT_THAT(said([](v1::Report& r) { r.clear_handover_level(); }),
              HasSubstr("no handover's results"));
  EXPECT_THAT(said([](v1::Report& r) { r.clear_cumulative(); }),
              HasSubstr("no classes of all records"));
  EXPECT_THAT(said([](v1::Report& r) { r.clear_summary(); }), HasSubstr("no summary"));
}

TEST(CheckReportForm, ALostRecordIsNoticed) {
  const absl::Status status = After([](v1::Report& r) { r.clear_records(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("of 1 records, and there are 0"));
}

}  // namespace
}  // namespace cairn::completeness::testing
