#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "audit/completeness/render.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

using ::testing::HasSubstr;
using ::testing::Not;

v1::Report StageA() {
  v1::Report report;
  report.set_exercise(true);
  v1::ClassSummary& c = *report.mutable_cumulative();
  c.mutable_all()->set_records(400);
  c.mutable_complete()->set_records(105);
  c.mutable_partial()->set_records(195);
  c.mutable_no_information()->set_records(60);
  c.mutable_contradicting()->set_records(40);
  v1::HandoverResult& h = *report.mutable_handover_level();
  h.mutable_mines()->set_declared(189'000);
  h.set_areas_with_delivery(3);
  h.set_areas_without_delivery(7);
  h.mutable_total()->set_declared(1630);
  h.mutable_total()->set_outstanding(1230);
  return report;
}

TEST(Headline, OfStageA) {
  EXPECT_EQ(Headline(StageA()),
            "400 formularies, 189,000 mines declared in 3 districts; 105 complete, 195 partially "
            "filled in, 60 without information pertinent to demining, 40 contradicting "
            "themselves; 7 districts with nothing delivered; 1,230 of 1,630 declared records "
            "outstanding.");
  EXPECT_EQ(HeadlineShares(StageA()), "26.3 / 48.8 / 15.0 / 10.0 %");
}

TEST(Headline, NamesWhatWasNotReadAndKeepsItOutOfTheShares) {
  v1::Report report = StageA();
  report.mutable_cumulative()->mutable_all()->set_records(500);
  report.mutable_cumulative()->mutable_not_read()->set_records(100);
  EXPECT_THAT(Headline(report), HasSubstr("themselves, 100 not read yet; 7"));
  EXPECT_EQ(HeadlineShares(report), "26.3 / 48.8 / 15.0 / 10.0 %");
}

TEST(PlainText, SetsWhatWasOutstandingBesideAClaimOfAll) {
  v1::Report report = StageA();
  v1::ClaimRow& claim = *report.mutable_handover_level()->add_claims();
  claim.set_subject(v1::CLAIM_SUBJECT_ALL_DELIVERED);
  claim.set_comparison(v1::CLAIM_COMPARISON_OUTSTANDING);
  claim.set_computed(0);
  claim.set_outstanding(1230);
  claim.set_withheld(60);
  const std::string text = PlainText(report, ApiiRules());
  EXPECT_THAT(text, HasSubstr("at the time of the claim 1,230 declared records were outstanding, "
                              "60 of them withheld\n"));
  EXPECT_THAT(text, Not(HasSubstr("compatible")));
}

TEST(PlainText, TellsTheOutstandingFromTheOwed) {
  v1::Report report = StageA();
  v1::AreaRow& area = *report.mutable_handover_level()->add_areas();
  area.set_area("lachin");
  area.set_declared(40);
  area.set_withheld(25);
  area.set_outstanding(40);
  area.set_owed(15);
  const std::string text = PlainText(report, ApiiRules());
  EXPECT_THAT(text, HasSubstr("withheld  unknown outstanding    owed"));
  EXPECT_THAT(text, HasSubstr("       25        0          40      15"));
}

v1::Report WithAGap() {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].fuze");
  SetCount(*record.mutable_what()->mutable_declared_total(), 121);
  return AssessTogether({record});
}

TEST(PlainText, SaysItIsAnExerciseAndJudgesNothing) {
  const std::string text = PlainText(WithAGap(), ApiiRules());
  EXPECT_THAT(text, HasSubstr("EXERCISE"));
  EXPECT_THAT(text, HasSubstr("C-12"));
  EXPECT_THAT(text, HasSubstr("TA 1(a)(iii)"));
  EXPECT_THAT(text, HasSubstr("nothing delivered: pending"));
  EXPECT_THAT(text, HasSubstr("Blank does not mean safe."));
  EXPECT_THAT(text, Not(HasSubstr("falsified")));
}

TEST(PlainText, AndJsonHoldNoCoordinate) {
  const v1::Report report = WithAGap();
  for (const std::string& text : {PlainText(report, ApiiRules()), Json(report)}) {
    EXPECT_THAT(text, Not(HasSubstr("4425")));
    EXPECT_THAT(text, Not(HasSubstr("8666")));
  }
}

TEST(Json, HasEveryFieldByNameAndBytesAsHex) {
  const nlohmann::json json = nlohmann::json::parse(Json(WithAGap()));
  EXPECT_EQ(json["rule_set"]["id"], "APII-1996");
  EXPECT_EQ(json["rule_set"]["digest"].get<std::string>().size(), 64u);
  EXPECT_EQ(json["records"][0]["headline"], "HEADLINE_CLASS_CONTRADICTING");
  EXPECT_EQ(json["headline"].get<std::string>(), Headline(WithAGap()));
  EXPECT_EQ(Json(WithAGap(), -1).find('\n'), Json(WithAGap(), -1).size() - 1);
}

TEST(GapListCsv, HasOneRowAGap) {
  const std::string csv = GapListCsv(WithAGap(), ApiiRules());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2);
  EXPECT_THAT(csv, HasSubstr("A-001,12-1993-17,aghdam,F63,fuse,what.ordnance[0].fuze,blank,"
                             "TA 1(a)(iii)"));
}

TEST(FaultListCsv, GivesParagraphAndWhatWouldPass) {
  const std::string csv = FaultListCsv(WithAGap(), ApiiRules());
  EXPECT_THAT(csv, HasSubstr("C-12,what.declared_total,fails,error,,TA 1(a)(iii),"));
}

}  // namespace
}  // namespace cairn::completeness::testing
