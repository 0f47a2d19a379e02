#include "audit/completeness/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/classes.h"
#include "audit/completeness/testing.h"

#include <string>

namespace cairn::completeness::testing {
namespace {

// A good record of which one check fails at severity ERROR, as a rule set could have it.
v1::RecordResult WithFault(const CheckInfo& info) {
  v1::RecordResult result;
  result.set_fill_class(v1::FILL_CLASS_COMPLETE);
  v1::CheckResult& fault = *result.add_results();
  fault.set_check(std::string(info.id));
  fault.set_outcome(v1::OUTCOME_FAIL);
  fault.set_severity(v1::SEVERITY_ERROR);
  SetHeadline(ApiiRules(), result);
  return result;
}

TEST(Catalogue, IsInOrderAndEachCheckFindsItself) {
  std::string last;
  for (const CheckInfo& info : Catalogue()) {
    EXPECT_LT(last, info.id);
    last = std::string(info.id);
    EXPECT_EQ(FindCheckInfo(info.id), &info);
    EXPECT_FALSE(info.paragraph.empty()) << info.id;
  }
}

TEST(Catalogue, TheRuleSetMakesEveryCheckAndCitesAParagraph) {
  for (const CheckInfo& info : Catalogue()) {
    const v1::CheckRule* rule = ApiiRules().FindCheck(info.id);
    ASSERT_NE(rule, nullptr) << info.id;
    EXPECT_EQ(rule->paragraph(), info.paragraph) << info.id;
  }
}

TEST(Catalogue, OnlyTheMachinesOwnChecksContradictARecord) {
  for (const CheckInfo& info : Catalogue()) {
    const bool contradicts =
        info.decider == Decider::kMachine &&
        (info.effect == Effect::kContradictsItself || info.effect == Effect::kContradictsOther);
    EXPECT_EQ(WithFault(info).headline() == v1::HEADLINE_CLASS_CONTRADICTING, contradicts)
        << info.id;
  }
}

TEST(Catalogue, WhatAPersonOrAFindingDecidesActsOnNoClass) {
  int others = 0;
  for (const CheckInfo& info : Catalogue()) {
    if (info.decider == Decider::kMachine) continue;
    ++others;
    EXPECT_EQ(EffectOf(info), Effect::kNote) << info.id;
  }
  EXPECT_GT(others, 0);
}

}  // namespace
}  // namespace cairn::completeness::testing
