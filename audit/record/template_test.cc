#include "audit/record/template.h"

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/record/columns.h"
#include "audit/record/field_rules.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"
#include "audit/record/template_for_test.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::record::testing::DocumentedColumn;
using ::cairn::record::testing::DocumentedTables;
using ::cairn::record::testing::ExampleAliases;
using ::cairn::record::testing::ExampleRecord;
using ::cairn::record::testing::ExampleTemplate;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kBadTemplate = absl::StatusCode::kInvalidArgument;

// The first error of a template, or OK.
absl::Status ReadAllOf(const ExampleTemplate& example) {
  absl::StatusOr<TemplateReader> reader = TemplateReader::Open(example.Write(), ExampleAliases());
  if (!reader.ok()) return reader.status();
  for (std::uint64_t i = 0; i < reader->record_count(); ++i) {
    if (absl::Status status = reader->Read(i).status(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// --- The document and the code -------------------------------------------------------------------

void ExpectDocumented(const TablePlan& plan, std::size_t leading) {
  const std::vector<DocumentedColumn>& documented = DocumentedTables().at(plan.file);
  std::vector<std::string> in_code;
  std::vector<std::string> in_document;
  for (const Column& column : plan.columns) {
    in_code.push_back(column.name + (column.optional ? " optional" : ""));
    const FieldKind kind = plan.targets[column.target].kind;
    const auto at = std::find_if(documented.begin(), documented.end(),
                                 [&](const auto& each) { return each.name == column.name; });
    if (at == documented.end()) continue;
    const bool is_field = column.slot == Slot::kFirst || column.slot == Slot::kSecond;
    const bool has_state = is_field && kind != FieldKind::kPlain;
    EXPECT_EQ(at->state == "S" || at->state == "L" || at->state == "N", has_state) << column.name;
  }
  for (const DocumentedColumn& column : documented) {
    if (leading > 0) {
      --leading;
      continue;
    }
    in_document.push_back(column.name + (column.optional ? " optional" : ""));
  }
  std::sort(in_code.begin(), in_code.end());
  std::sort(in_document.begin(), in_document.end());
  EXPECT_EQ(in_code, in_document) << plan.file;
}

TEST(TemplateDocument, NamesExactlyTheColumnsThatTheReaderKnows) {
  ExpectDocumented(RecordsPlan(), 0);
  ExpectDocumented(PersonsPlan(), 1);
  for (const ListTable& table : ListTables()) ExpectDocumented(ListPlan(table), 1);
  ExpectDocumented(RowMinesPlan(), 2);
  ExpectDocumented(TripwiresPlan(), 2);
}

// The type that the document states for each number and code is the one that the code applies.
void ExpectDocumentedRules(const TablePlan& plan) {
  static const std::map<NumberRule, std::string> kNames = {{NumberRule::kCount, "count"},
                                                           {NumberRule::kLengthM, "length (m)"},
                                                           {NumberRule::kLengthCm, "length (cm)"},
                                                           {NumberRule::kArea, "area"},
                                                           {NumberRule::kScale, "scale"},
                                                           {NumberRule::kYear, "year"},
                                                           {NumberRule::kDays, "days"},
                                                           {NumberRule::kDensity, "density"},
                                                           {NumberRule::kAngleEast, "angle east"}};
  for (const DocumentedColumn& column : DocumentedTables().at(plan.file)) {
    for (const Column& planned : plan.columns) {
      if (planned.name != column.name) continue;
      const Target& target = plan.targets[planned.target];
      if (target.kind == FieldKind::kInteger) {
        EXPECT_TRUE(absl::StartsWith(column.type, kNames.at(NumberRuleOf(*target.chain.back()))))
            << plan.file << " " << column.name;
      }
      if (target.kind == FieldKind::kCode) {
        const std::string list =
            absl::StrCat("code of list `", CodeListOf(*target.chain.back()), "`");
        EXPECT_TRUE(absl::StartsWith(column.type, list)) << plan.file << " " << column.name;
      }
    }
  }
}

TEST(TemplateDocument, StatesTheRuleOfEachNumberAndTheListOfEachCode) {
  ExpectDocumentedRules(RecordsPlan());
  for (const ListTable& table : ListTables()) ExpectDocumentedRules(ListPlan(table));
  ExpectDocumentedRules(RowMinesPlan());
}

TEST(TemplateDocument, ExamplesAreASoundTemplate) {
  EXPECT_THAT(ReadAllOf(ExampleTemplate()), IsOk());
}

// --- What becomes of a cell ----------------------------------------------------------------------

TEST(Template, RawTextStandsBesideTheValueAndItsRule) {
  const v1::MinefieldRecord record = ExampleRecord();
  EXPECT_EQ(record.where().map().scale().leaf().raw(), "1:50 000");
  EXPECT_EQ(record.where().map().scale().value(), 50'000);
  EXPECT_EQ(record.where().map().scale().leaf().norm_rule(), "scale/1");
  EXPECT_EQ(record.where().map().declared_crs().code(), "SK42-GK8");
  EXPECT_EQ(record.where().depth_mm().value(), 60'000);
  EXPECT_EQ(record.where().ties(0).bearing().microdegree(), 207'000'000);
  EXPECT_EQ(record.where().ties(0).bearing().north(), v1::NORTH_MAGNETIC);
  EXPECT_EQ(record.where().ties(0).distance().millimetre(), 480'000);
  const v1::Position& point = record.where().reference_points(0).position();
  EXPECT_EQ(point.leaf().raw(), "4430410,43; 8664702,58");
  EXPECT_EQ(point.first(), 4'430'410'430);
  EXPECT_EQ(point.unit(), v1::COORDINATE_UNIT_MILLIMETRE);
  EXPECT_EQ(point.how_fixed(), "map");
  EXPECT_EQ(record.what().ordnance(0).burial_mm().value(), 100);
  EXPECT_EQ(record.what().ordnance(0).model().code(), "tm_62m");
  EXPECT_EQ(record.laying().begun().precision(), v1::DATE_PRECISION_MINUTE);
  EXPECT_EQ(record.laying().begun().minute(), 8 * 60 + 30);
  EXPECT_EQ(record.layout().mines(0).tripwires(0).microdegree(), 90'000'000);
  EXPECT_EQ(record.layout().rows(0).mines(0).count().value(), 50);
  EXPECT_EQ(record.persons().commander().value(), "major N. N.");
  EXPECT_EQ(record.identity().transcription(), v1::TRANSCRIPTION_STATE_SINGLE);
  EXPECT_EQ(record.where().front_mm().leaf().source().left(), 120U);
}

TEST(Template, EveryStateIsKeptAndNamed) {
  const std::vector<std::pair<std::string, v1::Presence>> states = {
      {"[as written] one hundred", v1::PRESENCE_VALUE},
      {"[illegible] 1?0", v1::PRESENCE_ILLEGIBLE},
      {"[Blank]", v1::PRESENCE_BLANK},
      {"[no box]", v1::PRESENCE_NO_BOX},
      {"[not applicable]", v1::PRESENCE_NOT_APPLICABLE},
      {"[withheld: own forces; 2030-01-31]", v1::PRESENCE_WITHHELD},
      {"[unknown to holder]", v1::PRESENCE_UNKNOWN_TO_HOLDER},
      {"[default] 999", v1::PRESENCE_DEFAULTED},
      {"[not transcribed]", v1::PRESENCE_NOT_TRANSCRIBED}};
  for (const auto& [cell, presence] : states) {
    ExampleTemplate example;
    example.Cell("ordnance.csv", "count") = cell;
    ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                         TemplateReader::Open(example.Write(), ExampleAliases()));
    ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, reader.Read(0));
    const v1::Integer& count = record.what().ordnance(0).count();
    EXPECT_EQ(count.leaf().presence(), presence) << cell;
    EXPECT_FALSE(count.has_value()) << cell;
    const std::size_t close = cell.find("] ");
    EXPECT_EQ(count.leaf().raw(), close == std::string::npos ? "" : cell.substr(close + 2)) << cell;
  }
}

TEST(Template, AWithholdingKeepsItsGroundAndEnd) {
  ExampleTemplate example;
  example.Cell("records.csv", "laying_unit") = "[withheld: security; withdrawal]";
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, reader.Read(0));
  const v1::Withholding& why = record.laying().laying_unit().leaf().withholding();
  EXPECT_EQ(why.ground(), v1::WITHHOLDING_GROUND_SECURITY);
  EXPECT_EQ(why.end(), v1::WITHHOLDING_END_WITHDRAWAL);
}

TEST(Template, AnUnknownModelIsAValueWithoutCode) {
  ExampleTemplate example;
  example.Cell("ordnance.csv", "model") = "XYZ-1";
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, reader.Read(0));
  EXPECT_EQ(record.what().ordnance(0).model().leaf().presence(), v1::PRESENCE_VALUE);
  EXPECT_EQ(record.what().ordnance(0).model().code(), "");
  EXPECT_EQ(record.what().ordnance(0).model().leaf().norm_rule(), "alias-unknown/1");
}

TEST(Template, WithoutACoordinateSystemOrUnitNothingIsComputed) {
  ExampleTemplate example;
  example.Cell("records.csv", "map.declared_crs") = "[blank]";
  example.Cell("ties.csv", "bearing.unit") = "[not stated]";
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, reader.Read(0));
  const v1::Position& point = record.where().reference_points(0).position();
  EXPECT_FALSE(point.has_first());
  EXPECT_EQ(point.leaf().norm_rule(), "no-crs/1");
  EXPECT_FALSE(record.where().ties(0).bearing().has_microdegree());
  EXPECT_EQ(record.where().ties(0).bearing().leaf().norm_rule(), "no-unit/1");
  // The corner names its own system, so it has a value.
  EXPECT_TRUE(record.where().perimeter(0).position().has_first());
}

// The reference points of the example, in another system.
absl::StatusOr<v1::MinefieldRecord> WithPosition(const std::string& crs, const std::string& x,
                                                 const std::string& y) {
  static const AliasTable* const kAliases = [] {
    auto* aliases = new AliasTable(ExampleAliases());
    for (const char* code : {"WGS84-MGRS", "SK95-GEO", "SK42-GK3-15", "WGS84-UTM38N"}) {
      if (!aliases->AddCode("crs", code).ok()) std::abort();
    }
    if (!aliases->Add("crs", "WGS84-MGRS", "MGRS").ok()) std::abort();
    return aliases;
  }();
  ExampleTemplate example;
  example.Cell("reference_points.csv", "position.crs") = crs;
  example.Cell("reference_points.csv", "position.x") = x;
  example.Cell("reference_points.csv", "position.y") = y;
  auto reader = TemplateReader::Open(example.Write(), *kAliases);
  if (!reader.ok()) return reader.status();
  return reader->Read(0);
}

struct WrittenPosition {
  const char* crs;
  const char* x;
  const char* y;
  std::int64_t first, second;
  const char* rule;
};

TEST(Template, PositionsInEverySystemKeepTheirTextAndGetWholeNumbers) {
  const std::vector<WrittenPosition> cases = {
      {"SK42-GK8", "4430410,43", "8 664 702,58", 4'430'410'430, 8'664'702'580, "metres/1"},
      {"SK42-GK3-15", "4430410.43", "15664702.58", 4'430'410'430, 15'664'702'580, "metres/1"},
      {"WGS84-UTM38N", "4428548 m", "664532 м", 4'428'548'000, 664'532'000, "metres/1"},
      {"SK42-GEO", "39°59'28,3\"", "46 55 42.2 в.д.", 39'991'194'444, 46'928'388'889, "degrees/1"},
      {"SK95-GEO", "39.9911", "E 46.9272", 39'991'100'000, 46'927'200'000, "degrees/1"},
      {"WGS84-GEO", "39-59-28,3", "46°55.7'", 39'991'194'444, 46'928'333'333, "degrees/1"},
      {"MGRS", "38S PK 64532 28548", "[not stated]", 4'428'548'000, 38'664'532'000, "mgrs-1m/1"},
      {"MGRS", "38S РК", "6453 2854", 4'428'540'000, 38'664'530'000, "mgrs-10m/1"},
  };
  for (const WrittenPosition& one : cases) {
    ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, WithPosition(one.crs, one.x, one.y));
    const v1::Position& at = record.where().reference_points(0).position();
    EXPECT_EQ(at.raw_first(), one.x);
    EXPECT_EQ(at.raw_second(), one.y == std::string("[not stated]") ? "" : one.y);
    EXPECT_EQ(at.first(), one.first) << one.x;
    EXPECT_EQ(at.second(), one.second) << one.y;
    EXPECT_EQ(at.leaf().norm_rule(), one.rule) << one.x;
  }
}

TEST(Template, AGridReferenceHasTheStatesOfAnyField) {
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord blank,
                       WithPosition("MGRS", "[blank]", "[not stated]"));
  const v1::Position& at = blank.where().reference_points(0).position();
  EXPECT_EQ(at.leaf().presence(), v1::PRESENCE_BLANK);
  EXPECT_FALSE(at.has_first());
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord rough,
                       WithPosition("MGRS", "[as written] PK about 645", "[not stated]"));
  EXPECT_EQ(rough.where().reference_points(0).position().leaf().norm_rule(), "as-written/1");
  EXPECT_THAT(WithPosition("MGRS", "38S PK 6453 285", "[not stated]").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("two equal groups")));
  EXPECT_THAT(WithPosition("SK42-GK8", "4430410", "[not stated]").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("x; y")));
}

TEST(Template, ABearingBeyondItsCircleIsKeptWithoutValue) {
  ExampleTemplate example;
  example.Cell("ties.csv", "bearing") = "64-50";
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, reader.Read(0));
  EXPECT_FALSE(record.where().ties(0).bearing().has_microdegree());
  EXPECT_EQ(record.where().ties(0).bearing().leaf().norm_rule(), "outside-circle/1");
}

TEST(Template, OptionalColumnsMayBeLeftOut) {
  ExampleTemplate example;
  for (auto& [file, table] : example.tables) {
    const std::vector<DocumentedColumn>& columns = DocumentedTables().at(file);
    for (std::size_t i = columns.size(); i-- > 0;) {
      if (!columns[i].optional) continue;
      for (auto& row : table) row.erase(row.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  EXPECT_THAT(ReadAllOf(example), IsOk());
}

TEST(Template, RowsOfARecordMayStandAnywhere) {
  ExampleTemplate example;
  example.AddRecord("B-1");
  example.AddRecord("C-1");
  for (auto& [file, table] : example.tables) {
    if (table.size() == 4 && file != "records.csv") std::swap(table[1], table[3]);
  }
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  ASSERT_EQ(reader.record_count(), 3U);
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord last, reader.Read(2));
  EXPECT_EQ(last.identity().row(), "C-1");
  EXPECT_EQ(last.layout().mines_size(), 1);
  EXPECT_EQ(reader.FindRow("B-1"), std::optional<std::uint64_t>(1));
  EXPECT_EQ(reader.FindRow("nobody"), std::nullopt);
}

TEST(Template, PersonsThatAreNotHandedOverAreNotTranscribed) {
  ExampleTemplate example;
  example.tables.erase("persons.csv");
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  ASSERT_OK_AND_ASSIGN(const v1::MinefieldRecord record, reader.Read(0));
  EXPECT_EQ(record.persons().commander().leaf().presence(), v1::PRESENCE_NOT_TRANSCRIBED);
}

TEST(Template, TotalsAreStatedOrNot) {
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(ExampleTemplate().Write(), ExampleAliases()));
  ASSERT_THAT(reader.totals(), SizeIs(1));
  EXPECT_EQ(reader.totals()[0].documents(), 205U);
  ASSERT_EQ(reader.totals()[0].mines_size(), 2);
  EXPECT_EQ(reader.totals()[0].mines(0).mines(), 31'000U);
  EXPECT_EQ(reader.totals()[0].mines(1).category(), v1::MINE_CATEGORY_ANTI_PERSONNEL);
}

TEST(Template, ScansAreHashedOnceAndSorted) {
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(ExampleTemplate().Write(), ExampleAliases()));
  ASSERT_THAT(reader.scans(), SizeIs(1));
  EXPECT_EQ(reader.scans()[0].sha256, keys::Sha256(keys::AsBytes("front of the formulary")));
  EXPECT_EQ(reader.scans()[0].size, 22U);
}

TEST(Template, AFolderOfScansAloneIsAPackageOfScans) {
  ExampleTemplate example;
  example.tables.clear();
  example.raw_files["scans/b.tif"] = "another";
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  EXPECT_EQ(reader.record_count(), 0U);
  EXPECT_THAT(reader.scans(), SizeIs(2));
}

TEST(Template, ScansMayStandBesideTheFolder) {
  ExampleTemplate example;
  example.raw_files.clear();
  const std::string inside = example.Write();
  const std::string parent = testing::FreshFolder();
  std::filesystem::rename(inside, parent + "/first");
  testing::WriteWholeFile(parent + "/scans/a/017-front.tif", "front of the formulary");
  EXPECT_THAT(TemplateReader::Open(parent + "/first", ExampleAliases()).status(), IsOk());
}

// --- One thing spoiled ---------------------------------------------------------------------------

struct SpoiledCell {
  absl::string_view file, column, cell, message;
};

TEST(Template, ASpoiledCellIsNamedByFileLineAndColumn) {
  const std::vector<SpoiledCell> cases = {
      {"records.csv", "front_mm", "", "the cell is empty"},
      {"records.csv", "front_mm", "[gone]", "unknown state"},
      {"records.csv", "front_mm", "[blank", "not closed"},
      {"records.csv", "front_mm", "[blank] 12", "no text may follow"},
      {"records.csv", "front_mm", "[as written]", "text must follow"},
      {"records.csv", "front_mm", "[withheld]", "GROUND; END"},
      {"records.csv", "front_mm", "[withheld: because; 2030-01-31]", "ground of a withholding"},
      {"records.csv", "front_mm", "[withheld: security; soon]", "ends on a date"},
      {"records.csv", "front_mm", "wide", "expected a number"},
      {"records.csv", "front_mm", "1,200", "thousands or a fraction"},
      {"records.csv", "settlement", "=cmd|' /C calc'!A0", "formula"},
      {"records.csv", "settlement", "@SUM(1)", "formula"},
      {"records.csv", "map.declination_e6", "+cmd", "formula"},
      {"records.csv", "begun", "14.06.93", "expected a date"},
      {"records.csv", "exercise", "perhaps", "expected yes or no"},
      {"records.csv", "area", "Aghdam", "expected a handle"},
      {"records.csv", "row", "a b", "expected 1 to 64"},
      {"records.csv", "language", "русский", "language tag"},
      {"records.csv", "declared_total_precision", "roughly", "exact, rounded, estimate"},
      {"records.csv", "signature_present", "maybe", "expected yes or no"},
      {"records.csv", "commander_named", "major N. N.", "write 'named'"},
      {"records.csv", "lanes_listed", "two lanes", "write 'listed', 'none'"},
      {"records.csv", "holding_leaves", "12ab", "64 lowercase"},
      {"reference_points.csv", "position.x", "about 4430410", "position.x"},
      {"reference_points.csv", "position.y", "[blank]", "both cells"},
      {"reference_points.csv", "position.crs", "PZ-90", "list 'crs'"},
      {"reference_points.csv", "position.how_fixed", "by eye", "expected map"},
      {"reference_points.csv", "position.accuracy", "good", "expected a number"},
      {"reference_points.csv", "id", "R 1", "expected an id"},
      {"ties.csv", "bearing", "north", "expected a number"},
      {"ties.csv", "bearing.unit", "mils", "expected degree"},
      {"ties.csv", "bearing.north", "up", "expected magnetic"},
      {"ties.csv", "bearing.sense", "both", "expected from_reference"},
      {"ties.csv", "distance", "480 paces", "after the number"},
      {"ties.csv", "distance.how", "guess", "expected tape"},
      {"ordnance.csv", "count", "about 120", "expected a number"},
      {"ordnance.csv", "life_days", "12.5", "whole number"},
      {"row_mines.csv", "layout_row", "row9", "no such row of mines"},
      {"tripwires.csv", "mine", "M9", "no such mine"},
      {"attachments.csv", "role", "picture", "expected scan"},
      {"attachments.csv", "pages", "0", "at least one page"},
      {"attachments.csv", "pages", "some", "whole number"},
      {"attachments.csv", "legible", "perhaps", "not looked"},
      {"attachments.csv", "file", "b.tif", "no such file"},
      {"attachments.csv", "file", "../../etc/passwd", "no such file"},
      {"regions.csv", "field", "where.front", "no field 'front'"},
      {"regions.csv", "file", "b.tif", "does not name this file"},
      {"regions.csv", "width", "990", "leaves the page"},
      {"totals.csv", "documents", "many", "whole number"},
      {"totals.csv", "at", "31 000", "whole number"},
      {"totals.csv", "precision", "rough", "expected exact"},
      {"corners.csv", "row", "A-018", "no record with this key"},
  };
  for (const SpoiledCell& each : cases) {
    ExampleTemplate example;
    example.Cell(each.file, each.column) = std::string(each.cell);
    std::string place = absl::StrCat(each.file, ":2: column '", each.column);
    if (each.message == "both cells") place = "reference_points.csv:2: column 'position'";
    EXPECT_THAT(
        ReadAllOf(example),
        StatusIs(kBadTemplate, AllOf(HasSubstr(place), HasSubstr(std::string(each.message)))))
        << each.column << " = " << each.cell;
  }
}

TEST(Template, AWrongHeaderNamesTheColumn) {
  ExampleTemplate missing;
  missing.Cell("ties.csv", "distance", 0) = "distanse";
  EXPECT_THAT(ReadAllOf(missing),
              StatusIs(kBadTemplate, HasSubstr("ties.csv:1: unknown column 'distanse'")));
  ExampleTemplate spelled;
  spelled.Cell("ties.csv", "distance", 0) = "Distance";
  EXPECT_THAT(ReadAllOf(spelled), StatusIs(kBadTemplate, HasSubstr("spell it 'distance'")));
  ExampleTemplate twice;
  for (auto& row : twice.tables.at("ties.csv")) row.push_back(row[1]);
  EXPECT_THAT(ReadAllOf(twice), StatusIs(kBadTemplate, HasSubstr("column 'from' is there twice")));
  ExampleTemplate short_one;
  for (auto& row : short_one.tables.at("ties.csv")) row.erase(row.begin() + 1);
  EXPECT_THAT(ReadAllOf(short_one), StatusIs(kBadTemplate, HasSubstr("column 'from' is missing")));
}

TEST(Template, AFileThatTheTemplateDoesNotKnowIsRefused) {
  ExampleTemplate example;
  example.raw_files["ordnanse.csv"] = "x\n";
  EXPECT_THAT(ReadAllOf(example), StatusIs(kBadTemplate, HasSubstr("no file 'ordnanse.csv'")));
  ExampleTemplate ignored;
  ignored.raw_files["~$records.csv"] = "lock";
  ignored.raw_files["README.txt"] = "notes";
  EXPECT_THAT(ReadAllOf(ignored), IsOk());
}

TEST(Template, KeysAndPairsStandOnce) {
  ExampleTemplate keys;
  keys.AddRecord("A-017");
  EXPECT_THAT(ReadAllOf(keys), StatusIs(kBadTemplate, AllOf(HasSubstr("records.csv:3"),
                                                            HasSubstr("already in line 2"))));
  ExampleTemplate totals;
  totals.tables["totals.csv"].push_back(totals.tables["totals.csv"][1]);
  EXPECT_THAT(ReadAllOf(totals), StatusIs(kBadTemplate, HasSubstr("totals.csv:3")));
  ExampleTemplate persons;
  persons.tables["persons.csv"].push_back(persons.tables["persons.csv"][1]);
  EXPECT_THAT(ReadAllOf(persons), StatusIs(kBadTemplate, HasSubstr("persons.csv:3")));
}

TEST(Template, ListsAgreeWithTheirState) {
  ExampleTemplate none;
  none.Cell("records.csv", "ties_listed") = "none";
  EXPECT_THAT(ReadAllOf(none), StatusIs(kBadTemplate, AllOf(HasSubstr("record 'A-017'"),
                                                            HasSubstr("must be 'listed'"))));
  ExampleTemplate empty;
  empty.tables.at("changes.csv").pop_back();
  EXPECT_THAT(ReadAllOf(empty), StatusIs(kBadTemplate, HasSubstr("changes.csv has no entry")));
}

TEST(Template, ReferencesNameWhatExists) {
  ExampleTemplate from;
  from.Cell("ties.csv", "from") = "R9";
  EXPECT_THAT(ReadAllOf(from), StatusIs(kBadTemplate, HasSubstr("no reference point 'R9'")));
  ExampleTemplate to;
  to.Cell("ties.csv", "to") = "row1";
  EXPECT_THAT(ReadAllOf(to), StatusIs(kBadTemplate, HasSubstr("no corner, mine or row end")));
  ExampleTemplate row_end;
  row_end.Cell("ties.csv", "to") = "row1.start";
  EXPECT_THAT(ReadAllOf(row_end), IsOk());
  ExampleTemplate id;
  id.Cell("mines.csv", "id") = "A";
  id.Cell("tripwires.csv", "mine") = "A";
  EXPECT_THAT(ReadAllOf(id), StatusIs(kBadTemplate, HasSubstr("the id 'A' is there twice")));
}

TEST(Template, ScansThatNobodyNamesAndLinksAreRefused) {
  ExampleTemplate extra;
  extra.raw_files["scans/b.tif"] = "x";
  EXPECT_THAT(ReadAllOf(extra), StatusIs(kBadTemplate, HasSubstr("scans/b.tif")));
  const std::string folder = ExampleTemplate().Write();
  std::filesystem::create_symlink("/etc/passwd", folder + "/scans/c.tif");
  EXPECT_THAT(TemplateReader::Open(folder, ExampleAliases()).status(),
              StatusIs(kBadTemplate, HasSubstr("scans/c.tif: a link")));
}

TEST(Template, OneScanIsEitherMaskedOrNot) {
  ExampleTemplate example;
  example.tables["attachments.csv"].push_back(example.tables["attachments.csv"][1]);
  example.Cell("attachments.csv", "in_persons_file", 2) = "yes";
  EXPECT_THAT(ReadAllOf(example), StatusIs(kBadTemplate, HasSubstr("persons' file for one")));
}

TEST(Template, CheckListsTheFirstErrorOfEachRecord) {
  ExampleTemplate example;
  example.AddRecord("B-1");
  example.AddRecord("C-1");
  example.Cell("records.csv", "front_mm", 1) = "wide";
  example.Cell("records.csv", "depth_mm", 3) = "deep";
  ASSERT_OK_AND_ASSIGN(TemplateReader reader,
                       TemplateReader::Open(example.Write(), ExampleAliases()));
  const std::vector<absl::Status> faults = CheckTemplate(reader, 50);
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_THAT(faults[1].message(), HasSubstr("records.csv:4: column 'depth_mm'"));
  EXPECT_THAT(CheckTemplate(reader, 1), SizeIs(1));
}

TEST(Template, AnEmptyFolderIsNotFound) {
  EXPECT_THAT(TemplateReader::Open(testing::FreshFolder(), ExampleAliases()).status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(TemplateReader::Open("/nonexistent", ExampleAliases()).status(),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace cairn::record
