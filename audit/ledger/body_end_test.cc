// Freeze, and evidence that is published.
#include <string>

#include "audit/ledger/handover_view.h"
#include "audit/ledger/limits.h"
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
using ::testing::HasSubstr;

class EndTest : public ::testing::Test {
 protected:
  EndTest() {
    log_.Found();
    handover_ = log_.OpenHandover();
  }
  v1::Statement Freeze(const std::string& party = "registrar-a") {
    v1::Statement statement = log_.Say(party);
    statement.mutable_freeze()->set_reason(v1::FREEZE_REASON_KEY_CHANGE);
    return statement;
  }
  v1::Statement Publish(const std::string& party = "receiving") {
    v1::Statement statement = log_.Say(party);
    statement.mutable_publish_evidence()->set_kind(v1::EVIDENCE_KIND_TWO_ROOTS);
    *statement.mutable_publish_evidence()->mutable_evidence() = LogBuilder::Annex("evidence");
    return statement;
  }
  v1::Statement Declared() {
    v1::Statement statement = log_.Say("holding", handover_);
    statement.mutable_declare_holding();
    return statement;
  }
  v1::LogObject Log() const { return **ReadLog(log_.state()); }

  LogBuilder log_;
  Id handover_;
};

TEST_F(EndTest, ALogEndsOnlyAtTheThresholdOfItsRegistrars) {
  const Id freeze = log_.Accept(Freeze());
  EXPECT_FALSE(Log().has_frozen_at());
  log_.Witness(log_.now_ms() + 1000);
  log_.Endorse("registrar-c", freeze);
  EXPECT_EQ(Log().frozen_at(), merkle::ToInt(log_.size()) - 1);
  EXPECT_EQ(Log().freeze_reason(), v1::FREEZE_REASON_KEY_CHANGE);
  EXPECT_EQ(Log().freeze(), freeze.ToBytes());
}

TEST_F(EndTest, AFrozenLogAcceptsNothingNotEvenTheTime) {
  log_.Freeze();
  const std::string last = std::to_string(merkle::ToInt(log_.size()) - 1);
  EXPECT_THAT(log_.Refuse(log_.WitnessedStatement(log_.now_ms() + 1000)),
              RefusedFor(v1::REFUSAL_REASON_FROZEN, ""));
  const v1::Refusal refusal = log_.Refuse(Declared());
  EXPECT_THAT(refusal, RefusedFor(v1::REFUSAL_REASON_FROZEN, ""));
  EXPECT_THAT(refusal.message(), HasSubstr("frozen at leaf " + last + ","));
  EXPECT_THAT(log_.Refuse(Freeze("registrar-c")), RefusedFor(v1::REFUSAL_REASON_FROZEN, ""));
  EXPECT_THAT(log_.Refuse(Publish()), RefusedFor(v1::REFUSAL_REASON_FROZEN, ""));
  // Of strangers nothing is said but that they are strangers.
  EXPECT_THAT(log_.Refuse(Publish("nobody")), RefusedFor(v1::REFUSAL_REASON_UNKNOWN_KEY, "key"));
}

TEST_F(EndTest, OnlyRegistrarsEndALogAndTheySayWhy) {
  EXPECT_THAT(log_.Refuse(Freeze("operator")),
              RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  EXPECT_THAT(log_.Refuse(Freeze("holding")), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  v1::Statement freeze = Freeze();
  freeze.mutable_freeze()->clear_reason();
  EXPECT_THAT(log_.Refuse(freeze), RefusedFor(v1::REFUSAL_REASON_FIELD, "freeze.reason"));
  freeze = Freeze();
  freeze.set_handover(handover_.ToBytes());
  EXPECT_THAT(log_.Refuse(freeze), RefusedFor(v1::REFUSAL_REASON_FIELD, "handover"));
  const Id proposed = log_.Accept(Freeze());
  v1::Statement endorse = log_.Say("mediator-a");
  endorse.mutable_endorse()->set_statement(proposed.ToBytes());
  EXPECT_THAT(log_.Refuse(endorse), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
}

TEST_F(EndTest, AHandoverShowsThatItsLogHasEnded) {
  EXPECT_FALSE(ReadHandover(log_.state(), handover_, log_.size())->has_log());
  log_.Accept(Publish());
  log_.Freeze();
  ASSERT_OK_AND_ASSIGN(const auto state, ReadHandover(log_.state(), handover_, log_.size()));
  EXPECT_EQ(state.log().frozen_at(), merkle::ToInt(log_.size()) - 1);
  EXPECT_EQ(state.log().evidence(), 1u);
}

TEST_F(EndTest, AnybodyEnrolledPublishesEvidenceAndItsListIsBounded) {
  const Id first = log_.Accept(Publish());
  ASSERT_OK_AND_ASSIGN(auto published, ListEvidence(log_.state()));
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].author(), "receiving");
  EXPECT_EQ(published[0].statement(), first.ToBytes());
  EXPECT_EQ(published[0].kind(), v1::EVIDENCE_KIND_TWO_ROOTS);
  EXPECT_EQ(published[0].leaf(), merkle::ToInt(log_.size()) - 1);
  for (std::uint64_t i = 0; i < kMaxEvidenceKept; ++i) log_.Accept(Publish("auditor"));
  EXPECT_EQ(ListEvidence(log_.state())->size(), kMaxEvidenceKept);
  EXPECT_EQ(Log().evidence(), kMaxEvidenceKept + 1);
}

TEST_F(EndTest, EvidenceHasAKindAndAnAnnex) {
  v1::Statement publish = Publish();
  publish.mutable_publish_evidence()->clear_kind();
  EXPECT_THAT(log_.Refuse(publish), RefusedFor(v1::REFUSAL_REASON_FIELD, "publish_evidence.kind"));
  publish = Publish();
  publish.mutable_publish_evidence()->mutable_evidence()->set_size(0);
  EXPECT_THAT(log_.Refuse(publish),
              RefusedFor(v1::REFUSAL_REASON_FIELD, "publish_evidence.evidence"));
  EXPECT_THAT(log_.Refuse(Publish("stranger")), RefusedFor(v1::REFUSAL_REASON_UNKNOWN_KEY, "key"));
}

TEST(Freeze, IsUnknownToLogsOfEarlierVersions) {
  LogBuilder log;
  v1::Statement genesis = log.GenesisStatement();
  genesis.mutable_genesis()->set_fold_version(2);
  const Id id = log.Accept(genesis);
  log.Endorse("registrar-a", id);
  log.Endorse("registrar-b", id);
  v1::Statement freeze = log.Say("registrar-a");
  freeze.mutable_freeze()->set_reason(v1::FREEZE_REASON_END);
  EXPECT_THAT(log.Refuse(freeze), RefusedFor(v1::REFUSAL_REASON_NOT_IMPLEMENTED, "freeze"));
}

}  // namespace
}  // namespace cairn::ledger
