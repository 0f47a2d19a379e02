#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

std::vector<v1::MinefieldRecord> Numbered(const std::vector<int>& numbers) {
  std::vector<v1::MinefieldRecord> records;
  for (const int n : numbers) {
    v1::MinefieldRecord record = CompleteRecord();
    SetText(*record.mutable_identity()->mutable_record_number(), absl::StrCat("МВЗ-1993-", n));
    SetCount(*record.mutable_where()->mutable_front_mm(), 240'000 + n);
    record.mutable_identity()->mutable_attachments(0)->set_sha256(
        std::string(32, static_cast<char>(n)));
    Move(record, 100.0 * n, 0);
    records.push_back(std::move(record));
  }
  return records;
}

TEST(CheckX04, NamesTheHoles) {
  const v1::Report report = AssessTogether(Numbered({1, 2, 3, 5, 6, 7, 8, 9, 12, 13}));
  ASSERT_EQ(report.handover_level().series_size(), 1);
  const v1::SeriesRow& series = report.handover_level().series(0);
  EXPECT_EQ(series.present(), 10u);
  EXPECT_EQ(series.highest(), 13u);
  EXPECT_EQ(series.missing(), 3u);
  ASSERT_EQ(series.gaps_size(), 2);
  EXPECT_EQ(series.gaps(0).first(), 4u);
  EXPECT_EQ(series.gaps(0).last(), 4u);
  EXPECT_EQ(series.gaps(1).first(), 10u);
  EXPECT_EQ(series.gaps(1).last(), 11u);
  EXPECT_FALSE(series.provisional());
  std::string place;
  for (const v1::CheckResult& one : report.handover_level().results()) {
    if (one.check() == "X-04") place = one.place();
  }
  EXPECT_EQ(place, "series/0");
}

TEST(CheckX04, ASeriesBeginsAtOne) {
  const v1::Report report = AssessTogether(Numbered({2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  ASSERT_EQ(report.handover_level().series_size(), 1);
  EXPECT_EQ(report.handover_level().series(0).missing(), 1u);
}

TEST(CheckX04, NineAreNoSeriesAndNeitherAreFewOfMany) {
  EXPECT_EQ(AssessTogether(Numbered({1, 2, 3, 5, 6, 7, 8, 9, 12})).handover_level().series_size(),
            0);
  EXPECT_EQ(
      AssessTogether(Numbered({1, 2, 3, 5, 6, 7, 8, 9, 12, 21})).handover_level().series_size(), 0);
  EXPECT_EQ(
      AssessTogether(Numbered({1, 2, 3, 5, 6, 7, 8, 9, 12, 20})).handover_level().series_size(), 1);
}

TEST(CheckX04, PassesWithoutHole) {
  const v1::Report report = AssessTogether(Numbered({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  ASSERT_EQ(report.handover_level().series_size(), 1);
  EXPECT_EQ(report.handover_level().series(0).missing(), 0u);
  for (const v1::CheckResult& one : report.handover_level().results()) {
    EXPECT_NE(one.check(), "X-04");
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
