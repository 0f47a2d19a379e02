#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "audit/completeness/catalogue.h"
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
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_fields(0)->clear_strength(); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("F01: no strength")));
  EXPECT_THAT(LintOf([](v1::RuleSet& m) { m.mutable_checks(3)->clear_paragraph(); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no paragraph")));
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
