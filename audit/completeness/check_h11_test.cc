#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// One package, taken over by a mediator and held by the receiving party.
v1::HandoverFacts ReceivedH11() {
  v1::HandoverFacts facts = SmallFacts();
  v1::FactParty& party = *facts.add_parties();
  party.set_party("receiver");
  party.add_roles(v1::CHARTER_ROLE_RECEIVING);
  const std::string digest = AddSubmission(facts, "aghdam", 1, 0, 1).digest();
  facts.add_transmits()->set_package(digest);
  v1::FactAcknowledgement& one = *facts.add_acknowledgements();
  one.set_party("receiver");
  one.set_package(digest);
  return facts;
}

TEST(CheckH11, PassesIfBothSignedForTheseBytes) {
  EXPECT_THAT(SayHandover("H-11", ReceivedH11()), ElementsAre());
}

TEST(CheckH11, FailsIfSomethingDidNotMatch) {
  v1::HandoverFacts facts = ReceivedH11();
  facts.mutable_acknowledgements(0)->add_mismatches(v1::OPENING_MISMATCH_COUNTS);
  EXPECT_THAT(SayHandover("H-11", facts), ElementsAre("submission/0 FAIL"));
}

TEST(CheckH11, IsNotEvaluableWithoutTheirReceipts) {
  v1::HandoverFacts facts = ReceivedH11();
  facts.clear_transmits();
  EXPECT_THAT(SayHandover("H-11", facts), ElementsAre("submission/0 NE receipt of a mediator"));
  facts = ReceivedH11();
  facts.mutable_acknowledgements(0)->set_package("other");
  EXPECT_THAT(SayHandover("H-11", facts),
              ElementsAre("submission/0 NE receipt of the receiving party"));
}

}  // namespace
}  // namespace cairn::completeness::testing
