#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/rule_text.h"
#include "tests/testing/status.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

using cairn::testing::StatusIs;
using ::testing::HasSubstr;

// A rule set in memory: the shipped files, one of them replaced.
absl::StatusOr<Rules> LoadWith(const std::string& name, const std::string& text) {
  return Rules::FromFile("main.textproto",
                         [&](absl::string_view file) -> absl::StatusOr<std::string> {
                           if (file == name) return text;
                           if (file == "main.textproto") {
                             v1::RuleSet message = ApiiRules().message();
                             std::string out;
                             google::protobuf::TextFormat::PrintToString(message, &out);
                             return out;
                           }
                           if (file == "districts.geojson") return DistrictsFile();
                           return absl::NotFoundError(std::string(file));
                         });
}
absl::Status LintOf(void (*change)(v1::RuleSet&)) {
  v1::RuleSet message = ApiiRules().message();
  change(message);
  return Rules::FromMessage(message, DistrictsFile()).status();
}

TEST(RuleSet, ApiiLintsClean) { EXPECT_THAT(Lint(ApiiRules().message()), ElementsAre()); }

TEST(RuleSet, DigestIsThatOfTheCanonicalMessage) {
  ASSERT_OK_AND_ASSIGN(const Rules again, LoadWith("", ""));
  EXPECT_EQ(again.ref().digest(), ApiiRules().ref().digest());
  EXPECT_EQ(again.ref().id(), "APII-1996");
  v1::RuleSet message = ApiiRules().message();
  message.mutable_thresholds()->set_far_tie_mm(200'001);
  EXPECT_NE(RuleSetDigest(message)->ToBytes(), ApiiRules().ref().digest());
}

TEST(RuleSet, SaysWhereATextIsWrong) {
  EXPECT_THAT(LoadWith("main.textproto", "id: \"X\"\ncolour: 3\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("main.textproto:2:")));
  EXPECT_THAT(LoadWith("main.textproto", "include: \"../secret\""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("plain name")));
  EXPECT_THAT(LoadWith("main.textproto", "include: \"elsewhere.textproto\""),
              StatusIs(absl::StatusCode::kNotFound));
}

// Main file, two includes: what stands where is known to the line.
absl::StatusOr<std::string> ThreeFiles(absl::string_view file) {
  if (file == "main.textproto") {
    return std::string(
        "id: \"X\"\ninclude: \"one.textproto\"\ninclude: \"two.textproto\"\n\n"
        "thresholds { far_tie_mm: 7 }\nchecks {\n  check: \"C-99\"\n}\n");
  }
  if (file == "one.textproto") {
    return std::string(
        "checks { check: \"C-01\" }\nthresholds {\n  far_tie_mm: 5\n"
        "  near_duplicate_mm: -1\n}\n");
  }
  if (file == "two.textproto") return std::string("\nchecks { check: \"C-02\" }\n");
  return absl::NotFoundError(std::string(file));
}

TEST(RuleText, NumbersOfTheMainFileGoFirstAndListsAreJoined) {
  ASSERT_OK_AND_ASSIGN(const RuleText text, RuleText::Read("main.textproto", ThreeFiles));
  EXPECT_EQ(text.message().thresholds().far_tie_mm(), 7);
  EXPECT_EQ(text.message().thresholds().near_duplicate_mm(), -1);
  ASSERT_EQ(text.message().checks_size(), 3);
  EXPECT_EQ(text.message().checks(2).check(), "C-99");
  EXPECT_EQ(text.message().include_size(), 0);
}

TEST(RuleText, KnowsTheLineOfEverything) {
  ASSERT_OK_AND_ASSIGN(const RuleText text, RuleText::Read("main.textproto", ThreeFiles));
  const auto where = [&](const char* place) {
    RuleFault fault;
    fault.place = place;
    text.Locate(fault);
    return absl::StrCat(fault.file, ":", fault.line);
  };
  EXPECT_EQ(where("checks[0].check"), "one.textproto:1");
  EXPECT_EQ(where("checks[1]"), "two.textproto:2");
  EXPECT_EQ(where("checks[2].check"), "main.textproto:7");
  EXPECT_EQ(where("checks[2].paragraph"), "main.textproto:6");  // Not there: the check as a whole.
  EXPECT_EQ(where("thresholds.far_tie_mm"), "main.textproto:5");
  EXPECT_EQ(where("thresholds.near_duplicate_mm"), "one.textproto:4");
  EXPECT_EQ(where("thresholds.zone_overlap_e7"), "main.textproto:5");
  EXPECT_EQ(where("title"), "main.textproto:0");
  EXPECT_EQ(where(""), "main.textproto:0");
}

TEST(RuleText, LintSaysWhereWhatAndWhatMends) {
  std::vector<std::string> texts;
  for (const RuleFault& fault : LintFile("main.textproto", ThreeFiles)) {
    texts.push_back(FaultText(fault));
    EXPECT_FALSE(fault.remedy.empty()) << texts.back();
  }
  EXPECT_THAT(texts, ::testing::Contains(HasSubstr(
                         "main.textproto:7: checks[2].check: 'C-99': this program does not make "
                         "it; take it out")));
  EXPECT_THAT(texts,
              ::testing::Contains(HasSubstr("one.textproto:1: checks[0]: C-01: no severity")));
  EXPECT_THAT(texts, ::testing::Contains(HasSubstr("one.textproto:4: thresholds.near_duplicate_mm: "
                                                   "near_duplicate_mm is -1; write a number")));
}

TEST(RuleSet, RefusesOtherOutlinesThanItNames) {
  EXPECT_THAT(LoadWith("districts.geojson", DistrictsFile() + " "),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("SHA-256")));
}

TEST(RuleSet, LintNamesEachMistake) {
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_checks(0)->set_check("C-99"); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("C-99")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_fields(0)->set_field("F999"); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("F999")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_fields()->SwapElements(0, 1); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("out of order")));
  EXPECT_THAT(
      LintOf([](v1::RuleSet& m) { m.mutable_fields(0)->clear_strength(); }),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fields[0]: F01: no strength")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_checks(3)->clear_paragraph(); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no paragraph")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_checks(3)->set_paragraph("TAX 1"); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("none of the sources")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_models(3)->set_category("AT"); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no code of list category")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_fields(0)->add_forms()->set_form_kind("x"); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fields[0].forms[0]")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_crs(0)->set_code("WGS84"); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("-GEO")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_models(1)->add_aliases("ТМ-46"); }),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_datum_shifts(0)->clear_convention(); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("how it rotates")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_uncertainty()->set_compass_e6(0); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("compass_e6")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.set_check_semantics(2); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("check_semantics")));
}

TEST(RuleSet, ADisabledCheckIsNotMade) {
  const Rules rules = ApiiRulesWith([](v1::RuleSet& m) {
    for (v1::CheckRule& rule : *m.mutable_checks()) {
      if (rule.check() == "C-12") rule.set_disabled(true);
    }
  });
  EXPECT_EQ(rules.FindCheck("C-12"), nullptr);
  EXPECT_NE(rules.FindCheck("C-09"), nullptr);
}

TEST(RuleSet, KnowsWordsInBothAlphabets) {
  const auto code = [](const char* list, const char* text) {
    const std::string* found = ApiiRules().aliases().Find(list, text);
    return found == nullptr ? std::string("-") : *found;
  };
  EXPECT_EQ(code("model", "ТМ-62М"), "TM-62M");
  EXPECT_EQ(code("model", "tm 62 m"), "TM-62M");
  EXPECT_EQ(code("model", "ПМН"), "PMN");
  EXPECT_EQ(code("fuze", "МВЧ-62"), "MVCh-62");
  EXPECT_EQ(code("crs", "СК-42, зона 8"), "SK42-GK8");
  EXPECT_EQ(code("category", "ПТМ"), "at");
  EXPECT_EQ(code("yes_no", "нет"), "no");
  EXPECT_EQ(code("model", "unheard of"), "-");
  EXPECT_EQ(ApiiRules().AreaByName("Агдам"), "aghdam");
  EXPECT_EQ(ApiiRules().AreaByName("Ağdam"), "aghdam");
  EXPECT_EQ(ApiiRules().AreaByName("Nowhere"), "");
}

TEST(RuleSet, EveryCheckOfTheCatalogueIsInApiiAndCitesAParagraph) {
  for (const CheckInfo& info : Catalogue()) {
    const v1::CheckRule* rule = ApiiRules().FindCheck(info.id);
    ASSERT_NE(rule, nullptr) << info.id;
    EXPECT_FALSE(rule->paragraph().empty());
  }
  EXPECT_EQ(FindCheckInfo("I-99"), nullptr);
  EXPECT_EQ(FieldNumber("F63"), 63);
  EXPECT_EQ(FieldNumber("F063"), 0);
  EXPECT_EQ(FieldNumber("F09"), 0);
  EXPECT_EQ(FieldId(5), "F05");
}

}  // namespace
}  // namespace cairn::completeness::testing
