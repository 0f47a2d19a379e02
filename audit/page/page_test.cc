#include "audit/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/render.h"
#include "audit/completeness/testing.h"
#include "audit/page/lists.h"
#include "audit/page/place.h"
#include "audit/page/sections.h"

namespace cairn::page {
namespace {

using completeness::testing::AddSubmission;
using completeness::testing::ApiiRules;
using completeness::testing::AssessTogether;
using completeness::testing::Blank;
using completeness::testing::CompleteRecord;
using completeness::testing::Move;
using completeness::testing::SetCount;
using completeness::testing::SetText;
using completeness::testing::SmallFacts;
using ::testing::HasSubstr;
using ::testing::Not;

const Messages& In(absl::string_view language) {
  static std::map<std::string, Messages>* const kAll = new std::map<std::string, Messages>();
  const auto found = kAll->find(std::string(language));
  if (found != kAll->end()) return found->second;
  return kAll->emplace(std::string(language), *Messages::For(language)).first->second;
}

std::string Page(const PageInputs& inputs, absl::string_view language = "en") {
  std::string out;
  const absl::Status written =
      WritePage(inputs, In(language), [&](absl::string_view bytes) -> absl::Status {
        out.append(bytes.data(), bytes.size());
        return absl::OkStatus();
      });
  EXPECT_TRUE(written.ok()) << written;
  return out;
}

std::string Page(const v1::Report& report, absl::string_view language = "en") {
  return Page(PageInputs{.report = &report, .rules = &ApiiRules()}, language);
}

// A complete record, one with a gap, one that contradicts itself, an exact duplicate.
std::vector<v1::MinefieldRecord> FourRecords() {
  std::vector<v1::MinefieldRecord> records(4, CompleteRecord());
  SetText(*records[1].mutable_identity()->mutable_record_number(), "12-1993-18");
  Move(records[1], 2000, 0);
  Blank(records[1], "what.ordnance[0].fuze");
  SetText(*records[2].mutable_identity()->mutable_record_number(), "12-1993-19");
  Move(records[2], 4000, 0);
  SetCount(*records[2].mutable_what()->mutable_declared_total(), 121);
  SetText(*records[3].mutable_identity()->mutable_record_number(), "12-1993-20");
  // Papers of their own: a scan that serves several records is a contradiction (P-08).
  char mark = 'a';
  for (v1::MinefieldRecord& record : records) {
    for (v1::AttachmentUse& file : *record.mutable_identity()->mutable_attachments()) {
      file.set_sha256(std::string(32, mark++));
    }
  }
  return records;
}

// The same page after everything that is a digest was taken out: hexadecimal digits may look like
// anything.
std::string WithoutDigests(const std::string& page) {
  return std::regex_replace(page, std::regex("[0-9a-f]{64}"), "");
}

TEST(WritePage, OpensWithTheHeadlineOfTheReport) {
  const v1::Report report = AssessTogether(FourRecords());
  EXPECT_EQ(HeadlineText(report, In("en")), completeness::Headline(report));
  EXPECT_THAT(Page(report), HasSubstr(Escaped(completeness::Headline(report))));
}

TEST(WritePage, SaysOfDisproofsWhatTheHeadlineSays) {
  v1::Report report = AssessTogether(FourRecords());
  v1::FindingRow& row = *report.mutable_handover_level()->add_findings();
  row.set_state(v1::FINDING_STATE_DISPROVED);
  row.set_basis(v1::FINDING_BASIS_CONCEDED);
  row.mutable_classes()->mutable_all()->set_records(2);
  v1::FindingRow& contested = *report.mutable_handover_level()->add_findings();
  contested.set_state(v1::FINDING_STATE_DISPROOF_CONTESTED);
  contested.mutable_classes()->mutable_all()->set_records(1);
  report.mutable_cumulative()->mutable_not_read()->set_records(1);
  EXPECT_EQ(HeadlineText(report, In("en")), completeness::Headline(report));
}

TEST(WritePage, CarriesTheDigestOfTheReportInEveryLanguage) {
  const v1::Report report = AssessTogether(FourRecords());
  const absl::StatusOr<keys::Bytes> bytes = completeness::ReportBytes(report);
  ASSERT_TRUE(bytes.ok());
  for (const std::string& language : Messages::Languages()) {
    EXPECT_THAT(Page(report, language), HasSubstr(keys::Sha256(keys::AsBytes(*bytes)).Hex()));
  }
}

TEST(WritePage, GivesTheSameBytesAgain) {
  const v1::Report report = AssessTogether(FourRecords());
  EXPECT_EQ(Page(report), Page(report));
}

TEST(WritePage, NeedsNothingFromOutsideAndNoScript) {
  const std::string page = Page(AssessTogether(FourRecords()));
  for (const absl::string_view outside :
       {"<script", "src=", "http:", "https:", "<link", "@import", "url(http", "<iframe", "<form",
        "onclick", "javascript"}) {
    EXPECT_THAT(page, Not(HasSubstr(std::string(outside)))) << outside;
  }
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(WritePage, SaysTwiceThatItIsAnExercise) {
  v1::Report report = AssessTogether(FourRecords());
  ASSERT_TRUE(report.exercise());
  const std::string page = Page(report);
  EXPECT_THAT(page, HasSubstr("EXERCISE: synthetic data."));
  EXPECT_THAT(page, HasSubstr("<title>EXERCISE"));
  // On every record and every section.
  std::size_t marks = 0;
  for (std::size_t at = page.find("\"mark\">EXERCISE"); at != std::string::npos;
       at = page.find("\"mark\">EXERCISE", at + 1)) {
    ++marks;
  }
  EXPECT_GE(marks, 4u + 14u);
  report.set_exercise(false);
  EXPECT_THAT(Page(report), Not(HasSubstr("EXERCISE")));
}

// Number of records in the list behind an anchor.
std::size_t ListSize(const std::string& page, const std::string& anchor) {
  const std::size_t begin = page.find(absl::StrCat("id=\"l-", anchor, "\""));
  if (begin == std::string::npos) return 0;
  const std::string list = page.substr(begin, page.find("</div>", begin) - begin);
  std::size_t n = 0;
  for (std::size_t at = list.find("<a "); at != std::string::npos; at = list.find("<a ", at + 1))
    ++n;
  return n;
}

TEST(WritePage, TheListsHoldAsManyRecordsAsTheNumbersSay) {
  const v1::Report report = AssessTogether(FourRecords());
  const std::string page = Page(report);
  const v1::ClassSummary& c = report.cumulative();
  EXPECT_EQ(ListSize(page, "all"), c.all().records());
  EXPECT_EQ(ListSize(page, absl::StrCat("all-c", v1::HEADLINE_CLASS_COMPLETE)),
            c.complete().records());
  EXPECT_EQ(ListSize(page, absl::StrCat("all-c", v1::HEADLINE_CLASS_PARTIAL)),
            c.partial().records());
  EXPECT_EQ(ListSize(page, absl::StrCat("all-c", v1::HEADLINE_CLASS_CONTRADICTING)),
            c.contradicting().records());
  EXPECT_EQ(ListSize(page, absl::StrCat("p0-c", v1::HEADLINE_CLASS_PARTIAL)),
            report.submissions(0).classes().partial().records());
  EXPECT_EQ(ListSize(page, "gap-F63"), 1u);
  EXPECT_EQ(ListSize(page, absl::StrCat("gap-F63-", v1::PRESENCE_BLANK)), 1u);
  EXPECT_EQ(ListSize(page, "fail-C-12"), 1u);
  EXPECT_GE(c.partial().records(), 1u);
  EXPECT_GE(c.contradicting().records(), 1u);
}

TEST(WritePage, NamesEveryFaultWithParagraphPlaceAndWhatWouldMendIt) {
  const std::string page = Page(AssessTogether(FourRecords()));
  EXPECT_THAT(page, HasSubstr("F63 fuse, entry 1 <code>what.ordnance[0].fuze</code>"));
  EXPECT_THAT(page, HasSubstr("The value from another copy or from whoever knows it"));
  EXPECT_THAT(page, HasSubstr("TA 1(a)(iii)"));
  EXPECT_THAT(page, HasSubstr("So that it passes: Lines, rows, single mines, changes and the "
                              "declared total add up. (expected 120, found 121)"));
}

TEST(WritePage, JudgesNobody) {
  for (const std::string& language : Messages::Languages()) {
    const std::string page = Page(AssessTogether(FourRecords()), language);
    for (const absl::string_view word :
         {"falsified", "fake", "lie ", "liar", "фальсифи", "подлог"}) {
      EXPECT_THAT(page, Not(HasSubstr(std::string(word)))) << language << " " << word;
    }
  }
}

TEST(WritePage, SaysInEachLanguageThatNobodyReviewedIt) {
  const v1::Report report = AssessTogether(FourRecords());
  for (const std::string& language : Messages::Languages()) {
    const std::string notice = Escaped(In(language).Text("translation.unreviewed"));
    if (language == "en") {
      EXPECT_THAT(Page(report, language), Not(HasSubstr(notice)));
    } else {
      EXPECT_THAT(Page(report, language), HasSubstr(notice)) << language;
    }
  }
}

TEST(WritePage, PutsDistrictsWithNothingFirstAndHatched) {
  const std::string page = Page(AssessTogether(FourRecords()));
  const std::size_t nothing = page.find("<tr class=\"nothing\">");
  ASSERT_NE(nothing, std::string::npos);
  EXPECT_LT(nothing, page.find("Aghdam / A\xC4\x9F"
                               "dam",
                               page.find("id=\"s-districts\"")));
  EXPECT_THAT(page, HasSubstr("Blank does not mean safe."));
}

TEST(WritePage, EscapesWhatRecordsSay) {
  std::vector<v1::MinefieldRecord> records = FourRecords();
  const std::string hostile = "\"><script>alert(1)</script><img src=x onerror=y>'&\u202E";
  SetText(*records[0].mutable_identity()->mutable_record_number(), hostile);
  v1::Report report = AssessTogether(records);
  report.mutable_records(0)->set_row(hostile);
  report.mutable_records(0)->set_area(hostile);
  report.mutable_records(0)->set_lies_in(hostile);
  report.mutable_records(0)->add_found_by(hostile);
  report.mutable_records(0)->set_finding(v1::FINDING_STATE_OPEN);
  report.mutable_records(1)->mutable_results(0)->set_place(hostile);
  report.mutable_records(1)->mutable_results(0)->set_check(hostile);
  report.mutable_records(1)->mutable_results(0)->add_missing(hostile);
  report.mutable_handover_level()->mutable_results(0)->set_place(hostile);
  report.mutable_packages(0)->set_actor(hostile);
  report.set_log_origin(hostile);
  report.mutable_rule_set()->set_id(hostile);
  report.add_to_be_confirmed(hostile);
  const std::string page = Page(report);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("\u202E")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
}

v1::HandoverFacts HostileFacts(const v1::Report& report, const std::string& text) {
  v1::HandoverFacts facts;
  facts.set_handover(report.handover());
  facts.set_at_size(report.at_size());
  facts.set_time_ms(1'628'251'200'000);
  v1::FactParty& party = *facts.add_parties();
  party.set_party(report.packages(0).actor());
  party.set_name(text);
  v1::FactClaim& claim = *facts.add_claims();
  claim.set_leaf(7);
  claim.set_speaker(text);
  claim.set_reporter(text);
  claim.set_said_day(18790);
  v1::FactRequest& request = *facts.add_requests();
  request.set_statement("r");
  request.set_from(text);
  request.set_to(text);
  request.add_areas(text);
  request.set_due_ms(1'628'251'200'000);
  v1::HoldingRow& row = *facts.add_declarations()->mutable_row();
  row.set_area(text);
  row.set_source(text);
  row.add_withheld()->set_documents(25);
  facts.add_assessments()->set_party(text);
  return facts;
}

TEST(WritePage, EscapesWhatStatementsSayAndShowsTheirDates) {
  v1::Report report = AssessTogether(FourRecords());
  v1::ClaimRow& claim = *report.mutable_handover_level()->add_claims();
  claim.set_leaf(7);
  claim.set_computed(360);
  v1::RequestRow& request = *report.mutable_handover_level()->add_requests();
  request.set_request("r");
  request.set_overdue(true);
  const v1::HandoverFacts facts = HostileFacts(report, "<script>'\"&");
  const std::string page =
      Page(PageInputs{.report = &report, .rules = &ApiiRules(), .facts = &facts});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;&#39;&quot;&amp;"));
  EXPECT_THAT(page, HasSubstr("2021-06-12"));
  EXPECT_THAT(page, HasSubstr("2021-08-06 12:00 UTC"));
  EXPECT_THAT(page, HasSubstr("overdue"));
}

TEST(WritePage, RefusesWhatIsNotTheReports) {
  const v1::Report report = AssessTogether(FourRecords());
  const auto sink = [](absl::string_view) { return absl::OkStatus(); };
  v1::Report other = report;
  other.mutable_rule_set()->set_digest("other");
  EXPECT_EQ(WritePage({.report = &other, .rules = &ApiiRules()}, In("en"), sink).code(),
            absl::StatusCode::kInvalidArgument);
  v1::HandoverFacts facts = HostileFacts(report, "x");
  facts.set_at_size(report.at_size() + 1);
  EXPECT_EQ(
      WritePage({.report = &report, .rules = &ApiiRules(), .facts = &facts}, In("en"), sink).code(),
      absl::StatusCode::kInvalidArgument);
  const completeness::DeliveredFields none;
  EXPECT_EQ(
      WritePage({.report = &report, .rules = &ApiiRules(), .fields = &none}, In("en"), sink).code(),
      absl::StatusCode::kInvalidArgument);
}

completeness::DeliveredFields FieldsOf(const std::vector<v1::MinefieldRecord>& records) {
  completeness::PackageInMemory package;
  for (const v1::MinefieldRecord& record : records) package.Add(record, keys::Digest());
  const completeness::AssessedInput input{keys::Digest(), &package};
  absl::StatusOr<completeness::DeliveredFields> fields =
      completeness::DeliveredFields::Read(ApiiRules(), std::span(&input, 1));
  EXPECT_TRUE(fields.ok()) << fields.status();
  return *std::move(fields);
}

// Every link leads somewhere, and nothing on the page has one name twice.
void ExpectLinksToHold(const std::string& page) {
  std::set<std::string> ids;
  static const std::regex kId(" id=\"([^\"]+)\"");
  for (std::sregex_iterator it(page.begin(), page.end(), kId), end; it != end; ++it) {
    EXPECT_TRUE(ids.insert((*it)[1]).second) << (*it)[1] << " stands twice";
  }
  static const std::regex kLink("href=\"([^\"]+)\"");
  std::size_t links = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), kLink), end; it != end; ++it, ++links) {
    const std::string target = (*it)[1];
    ASSERT_EQ(target[0], '#') << target;
    EXPECT_EQ(ids.count(target.substr(1)), 1u) << target << " leads nowhere";
  }
  EXPECT_GT(links, 50u);
}

TEST(WritePage, EveryLinkHasItsPlace) {
  const std::vector<v1::MinefieldRecord> records = FourRecords();
  const v1::Report report = AssessTogether(records);
  ExpectLinksToHold(Page(report));
  const completeness::DeliveredFields fields = FieldsOf(records);
  ExpectLinksToHold(Page(PageInputs{.report = &report, .rules = &ApiiRules(), .fields = &fields}));
}

// All numbers that say where a record's points lie: as on the paper, and in WGS 84.
std::set<std::string> CoordinatesOf(const std::vector<v1::MinefieldRecord>& records) {
  std::set<std::string> out;
  const auto add = [&](const std::string& number) {
    // As a whole number, and its digits before the last four: metres of millimetres, degrees with
    // fewer decimals.
    if (number.size() < 7) return;
    out.insert(number);
    out.insert(number.substr(0, number.size() - 3));
  };
  for (const v1::MinefieldRecord& record : records) {
    const auto position = [&](const v1::Position& at) {
      if (at.has_first()) add(absl::StrCat(at.first()));
      if (at.has_second()) add(absl::StrCat(at.second()));
      out.insert(at.leaf().raw());
    };
    for (const v1::Corner& corner : record.where().perimeter()) position(corner.position());
    for (const v1::ReferencePoint& point : record.where().reference_points()) {
      position(point.position());
    }
  }
  const completeness::DeliveredFields fields = FieldsOf(records);
  for (const completeness::DeliveredField& field : fields.fields()) {
    for (const completeness::Geographic& corner : field.outline.rings[0]) {
      add(absl::StrCat(corner.latitude_e7));
      add(absl::StrCat(corner.longitude_e7));
      for (const std::int64_t e7 : {corner.latitude_e7, corner.longitude_e7}) {
        out.insert(absl::StrCat(e7 / 10'000'000, ".", e7 / 100'000 % 100));
      }
    }
  }
  out.erase("");
  return out;
}

TEST(WritePage, TheMediatorsEditionHoldsNoCoordinate) {
  const std::vector<v1::MinefieldRecord> records = FourRecords();
  const v1::Report report = AssessTogether(records);
  const std::set<std::string> coordinates = CoordinatesOf(records);
  ASSERT_GT(coordinates.size(), 20u);
  for (const std::string& language : Messages::Languages()) {
    const std::string page = WithoutDigests(Page(report, language));
    for (const std::string& one : coordinates) EXPECT_THAT(page, Not(HasSubstr(one)));
    EXPECT_THAT(page, Not(HasSubstr("<svg")));
    EXPECT_THAT(page, Not(HasSubstr("d=\"M")));
    EXPECT_THAT(page, HasSubstr(Escaped(In(language).Text("edition.plain"))));
  }
}

TEST(WritePage, TheMapShowsFieldsAsReportedAndHatchesWhereNothingCame) {
  std::vector<v1::MinefieldRecord> records = FourRecords();
  Blank(records[3], "where.perimeter");
  const v1::Report report = AssessTogether(records);
  const completeness::DeliveredFields fields = FieldsOf(records);
  const std::string page =
      Page(PageInputs{.report = &report, .rules = &ApiiRules(), .fields = &fields});
  EXPECT_THAT(page, HasSubstr("<svg"));
  const std::size_t legend = page.find("<ul class=\"legend\">");
  ASSERT_NE(legend, std::string::npos);
  EXPECT_EQ(page.find("<li><span class=\"key nothing\">", legend), legend + 20)
      << "what is hatched comes first";
  EXPECT_THAT(page, HasSubstr("fill:url(#hatch)"));
  EXPECT_THAT(page, HasSubstr("Field as reported, not verified on the ground"));
  EXPECT_THAT(page, HasSubstr("1 record without a place on this map"));
  EXPECT_THAT(page, HasSubstr(Escaped(In("en").Text("edition.map"))));
  // One point on the overview, one on the district's sheet.
  EXPECT_THAT(page, HasSubstr("<a href=\"#r0-0\"><title>0/0</title><circle"));
  EXPECT_THAT(page, Not(HasSubstr("<a href=\"#r0-3\"><title>")));
}

TEST(WritePage, LeavesRecordsOutOfAReportThatIsTooLargeForAPage) {
  v1::Report report = AssessTogether({CompleteRecord()});
  const v1::RecordResult one = report.records(0);
  for (int i = 1; i <= kMostRecordsInDetail; ++i) {
    *report.add_records() = one;
    report.mutable_records(i)->mutable_at()->set_record(static_cast<std::uint64_t>(i));
  }
  const std::string page = Page(report);
  EXPECT_THAT(page, HasSubstr("More than 25,000 records"));
  EXPECT_THAT(page, Not(HasSubstr("class=\"record\"")));
  EXPECT_LT(page.size(), std::size_t{200} * 1024);
}

TEST(WritePage, ShowsNoMoreThanSoManyResultsOfOneRecord) {
  v1::Report report = AssessTogether(FourRecords());
  const v1::CheckResult one = report.records(1).results(0);
  for (int i = report.records(1).results_size(); i < kMostResultsOfRecord + 7; ++i) {
    *report.mutable_records(1)->add_results() = one;
  }
  EXPECT_THAT(Page(report), HasSubstr("7 more results are in the list of faults, not here"));
}

TEST(FieldOfPlace, FindsTheFieldOfThePath) {
  EXPECT_EQ(FieldOfPlace("what.ordnance[12].fuze"), 63);
  EXPECT_EQ(FieldOfPlace("what.ordnance[0].anti_handling.present"), 64);
  EXPECT_EQ(FieldOfPlace("where.perimeter[2].position"), 40);
  EXPECT_EQ(FieldOfPlace("where.reference_points[1].position"), 31);
  EXPECT_EQ(FieldOfPlace("where.ties[0].distance"), 34);
  EXPECT_EQ(FieldOfPlace("layout.mines[3].tripwires[0]"), 66);
  EXPECT_EQ(FieldOfPlace("elsewhere"), 0);
  EXPECT_EQ(FieldOfPlace(""), 0);
}

}  // namespace
}  // namespace cairn::page
