#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "audit/completeness/summary.h"
#include "audit/record/path.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// Spoils a record at random, as often and as badly as it likes.
v1::MinefieldRecord Spoiled(std::mt19937& random) {
  v1::MinefieldRecord record = CompleteRecord();
  std::vector<std::string> places;
  record::ForEachLeaf(record, false,
                      [&](const record::LeafVisit& visit) { places.emplace_back(visit.path); });
  const int times = static_cast<int>(random() % 12);
  for (int i = 0; i < times; ++i) {
    const std::string& place = places[random() % places.size()];
    auto leaf = record::FindMutableLeaf(record, place);
    if (!leaf.ok()) continue;  // Gone with its list.
    record::MutableLeafOf(**leaf).set_presence(static_cast<v1::Presence>(random() % 10));
  }
  if (random() % 4 == 0) record.mutable_where()->clear_perimeter();
  if (random() % 4 == 0) record.mutable_where()->clear_ties();
  if (random() % 6 == 0) record.mutable_what()->clear_ordnance();
  if (random() % 6 == 0) SetCount(*record.mutable_what()->mutable_declared_total(), 7);
  if (random() % 6 == 0) Move(record, -60'000, 0);
  record.mutable_identity()->set_transcription(static_cast<v1::TranscriptionState>(random() % 5));
  if (random() % 3 == 0) {
    SetFlag(*record.mutable_where()->mutable_place()->mutable_confirmed(), true);
  }
  return record;
}

TEST(Classes, EveryRecordGetsExactlyOneOfEach) {
  const std::uint32_t seed = 20210809;
  std::mt19937 random(seed);
  std::map<v1::FillClass, int> fill;
  for (int i = 0; i < 3000; ++i) {
    const v1::RecordResult result = Judge(Spoiled(random));
    ++fill[result.fill_class()];
    ASSERT_NE(result.fill_class(), v1::FILL_CLASS_UNSPECIFIED) << "seed " << seed << " " << i;
    ASSERT_NE(result.headline(), v1::HEADLINE_CLASS_UNSPECIFIED);
    ASSERT_EQ(result.split() != v1::PARTIAL_SPLIT_UNSPECIFIED,
              result.fill_class() == v1::FILL_CLASS_PARTIAL);
    ASSERT_LE(result.score().filled(), result.score().total());
    ASSERT_LE(result.contradiction_checks_evaluable(), result.contradiction_checks());
    if (result.fill_class() == v1::FILL_CLASS_COMPLETE) {
      ASSERT_EQ(result.score().filled(), result.score().total());
      ASSERT_NE(result.location(), v1::LOCATION_GRADE_DESCRIPTION);
    }
    if (result.headline() == v1::HEADLINE_CLASS_COMPLETE) {
      ASSERT_TRUE(result.contradictions().empty());
    }
    // Records are one in each row of a summary.
    v1::ClassSummary summary;
    AddRecord(result, summary);
    ASSERT_EQ(summary.not_read().records() + summary.no_information().records() +
                  summary.contradicting().records() + summary.partial().records() +
                  summary.complete().records(),
              1u);
  }
  EXPECT_EQ(fill.size(), 4u) << "the mix must reach every class";
}

v1::PartialSplit SplitWith(v1::Presence presence) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "what.ordnance[0].fuze", presence);
  return Judge(record).split();
}

TEST(Classes, ThePartialAreSplitByHowTheyLack) {
  EXPECT_EQ(SplitWith(v1::PRESENCE_BLANK), v1::PARTIAL_SPLIT_BLANK);
  EXPECT_EQ(SplitWith(v1::PRESENCE_DEFAULTED), v1::PARTIAL_SPLIT_BLANK);
  EXPECT_EQ(SplitWith(v1::PRESENCE_ILLEGIBLE), v1::PARTIAL_SPLIT_ILLEGIBLE);
  EXPECT_EQ(SplitWith(v1::PRESENCE_WITHHELD), v1::PARTIAL_SPLIT_WITHHELD);
  EXPECT_EQ(SplitWith(v1::PRESENCE_UNKNOWN_TO_HOLDER), v1::PARTIAL_SPLIT_UNKNOWN);
  EXPECT_EQ(SplitWith(v1::PRESENCE_NO_BOX), v1::PARTIAL_SPLIT_NO_BOX);
}

TEST(Classes, BlankComesBeforeAllOthersAndNoBoxLast) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "what.ordnance[0].fuze", v1::PRESENCE_NO_BOX);
  SetPresence(record, "where.front_mm", v1::PRESENCE_WITHHELD);
  EXPECT_EQ(Judge(record).split(), v1::PARTIAL_SPLIT_WITHHELD);
  SetPresence(record, "where.depth_mm", v1::PRESENCE_ILLEGIBLE);
  EXPECT_EQ(Judge(record).split(), v1::PARTIAL_SPLIT_ILLEGIBLE);
  SetPresence(record, "laying.begun", v1::PRESENCE_BLANK);
  EXPECT_EQ(Judge(record).split(), v1::PARTIAL_SPLIT_BLANK);
}

TEST(Classes, ASecondReadingThatDiffersBlocksCompleteOnly) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_identity()->set_transcription(v1::TRANSCRIPTION_STATE_TWO_DIFFER);
  EXPECT_EQ(Judge(record).split(), v1::PARTIAL_SPLIT_TRANSCRIPTION);
}

TEST(Classes, UnreadIsNotBlank) {
  v1::MinefieldRecord record = CompleteRecord();
  Unread(record, "what.ordnance[0].fuze");
  EXPECT_EQ(Judge(record).headline(), v1::HEADLINE_CLASS_NOT_READ);
}

TEST(Classes, WithoutALocationThereIsNoInformation) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter");
  EXPECT_EQ(Judge(record).location(), v1::LOCATION_GRADE_TIES);
  Blank(record, "where.ties");
  EXPECT_EQ(Judge(record).fill_class(), v1::FILL_CLASS_NO_INFORMATION);
  EXPECT_EQ(Judge(record).headline(), v1::HEADLINE_CLASS_NO_INFORMATION);
}

TEST(Classes, ADescribedPlaceMustBeLocatedOnTheGround) {
  v1::MinefieldRecord record = CompleteRecord();
  SetPresence(record, "where.perimeter", v1::PRESENCE_NO_BOX);
  SetPresence(record, "where.reference_points[0].position", v1::PRESENCE_NO_BOX);
  SetPresence(record, "where.reference_points[1].position", v1::PRESENCE_NO_BOX);
  EXPECT_EQ(Judge(record).fill_class(), v1::FILL_CLASS_NO_INFORMATION);
  SetFlag(*record.mutable_where()->mutable_place()->mutable_confirmed(), true);
  EXPECT_EQ(Judge(record).location(), v1::LOCATION_GRADE_DESCRIPTION);
  EXPECT_EQ(Judge(record).fill_class(), v1::FILL_CLASS_PARTIAL);
  Blank(record, "what.ordnance[0].category");
  EXPECT_EQ(Judge(record).fill_class(), v1::FILL_CLASS_NO_INFORMATION);
}

TEST(Classes, AMissingCoordinateSystemIsAGapAndNoLossOfPlace) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  EXPECT_EQ(Judge(record).fill_class(), v1::FILL_CLASS_PARTIAL);
  EXPECT_EQ(Judge(record).contradiction_checks_evaluable(), 15u);  // Those of counts, dates, ...
}

TEST(Classes, AContradictionNeverChangesTheFillClass) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_what()->mutable_declared_total(), 121);
  const v1::RecordResult result = Judge(record);
  EXPECT_EQ(result.fill_class(), v1::FILL_CLASS_COMPLETE);
  EXPECT_EQ(result.headline(), v1::HEADLINE_CLASS_CONTRADICTING);
  EXPECT_THAT(result.contradictions(), ElementsAre(v1::CONTRADICTION_ITSELF));
}

}  // namespace
}  // namespace cairn::completeness::testing
