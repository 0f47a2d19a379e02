// Contest, Rule, Supersede and Withdraw.
#include <string>

#include "audit/ledger/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/refusal.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::RefusedFor;

constexpr auto kDisputeField = v1::REFUSAL_REASON_FIELD;
constexpr auto kDisputeUnknown = v1::REFUSAL_REASON_UNKNOWN_REFERENCE;
constexpr auto kDisputeState = v1::REFUSAL_REASON_WRONG_STATE;
constexpr auto kDisputeActor = v1::REFUSAL_REASON_NOT_ENTITLED;

using DisputeTest = GroundTest;

TEST_F(DisputeTest, ContestRefusesEachSpoiledField) {
  const Id finding = log_.Accept(Disproof("receiving"));
  v1::Statement contest = Contest("holding", finding);
  contest.mutable_contest()->clear_reason();
  EXPECT_THAT(log_.Refuse(contest), RefusedFor(kDisputeField, "contest.reason"));
  contest = Contest("holding", finding);
  contest.mutable_contest()->mutable_text()->set_size(4);
  EXPECT_THAT(log_.Refuse(contest), RefusedFor(kDisputeField, "contest.text"));
  contest.mutable_contest()->set_statement("short");
  EXPECT_THAT(log_.Refuse(contest), RefusedFor(kDisputeField, "contest.statement"));
  contest.mutable_contest()->set_statement(LogBuilder::Digest("nothing"));
  EXPECT_THAT(log_.Refuse(contest), RefusedFor(kDisputeUnknown, "contest.statement"));
}

TEST_F(DisputeTest, EachPartyContestsAnothersWordOnce) {
  const Id finding = log_.Accept(Disproof("receiving"));
  EXPECT_THAT(log_.Refuse(Contest("receiving", finding)), RefusedFor(kDisputeActor, "actor"));
  const Id contest = log_.Accept(Contest("holding", finding));
  EXPECT_THAT(log_.Refuse(Contest("holding", finding)),
              RefusedFor(kDisputeState, "contest.statement"));
  EXPECT_TRUE(log_.Try(Contest("auditor", finding)).accepted());
  // Withdrawn, it may be said again.
  log_.Accept(Withdraw("holding", contest));
  EXPECT_TRUE(log_.Try(Contest("holding", finding)).accepted());
}

TEST_F(DisputeTest, WhatIsSomebodysWordCanBeContestedAndADisputeCannot) {
  const Id receipt = log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  const Id claim = log_.Accept(Claim("auditor"));
  const Id incident = log_.Accept(Incident("receiving"));
  const Id location = log_.Accept(Locate("surveyor"));
  for (const Id& word : {receipt, claim, incident, location}) {
    EXPECT_TRUE(log_.Try(Contest("holding", word)).accepted());
  }
  const Id proposal = log_.Accept(Propose("receiving"));
  EXPECT_THAT(log_.Refuse(Contest("holding", proposal)),
              RefusedFor(kDisputeUnknown, "contest.statement"));
  const Id contest = log_.Accept(Contest("holding", claim));
  EXPECT_THAT(log_.Refuse(Contest("auditor", contest)),
              RefusedFor(kDisputeUnknown, "contest.statement"));
  // A request is no claim about anything.
  EXPECT_THAT(log_.Refuse(Contest("receiving", package_)),
              RefusedFor(kDisputeUnknown, "contest.statement"));
}

// Showing a handover costs what is in dispute, and not what was ever said.
TEST_F(DisputeTest, OnlyWhatSomethingWasSaidOfIsListed) {
  const auto listed = [&](const char* prefix) {
    int objects = 0;
    EXPECT_TRUE(log_.state()
                    .Scan(prefix,
                          [&](absl::string_view, keys::ByteView) {
                            ++objects;
                            return true;
                          })
                    .ok());
    return objects;
  };
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Claim("auditor"));
  EXPECT_EQ(listed("word/"), 2);
  EXPECT_EQ(listed("said/"), 0);
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  EXPECT_EQ(State().disputes_size(), 1);  // A reply suffices.
  EXPECT_EQ(Owed(v1::MATTER_KIND_RULING), 1);
  log_.Accept(Contest("auditor", finding));
  EXPECT_EQ(listed("said/"), 1);
  EXPECT_EQ(State().disputes_size(), 1);
}

TEST_F(DisputeTest, IsNotForStrangersAndNotForAnotherHandover) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Enrol("stranger");
  EXPECT_THAT(log_.Refuse(Contest("stranger", finding)), RefusedFor(kDisputeActor, "actor"));
  const Id other = OpenOne("H-OTHER");
  for (v1::Statement statement :
       {Contest("holding", finding), Rule(finding, v1::RULING_UPHELD),
        Withdraw("receiving", finding), Supersede("receiving", finding, finding)}) {
    statement.set_handover(other.ToBytes());
    EXPECT_EQ(log_.Refuse(statement).reason(), kDisputeUnknown) << statement.ShortDebugString();
  }
}

TEST_F(DisputeTest, EndsWithTheHandover) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  const Id pending = log_.Accept(Rule(finding, v1::RULING_UPHELD));
  Close();
  const auto closed = RefusedFor(kDisputeState, "handover");
  EXPECT_THAT(log_.Refuse(Contest("auditor", finding)), closed);
  EXPECT_THAT(log_.Refuse(Rule(finding, v1::RULING_UPHELD, "mediator-b")), closed);
  EXPECT_THAT(log_.Refuse(Withdraw("receiving", finding)), closed);
  EXPECT_THAT(log_.Refuse(Supersede("receiving", finding, finding)), closed);
  v1::Statement endorse = Say("mediator-b");
  endorse.mutable_endorse()->set_statement(pending.ToBytes());
  EXPECT_THAT(log_.Refuse(endorse), closed);
}

TEST_F(DisputeTest, ARulingNeedsAContestAndTheMediatorsThreshold) {
  const Id finding = log_.Accept(Disproof("receiving"));
  EXPECT_THAT(log_.Refuse(Rule(finding, v1::RULING_UPHELD)),
              RefusedFor(kDisputeState, "rule.statement"));
  log_.Accept(Contest("holding", finding));
  EXPECT_EQ(Owed(v1::MATTER_KIND_RULING), 1);
  v1::Statement rule = Rule(finding, v1::RULING_UPHELD);
  rule.mutable_rule()->clear_ruling();
  EXPECT_THAT(log_.Refuse(rule), RefusedFor(kDisputeField, "rule.ruling"));
  rule = Rule(finding, v1::RULING_UPHELD);
  rule.mutable_rule()->mutable_text()->set_size(5);
  EXPECT_THAT(log_.Refuse(rule), RefusedFor(kDisputeField, "rule.text"));
  EXPECT_THAT(log_.Refuse(Rule(finding, v1::RULING_UPHELD, "holding")),
              RefusedFor(kDisputeActor, "actor"));
  const Id act = log_.Accept(Rule(finding, v1::RULING_UPHELD));
  EXPECT_EQ(State().disputes(0).said().rulings_size(), 0);
  ASSERT_EQ(State().pending_size(), 1);
  EXPECT_EQ(State().pending(0).act(), "rule");
  v1::Statement endorse = Say("receiving");
  endorse.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log_.Refuse(endorse), RefusedFor(kDisputeActor, "actor"));
  log_.Endorse("mediator-b", handover_, act);
  ASSERT_EQ(State().disputes(0).said().rulings_size(), 1);
  EXPECT_EQ(State().disputes(0).said().rulings(0).statement(), act.ToBytes());
  EXPECT_FALSE(State().disputes(0).open());
  EXPECT_EQ(Owed(v1::MATTER_KIND_RULING), 0);
  EXPECT_EQ(State().pending_size(), 0);
}

TEST_F(DisputeTest, OfTwoConflictingRulingsTheFirstWithItsThresholdStands) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Contest("holding", finding));
  const Id upheld = log_.Accept(Rule(finding, v1::RULING_UPHELD, "mediator-a"));
  const Id dismissed = log_.Accept(Rule(finding, v1::RULING_DISMISSED, "mediator-b"));
  log_.Endorse("mediator-a", handover_, dismissed);
  v1::Statement late = Say("mediator-b");
  late.mutable_endorse()->set_statement(upheld.ToBytes());
  EXPECT_THAT(log_.Refuse(late), RefusedFor(kDisputeState, "rule.statement"));
  EXPECT_THAT(log_.Refuse(Rule(finding, v1::RULING_UPHELD, "mediator-b")),
              RefusedFor(kDisputeState, "rule.statement"));
  EXPECT_THAT(log_.Refuse(Contest("auditor", finding)),
              RefusedFor(kDisputeState, "contest.statement"));
}

TEST_F(DisputeTest, WhatWasLeftUndecidedCanBeRuledOnAgain) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Contest("holding", finding));
  RuleByBoth(finding, v1::RULING_UNDECIDED);
  EXPECT_TRUE(State().disputes(0).open());
  RuleByBoth(finding, v1::RULING_DISMISSED);
  EXPECT_FALSE(State().disputes(0).open());
}

TEST_F(DisputeTest, AMediatorRulesNotOnItsOwnWord) {
  v1::Statement transmit = Say("mediator-a");
  transmit.mutable_transmit()->set_kind(v1::TRANSMIT_KIND_TOOK_OVER);
  transmit.mutable_transmit()->add_packages(Package());
  const Id word = log_.Accept(transmit);
  log_.Accept(Contest("holding", word));
  EXPECT_THAT(log_.Refuse(Rule(word, v1::RULING_UPHELD, "mediator-a")),
              RefusedFor(kDisputeActor, "actor"));
  const Id act = log_.Accept(Rule(word, v1::RULING_UPHELD, "mediator-b"));
  v1::Statement endorse = Say("mediator-a");
  endorse.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log_.Refuse(endorse), RefusedFor(kDisputeActor, "actor"));
}

TEST_F(DisputeTest, OnlyItsAuthorSupersedesAndOnlyByALaterOneOfTheSameKind) {
  const Id first = log_.Accept(Disproof("receiving", "1"));
  const Id second = log_.Accept(Disproof("receiving", "2"));
  const Id others = log_.Accept(Disproof("surveyor"));
  const Id claim = log_.Accept(Claim("receiving"));
  EXPECT_THAT(log_.Refuse(Supersede("surveyor", first, others)),
              RefusedFor(kDisputeActor, "actor"));
  EXPECT_THAT(log_.Refuse(Supersede("receiving", first, others)),
              RefusedFor(kDisputeActor, "actor"));
  EXPECT_THAT(log_.Refuse(Supersede("receiving", first, claim)),
              RefusedFor(kDisputeField, "supersede.by"));
  EXPECT_THAT(log_.Refuse(Supersede("receiving", second, first)),
              RefusedFor(kDisputeField, "supersede.by"));
  EXPECT_THAT(log_.Refuse(Supersede("receiving", first, first)),
              RefusedFor(kDisputeField, "supersede.by"));
  log_.Accept(Supersede("receiving", first, second));
  EXPECT_THAT(log_.Refuse(Supersede("receiving", first, second)),
              RefusedFor(kDisputeState, "supersede.statement"));
  EXPECT_THAT(log_.Refuse(Withdraw("receiving", first)),
              RefusedFor(kDisputeState, "withdraw.statement"));
  EXPECT_THAT(log_.Refuse(Contest("holding", first)),
              RefusedFor(kDisputeState, "contest.statement"));
  ASSERT_EQ(Facts().findings_size(), 3);  // The old one stays visible.
  EXPECT_EQ(Facts().findings(0).standing(), v1::FINDING_STANDING_WITHDRAWN);
  EXPECT_EQ(Facts().findings(0).dispute().superseded_by(), second.ToBytes());
}

TEST_F(DisputeTest, AReceiptIsNeitherWithdrawnNorSuperseded) {
  const Id receipt = log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  const Id opened = log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_OPENED);
  EXPECT_THAT(log_.Refuse(Withdraw("receiving", receipt)),
              RefusedFor(kDisputeState, "withdraw.statement"));
  EXPECT_THAT(log_.Refuse(Supersede("receiving", receipt, opened)),
              RefusedFor(kDisputeState, "supersede.statement"));
}

TEST_F(DisputeTest, OnlyItsAuthorWithdrawsAndOnce) {
  const Id finding = log_.Accept(Disproof("receiving"));
  EXPECT_THAT(log_.Refuse(Withdraw("holding", finding)), RefusedFor(kDisputeActor, "actor"));
  EXPECT_THAT(log_.Refuse(Withdraw("mediator-a", finding)), RefusedFor(kDisputeActor, "actor"));
  log_.Accept(Withdraw("receiving", finding));
  EXPECT_THAT(log_.Refuse(Withdraw("receiving", finding)),
              RefusedFor(kDisputeState, "withdraw.statement"));
}

TEST_F(DisputeTest, AReplyThatContestsIsWithdrawnAndAConcessionIsNot) {
  const Id finding = log_.Accept(Disproof("receiving"));
  const Id contests = log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  EXPECT_EQ(Facts().findings(0).standing(), v1::FINDING_STANDING_CONTESTED);
  log_.Accept(Withdraw("holding", contests));
  EXPECT_EQ(Facts().findings(0).standing(), v1::FINDING_STANDING_PENDING);
  EXPECT_EQ(Facts().findings(0).replies_size(), 0);
  const Id concedes = log_.Accept(Reply(finding, v1::REPLY_KIND_CONCEDES));
  EXPECT_THAT(log_.Refuse(Withdraw("holding", concedes)),
              RefusedFor(kDisputeState, "withdraw.statement"));
}

TEST_F(DisputeTest, AClaimThatWasTakenBackStaysVisibleAsThat) {
  const Id claim = log_.Accept(Claim("auditor"));
  EXPECT_FALSE(Facts().claims(0).has_dispute());
  log_.Accept(Contest("holding", claim));
  EXPECT_EQ(Facts().claims(0).dispute().contests(0).party(), "holding");
  log_.Accept(Withdraw("auditor", claim));
  EXPECT_TRUE(Facts().claims(0).dispute().has_ended_at());
}

TEST_F(DisputeTest, AWithdrawnAssessmentIsComparedWithNone) {
  const std::uint64_t size = merkle::ToInt(log_.size());
  v1::Statement assess = Say("holding");
  v1::Assess& body = *assess.mutable_assess();
  *body.mutable_rule_set() = log_.SomeCharter().rule_set();
  body.set_check_semantics(1);
  body.add_packages(Package());
  body.set_at_size(size);
  *body.mutable_report() = LogBuilder::Annex("report");
  const Id first = log_.Accept(assess);
  v1::Statement second = Say("receiving");
  *second.mutable_assess() = body;
  *second.mutable_assess()->mutable_report() = LogBuilder::Annex("another");
  const Id wrong = log_.Accept(second);
  EXPECT_EQ(State().comparisons(0).agreement(), v1::AGREEMENT_DIFFER);
  log_.Accept(Withdraw("receiving", wrong));
  EXPECT_EQ(State().comparisons(0).agreement(), v1::AGREEMENT_ONE_SIDE);
  log_.Accept(Withdraw("holding", first));
  EXPECT_EQ(State().comparisons_size(), 0);
}

TEST_F(DisputeTest, NeedsAKeyForDisputes) {
  const Id finding = log_.Accept(Disproof("receiving"));
  v1::Statement add = log_.Say("holding");
  *add.mutable_add_key()->mutable_grant() =
      log_.Grant("holding", "holding/ground", {v1::KEY_ROLE_GROUND});
  log_.Accept(add);
  v1::Statement contest = log_.Say("holding", handover_, "holding/ground");
  *contest.mutable_contest() = Contest("holding", finding).contest();
  EXPECT_THAT(log_.Refuse(contest), RefusedFor(v1::REFUSAL_REASON_KEY_ROLE, "key"));
  v1::Statement reply = log_.Say("holding", handover_, "holding/ground");
  *reply.mutable_reply() = Reply(finding, v1::REPLY_KIND_NOTED).reply();
  EXPECT_TRUE(log_.Try(reply).accepted());
}

}  // namespace
}  // namespace cairn::ledger
