#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <cstdint>

#include "audit/completeness/claims.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::FactClaim& Claim(v1::HandoverFacts& facts, v1::ClaimSubject subject, v1::Precision precision,
                     std::uint64_t value) {
  v1::FactClaim& claim = *facts.add_claims();
  claim.set_leaf(30);
  claim.set_subject(subject);
  claim.mutable_quantity()->set_precision(precision);
  if (value > 0) claim.mutable_quantity()->set_value(value);
  return claim;
}
v1::Quantity Said(v1::Precision precision, std::uint64_t value) {
  v1::Quantity quantity;
  quantity.set_precision(precision);
  quantity.set_value(value);
  return quantity;
}

TEST(CheckH04, AboutTwoHundredThousandGoesWith189000) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 1, 97'000, 1);
  AddSubmission(facts, "fuzuli", 1, 92'000, 1);
  Claim(facts, v1::CLAIM_SUBJECT_MINES_DELIVERED, v1::PRECISION_ABOUT, 200'000);
  EXPECT_THAT(SayHandover("H-04", facts), ElementsAre());
  const auto result = AssessHandover(ApiiRules(), facts);
  EXPECT_EQ(result->claims(0).comparison(), v1::CLAIM_COMPARISON_COMPATIBLE);
  EXPECT_EQ(result->claims(0).computed(), 189'000u);
  EXPECT_EQ(result->claims(0).difference(), 11'000);
}

TEST(CheckH04, FourHundredThousandDoesNot) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 1, 189'000, 1);
  Claim(facts, v1::CLAIM_SUBJECT_MINES_DELIVERED, v1::PRECISION_EXACT, 400'000);
  EXPECT_THAT(SayHandover("H-04", facts), ElementsAre("claim/0 FAIL"));
}

TEST(CheckH04, WordsAreSetBesideAndNotJudged) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 7, 0, 7);
  Claim(facts, v1::CLAIM_SUBJECT_SHARE_OF_HOLDING_DELIVERED, v1::PRECISION_WORDS, 0);
  EXPECT_THAT(SayHandover("H-04", facts), ElementsAre("claim/0 NE number"));
  const auto result = AssessHandover(ApiiRules(), facts);
  EXPECT_EQ(result->claims(0).share().filled(), 7u);
  EXPECT_EQ(result->claims(0).share().total(), 30u);
}

TEST(CheckH04, WhatCameLaterDoesNotCountForAnEarlierWord) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 1, 97'000, 1);
  AddSubmission(facts, "fuzuli", 1, 92'000, 1).set_leaf(31);
  Claim(facts, v1::CLAIM_SUBJECT_MINES_DELIVERED, v1::PRECISION_EXACT, 97'000);
  EXPECT_THAT(SayHandover("H-04", facts), ElementsAre());
}

TEST(CheckH13, AllAndThenMore) {
  v1::HandoverFacts facts = SmallFacts();
  facts.mutable_declarations(0)->mutable_row()->set_documents(5);
  facts.mutable_declarations()->DeleteSubrange(1, 2);
  AddSubmission(facts, "aghdam", 5, 0, 5);
  Claim(facts, v1::CLAIM_SUBJECT_ALL_DELIVERED, v1::PRECISION_WORDS, 0);
  EXPECT_THAT(SayHandover("H-13", facts), ElementsAre());
  EXPECT_EQ(AssessHandover(ApiiRules(), facts)->claims(0).comparison(),
            v1::CLAIM_COMPARISON_COMPATIBLE);
  AddSubmission(facts, "fuzuli", 8, 0, 8).set_leaf(35);
  EXPECT_THAT(SayHandover("H-13", facts), ElementsAre("claim/0 FAIL"));
  facts.mutable_claims(0)->add_areas("aghdam");  // All of Aghdam, it was said.
  EXPECT_THAT(SayHandover("H-13", facts), ElementsAre());
}

TEST(CheckH13, AllIsNotCompatibleWhileSomethingDeclaredIsOutstanding) {
  v1::HandoverFacts facts = SmallFacts();
  facts.mutable_declarations(1)->mutable_row()->add_withheld()->set_documents(2);
  AddSubmission(facts, "aghdam", 10, 0, 10);
  AddSubmission(facts, "fuzuli", 8, 0, 8);
  Claim(facts, v1::CLAIM_SUBJECT_ALL_DELIVERED, v1::PRECISION_WORDS, 0);
  EXPECT_THAT(SayHandover("H-13", facts), ElementsAre("claim/0 FAIL"));
  const auto row = AssessHandover(ApiiRules(), facts)->claims(0);
  EXPECT_EQ(row.comparison(), v1::CLAIM_COMPARISON_OUTSTANDING);
  EXPECT_EQ(row.outstanding(), 12u);  // Of Fuzuli two that are withheld, of Jabrayil ten.
  EXPECT_EQ(row.withheld(), 2u);
  facts.mutable_claims(0)->add_areas("fuzuli");  // Withheld openly, and yet not delivered.
  EXPECT_EQ(AssessHandover(ApiiRules(), facts)->claims(0).comparison(),
            v1::CLAIM_COMPARISON_OUTSTANDING);
  facts.mutable_claims(0)->set_areas(0, "aghdam");
  EXPECT_EQ(AssessHandover(ApiiRules(), facts)->claims(0).comparison(),
            v1::CLAIM_COMPARISON_COMPATIBLE);
}

TEST(CheckH13, WithoutADeclarationBeforeItThereIsNothingToCompareAllWith) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 10, 0, 10);
  Claim(facts, v1::CLAIM_SUBJECT_ALL_DELIVERED, v1::PRECISION_WORDS, 0).add_areas("aghdam");
  facts.mutable_declarations(0)->set_leaf(31);
  EXPECT_THAT(SayHandover("H-13", facts), ElementsAre("claim/0 NE declaration"));
  EXPECT_EQ(AssessHandover(ApiiRules(), facts)->claims(0).comparison(),
            v1::CLAIM_COMPARISON_NOTHING_TO_COMPARE);
}

TEST(CompareQuantity, EachPrecisionAtItsEdge) {
  constexpr auto kEqual = v1::CLAIM_COMPARISON_EQUAL;
  constexpr auto kGoes = v1::CLAIM_COMPARISON_COMPATIBLE;
  constexpr auto kDiffers = v1::CLAIM_COMPARISON_DIFFERS;
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_EXACT, 10), 10), kEqual);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_EXACT, 10), 11), kDiffers);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_ABOUT, 200), 150), kGoes);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_ABOUT, 200), 149), kDiffers);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_ABOUT, 1234), 1357), kGoes);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_ABOUT, 1234), 1358), kDiffers);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_MORE_THAN, 150), 150), kDiffers);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_MORE_THAN, 150), 151), kGoes);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_AT_LEAST, 150), 150), kEqual);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_AT_LEAST, 150), 149), kDiffers);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_ALMOST, 100), 90), kGoes);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_ALMOST, 100), 89), kDiffers);
  EXPECT_EQ(CompareQuantity(Said(v1::PRECISION_ALMOST, 100), 101), kDiffers);
}

}  // namespace
}  // namespace cairn::completeness::testing
