#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

constexpr char kNothing[] = "";

v1::FactRequest& AskFor(v1::HandoverFacts& facts, const char* area) {
  v1::FactRequest& request = *facts.add_requests();
  request.set_leaf(50);
  request.set_kind(v1::REQUEST_KIND_RECORDS);
  request.add_areas(area);
  return request;
}
v1::AreaDelivery StateOf(const v1::HandoverFacts& facts, int area) {
  return AssessHandover(ApiiRules(), facts)->areas(area).state();
}

TEST(CheckH01, NeedsADeclaration) {
  v1::HandoverFacts facts = SmallFacts();
  EXPECT_THAT(SayHandover("H-01", facts), ElementsAre());
  facts.clear_declarations();
  EXPECT_THAT(SayHandover("H-01", facts), ElementsAre(std::string(kNothing) + " FAIL"));
}

TEST(CheckH02, DeclaredAndDeliveredMustAgree) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 10, 0, 10);
  AddSubmission(facts, "fuzuli", 9, 0, 9);
  EXPECT_THAT(SayHandover("H-02", facts), ElementsAre("area/fuzuli FAIL", "area/jabrayil FAIL"));
  AddSubmission(facts, "fuzuli", 2, 0, 2);  // One more than declared.
  EXPECT_THAT(SayHandover("H-02", facts), ElementsAre("area/fuzuli FAIL", "area/jabrayil FAIL"));
}

TEST(CheckH02, IsNotEvaluableWithoutDeclarationOfTheArea) {
  v1::HandoverFacts facts = SmallFacts();
  facts.mutable_declarations()->RemoveLast();
  EXPECT_THAT(SayHandover("H-02", facts),
              ElementsAre("area/aghdam FAIL", "area/fuzuli FAIL", "area/jabrayil NE declaration"));
}

TEST(CheckH02, ASupplementDeliversNoDocuments) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 10, 0, 0).set_kind(v1::PACKAGE_KIND_SUPPLEMENT);
  EXPECT_EQ(AssessHandover(ApiiRules(), facts)->areas(0).delivered(), 0u);
}

TEST(CheckH06, NamesAreasWithNothing) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "fuzuli", 1, 0, 1);
  EXPECT_THAT(SayHandover("H-06", facts), ElementsAre("area/aghdam FAIL", "area/jabrayil FAIL"));
  const auto result = AssessHandover(ApiiRules(), facts);
  EXPECT_EQ(result->areas_without_delivery(), 2u);
  EXPECT_EQ(result->areas(1).state(), v1::AREA_DELIVERY_PARTLY);
  EXPECT_EQ(result->total().outstanding(), 29u);
}

TEST(CheckH06, SaysInWhichWayNothingCame) {
  v1::HandoverFacts facts = SmallFacts();
  EXPECT_EQ(StateOf(facts, 0), v1::AREA_DELIVERY_NOTHING_PENDING);
  facts.mutable_declarations(0)->mutable_row()->add_withheld()->set_documents(10);
  EXPECT_EQ(StateOf(facts, 0), v1::AREA_DELIVERY_NOTHING_WITHHELD);
  facts.mutable_declarations(1)->mutable_row()->set_unknown(10);
  EXPECT_EQ(StateOf(facts, 1), v1::AREA_DELIVERY_NOTHING_UNKNOWN);

  v1::FactRequest& request = AskFor(facts, "jabrayil");
  EXPECT_EQ(StateOf(facts, 2), v1::AREA_DELIVERY_NOTHING_PENDING);
  request.set_overdue(true);
  EXPECT_EQ(StateOf(facts, 2), v1::AREA_DELIVERY_NOTHING_SILENT);
  v1::FactAnswer& answer = *request.add_answers();
  answer.set_leaf(60);
  v1::AnswerItem& item = *answer.add_items();
  item.set_area("jabrayil");
  item.set_outcome(v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(StateOf(facts, 2), v1::AREA_DELIVERY_NOTHING_REFUSED);
  item.set_outcome(v1::ANSWER_OUTCOME_DO_NOT_HAVE);
  EXPECT_EQ(StateOf(facts, 2), v1::AREA_DELIVERY_NOTHING_UNKNOWN);
}

TEST(CheckH07, FailsOverdueAndUnanswered) {
  v1::HandoverFacts facts = SmallFacts();
  v1::FactRequest& request = AskFor(facts, "aghdam");
  EXPECT_THAT(SayHandover("H-07", facts), ElementsAre("request/0 NE due date"));
  request.set_overdue(true);
  EXPECT_THAT(SayHandover("H-07", facts), ElementsAre("request/0 FAIL"));
  request.set_complete(true);
  EXPECT_THAT(SayHandover("H-07", facts), ElementsAre());
}

TEST(AssessHandover, RefusesAnotherRuleSet) {
  v1::HandoverFacts facts = SmallFacts();
  facts.mutable_rule_set()->set_digest(std::string(32, 'x'));
  EXPECT_EQ(AssessHandover(ApiiRules(), facts).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace cairn::completeness::testing
