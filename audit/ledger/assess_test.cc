// Assessments, requests, answers, claims.
#include <string>

#include "audit/ledger/fold.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/objects.h"
#include "audit/ledger/read.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/refusal.h"
#include "tests/testing/status.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::RefusedFor;

constexpr auto kSpoiled = v1::REFUSAL_REASON_FIELD;
constexpr auto kNotThere = v1::REFUSAL_REASON_UNKNOWN_REFERENCE;

class AssessTest : public ::testing::Test {
 protected:
  AssessTest() {
    log_.Found();
    handover_ = log_.OpenHandover();
    log_.Submit(handover_, "S1");
    log_.Submit(handover_, "S2");
    size_ = merkle::ToInt(log_.size());
  }
  v1::Statement Assessing(const std::string& party, const std::string& report = "report") {
    v1::Statement statement = log_.Say(party, handover_);
    v1::Assess& body = *statement.mutable_assess();
    *body.mutable_rule_set() = log_.SomeCharter().rule_set();
    body.set_check_semantics(1);
    body.add_packages(log_.SomePackage("S1").digest());
    body.add_packages(log_.SomePackage("S2").digest());
    body.set_at_size(size_);
    *body.mutable_report() = LogBuilder::Annex(report);
    body.mutable_summary()->set_records(6);
    body.mutable_summary()->set_complete(4);
    body.mutable_summary()->set_partial(2);
    return statement;
  }
  template <typename Spoil>
  v1::Refusal Refused(Spoil spoil) {
    v1::Statement statement = Assessing("receiving");
    spoil(*statement.mutable_assess());
    return log_.Refuse(statement);
  }
  v1::HandoverState State() const { return *ReadHandover(log_.state(), handover_, log_.size()); }
  v1::HandoverFacts Facts() const { return *ReadFacts(log_.state(), handover_, log_.size()); }

  v1::Statement Asking(v1::RequestKind kind) {
    v1::Statement statement = log_.Say("receiving", handover_);
    v1::Request& body = *statement.mutable_request();
    body.set_to("holding");
    body.set_due_ms(LogBuilder::kStartMs + 5 * LogBuilder::kDayMs);
    body.set_kind(kind);
    if (kind == v1::REQUEST_KIND_RECORDS) {
      body.add_areas("south");
      body.add_areas("east");
    }
    if (kind == v1::REQUEST_KIND_GAPS) {
      body.set_items(10);
      *body.mutable_list() = LogBuilder::Annex("gaps");
    }
    return statement;
  }
  v1::Statement Answering(const Id& request) {
    v1::Statement statement = log_.Say("holding", handover_);
    statement.mutable_answer()->set_request(request.ToBytes());
    return statement;
  }
  static v1::AnswerItem Item(v1::AnswerOutcome outcome, std::uint64_t items,
                             const std::string& area = "") {
    v1::AnswerItem item;
    item.set_outcome(outcome);
    item.set_items(items);
    item.set_area(area);
    if (outcome == v1::ANSWER_OUTCOME_WITHHELD) {
      item.mutable_withholding()->set_ground(v1::WITHHOLDING_GROUND_OWN_FORCES);
      item.mutable_withholding()->set_end(v1::WITHHOLDING_END_WITHDRAWAL);
    }
    return item;
  }

  LogBuilder log_;
  Id handover_;
  std::uint64_t size_ = 0;
};

TEST_F(AssessTest, RefusesEachSpoiledField) {
  using Body = v1::Assess;
  EXPECT_THAT(Refused([](Body& b) { b.mutable_rule_set()->set_version(2); }),
              RefusedFor(kSpoiled, "assess.rule_set"));
  EXPECT_THAT(Refused([](Body& b) { b.set_check_semantics(0); }),
              RefusedFor(kSpoiled, "assess.check_semantics"));
  EXPECT_THAT(Refused([](Body& b) { b.clear_packages(); }),
              RefusedFor(kSpoiled, "assess.packages"));
  EXPECT_THAT(Refused([](Body& b) { b.set_packages(1, LogBuilder::Digest("none")); }),
              RefusedFor(kNotThere, "assess.packages[1]"));
  EXPECT_THAT(Refused([](Body& b) { b.mutable_packages()->SwapElements(0, 1); }),
              RefusedFor(kSpoiled, "assess.packages[1]"));
  EXPECT_THAT(Refused([](Body& b) { b.set_packages(1, b.packages(0)); }),
              RefusedFor(kSpoiled, "assess.packages[1]"));
  EXPECT_THAT(Refused([&](Body& b) { b.set_at_size(size_ + 1); }),
              RefusedFor(kSpoiled, "assess.at_size"));
  EXPECT_THAT(Refused([&](Body& b) { b.set_at_size(size_ - 1); }),
              RefusedFor(kSpoiled, "assess.at_size"));
  EXPECT_THAT(Refused([](Body& b) { b.clear_report(); }), RefusedFor(kSpoiled, "assess.report"));
  EXPECT_THAT(Refused([](Body& b) { b.mutable_summary()->set_records(7); }),
              RefusedFor(kSpoiled, "assess.summary.records"));
  EXPECT_THAT(Refused([](Body& b) { b.mutable_summary()->set_faults(~0ULL); }),
              RefusedFor(kSpoiled, "assess.summary.faults"));
}

TEST_F(AssessTest, ShowsWhetherBothSidesComputedTheSame) {
  log_.Accept(Assessing("holding"));
  ASSERT_EQ(State().comparisons_size(), 1);
  EXPECT_EQ(State().comparisons(0).agreement(), v1::AGREEMENT_ONE_SIDE);
  log_.Accept(Assessing("assessor"));
  EXPECT_EQ(State().comparisons(0).agreement(), v1::AGREEMENT_ONE_SIDE);
  log_.Accept(Assessing("receiving"));
  EXPECT_EQ(State().comparisons(0).agreement(), v1::AGREEMENT_SAME);
  EXPECT_EQ(State().comparisons(0).reports_size(), 3);
  EXPECT_EQ(State().comparisons(0).summary().complete(), 4u);
  EXPECT_TRUE(State().packages(0).assessed());
  log_.Accept(Assessing("receiving", "another report"));
  EXPECT_EQ(State().comparisons(0).agreement(), v1::AGREEMENT_DIFFER);
  EXPECT_EQ(State().comparisons(0).reports_size(), 3);
}

TEST_F(AssessTest, OtherInputsAreAnotherComparison) {
  log_.Accept(Assessing("holding"));
  v1::Statement other = Assessing("receiving");
  other.mutable_assess()->set_at_size(size_ + 1);
  log_.Accept(other);
  ASSERT_EQ(State().comparisons_size(), 2);
  EXPECT_EQ(State().comparisons(1).agreement(), v1::AGREEMENT_ONE_SIDE);
}

TEST_F(AssessTest, TheFactsHaveTheNewestReportOfEachPartyByInputs) {
  EXPECT_EQ(Facts().assessments_size(), 0);
  log_.Accept(Assessing("holding"));
  log_.Accept(Assessing("receiving", "a report that it takes back"));
  log_.Accept(Assessing("receiving"));
  v1::Statement other = Assessing("assessor");
  other.mutable_assess()->set_at_size(size_ + 1);
  log_.Accept(other);
  const v1::HandoverFacts facts = Facts();
  ASSERT_EQ(facts.assessments_size(), 3);
  EXPECT_EQ(facts.assessments(0).party(), "holding");
  EXPECT_EQ(facts.assessments(1).party(), "receiving");
  EXPECT_EQ(facts.assessments(2).party(), "assessor");
  EXPECT_LT(facts.assessments(0).leaf(), facts.assessments(1).leaf());
  EXPECT_EQ(facts.assessments(0).report(), LogBuilder::Annex("report").digest());
  EXPECT_EQ(facts.assessments(1).report(), facts.assessments(0).report());
  EXPECT_EQ(facts.assessments(1).inputs(), facts.assessments(0).inputs());
  EXPECT_NE(facts.assessments(2).inputs(), facts.assessments(0).inputs());
}

TEST_F(AssessTest, TheFactsOfAStateDoNotHoldWhatWasAssessedFromIt) {
  // A report is made from the facts of its size: those are the same before and after it is logged.
  const v1::HandoverFacts before = Facts();
  log_.Accept(Assessing("holding"));
  EXPECT_EQ(before.at_size(), size_);
  EXPECT_EQ(before.assessments_size(), 0);
  ASSERT_EQ(Facts().assessments_size(), 1);
  EXPECT_GE(Facts().assessments(0).leaf(), before.at_size());
}

TEST_F(AssessTest, APositionMayRestOnAnAssessmentOfItsPackage) {
  const Id assessment = log_.Accept(Assessing("holding"));
  log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_OPENED);
  v1::Statement accept = log_.Say("receiving", handover_);
  accept.mutable_accept_content()->set_package(log_.SomePackage("S1").digest());
  accept.mutable_accept_content()->set_assessment(assessment.ToBytes());
  EXPECT_TRUE(log_.Try(accept).accepted());
}

TEST_F(AssessTest, RequestRefusesEachSpoiledField) {
  const auto refused = [&](v1::RequestKind kind, auto spoil) {
    v1::Statement statement = Asking(kind);
    spoil(*statement.mutable_request());
    return log_.Refuse(statement);
  };
  using Body = v1::Request;
  constexpr auto kRecords = v1::REQUEST_KIND_RECORDS;
  constexpr auto kGaps = v1::REQUEST_KIND_GAPS;
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.set_to("operator"); }),
              RefusedFor(kNotThere, "request.to"));
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.set_to("receiving"); }),
              RefusedFor(kNotThere, "request.to"));
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.set_due_ms(b.due_ms() - 1); }),
              RefusedFor(kSpoiled, "request.due_ms"));
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.set_due_ms(~0ULL); }),
              RefusedFor(kSpoiled, "request.due_ms"));
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.clear_kind(); }),
              RefusedFor(kSpoiled, "request.kind"));
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.clear_areas(); }),
              RefusedFor(kSpoiled, "request.areas"));
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.mutable_areas()->SwapElements(0, 1); }),
              RefusedFor(kSpoiled, "request.areas"));
  EXPECT_THAT(refused(kRecords, [](Body& b) { b.set_items(3); }),
              RefusedFor(kSpoiled, "request.items"));
  EXPECT_THAT(refused(kGaps, [](Body& b) { b.set_items(0); }),
              RefusedFor(kSpoiled, "request.items"));
  EXPECT_THAT(refused(kGaps, [](Body& b) { b.clear_list(); }),
              RefusedFor(kSpoiled, "request.list"));
  EXPECT_THAT(refused(kGaps, [](Body& b) { b.mutable_list()->clear_digest(); }),
              RefusedFor(kSpoiled, "request.list"));
  EXPECT_THAT(refused(kGaps, [](Body& b) { b.set_about("short"); }),
              RefusedFor(kSpoiled, "request.about"));
}

TEST_F(AssessTest, AnswersCoverEachAreaOnce) {
  const Id request = log_.Accept(Asking(v1::REQUEST_KIND_RECORDS));
  v1::Statement answer = Answering(request);
  *answer.mutable_answer()->add_items() = Item(v1::ANSWER_OUTCOME_WITHHELD, 0, "north");
  EXPECT_THAT(log_.Refuse(answer), RefusedFor(kSpoiled, "answer.items[0].area"));
  answer.mutable_answer()->mutable_items(0)->set_area("south");
  *answer.mutable_answer()->add_items() = Item(v1::ANSWER_OUTCOME_REFUSED, 0, "south");
  EXPECT_THAT(log_.Refuse(answer), RefusedFor(kSpoiled, "answer.items[1].area"));
  answer.mutable_answer()->mutable_items()->RemoveLast();
  log_.Accept(answer);
  EXPECT_EQ(State().requests(0).items_answered(), 1u);
  EXPECT_FALSE(State().requests(0).object().has_complete_at());
  answer = Answering(request);
  *answer.mutable_answer()->add_items() = Item(v1::ANSWER_OUTCOME_DO_NOT_HAVE, 0, "east");
  log_.Accept(answer);
  EXPECT_TRUE(State().requests(0).object().has_complete_at());
  answer = Answering(request);
  *answer.mutable_answer()->add_items() = Item(v1::ANSWER_OUTCOME_FULFILLED, 0, "east");
  EXPECT_THAT(log_.Refuse(answer), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "answer.request"));
}

TEST_F(AssessTest, AnswersCountTheEntriesOfAGapList) {
  const Id request = log_.Accept(Asking(v1::REQUEST_KIND_GAPS));
  v1::Statement answer = Answering(request);
  *answer.mutable_answer()->add_items() = Item(v1::ANSWER_OUTCOME_PARTLY, 6);
  *answer.mutable_answer()->add_items() = Item(v1::ANSWER_OUTCOME_DO_NOT_HAVE, 5);
  EXPECT_THAT(log_.Refuse(answer), RefusedFor(kSpoiled, "answer.items[1].items"));
  answer.mutable_answer()->mutable_items(1)->set_items(0);
  EXPECT_THAT(log_.Refuse(answer), RefusedFor(kSpoiled, "answer.items[1].items"));
  answer.mutable_answer()->mutable_items(1)->set_items(3);
  log_.Accept(answer);
  const v1::HandoverState state = State();
  EXPECT_EQ(state.requests(0).items_answered(), 9u);
  bool owed = false;
  for (const v1::Matter& matter : state.outstanding()) {
    if (matter.kind() != v1::MATTER_KIND_ANSWER) continue;
    owed = true;
    EXPECT_EQ(matter.documents(), 1u);
    EXPECT_EQ(matter.party(), "holding");
  }
  EXPECT_TRUE(owed);
}

TEST_F(AssessTest, AnswerRefusesEachSpoiledField) {
  const Id request = log_.Accept(Asking(v1::REQUEST_KIND_OTHER));
  const auto refused = [&](auto spoil) {
    v1::Statement statement = Answering(request);
    *statement.mutable_answer()->add_items() = Item(v1::ANSWER_OUTCOME_FULFILLED, 0);
    spoil(*statement.mutable_answer());
    return log_.Refuse(statement);
  };
  using Body = v1::Answer;
  EXPECT_THAT(refused([](Body& b) { b.set_request("short"); }),
              RefusedFor(kSpoiled, "answer.request"));
  EXPECT_THAT(refused([](Body& b) { b.set_request(LogBuilder::Digest("none")); }),
              RefusedFor(kNotThere, "answer.request"));
  EXPECT_THAT(refused([](Body& b) { b.clear_items(); }), RefusedFor(kSpoiled, "answer.items"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_items(0)->clear_outcome(); }),
              RefusedFor(kSpoiled, "answer.items[0].outcome"));
  EXPECT_THAT(
      refused([](Body& b) { b.mutable_items(0)->set_outcome(v1::ANSWER_OUTCOME_WITHHELD); }),
      RefusedFor(kSpoiled, "answer.items[0].withholding"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_items(0)->mutable_withholding(); }),
              RefusedFor(kSpoiled, "answer.items[0].withholding"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_items(0)->set_area("west"); }),
              RefusedFor(kSpoiled, "answer.items[0].area"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_text()->set_size(1); }),
              RefusedFor(kSpoiled, "answer.text"));
  v1::Statement foreign = log_.Say("mediator-a", handover_);
  foreign.mutable_answer()->set_request(request.ToBytes());
  EXPECT_THAT(log_.Refuse(foreign), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
}

v1::Claim TinyPortion() {
  v1::Claim claim;
  claim.set_speaker("Ministry");
  claim.set_reporter("News agency");
  claim.set_source_digest(LogBuilder::Digest("press"));
  claim.set_said_day(18850);
  claim.set_subject(v1::CLAIM_SUBJECT_SHARE_OF_HOLDING_DELIVERED);
  claim.mutable_quantity()->set_precision(v1::PRECISION_WORDS);
  return claim;
}

TEST_F(AssessTest, ClaimRefusesEachSpoiledField) {
  const auto refused = [&](auto spoil) {
    v1::Statement statement = log_.Say("operator", handover_);
    *statement.mutable_claim() = TinyPortion();
    spoil(*statement.mutable_claim());
    return log_.Refuse(statement);
  };
  using Body = v1::Claim;
  EXPECT_THAT(refused([](Body& b) { b.clear_speaker(); }), RefusedFor(kSpoiled, "claim.speaker"));
  EXPECT_THAT(refused([](Body& b) { b.set_reporter("a\nb"); }),
              RefusedFor(kSpoiled, "claim.reporter"));
  EXPECT_THAT(refused([](Body& b) { b.clear_source_digest(); }),
              RefusedFor(kSpoiled, "claim.source_digest"));
  EXPECT_THAT(refused([](Body& b) { b.clear_subject(); }), RefusedFor(kSpoiled, "claim.subject"));
  EXPECT_THAT(refused([](Body& b) { b.add_areas("west"); }), RefusedFor(kSpoiled, "claim.areas"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_text()->set_size(2); }),
              RefusedFor(kSpoiled, "claim.text"));
  const auto quantity = [&](v1::Precision precision, auto spoil) {
    return refused([&](Body& b) {
      b.mutable_quantity()->set_precision(precision);
      spoil(*b.mutable_quantity());
    });
  };
  using Q = v1::Quantity;
  const auto bad = RefusedFor(kSpoiled, "claim.quantity");
  EXPECT_THAT(quantity(v1::PRECISION_UNSPECIFIED, [](Q&) {}), bad);
  EXPECT_THAT(quantity(v1::PRECISION_WORDS, [](Q& q) { q.set_value(0); }), bad);
  EXPECT_THAT(quantity(v1::PRECISION_ABOUT, [](Q&) {}), bad);
  EXPECT_THAT(quantity(v1::PRECISION_EXACT,
                       [](Q& q) {
                         q.set_value(3);
                         q.set_numerator(1);
                       }),
              bad);
  EXPECT_THAT(quantity(v1::PRECISION_FRACTION, [](Q& q) { q.set_numerator(1); }), bad);
  EXPECT_THAT(quantity(v1::PRECISION_FRACTION,
                       [](Q& q) {
                         q.set_denominator(4);
                         q.set_value(1);
                       }),
              bad);
}

TEST_F(AssessTest, ClaimsAreKeptInAHandoverAndOnlyLoggedOutsideOne) {
  v1::Statement claim = log_.Say("operator", handover_);
  *claim.mutable_claim() = TinyPortion();
  const std::uint64_t leaf = merkle::ToInt(log_.size());
  log_.Accept(claim);
  v1::Statement log_wide = log_.Say("operator");
  *log_wide.mutable_claim() = TinyPortion();
  log_.Accept(log_wide);
  log_wide = log_.Say("operator");
  *log_wide.mutable_claim() = TinyPortion();
  log_wide.mutable_claim()->add_areas("north");
  EXPECT_THAT(log_.Refuse(log_wide), RefusedFor(kSpoiled, "claim.areas"));
  ASSERT_EQ(Facts().claims_size(), 1);
  EXPECT_EQ(Facts().claims(0).leaf(), leaf);
  EXPECT_EQ(Facts().claims(0).speaker(), "Ministry");
  EXPECT_EQ(State().claims(), 1u);
}

TEST_F(AssessTest, ClaimsBeyondTheLimitAreCountedAndNotKept) {
  v1::HandoverObject full = **ReadHandoverObject(log_.state(), handover_.View());
  full.set_claims(kMaxClaimsKept);
  MemoryState state = log_.state();
  state.Apply({{.key = HandoverKey(handover_.View()), .value = full.SerializeAsString()}});
  v1::Statement claim = log_.Say("operator", handover_);
  *claim.mutable_claim() = TinyPortion();
  ASSERT_OK_AND_ASSIGN(const FoldOutcome outcome,
                       Fold(state, log_.NextLeaf(), log_.Verified(claim)));
  ASSERT_TRUE(outcome.accepted());
  state.Apply(outcome.changes);
  EXPECT_EQ(ReadFacts(state, handover_, log_.size())->claims_not_kept(), kMaxClaimsKept + 1);
}

}  // namespace
}  // namespace cairn::ledger
