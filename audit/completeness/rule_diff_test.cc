#include "audit/completeness/rule_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(DiffRules, EqualSetsHaveNoDifferenceWhateverTheirOrder) {
  v1::RuleSet other = ApiiRules().message();
  other.mutable_models()->SwapElements(0, 5);
  other.mutable_sources()->SwapElements(0, 1);
  EXPECT_THAT(DiffRules(ApiiRules().message(), other), IsEmpty());
}

TEST(DiffRules, NamesEachValueThatDiffers) {
  v1::RuleSet other = ApiiRules().message();
  other.set_id("OURS");
  for (v1::FieldRule& rule : *other.mutable_fields()) {
    if (rule.field() == "F30") rule.set_at_least(1);
  }
  for (v1::CheckRule& rule : *other.mutable_checks()) {
    if (rule.check() == "I-02") rule.set_severity(v1::SEVERITY_WARNING);
  }
  other.mutable_checks()->DeleteSubrange(0, 1);
  other.mutable_thresholds()->set_far_tie_mm(100'000);
  other.mutable_models(0)->add_aliases("ТМ 46 новая");
  EXPECT_THAT(
      DiffRules(ApiiRules().message(), other),
      ElementsAre(
          RuleDifference{"id", "\"APII-1996\"", "\"OURS\""},
          RuleDifference{"fields F30 (reference points) at_least", "2", "1"},
          RuleDifference{"checks C-01 (Coordinates are places in the theatre.)",
                         "check: \"C-01\" severity: SEVERITY_ERROR paragraph: \"TA 1(a)(i)\"", ""},
          RuleDifference{
              "checks I-02 (There are as many reference points with usable coordinates as asked "
              "for.) severity",
              "SEVERITY_ERROR", "SEVERITY_WARNING"},
          RuleDifference{"thresholds far_tie_mm", "200000", "100000"},
          RuleDifference{"models TM-46 aliases", "", "\"ТМ 46 новая\""}));
}

TEST(RulesText, SaysWhatIsAskedAndWhatIsToBeConfirmed) {
  const std::string text = RulesText(ApiiRules());
  EXPECT_THAT(text, HasSubstr("APII-1996, version 1"));
  EXPECT_THAT(
      text, ::testing::ContainsRegex("F30 +reference points +mandatory, at least 2 +TA 1.a..i.\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("F67 +production marks +if made since 1998-12-03 "));
  EXPECT_THAT(text, HasSubstr("TA 1(d)  (to be confirmed)"));
  EXPECT_THAT(text, HasSubstr("  far_tie_mm                    200000\n"));
  EXPECT_THAT(text, HasSubstr("Uncertainty, one sigma (to be confirmed)"));
  EXPECT_THAT(text, HasSubstr("not asked: F04 F05"));
  EXPECT_THAT(text, Not(HasSubstr("FIELD_STRENGTH")));
}

}  // namespace
}  // namespace cairn::completeness::testing
