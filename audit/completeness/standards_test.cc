// The rule sets that come with the program: each sound, and the same record under several of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/classes.h"
#include "audit/completeness/record_assessment.h"
#include "audit/completeness/rule_text.h"
#include "audit/completeness/shipped.h"
#include "audit/completeness/testing.h"
#include "tests/testing/status.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

const std::map<std::string, Rules>& Standards() {
  static const auto* const kAll = [] {
    auto* all = new std::map<std::string, Rules>;
    for (const std::string& name : ShippedFiles()) {
      auto rules = Rules::FromFile(name, ReadShippedFile);
      if (rules.ok()) all->emplace(name, *std::move(rules));
    }
    return all;
  }();
  return *kAll;
}
const Rules& Standard(const char* name) { return Standards().at(name); }

v1::RecordResult JudgeBy(const Rules& rules, const v1::MinefieldRecord& record) {
  RecordContext context;
  context.log_day = kLogDay;
  RecordAssessment assessed = AssessRecord(record, rules, context);
  SetHeadline(rules, assessed.result);
  return assessed.result;
}

// "I-23 where.ties F33": what lacks and what fails at severity ERROR.
std::vector<std::string> Why(const v1::RecordResult& result) {
  std::vector<std::string> out;
  for (const v1::CheckResult& one : result.results()) {
    if (one.outcome() != v1::OUTCOME_FAIL) continue;
    if (one.check() != "I-23" && one.severity() != v1::SEVERITY_ERROR) continue;
    out.push_back(absl::StrCat(one.check(), " ", one.place()));
  }
  return out;
}

TEST(Standards, EachIsSoundAndHasAnIdOfItsOwn) {
  for (const std::string& name : ShippedFiles()) {
    const bool included = name == "code_lists.textproto" || name == "common_checks.textproto" ||
                          name == "coordinates.textproto" || name == "practice.textproto" ||
                          name == "models_other.textproto" || name == "south_caucasus.textproto";
    if (included || !absl::EndsWith(name, ".textproto")) continue;
    std::vector<std::string> faults;
    for (const RuleFault& fault : LintFile(name, ReadShippedFile))
      faults.push_back(FaultText(fault));
    EXPECT_THAT(faults, IsEmpty()) << name;
  }
  std::vector<std::string> ids;
  for (const auto& [name, rules] : Standards()) ids.push_back(rules.ref().id());
  EXPECT_THAT(ids, ElementsAre("APII-1996", "DA1355-STANAG2036", "IMAS-MDR", "PII-1980",
                               "SOVIET-FORMULARY"));
}

TEST(Standards, MinesOfOtherTheatresCanBeIncluded) {
  const auto read = [](absl::string_view name) -> absl::StatusOr<std::string> {
    if (name != "ours.textproto") return ReadShippedFile(name);
    absl::StatusOr<std::string> text = ReadShippedFile("apii_1996.textproto");
    return *text + "\ninclude: \"models_other.textproto\"\n";
  };
  ASSERT_OK_AND_ASSIGN(const Rules rules, Rules::FromFile("ours.textproto", read));
  ASSERT_NE(rules.FindModel("PROM-1"), nullptr);
  EXPECT_EQ(*rules.aliases().Find("model", "ПРОМ 1"), "PROM-1");
}

TEST(Standards, EachStatesAStrengthForEveryField) {
  for (const auto& [name, rules] : Standards()) {
    for (int number = 1; number <= 112; ++number) {
      if (FieldTitle(number).empty() || number == 15) continue;
      EXPECT_NE(rules.Field(number), nullptr) << name << " " << FieldId(number);
    }
  }
}

TEST(Standards, EachMakesTheChecksThatAskTheSameOfAnyForm) {
  for (const CheckInfo& info : Catalogue()) {
    if (info.id[0] == 'I') continue;
    for (const auto& [name, rules] : Standards()) {
      EXPECT_NE(rules.FindCheck(info.id), nullptr)
          << name << " lacks " << info.id << ": add it to rule_sets/common_checks.textproto";
    }
  }
}

// What rests on memory says so: a check or field that cites only such sources is marked itself.
TEST(Standards, WhatCitesAnUnreadTextIsToBeConfirmed) {
  for (const auto& [name, rules] : Standards()) {
    std::vector<std::string> unread;
    for (const v1::SourceText& source : rules.message().sources()) {
      if (source.to_be_confirmed()) unread.push_back(source.id());
    }
    for (const v1::FieldRule& rule : rules.message().fields()) {
      for (const std::string& source : unread) {
        const bool cites = absl::StartsWith(rule.paragraph(), source);
        EXPECT_TRUE(!cites || rule.to_be_confirmed()) << name << " " << rule.field();
      }
    }
    for (const v1::CheckRule& rule : rules.message().checks()) {
      for (const std::string& source : unread) {
        const bool cites = absl::StartsWith(rule.paragraph(), source);
        EXPECT_TRUE(!cites || rule.to_be_confirmed()) << name << " " << rule.check();
      }
    }
  }
}

TEST(Standards, OneReferencePointIsEnoughIn1980AndNotIn1996) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_reference_points()->RemoveLast();
  record.mutable_where()->mutable_ties()->RemoveLast();

  const v1::RecordResult older = JudgeBy(Standard("pii_1980.textproto"), record);
  EXPECT_EQ(older.fill_class(), v1::FILL_CLASS_COMPLETE);
  EXPECT_THAT(Why(older), IsEmpty());

  const v1::RecordResult newer = JudgeBy(Standard("apii_1996.textproto"), record);
  EXPECT_EQ(newer.fill_class(), v1::FILL_CLASS_PARTIAL);
  EXPECT_THAT(Why(newer),
              ElementsAre("I-02 where.reference_points", "I-23 where.reference_points"));
  EXPECT_EQ(Standard("apii_1996.textproto").FindCheck("I-02")->paragraph(), "TA 1(a)(i)");

  // Without any, the older rule set is not content either.
  record.mutable_where()->clear_reference_points();
  record.mutable_where()->clear_ties();
  EXPECT_THAT(Why(JudgeBy(Standard("pii_1980.textproto"), record)),
              ElementsAre("I-02 where.reference_points"));
}

TEST(Standards, NeitherTypesNorNumbersAreAskedForIn1980) {
  v1::MinefieldRecord record = CompleteRecord();
  for (const char* place : {"what.ordnance[0].model", "what.ordnance[0].count",
                            "what.ordnance[0].fuze", "laying.begun", "laying.ended"}) {
    Blank(record, place);
  }
  EXPECT_EQ(JudgeBy(Standard("pii_1980.textproto"), record).fill_class(), v1::FILL_CLASS_COMPLETE);
  EXPECT_EQ(JudgeBy(Standard("apii_1996.textproto"), record).fill_class(), v1::FILL_CLASS_PARTIAL);
}

TEST(Standards, TheFormularyAsksForBoxesThatTheProtocolDoesNot) {
  v1::MinefieldRecord record = CompleteRecord();
  for (const char* place : {"laying.authority", "marking.observed_by", "where.map.edition_year"}) {
    Blank(record, place);
  }
  EXPECT_EQ(JudgeBy(Standard("apii_1996.textproto"), record).fill_class(), v1::FILL_CLASS_COMPLETE);
  const v1::RecordResult form = JudgeBy(Standard("soviet_formulary.textproto"), record);
  EXPECT_EQ(form.fill_class(), v1::FILL_CLASS_PARTIAL);
  EXPECT_THAT(Why(form), IsSupersetOf({"I-23 laying.authority", "I-23 marking.observed_by",
                                       "I-17 where.map.edition_year"}));
}

TEST(Standards, AHastyRowRecordNeedsOnePointAndEachMine) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_reference_points()->RemoveLast();
  record.mutable_where()->mutable_ties()->RemoveLast();
  const Rules& rules = Standard("da1355_stanag2036.textproto");
  SetCode(*record.mutable_identity()->mutable_form_kind(), "us_1355");
  EXPECT_THAT(Why(JudgeBy(rules, record)), Contains("I-02 where.reference_points"));
  SetCode(*record.mutable_identity()->mutable_form_kind(), "us_1355_1_r");
  const std::vector<std::string> hasty = Why(JudgeBy(rules, record));
  EXPECT_THAT(hasty, ::testing::Not(Contains("I-02 where.reference_points")));
  EXPECT_THAT(hasty, Contains("I-23 layout.mines"));
}

TEST(Standards, MinimumDataAskForTheAreaAndNotForTheFuse) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].fuze");
  Blank(record, "where.area_m2");
  const std::vector<std::string> why = Why(JudgeBy(Standard("imas_mdr.textproto"), record));
  EXPECT_THAT(why, Contains("I-23 where.area_m2"));
  EXPECT_THAT(why, ::testing::Not(Contains("I-23 what.ordnance[0].fuze")));
}

TEST(Unconfirmed, AReportNamesTheModelsOfItsRecordsOnly) {
  const v1::Report report = AssessTogether({CompleteRecord()});
  EXPECT_THAT(report.to_be_confirmed(), IsSupersetOf({"check C-07", "field F67", "model TM-62M",
                                                      "source Art. 9", "uncertainty budget"}));
  EXPECT_THAT(report.to_be_confirmed(), ::testing::Not(Contains("model PMN")));
}

}  // namespace
}  // namespace cairn::completeness::testing
