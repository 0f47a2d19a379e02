#include "audit/record/supplement.h"

#include <string>
#include <vector>

#include "audit/record/commitment.h"
#include "audit/record/template_for_test.h"
#include "audit/statement/canonical.h"
#include "keys/encoding.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::record::testing::ExampleAliases;
using ::cairn::record::testing::ExampleRecord;
using ::cairn::record::testing::ExampleTemplate;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::StatusCode kBadSupplement = absl::StatusCode::kInvalidArgument;

// The example's record as delivered, with one gap: no laying unit's observer is named.
SuppliedRecord Delivered() {
  SuppliedRecord out;
  out.package = keys::Sha256(keys::AsBytes("sealed package"));
  out.index = 3;
  out.commitment = {keys::Sha256(keys::AsBytes("commitment"))};
  out.record = ExampleRecord();
  out.record.mutable_identity()->clear_row();
  out.record.mutable_identity()->set_row("A-017");
  return out;
}

SupplementRow GapRow() {
  SupplementRow row;
  row.line = 2;
  row.package = Delivered().package;
  row.row = "A-017";
  row.field = "marking.observed_by";
  row.old_cell = "[blank]";
  row.new_cell = "3rd company";
  row.reason = "gap_filled";
  row.explanation = "from copy 2";
  return row;
}

SupplementRow ChangeRow() {
  SupplementRow row = GapRow();
  row.field = "what.ordnance[0].count";
  row.old_cell = "120";
  row.new_cell = "130";
  row.reason = "read_wrong";
  return row;
}

TEST(Supplement, AGapIsFilledAndTheOldStateIsKept) {
  ASSERT_OK_AND_ASSIGN(const v1::Supplement made,
                       BuildSupplement(GapRow(), Delivered(), ExampleAliases()));
  EXPECT_EQ(made.reason(), v1::SUPPLEMENT_REASON_GAP_FILLED);
  const EffectiveRecord effective = ApplySupplements(Delivered(), std::vector{made});
  ASSERT_EQ(effective.results.size(), 1U);
  EXPECT_EQ(effective.results[0].outcome, SupplementOutcome::kGapFilled)
      << effective.results[0].why_not;
  EXPECT_EQ(effective.record.marking().observed_by().value(), "3rd company");
  EXPECT_EQ(Delivered().record.marking().observed_by().leaf().presence(), v1::PRESENCE_BLANK);
}

TEST(Supplement, AChangeWithAReasonIsTakenUp) {
  ASSERT_OK_AND_ASSIGN(const v1::Supplement made,
                       BuildSupplement(ChangeRow(), Delivered(), ExampleAliases()));
  const EffectiveRecord effective = ApplySupplements(Delivered(), std::vector{made});
  EXPECT_EQ(effective.results[0].outcome, SupplementOutcome::kValueChanged);
  EXPECT_EQ(effective.record.what().ordnance(0).count().value(), 130);
}

struct SpoiledRow {
  std::string name;
  void (*spoil)(SupplementRow&);
  std::string message;
};

TEST(Supplement, WhatTheClientRefusesToBuild) {
  const std::vector<SpoiledRow> cases = {
      {"change without reason", [](SupplementRow& r) { r.reason = "[not stated]"; }, "H-09"},
      {"change called a gap", [](SupplementRow& r) { r.reason = "gap_filled"; }, "there was none"},
      {"wrong old value", [](SupplementRow& r) { r.old_cell = "121"; }, "column 'old'"},
      {"old state that is not there", [](SupplementRow& r) { r.old_cell = "[blank]"; },
       "not what the record says"},
      {"nothing new", [](SupplementRow& r) { r.new_cell = "120 шт."; }, "stands there already"},
      {"no number", [](SupplementRow& r) { r.new_cell = "many"; }, "column 'new'"},
      {"unknown reason", [](SupplementRow& r) { r.reason = "because"; }, "column 'reason'"},
      {"empty explanation", [](SupplementRow& r) { r.explanation = " "; }, "column 'explanation'"},
      {"no such entry", [](SupplementRow& r) { r.field = "what.ordnance[4].count"; },
       "column 'field'"},
      {"a list",
       [](SupplementRow& r) {
         r.field = "what.ordnance_listed";
         r.old_cell = "listed";
         r.new_cell = "[blank]";
       },
       "cannot be supplemented"},
      {"a gap filled by a gap",
       [](SupplementRow& r) {
         r = GapRow();
         r.new_cell = "[unknown to holder]";
       },
       "H-08"},
  };
  for (const SpoiledRow& each : cases) {
    SupplementRow row = ChangeRow();
    each.spoil(row);
    EXPECT_THAT(
        BuildSupplement(row, Delivered(), ExampleAliases()),
        StatusIs(kBadSupplement, AllOf(HasSubstr("supplements.csv:2"), HasSubstr(each.message))))
        << each.name;
  }
}

// A change without reason, as somebody without this program makes it.
v1::Supplement HandMade() {
  absl::StatusOr<v1::Supplement> made = BuildSupplement(ChangeRow(), Delivered(), ExampleAliases());
  EXPECT_THAT(made, IsOk());
  made->clear_reason();
  return *made;
}

TEST(Supplement, AHandMadeOneIsReportedAsNotTakenUpAndTheOldValueStands) {
  EXPECT_THAT(CheckSupplement(HandMade()), IsOk());  // It may travel; it counts for nothing.
  const EffectiveRecord effective = ApplySupplements(Delivered(), std::vector{HandMade()});
  EXPECT_EQ(effective.results[0].outcome, SupplementOutcome::kNotTakenUp);
  EXPECT_THAT(effective.results[0].why_not, HasSubstr("without a reason"));
  EXPECT_EQ(effective.record.what().ordnance(0).count().value(), 120);
}

TEST(Supplement, OneOfAnotherRecordOrOfAnotherOldValueIsNotTakenUp) {
  ASSERT_OK_AND_ASSIGN(const v1::Supplement good,
                       BuildSupplement(ChangeRow(), Delivered(), ExampleAliases()));
  v1::Supplement other_record = good;
  other_record.set_record_index(4);
  v1::Supplement other_package = good;
  other_package.set_package(std::string(32, 'x'));
  const EffectiveRecord effective =
      ApplySupplements(Delivered(), std::vector{other_record, other_package, good, good});
  EXPECT_THAT(effective.results[0].why_not, HasSubstr("another record"));
  EXPECT_THAT(effective.results[1].why_not, HasSubstr("another record"));
  EXPECT_EQ(effective.results[2].outcome, SupplementOutcome::kValueChanged);
  // The second time the old value is no longer the one that counts.
  EXPECT_THAT(effective.results[3].why_not, HasSubstr("not what counts now"));
}

TEST(Supplement, OneBuildsUponAnother) {
  ASSERT_OK_AND_ASSIGN(const v1::Supplement first,
                       BuildSupplement(GapRow(), Delivered(), ExampleAliases()));
  SuppliedRecord now = Delivered();
  now.record = ApplySupplements(Delivered(), std::vector{first}).record;
  SupplementRow row = GapRow();
  row.old_cell = "3rd company";
  row.new_cell = "4th company";
  row.reason = "other_copy";
  ASSERT_OK_AND_ASSIGN(const v1::Supplement second, BuildSupplement(row, now, ExampleAliases()));
  const EffectiveRecord effective = ApplySupplements(Delivered(), std::vector{first, second});
  EXPECT_EQ(effective.results[1].outcome, SupplementOutcome::kValueChanged);
  EXPECT_EQ(effective.record.marking().observed_by().value(), "4th company");
}

TEST(Supplement, OneThatIsNoneIsRefusedAsAMessage) {
  struct Spoiled {
    void (*spoil)(v1::Supplement&);
    std::string message;
  };
  for (const Spoiled& each : std::vector<Spoiled>{
           {[](v1::Supplement& s) { s.set_package("x"); }, "32 bytes"},
           {[](v1::Supplement& s) { s.set_field("what.nothing"); }, "no field 'nothing'"},
           {[](v1::Supplement& s) { s.set_new_value("\xFF\xFF"); }, "new_value"},
           {[](v1::Supplement& s) { s.set_old_value(""); }, "no presence"},
           {[](v1::Supplement& s) { s.mutable_new_value()->append(std::string("\x18\x00", 2)); },
            "new_value"},
           {[](v1::Supplement& s) { s.clear_explanation(); }, "explanation"},
           {[](v1::Supplement& s) { s.set_reason(static_cast<v1::SupplementReason>(9)); },
            "unknown reason"},
       }) {
    v1::Supplement supplement = HandMade();
    each.spoil(supplement);
    EXPECT_THAT(CheckSupplement(supplement), StatusIs(kBadSupplement, HasSubstr(each.message)));
  }
}

TEST(Supplement, RowsAreReadFromTheTemplate) {
  ExampleTemplate example;
  example.tables.clear();
  example.raw_files.clear();
  example.tables["supplements.csv"] = {
      {"package", "row", "field", "old", "new", "reason", "explanation"},
      {std::string(64, 'a'), "A-017", "what.ordnance[0].fuze", "[blank]", "МВЧ-62", "gap_filled",
       "from copy 2"}};
  ASSERT_OK_AND_ASSIGN(const TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  ASSERT_EQ(reader.supplements().size(), 1U);
  EXPECT_EQ(reader.supplements()[0].package.Hex(), std::string(64, 'a'));
  example.Cell("supplements.csv", "package") = "s1";
  EXPECT_THAT(TemplateReader::Open(example.Write(), ExampleAliases()).status(),
              StatusIs(kBadSupplement, HasSubstr("supplements.csv:2: column 'package'")));
  example.Cell("supplements.csv", "package") = std::string(64, 'a');
  example.Cell("supplements.csv", "field") = "what.fuze";
  EXPECT_THAT(TemplateReader::Open(example.Write(), ExampleAliases()).status(),
              StatusIs(kBadSupplement, HasSubstr("column 'field'")));
}

}  // namespace
}  // namespace cairn::record
