// A log that goes on from another: key chains, handovers, time; what was lost and comes back.
#include <string>

#include "audit/ledger/carry.h"
#include "audit/ledger/fold.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"
#include "audit/ledger/replay.h"
#include "audit/ledger/timeline.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/proof.h"
#include "audit/note/proof_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/refusal.h"
#include "tests/testing/status.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::IsOk;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::RefusedFor;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kNewOrigin[] = "log.example.org/second";
constexpr char kPredecessor[] = "genesis.predecessor";
constexpr auto kSpoiltField = v1::REFUSAL_REASON_FIELD;

// The old log's receipt of one of its leaves.
std::string OldReceipt(const LogBuilder& log, std::size_t leaf) {
  merkle::MemoryTree tree;
  for (const keys::Bytes& entry : log.entries()) {
    tree.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  }
  note::ProofFile proof;
  proof.index = merkle::LeafIndex{leaf};
  proof.path = *merkle::ProveInclusion(proof.index, tree.size(), tree);
  proof.note = log.Note();
  return *note::FormatProofFile(proof);
}

class SuccessionTest : public ::testing::Test {
 protected:
  SuccessionTest() {
    old_.Found();
    handover_ = old_.OpenHandover();
    package_ = old_.Submit(handover_, "S1");
    old_.Witness(old_.now_ms() + LogBuilder::kDayMs);
  }
  // A successor whose Genesis is in effect.
  static LogBuilder Successor(const LogBuilder& old) {
    LogBuilder log(old, kNewOrigin);
    Stand(log);
    return log;
  }
  static void Stand(LogBuilder& log) { Stand(log, log.GenesisStatement()); }
  static void Stand(LogBuilder& log, const v1::Statement& genesis) {
    const Id id = log.Accept(genesis);
    log.Endorse("registrar-a", id);
    log.Endorse("registrar-b", id);
  }
  template <typename Spoil>
  v1::Refusal Spoiled(Spoil spoil) {
    LogBuilder log(old_, kNewOrigin);
    v1::Statement statement = log.GenesisStatement();
    spoil(*statement.mutable_genesis());
    return log.Refuse(statement);
  }

  LogBuilder old_;
  Id handover_;
  Id package_;
};

TEST_F(SuccessionTest, ChainsAndHandoversGoOn) {
  old_.Freeze();
  LogBuilder log = Successor(old_);
  const std::uint64_t carried = merkle::ToInt(old_.size());
  ASSERT_OK_AND_ASSIGN(const auto object, ReadLog(log.state()));
  EXPECT_EQ(object->log_origin(), kNewOrigin);
  EXPECT_EQ(object->base(), carried);
  EXPECT_EQ(object->standing_since(), carried + 2);
  EXPECT_FALSE(object->has_frozen_at());
  EXPECT_FALSE(object->has_carried());
  EXPECT_FALSE(object->has_former());

  // The next statement of a key follows its last one in the old log.
  const v1::Statement next = log.Say("receiving", handover_);
  EXPECT_EQ(next.sequence(), (*ReadChain(old_.state(), keys::AsBytes(next.key()))).sequence() + 1);
  log.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  ASSERT_OK_AND_ASSIGN(const auto state, ReadHandover(log.state(), handover_, log.size()));
  ASSERT_EQ(state.packages_size(), 1);
  EXPECT_EQ(state.packages(0).statement(), package_.ToBytes());
  ASSERT_EQ(state.packages(0).progress().custody_size(), 1);
  EXPECT_EQ(state.packages(0).progress().custody(0).leaf(),
            carried + merkle::ToInt(log.size()) - 1);
  EXPECT_EQ(state.at_size(), carried + merkle::ToInt(log.size()));
  EXPECT_EQ(state.log().predecessor().log_origin(), old_.origin());
  EXPECT_EQ(state.log().base(), carried);
}

TEST_F(SuccessionTest, StatementsOfTheOldLogAreNotTakenAgain) {
  LogBuilder log = Successor(old_);
  v1::Statement replayed = log.Say("receiving", handover_);
  *replayed.mutable_acknowledge() = log.SomeAcknowledgement("S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  replayed.set_log_origin(old_.origin());
  EXPECT_THAT(log.Refuse(replayed), RefusedFor(v1::REFUSAL_REASON_WRONG_LOG, "log_origin"));
}

TEST_F(SuccessionTest, TimeGoesOnAndTermsThatBeganRunOn) {
  LogBuilder log = Successor(old_);
  const std::uint64_t before = (*ReadClock(log.state())).time_ms();
  EXPECT_EQ(before, old_.now_ms());
  // A note of few leaves: it counts on from the old ones.
  log.Witness(before + 4 * LogBuilder::kDayMs);
  ASSERT_OK_AND_ASSIGN(const auto timeline, Timeline::Read(log.state()));
  EXPECT_EQ(timeline.ProvenAt(merkle::ToInt(old_.size())), before + 4 * LogBuilder::kDayMs);
  ASSERT_OK_AND_ASSIGN(const auto state, ReadHandover(log.state(), handover_, log.size()));
  bool overdue = false;
  for (const v1::Matter& matter : state.outstanding()) {
    overdue = overdue || (matter.kind() == v1::MATTER_KIND_CUSTODY && matter.overdue());
  }
  EXPECT_TRUE(overdue);
  EXPECT_THAT(log.Refuse([&log] {
    v1::Statement other = log.WitnessedStatement(log.now_ms());
    other.mutable_witnessed()->set_note("no note");
    return other;
  }()),
              RefusedFor(kSpoiltField, "witnessed.note"));
}

TEST_F(SuccessionTest, NeedsTheOldThresholdAsWell) {
  LogBuilder log(old_, kNewOrigin);
  v1::Statement genesis = log.GenesisStatement();
  genesis.mutable_genesis()->clear_registrars();
  *genesis.mutable_genesis()->add_registrars() = log.Entry("newcomer");
  genesis.mutable_genesis()->set_registrar_threshold(1);
  const Id id = log.Accept(genesis);
  log.Endorse("newcomer", id);
  EXPECT_FALSE((*ReadLog(log.state()))->has_standing_since());
  v1::Statement early = log.Say("holding", handover_);
  *early.mutable_submit_package() = log.SomePackage("S2");
  EXPECT_THAT(log.Refuse(early), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, ""));
  log.Endorse("registrar-a", id);
  EXPECT_FALSE((*ReadLog(log.state()))->has_standing_since());
  log.Endorse("registrar-b", id);
  EXPECT_TRUE((*ReadLog(log.state()))->has_standing_since());
  // From now on the newcomer alone is registrar.
  v1::Statement enrol = log.Say("registrar-a");
  *enrol.mutable_enrol_party()->mutable_entry() = log.Entry("late");
  EXPECT_THAT(log.Refuse(enrol), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
}

TEST_F(SuccessionTest, NobodyTakesOverAPartyOfThePredecessor) {
  const v1::Refusal refusal = Spoiled([&](v1::Genesis& genesis) {
    const LogBuilder log(old_, kNewOrigin);
    *genesis.mutable_registrars(0)->mutable_keys(0) =
        log.Grant("registrar-a", "a thief's", {v1::KEY_ROLE_ALL_ACTS});
    for (int i : {2, 3}) {
      *genesis.mutable_registrars(0)->mutable_keys(i) =
          log.SealingGrant("registrar-a", "registrar-a/seal-" + std::to_string(i - 1), "a thief's");
    }
  });
  EXPECT_THAT(refusal,
              RefusedFor(v1::REFUSAL_REASON_DUPLICATE_NAME, "genesis.registrars[0].keys[0].key"));
}

TEST_F(SuccessionTest, ARevokedKeyFoundsNothing) {
  v1::Statement revoke = old_.Say("registrar-a", "registrar-a/vault");
  revoke.mutable_revoke_key()->set_key(LogBuilder::Fingerprint("registrar-a/desk"));
  revoke.mutable_revoke_key()->set_reason(v1::REVOCATION_REASON_COMPROMISED);
  old_.Accept(revoke);
  LogBuilder log(old_, kNewOrigin);
  EXPECT_THAT(log.Refuse(log.GenesisStatement()),
              RefusedFor(v1::REFUSAL_REASON_DUPLICATE_NAME, "genesis.registrars[0].keys[0].key"));
}

TEST_F(SuccessionTest, EachSpoiledFieldOfThePredecessorIsRefused) {
  const auto spoiled = [this](auto spoil) {
    return Spoiled([&](v1::Genesis& genesis) { spoil(*genesis.mutable_predecessor()); });
  };
  EXPECT_THAT(Spoiled([](v1::Genesis& g) { g.clear_predecessor(); }),
              RefusedFor(kSpoiltField, kPredecessor));
  EXPECT_THAT(Spoiled([](v1::Genesis& g) { g.set_fold_version(2); }),
              RefusedFor(kSpoiltField, "genesis.fold_version"));
  EXPECT_THAT(spoiled([](v1::Predecessor& p) { p.set_log_origin("log.example.org/other"); }),
              RefusedFor(kSpoiltField, kPredecessor));
  EXPECT_THAT(spoiled([](v1::Predecessor& p) { p.set_genesis(LogBuilder::Digest("other")); }),
              RefusedFor(kSpoiltField, kPredecessor));
  EXPECT_THAT(spoiled([](v1::Predecessor& p) { p.set_tree_size(p.tree_size() - 1); }),
              RefusedFor(kSpoiltField, kPredecessor));
  EXPECT_THAT(spoiled([](v1::Predecessor& p) { p.set_root_hash(LogBuilder::Digest("other")); }),
              RefusedFor(kSpoiltField, kPredecessor));
  EXPECT_THAT(spoiled([](v1::Predecessor& p) {
                p.add_lost()->set_first(p.tree_size() - 1);
                p.mutable_lost(0)->set_end(p.tree_size() + 1);
              }),
              RefusedFor(kSpoiltField, kPredecessor));
  EXPECT_THAT(Spoiled([this](v1::Genesis& g) {
                // Its own key, under another name.
                g.set_log_vkey(keys::VerifierKey::Create(kNewOrigin, keys::NoteKeyType::kEd25519,
                                                         old_.LogKey().Public())
                                   ->ToString());
              }),
              RefusedFor(kSpoiltField, kPredecessor));
}

TEST_F(SuccessionTest, WithoutTheOldStateNothingGoesOn) {
  LogBuilder carried(old_, kNewOrigin);
  LogBuilder empty(kNewOrigin);
  v1::Statement genesis = carried.GenesisStatement();
  genesis.set_sequence(1);
  genesis.clear_previous();
  const auto verified = carried.Verified(genesis);
  const auto outcome = Fold(empty.state(), merkle::LeafIndex{0}, verified);
  ASSERT_THAT(outcome, IsOk());
  ASSERT_TRUE(outcome->refusal.has_value());
  EXPECT_THAT(*outcome->refusal, RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, kPredecessor));
}

TEST_F(SuccessionTest, OnlyALogThatStoodIsCarriedOver) {
  LogBuilder young;
  young.Accept(young.GenesisStatement());
  EXPECT_THAT(CarryOver(young.state(), young.size(), merkle::EmptyRoot()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("does not stand")));
}

TEST_F(SuccessionTest, AFreezeThatWaitedInTheOldLogDoesNotEndTheNewOne) {
  v1::Statement freeze = old_.Say("registrar-a");
  freeze.mutable_freeze()->set_reason(v1::FREEZE_REASON_END);
  const Id waiting = old_.Accept(freeze);
  LogBuilder log = Successor(old_);
  v1::Statement endorse = log.Say("registrar-b");
  endorse.mutable_endorse()->set_statement(waiting.ToBytes());
  EXPECT_THAT(log.Refuse(endorse), RefusedFor(v1::REFUSAL_REASON_WRONG_LOG, "endorse.statement"));
}

TEST_F(SuccessionTest, ASecondSuccessorCountsOnFromBoth) {
  LogBuilder second = Successor(old_);
  second.Submit(handover_, "S2");
  LogBuilder third(second, "log.example.org/third");
  Stand(third);
  EXPECT_EQ((*ReadLog(third.state()))->base(),
            merkle::ToInt(old_.size()) + merkle::ToInt(second.size()));
  EXPECT_EQ(ReadHandover(third.state(), handover_, third.size())->packages_size(), 2);
}

TEST_F(SuccessionTest, AReplayOverTheOldStateGivesTheSame) {
  LogBuilder log = Successor(old_);
  log.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  Replay before;
  merkle::Frontier frontier;
  for (const keys::Bytes& entry : old_.entries()) {
    ASSERT_THAT(before.Step(keys::AsBytes(entry)), IsOk());
    frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  }
  Replay replay;
  ASSERT_THAT(replay.GoOnFrom(std::move(before), frontier.Root()), IsOk());
  for (const keys::Bytes& entry : log.entries()) {
    ASSERT_OK_AND_ASSIGN(const ReplayStep step, replay.Step(keys::AsBytes(entry)));
    EXPECT_FALSE(step.has_fault());
  }
  EXPECT_EQ(*StateDigest(replay.state()), *StateDigest(log.state()));
}

// --- Relodge -------------------------------------------------------------------------------------

// The last leaves of the old log are lost: what is carried over ends before the package.
class RelodgeTest : public ::testing::Test {
 protected:
  RelodgeTest() {
    old_.Found();
    handover_ = old_.OpenHandover();
    LogBuilder carried = old_;
    first_lost_ = merkle::ToInt(old_.size());
    old_.Submit(handover_, "S1");
    old_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
    LogBuilder log(carried, kNewOrigin);
    v1::Statement genesis = log.GenesisStatement();
    v1::LostRange& lost = *genesis.mutable_genesis()->mutable_predecessor()->add_lost();
    lost.set_first(first_lost_);
    lost.set_end(first_lost_ + 1);  // Only one of the two is admitted.
    const Id id = log.Accept(genesis);
    log.Endorse("registrar-a", id);
    log.Endorse("registrar-b", id);
    log_.emplace(log);
  }
  v1::Statement Relodge(std::uint64_t old_leaf, const std::string& party = "mediator-a") {
    const auto entry = statement::ParseEntry(keys::AsBytes(old_.entries()[old_leaf]));
    v1::Statement statement = log_->Say(party, handover_);
    v1::Relodge& body = *statement.mutable_relodge();
    body.set_signed_statement(entry->signed_statement);
    body.set_logged_at_ms(entry->logged_at_ms);
    body.set_old_receipt(OldReceipt(old_, old_leaf));
    return statement;
  }

  LogBuilder old_;
  Id handover_;
  std::uint64_t first_lost_ = 0;
  std::optional<LogBuilder> log_;
};

TEST_F(RelodgeTest, ALostStatementHasItsEffectHere) {
  EXPECT_EQ(ReadHandover(log_->state(), handover_, log_->size())->packages_size(), 0);
  log_->Accept(Relodge(first_lost_));
  log_->Accept(Relodge(first_lost_ + 1));
  ASSERT_OK_AND_ASSIGN(const auto state, ReadHandover(log_->state(), handover_, log_->size()));
  ASSERT_EQ(state.packages_size(), 1);
  EXPECT_EQ(state.packages(0).author(), "holding");
  EXPECT_EQ(state.packages(0).progress().custody_size(), 1);
  EXPECT_EQ(state.log().relodged(), 2u);
  EXPECT_EQ(state.log().relodged_unadmitted(), 1u);
  // The key's chain goes on behind the lost statement.
  EXPECT_EQ((*ReadChain(log_->state(), keys::AsBytes(LogBuilder::Fingerprint("holding/desk"))))
                .sequence(),
            (*ReadChain(old_.state(), keys::AsBytes(LogBuilder::Fingerprint("holding/desk"))))
                .sequence());
}

TEST_F(RelodgeTest, OnceAndInTheOrderOfEachChain) {
  log_->Accept(Relodge(first_lost_));
  const v1::Refusal again = log_->Refuse(Relodge(first_lost_));
  EXPECT_EQ(again.reason(), v1::REFUSAL_REASON_SEQUENCE);
  EXPECT_THAT(again.message(), HasSubstr("The lost statement has no effect here"));
}

TEST_F(RelodgeTest, ItsOwnExpiryAndWhatWasSeenCountNoMore) {
  log_->Witness(log_->now_ms() + 200 * LogBuilder::kDayMs);
  log_->Accept(Relodge(first_lost_));
}

TEST_F(RelodgeTest, RefusesEachSpoiledField) {
  v1::Statement s = Relodge(first_lost_);
  s.mutable_relodge()->set_logged_at_ms(1);
  EXPECT_THAT(log_->Refuse(s), RefusedFor(kSpoiltField, "relodge.old_receipt"));
  s = Relodge(first_lost_);
  s.mutable_relodge()->set_old_receipt(OldReceipt(old_, first_lost_ + 1));
  EXPECT_THAT(log_->Refuse(s), RefusedFor(kSpoiltField, "relodge.old_receipt"));
  s = Relodge(first_lost_);
  s.mutable_relodge()->mutable_signed_statement()->back() ^= 1;
  EXPECT_THAT(log_->Refuse(s), RefusedFor(kSpoiltField, "relodge.signed_statement"));
  s = Relodge(first_lost_);
  s.mutable_relodge()->set_signed_statement(keys::Bytes(kMaxRelodgedStatementBytes + 1, 'x'));
  EXPECT_THAT(log_->Refuse(s), RefusedFor(kSpoiltField, "relodge.signed_statement"));
  s = Relodge(first_lost_);
  s.clear_handover();
  EXPECT_THAT(log_->Refuse(s), RefusedFor(kSpoiltField, "handover"));
  // What was carried over stands.
  s = Relodge(first_lost_ - 1);
  EXPECT_THAT(log_->Refuse(s), RefusedFor(kSpoiltField, "relodge.old_receipt"));
  // The signer's own key would be next twice.
  s = Relodge(first_lost_, "holding");
  EXPECT_THAT(log_->Refuse(s), RefusedFor(kSpoiltField, "relodge.signed_statement"));
}

TEST_F(RelodgeTest, AFirstLogHasLostNothing) {
  LogBuilder other;
  other.Found();
  v1::Statement s = other.Say("operator");
  *s.mutable_relodge() = Relodge(first_lost_).relodge();
  EXPECT_THAT(other.Refuse(s), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "relodge"));
}

}  // namespace
}  // namespace cairn::ledger
