#include "audit/record/transcription.h"

#include <string>
#include <vector>

#include "audit/record/template_for_test.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::record::testing::ExampleAliases;
using ::cairn::record::testing::ExampleTemplate;
using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::StatusCode kBadPair = absl::StatusCode::kInvalidArgument;

// The second person's folder: tables only.
ExampleTemplate SecondExample() {
  ExampleTemplate second;
  for (const char* file : {"attachments.csv", "regions.csv", "totals.csv", "persons.csv"}) {
    second.tables.erase(file);
  }
  second.raw_files.clear();
  return second;
}

absl::StatusOr<v1::MinefieldRecord> ReadPair(const ExampleTemplate& first,
                                             const ExampleTemplate& second) {
  const std::string other = second.Write();
  absl::StatusOr<TranscriptionReader> reader =
      TranscriptionReader::Open(first.Write(), &other, ExampleAliases());
  if (!reader.ok()) return reader.status();
  return reader->Read(0);
}

// A first transcription with one row of adjudicated.csv.
ExampleTemplate WithDecision(const std::string& field, const std::string& value) {
  ExampleTemplate first;
  first.tables["adjudicated.csv"] = {{"row", "field", "value"}, {"A-017", field, value}};
  return first;
}

TEST(Transcription, OneAloneIsSingle) {
  ASSERT_OK_AND_ASSIGN(
      TranscriptionReader reader,
      TranscriptionReader::Open(ExampleTemplate().Write(), nullptr, ExampleAliases()));
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, reader.Read(0));
  EXPECT_EQ(record.identity().transcription(), v1::TRANSCRIPTION_STATE_SINGLE);
}

TEST(Transcription, WhatMeansTheSameAgrees) {
  ExampleTemplate second = SecondExample();
  second.Cell("records.csv", "front_mm") = "250 м";
  second.Cell("records.csv", "map.scale") = "50000";
  second.Cell("records.csv", "begun") = "1993-06-14T08:30";
  second.Cell("records.csv", "place.text") = "500 m  north of the bridge";
  second.Cell("ordnance.csv", "model") = "TM-62M";
  second.Cell("reference_points.csv", "position.x") = "4 430 410,43";
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, ReadPair(ExampleTemplate(), second));
  EXPECT_EQ(record.identity().transcription(), v1::TRANSCRIPTION_STATE_TWO_AGREE)
      << record.identity().differing(0);
  EXPECT_EQ(record.where().front_mm().leaf().raw(), "250");  // The first one's words.
}

TEST(Transcription, DifferencesAreListedByPathAndTheFirstStands) {
  ExampleTemplate second = SecondExample();
  second.Cell("records.csv", "front_mm") = "260";
  second.Cell("ordnance.csv", "count") = "[illegible] 12?";
  second.Cell("ties.csv", "bearing.north") = "grid";
  second.Cell("records.csv", "language") = "az";
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, ReadPair(ExampleTemplate(), second));
  EXPECT_EQ(record.identity().transcription(), v1::TRANSCRIPTION_STATE_TWO_DIFFER);
  EXPECT_THAT(record.identity().differing(),
              ElementsAre("identity.language", "what.ordnance[0].count", "where.front_mm",
                          "where.ties[0].bearing"));
  EXPECT_EQ(record.where().front_mm().value(), 250'000);
}

TEST(Transcription, AListOfOtherLengthIsOneDifference) {
  ExampleTemplate second = SecondExample();
  second.tables.at("corners.csv")
      .push_back({"A-017", "B", "1", "2", "[not stated]", "[not stated]", "[not stated]"});
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, ReadPair(ExampleTemplate(), second));
  EXPECT_THAT(record.identity().differing(), ElementsAre("where.perimeter"));
}

TEST(Transcription, AnAdjudicationDecides) {
  ExampleTemplate second = SecondExample();
  second.Cell("records.csv", "front_mm") = "260";
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord taken,
                       ReadPair(WithDecision("where.front_mm", "[second]"), second));
  EXPECT_EQ(taken.identity().transcription(), v1::TRANSCRIPTION_STATE_ADJUDICATED);
  EXPECT_THAT(taken.identity().differing(), ElementsAre("where.front_mm"));
  EXPECT_EQ(taken.where().front_mm().value(), 260'000);
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord kept,
                       ReadPair(WithDecision("where.front_mm", "[first]"), second));
  EXPECT_EQ(kept.where().front_mm().value(), 250'000);
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord third,
                       ReadPair(WithDecision("where.front_mm", "255 m"), second));
  EXPECT_EQ(third.where().front_mm().value(), 255'000);
}

TEST(Transcription, AWholeListCanBeTakenFromTheSecond) {
  ExampleTemplate second = SecondExample();
  second.tables.at("corners.csv")
      .push_back({"A-017", "B", "1", "2", "[not stated]", "[not stated]", "[not stated]"});
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record,
                       ReadPair(WithDecision("where.perimeter", "[second]"), second));
  EXPECT_EQ(record.where().perimeter_size(), 2);
  EXPECT_EQ(record.identity().transcription(), v1::TRANSCRIPTION_STATE_ADJUDICATED);
}

TEST(Transcription, AnOpenDifferenceKeepsTheRecordUndecided) {
  ExampleTemplate second = SecondExample();
  second.Cell("records.csv", "front_mm") = "260";
  second.Cell("records.csv", "depth_mm") = "70";
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record,
                       ReadPair(WithDecision("where.front_mm", "[second]"), second));
  EXPECT_EQ(record.identity().transcription(), v1::TRANSCRIPTION_STATE_TWO_DIFFER);
  EXPECT_THAT(record.identity().differing(), ElementsAre("where.depth_mm"));
}

TEST(Transcription, AnAdjudicationOfNothingIsRefused) {
  EXPECT_THAT(
      ReadPair(WithDecision("where.front_mm", "[second]"), SecondExample()),
      StatusIs(kBadPair, AllOf(HasSubstr("adjudicated.csv:2"), HasSubstr("do not differ"))));
  ExampleTemplate second = SecondExample();
  second.Cell("records.csv", "front_mm") = "260";
  EXPECT_THAT(ReadPair(WithDecision("where.front_mm", "wide"), second),
              StatusIs(kBadPair, HasSubstr("expected a number")));
  second.Cell("records.csv", "language") = "az";
  EXPECT_THAT(ReadPair(WithDecision("identity.language", "hy"), second),
              StatusIs(kBadPair, HasSubstr("only [first] or [second]")));
  ASSERT_OK_AND_ASSIGN(TranscriptionReader alone,
                       TranscriptionReader::Open(WithDecision("where.front_mm", "[first]").Write(),
                                                 nullptr, ExampleAliases()));
  EXPECT_THAT(alone.Read(0), StatusIs(kBadPair, HasSubstr("no second transcription")));
}

TEST(Transcription, ARecordThatOnlyTheSecondHasIsRefused) {
  ExampleTemplate second = SecondExample();
  second.AddRecord("B-1");
  EXPECT_THAT(ReadPair(ExampleTemplate(), second), StatusIs(kBadPair, HasSubstr("'B-1'")));
}

TEST(Transcription, AnErrorOfTheSecondSaysSo) {
  ExampleTemplate second = SecondExample();
  second.Cell("records.csv", "front_mm") = "wide";
  EXPECT_THAT(ReadPair(ExampleTemplate(), second),
              StatusIs(kBadPair, HasSubstr("second transcription: records.csv:2")));
}

}  // namespace
}  // namespace cairn::record
