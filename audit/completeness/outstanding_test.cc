#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>

#include "audit/completeness/outstanding.h"

namespace cairn::completeness::testing {
namespace {

bool Everywhere(const std::string&) { return true; }

TEST(CountOutstanding, IsDeclaredMinusDelivered) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 4, 0, 4);
  const Outstanding all = CountOutstanding(facts, Everywhere, std::nullopt);
  EXPECT_EQ(all.declared, 30u);
  EXPECT_EQ(all.documents, 26u);
  EXPECT_EQ(all.owed(), 26u);
}

TEST(CountOutstanding, TheWithheldIsOutstandingAndNotOwed) {
  v1::HandoverFacts facts = SmallFacts();
  facts.mutable_declarations(0)->mutable_row()->add_withheld()->set_documents(3);
  AddSubmission(facts, "aghdam", 4, 0, 4);
  Outstanding all = CountOutstanding(facts, Everywhere, std::nullopt);
  EXPECT_EQ(all.documents, 26u);
  EXPECT_EQ(all.withheld, 3u);
  EXPECT_EQ(all.owed(), 23u);
  AddSubmission(facts, "aghdam", 5, 0, 5);  // Two of the three came after all.
  all = CountOutstanding(facts, Everywhere, std::nullopt);
  EXPECT_EQ(all.withheld, 1u);
  EXPECT_EQ(all.owed(), 20u);
}

TEST(CountOutstanding, MoreThanDeclaredMakesUpForNothingElsewhere) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 13, 0, 13);
  EXPECT_EQ(CountOutstanding(facts, Everywhere, std::nullopt).documents, 20u);
  AddSubmission(facts, "fuzuli", 4, 0, 4).mutable_rows(0)->set_source("archive-2");
  EXPECT_EQ(CountOutstanding(facts, Everywhere, std::nullopt).documents, 20u);
}

TEST(CountOutstanding, WhatLaterLeavesSayDoesNotCount) {
  v1::HandoverFacts facts = SmallFacts();  // Declared by leaves 10 to 12, delivered by 21.
  AddSubmission(facts, "aghdam", 10, 0, 10);
  EXPECT_EQ(CountOutstanding(facts, Everywhere, 21).documents, 30u);
  EXPECT_EQ(CountOutstanding(facts, Everywhere, 22).documents, 20u);
  EXPECT_FALSE(CountOutstanding(facts, Everywhere, 22).redeclared);
  EXPECT_TRUE(CountOutstanding(facts, Everywhere, 12).redeclared);
}

}  // namespace
}  // namespace cairn::completeness::testing
