// Charters: what they must say, how they come into force and end.
#include <string>

#include "audit/ledger/fold.h"
#include "audit/ledger/handover_view.h"
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
using ::cairn::testing::StatusIs;

constexpr auto kWrongField = v1::REFUSAL_REASON_FIELD;
constexpr auto kNoReference = v1::REFUSAL_REASON_UNKNOWN_REFERENCE;

class FoldOpenHandoverTest : public ::testing::Test {
 protected:
  FoldOpenHandoverTest() {
    log_.Found();
    log_.EnrolAll();
  }
  template <typename Spoil>
  v1::Refusal Refused(Spoil spoil) {
    v1::Statement statement = log_.Say("mediator-a");
    *statement.mutable_open_handover()->mutable_charter() = log_.SomeCharter();
    spoil(*statement.mutable_open_handover()->mutable_charter());
    return log_.Refuse(statement);
  }
  LogBuilder log_;
};

TEST_F(FoldOpenHandoverTest, RefusesPartiesThatDoNotFit) {
  const std::string path = "open_handover.charter.parties";
  EXPECT_THAT(Refused([](v1::Charter& c) { c.clear_name(); }),
              RefusedFor(kWrongField, "open_handover.charter.name"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_parties(4)->set_party("nobody"); }),
              RefusedFor(kNoReference, path + "[4].party"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_parties(4)->set_party("holding"); }),
              RefusedFor(kWrongField, path + "[4].party"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_parties(4)->clear_roles(); }),
              RefusedFor(kWrongField, path + "[4].roles"));
  EXPECT_THAT(
      Refused([](v1::Charter& c) { c.mutable_parties(0)->set_roles(0, v1::CHARTER_ROLE_AUDITOR); }),
      RefusedFor(kWrongField, path));
  EXPECT_THAT(
      Refused([](v1::Charter& c) { c.mutable_parties(1)->set_roles(0, v1::CHARTER_ROLE_AUDITOR); }),
      RefusedFor(kWrongField, path));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.set_mediator_threshold(3); }),
              RefusedFor(kWrongField, "open_handover.charter.mediator_threshold"));
  EXPECT_THAT(
      Refused([](v1::Charter& c) { c.mutable_parties(2)->set_roles(0, v1::CHARTER_ROLE_AUDITOR); }),
      RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
}

TEST_F(FoldOpenHandoverTest, RefusesAreasAndSourcesThatDoNotFit) {
  const std::string charter = "open_handover.charter";
  EXPECT_THAT(Refused([](v1::Charter& c) { c.clear_areas(); }),
              RefusedFor(kWrongField, charter + ".areas"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_areas(1)->set_area("North"); }),
              RefusedFor(kWrongField, charter + ".areas[1]"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_areas(1)->set_area("north"); }),
              RefusedFor(kWrongField, charter + ".areas[1]"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_areas(2)->clear_name(); }),
              RefusedFor(kWrongField, charter + ".areas[2].name"));
  EXPECT_THAT(Refused([](v1::Charter& c) {
                for (int i = 0; i < 300; ++i) c.add_areas()->set_area("a" + std::to_string(i));
              }),
              RefusedFor(kWrongField, charter + ".areas"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.clear_sources(); }),
              RefusedFor(kWrongField, charter + ".sources"));
}

TEST_F(FoldOpenHandoverTest, RefusesRecipientsThatCouldNotOpen) {
  const std::string path = "open_handover.charter.recipients";
  EXPECT_THAT(Refused([](v1::Charter& c) { c.clear_recipients(); }), RefusedFor(kWrongField, path));
  EXPECT_THAT(
      Refused([](v1::Charter& c) { c.mutable_recipients(0)->mutable_keys()->RemoveLast(); }),
      RefusedFor(kWrongField, path + "[0].keys"));
  EXPECT_THAT(Refused([](v1::Charter& c) {
                c.mutable_recipients(0)->set_keys(1, c.recipients(0).keys(0));
              }),
              RefusedFor(kNoReference, path + "[0].keys[1]"));
  EXPECT_THAT(Refused([](v1::Charter& c) {
                c.mutable_recipients(0)->set_keys(
                    1, LogBuilder::SealingKey("holding/seal-1").Public().TypedBytes());
              }),
              RefusedFor(kNoReference, path + "[0].keys[1]"));
  EXPECT_THAT(Refused([](v1::Charter& c) {
                c.mutable_recipients(0)->set_persons_keys(
                    0, LogBuilder::SigningKey("receiving/desk").Public().TypedBytes());
              }),
              RefusedFor(kNoReference, path + "[0].persons_keys[0]"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_recipients(0)->set_party("operator"); }),
              RefusedFor(kWrongField, path + "[0].party"));
  EXPECT_THAT(Refused([](v1::Charter& c) {
                v1::Recipient& r = *c.mutable_recipients(0);
                r.set_party("auditor");
                r.set_keys(0, LogBuilder::SealingKey("auditor/seal-1").Public().TypedBytes());
                r.set_keys(1, LogBuilder::SealingKey("auditor/seal-2").Public().TypedBytes());
                r.clear_persons_keys();
              }),
              RefusedFor(kWrongField, path));
}

TEST_F(FoldOpenHandoverTest, RefusesTermsPoliciesAndEscrowThatDoNotFit) {
  const std::string charter = "open_handover.charter";
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_rule_set()->set_digest("short"); }),
              RefusedFor(kWrongField, charter + ".rule_set.digest"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_rule_set()->set_version(0); }),
              RefusedFor(kWrongField, charter + ".rule_set.version"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_rule_set()->clear_id(); }),
              RefusedFor(kWrongField, charter + ".rule_set.id"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.set_progress_policy("quorum nobody\n"); }),
              RefusedFor(kWrongField, charter + ".progress_policy"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.set_final_policy(std::string(9000, '#') + "\n"); }),
              RefusedFor(kWrongField, charter + ".final_policy"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_terms()->set_custody_ms(0); }),
              RefusedFor(kWrongField, charter + ".terms.custody_ms"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_terms()->set_answer_ms(~0ULL); }),
              RefusedFor(kWrongField, charter + ".terms.answer_ms"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_control_history()->set_size(1); }),
              RefusedFor(kWrongField, charter + ".control_history"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.add_witnesses()->set_party("nobody"); }),
              RefusedFor(kWrongField, charter + ".witnesses[0]"));
  EXPECT_THAT(Refused([](v1::Charter& c) {
                c.mutable_escrow()->set_policy(v1::RELEASE_POLICY_RECEIPT_GATED);
              }),
              RefusedFor(v1::REFUSAL_REASON_NOT_IMPLEMENTED, charter + ".escrow.policy"));
  EXPECT_THAT(Refused([](v1::Charter& c) { c.mutable_escrow()->set_threshold(1); }),
              RefusedFor(kWrongField, charter + ".escrow"));
}

TEST_F(FoldOpenHandoverTest, RefusesASealingKeyThatWasRevoked) {
  v1::Statement revoke = log_.Say("receiving");
  revoke.mutable_revoke_key()->set_key(
      LogBuilder::SealingKey("receiving/seal-2").Public().Fingerprint().ToBytes());
  revoke.mutable_revoke_key()->set_reason(v1::REVOCATION_REASON_LOST);
  log_.Accept(revoke);
  EXPECT_THAT(Refused([](v1::Charter&) {}),
              RefusedFor(kNoReference, "open_handover.charter.recipients[0].keys[1]"));
}

TEST_F(FoldOpenHandoverTest, ComesIntoForceWhenAllHaveAccepted) {
  const Id handover = log_.Open(log_.SomeCharter());
  ASSERT_OK_AND_ASSIGN(v1::HandoverState state, ReadHandover(log_.state(), handover, log_.size()));
  EXPECT_EQ(state.phase(), v1::HANDOVER_PHASE_OPENED);
  EXPECT_EQ(state.outstanding_size(), 6);
  EXPECT_EQ(state.outstanding(0).kind(), v1::MATTER_KIND_ACCEPT_CHARTER);
  log_.AcceptByAll(log_.SomeCharter(), handover);
  ASSERT_OK_AND_ASSIGN(state, ReadHandover(log_.state(), handover, log_.size()));
  EXPECT_EQ(state.phase(), v1::HANDOVER_PHASE_IN_FORCE);
  EXPECT_EQ(state.object().in_force_since(), merkle::ToInt(log_.size()) - 1);
  v1::Statement late = log_.Say("auditor", handover);
  late.mutable_accept_charter()->set_charter(handover.ToBytes());
  EXPECT_THAT(log_.Refuse(late), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "handover"));
}

TEST_F(FoldOpenHandoverTest, RefusesASecondAcceptanceAndAnotherCharter) {
  const Id handover = log_.Open(log_.SomeCharter());
  log_.AcceptCharter("holding", handover);
  v1::Statement again = log_.Say("holding", handover);
  again.mutable_accept_charter()->set_charter(handover.ToBytes());
  EXPECT_THAT(log_.Refuse(again), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "accept_charter"));
  v1::Statement other = log_.Say("receiving", handover);
  other.mutable_accept_charter()->set_charter(LogBuilder::Digest("other"));
  EXPECT_THAT(log_.Refuse(other), RefusedFor(kNoReference, "accept_charter.charter"));
}

v1::Statement Closing(LogBuilder& log, const Id& handover, const std::string& mediator) {
  v1::Statement statement = log.Say(mediator, handover);
  for (const char* area : {"north", "south", "east"}) {
    v1::AreaPosition& position = *statement.mutable_close_handover()->add_areas();
    position.set_area(area);
    position.set_settlement(v1::SETTLEMENT_SETTLED);
  }
  return statement;
}

TEST(FoldCloseHandover, TakesTheMediatorsThresholdAndEndsMostActs) {
  LogBuilder log;
  log.Found();
  const Id handover = log.OpenHandover();
  log.Submit(handover, "S1");
  const Id act = log.Accept(Closing(log, handover, "mediator-a"));
  ASSERT_OK_AND_ASSIGN(v1::HandoverState state, ReadHandover(log.state(), handover, log.size()));
  EXPECT_EQ(state.phase(), v1::HANDOVER_PHASE_IN_FORCE);
  ASSERT_EQ(state.pending_size(), 1);
  EXPECT_EQ(state.pending(0).act(), "close_handover");
  EXPECT_EQ(state.pending(0).endorsements(0).party(), "mediator-a");
  // Elsewhere it is no act that waits; a party that is no mediator does not count.
  v1::Statement log_wide = log.Say("mediator-b");
  log_wide.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log.Refuse(log_wide), RefusedFor(kNoReference, "endorse.statement"));
  v1::Statement holder = log.Say("holding", handover);
  holder.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log.Refuse(holder), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  log.Endorse("mediator-b", handover, act);
  ASSERT_OK_AND_ASSIGN(state, ReadHandover(log.state(), handover, log.size()));
  EXPECT_EQ(state.phase(), v1::HANDOVER_PHASE_CLOSED);
  EXPECT_EQ(state.areas(0).phase(), v1::AREA_PHASE_SETTLED);
  EXPECT_EQ(state.outstanding_size(), 0);

  v1::Statement receipt = log.Say("receiving", handover);
  *receipt.mutable_acknowledge() = log.SomeAcknowledgement("S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  EXPECT_THAT(log.Refuse(receipt), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "handover"));
  v1::Statement original = log.Say("holding", handover);
  *original.mutable_submit_package() = log.SomePackage("S2");
  EXPECT_THAT(log.Refuse(original), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "handover"));
  v1::SubmitPackage& supplement = *original.mutable_submit_package();
  supplement.set_kind(v1::PACKAGE_KIND_SUPPLEMENT);
  supplement.set_supplement_count(1);
  supplement.add_supplements(log.SomePackage("S1").digest());
  EXPECT_TRUE(log.Try(original).accepted());
}

TEST(FoldCloseHandover, WantsEveryAreaInOrder) {
  LogBuilder log;
  log.Found();
  const Id handover = log.OpenHandover();
  v1::Statement statement = Closing(log, handover, "mediator-a");
  statement.mutable_close_handover()->mutable_areas()->RemoveLast();
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kWrongField, "close_handover.areas"));
  statement = Closing(log, handover, "mediator-a");
  statement.mutable_close_handover()->mutable_areas()->SwapElements(0, 1);
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kWrongField, "close_handover.areas[0].area"));
  statement = Closing(log, handover, "mediator-a");
  statement.mutable_close_handover()->mutable_areas(1)->clear_settlement();
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kWrongField, "close_handover.areas[1].settlement"));
  statement = Closing(log, handover, "mediator-a");
  statement.mutable_close_handover()->mutable_areas(1)->set_records_owed(4);
  EXPECT_THAT(log.Refuse(statement),
              RefusedFor(kWrongField, "close_handover.areas[1].records_owed"));
}

TEST(ReadHandover, OfNoHandoverIsNotFound) {
  LogBuilder log;
  log.Found();
  EXPECT_THAT(ReadHandover(log.state(), Id{keys::Sha256(keys::AsBytes("none"))}, log.size()),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_TRUE(ListHandovers(log.state())->empty());
}

}  // namespace
}  // namespace cairn::ledger
