// When a finding stands: the rule that alone can make a record disproved.
#include <string>

#include "audit/ledger/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;

class StandingTest : public GroundTest {
 protected:
  v1::FindingStanding Standing(int at = 0) const { return Facts().findings(at).standing(); }
  v1::FindingBasis Basis(int at = 0) const { return Facts().findings(at).basis(); }
  // The time to answer begins with the next Witnessed leaf and runs out.
  void LetAnswerTimeRunOut() {
    Pass(1000);
    Pass(kAnswerMs + 1);
  }
};

TEST_F(StandingTest, SilenceDecidesNothing) {
  log_.Accept(Disproof("receiving"));
  EXPECT_FALSE(Facts().findings(0).has_due_ms());
  Pass(1000);
  EXPECT_EQ(Facts().findings(0).due_ms(), log_.now_ms() + kAnswerMs);
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_PENDING);
  EXPECT_EQ(Owed(v1::MATTER_KIND_REPLY), 1);
  Pass(kAnswerMs);  // Due, not over.
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_PENDING);
  Pass(1);
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_UNANSWERED);
  EXPECT_EQ(Basis(), v1::FINDING_BASIS_UNSPECIFIED);
  bool overdue = false;
  const v1::HandoverState state = State();
  for (const v1::Matter& matter : state.outstanding()) {
    overdue |= matter.kind() == v1::MATTER_KIND_REPLY && matter.overdue();
  }
  EXPECT_TRUE(overdue);
}

// The operator owes a Witnessed leaf then, although nobody owes a reply any more.
TEST_F(StandingTest, TheEndOfTheTimeIsDueToBeWitnessed) {
  const Id finding = log_.Accept(Disproof("receiving"));
  Pass(1000);
  log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONCEDES));
  EXPECT_EQ(*NextDue(log_.state()), Facts().findings(0).due_ms());
}

TEST_F(StandingTest, AConcessionStandsOnceTheTimeHasRun) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONCEDES));
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_PENDING);
  EXPECT_EQ(Basis(), v1::FINDING_BASIS_CONCEDED);
  EXPECT_EQ(Owed(v1::MATTER_KIND_REPLY), 0);
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_STANDS);
  EXPECT_EQ(Basis(), v1::FINDING_BASIS_CONCEDED);
}

TEST_F(StandingTest, AnAcceptedFinderStandsOnceTheTimeHasRunEvenIfContested) {
  const Id finding = log_.Accept(Disproof("finder"));
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_PENDING);
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_STANDS);
  EXPECT_EQ(Basis(), v1::FINDING_BASIS_ACCEPTED_FINDER);
  // The contest is on the record all the same, and open to the mediators.
  EXPECT_EQ(Facts().findings(0).replies(0).kind(), v1::REPLY_KIND_CONTESTS);
  RuleByBoth(finding, v1::RULING_DISMISSED);
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_DISMISSED);
  EXPECT_EQ(Basis(), v1::FINDING_BASIS_UNSPECIFIED);
}

TEST_F(StandingTest, AContestedFindingStaysAClaimUntilItIsRuledOn) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Contest("holding", finding));
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_CONTESTED);
  const Id act = log_.Accept(Rule(finding, v1::RULING_UPHELD));
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_CONTESTED);  // One mediator of two.
  log_.Endorse("mediator-b", handover_, act);
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_STANDS);
  EXPECT_EQ(Basis(), v1::FINDING_BASIS_RULING);
}

TEST_F(StandingTest, ARulingBeforeTheEndOfTheTimeWaitsForIt) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  RuleByBoth(finding, v1::RULING_UPHELD);
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_PENDING);
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_STANDS);
}

TEST_F(StandingTest, UndecidedLeavesItTheWordOfItsAuthor) {
  for (const char* party : {"receiving", "finder"}) {
    const Id finding = log_.Accept(Disproof(party));
    log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
    RuleByBoth(finding, v1::RULING_UNDECIDED);
  }
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(0), v1::FINDING_STANDING_UNDECIDED);
  EXPECT_EQ(Standing(1), v1::FINDING_STANDING_UNDECIDED);
}

TEST_F(StandingTest, AConcessionAfterAContestIsTheLastWord) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONCEDES));
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_STANDS);
  EXPECT_EQ(Basis(), v1::FINDING_BASIS_CONCEDED);
}

TEST_F(StandingTest, OfSeveralHoldingPartiesOneConcessionDoesNotBindAnother) {
  const Id finding = log_.Accept(Finding("receiving", v1::FINDING_KIND_UNRECORDED));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONCEDES, "holding"));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS, "holding-2"));
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_CONTESTED);
}

TEST_F(StandingTest, AConfirmationIsNotedAndOwedNoReply) {
  log_.Accept(Finding("receiving", v1::FINDING_KIND_CONFIRMS));
  Pass(1000);
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_NOTED);
  EXPECT_EQ(Owed(v1::MATTER_KIND_REPLY), 0);
}

TEST_F(StandingTest, AWithdrawnFindingIsOwedNothing) {
  const Id finding = log_.Accept(Disproof("finder"));
  log_.Accept(Withdraw("finder", finding));
  LetAnswerTimeRunOut();
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_WITHDRAWN);
  EXPECT_EQ(Owed(v1::MATTER_KIND_REPLY), 0);
}

TEST_F(StandingTest, AReplyAfterTheTimeIsShownAsLate) {
  const Id finding = log_.Accept(Disproof("receiving"));
  LetAnswerTimeRunOut();
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  Pass(1000);
  EXPECT_TRUE(Facts().findings(0).replies(0).late());
  EXPECT_EQ(Standing(), v1::FINDING_STANDING_CONTESTED);
}

}  // namespace
}  // namespace cairn::ledger
