#include "audit/page/field_sheet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/testing.h"
#include "audit/page/frame.h"
#include "audit/page/gap_list.h"

namespace cairn::page {
namespace {

using completeness::testing::ApiiRules;
using completeness::testing::AssessTogether;
using completeness::testing::Blank;
using completeness::testing::CompleteRecord;
using completeness::testing::SetText;
using ::testing::HasSubstr;
using ::testing::Not;

// Two records, of which one lacks a fuse, and the report about them.
struct SheetCase {
  SheetCase() {
    records.assign(2, CompleteRecord());
    records[1].mutable_identity()->set_row("A-002");
    SetText(*records[1].mutable_identity()->mutable_record_number(), "12-1993-18");
    records[1].mutable_identity()->mutable_attachments(0)->set_sha256(std::string(32, 'b'));
    completeness::testing::Move(records[1], 2000, 0);
    Blank(records[1], "what.ordnance[0].fuze");
  }
  void Assess() {
    report = AssessTogether(records);
    for (const v1::MinefieldRecord& record : records) package.Add(record, keys::Digest());
    input.digest = *keys::Digest::FromBytes(keys::AsBytes(report.packages(0).digest()));
    input.content = &package;
  }
  SheetInputs Inputs() const {
    return {.report = &report, .rules = &ApiiRules(), .packages = {&input, 1}, .rows = {}};
  }
  std::vector<v1::MinefieldRecord> records;
  v1::Report report;
  completeness::PackageInMemory package;
  completeness::AssessedInput input;
};

Messages TextsOf(absl::string_view language) { return *Messages::For(language); }

std::string Collected(const std::function<absl::Status(Sink)>& write) {
  std::string out;
  const absl::Status written = write([&](absl::string_view bytes) -> absl::Status {
    out.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  });
  EXPECT_TRUE(written.ok()) << written;
  return out;
}

std::string Sheets(const SheetInputs& inputs, absl::string_view language = "en") {
  return Collected([&](Sink sink) { return WriteFieldSheets(inputs, TextsOf(language), sink); });
}

TEST(WriteFieldSheets, SaysWhatThePaperSaysAndWhereItLies) {
  SheetCase one;
  one.Assess();
  const std::string sheets = Sheets(one.Inputs());
  EXPECT_THAT(sheets, HasSubstr("As reported by the holding party. Not verified on the ground."));
  EXPECT_THAT(sheets, HasSubstr("north-east corner of the stone bridge"));
  EXPECT_THAT(sheets,
              HasSubstr("<code>what.ordnance[0].model</code></td><td>TM-62M</td><td>value"));
  EXPECT_THAT(sheets, HasSubstr("<code>what.ordnance[0].fuze</code></td><td></td><td>blank"));
  EXPECT_THAT(sheets, HasSubstr("<td>Corner A</td><td></td><td class=\"n\">39.9"));
  EXPECT_THAT(sheets, HasSubstr("<path class=\"field\""));
  EXPECT_THAT(sheets, HasSubstr("complete"));
  EXPECT_THAT(sheets, HasSubstr("The value from another copy"));
}

TEST(WriteFieldSheets, CarriesTheDigestAndTheExerciseMarkOnEverySheet) {
  SheetCase one;
  one.Assess();
  const std::string sheets = Sheets(one.Inputs());
  const auto times = [&](const std::string& text) {
    std::size_t n = 0;
    for (std::size_t at = sheets.find(text); at != std::string::npos;
         at = sheets.find(text, at + 1)) {
      ++n;
    }
    return n;
  };
  EXPECT_EQ(times("class=\"sheet\""), 2u);
  EXPECT_EQ(times(*ReportSha256(one.report)), 3u);
  EXPECT_EQ(times("EXERCISE: synthetic data."), 3u);
}

TEST(WriteFieldSheets, WritesTheRecordsThatAreAskedFor) {
  SheetCase one;
  one.Assess();
  SheetInputs inputs = one.Inputs();
  inputs.rows = {"A-002"};
  const std::string sheets = Sheets(inputs);
  EXPECT_THAT(sheets, HasSubstr("id=\"r0-1\""));
  EXPECT_THAT(sheets, Not(HasSubstr("id=\"r0-0\"")));
  inputs.rows = {"A-003"};
  EXPECT_THAT(
      WriteFieldSheets(inputs, TextsOf("en"), [](absl::string_view) { return absl::OkStatus(); })
          .message(),
      HasSubstr("no record of the report has the key A-003"));
}

TEST(WriteFieldSheets, EscapesWhatThePaperSaysAndLeavesPersonsOut) {
  SheetCase one;
  const std::string hostile = "<script>alert(1)</script>\u202E";
  SetText(*one.records[0].mutable_laying()->mutable_laying_unit(), hostile);
  one.records[0].mutable_where()->mutable_perimeter(0)->set_id(hostile);
  SetText(*one.records[0].mutable_persons()->mutable_commander(), "Colonel Somebody");
  one.Assess();
  const std::string sheets = Sheets(one.Inputs());
  EXPECT_THAT(sheets, Not(HasSubstr("<script")));
  EXPECT_THAT(sheets, Not(HasSubstr("\u202E")));
  EXPECT_THAT(sheets, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(sheets, Not(HasSubstr("Somebody")));
}

TEST(WriteFieldSheets, CountsWhatASheetHasNoRoomFor) {
  SheetCase one;
  v1::LayoutGroup& layout = *one.records[0].mutable_layout();
  for (std::uint64_t i = 0; i < kMostLeavesOfSheet; ++i) {
    completeness::testing::SetCode(*layout.add_mines()->mutable_model(), "TM-62M");
  }
  one.Assess();
  EXPECT_THAT(Sheets(one.Inputs()), HasSubstr("Further entries, not on this sheet: "));
}

TEST(WriteFieldSheets, RefusesPackagesOfAnotherReport) {
  SheetCase one;
  one.Assess();
  one.input.digest = keys::Digest();
  EXPECT_EQ(WriteFieldSheets(one.Inputs(), TextsOf("en"),
                             [](absl::string_view) { return absl::OkStatus(); })
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(WriteGapList, NamesEachGapWithPlaceAndRemedyInEachLanguage) {
  SheetCase one;
  one.Assess();
  for (const std::string& language : Messages::Languages()) {
    const Messages m = TextsOf(language);
    const std::string page =
        Collected([&](Sink sink) { return WriteGapList(one.report, ApiiRules(), m, sink); });
    EXPECT_THAT(page, HasSubstr(Escaped(m.Text("gaplist.title"))));
    EXPECT_THAT(page, HasSubstr(Escaped(m.Text("field.F63"))));
    EXPECT_THAT(page, HasSubstr(Escaped(m.Text("mend.presence_blank"))));
    EXPECT_THAT(page, HasSubstr("what.ordnance[0].fuze"));
    EXPECT_THAT(page, HasSubstr(*ReportSha256(one.report)));
    EXPECT_THAT(page, HasSubstr("A-002"));
    EXPECT_THAT(page, Not(HasSubstr("A-001")));
  }
}

TEST(WriteGapCsv, HasARowAGapUnderHeadingsOfTheLanguage) {
  SheetCase one;
  one.Assess();
  const std::string csv = Collected(
      [&](Sink sink) { return WriteGapCsv(one.report, ApiiRules(), TextsOf("ru"), sink); });
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2);
  EXPECT_THAT(csv, HasSubstr("УЧЕНИЕ,Пакет,Запись"));
  EXPECT_THAT(csv, HasSubstr("да,0,1,A-002,12-1993-18,aghdam,F63,F63 взрыватель,"
                             "what.ordnance[0].fuze,пусто,"));
  EXPECT_THAT(csv, HasSubstr(*ReportSha256(one.report)));
}

TEST(WriteGapCsv, LetsNoCellRunAsAFormula) {
  SheetCase one;
  SetText(*one.records[1].mutable_identity()->mutable_record_number(), "=1+1");
  one.Assess();
  const std::string csv = Collected(
      [&](Sink sink) { return WriteGapCsv(one.report, ApiiRules(), TextsOf("en"), sink); });
  EXPECT_THAT(csv, Not(HasSubstr(",=1+1")));
}

}  // namespace
}  // namespace cairn::page
