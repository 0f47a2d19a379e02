// Genesis, Witnessed, endorsements, parties and keys.
#include <string>

#include "audit/ledger/fold.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
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
using ::cairn::testing::IsOk;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::RefusedFor;
using ::cairn::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kBadField = v1::REFUSAL_REASON_FIELD;

// Spoils one thing in a good Genesis.
template <typename Spoil>
v1::Refusal RefusedGenesis(Spoil spoil) {
  LogBuilder log;
  v1::Statement statement = log.GenesisStatement();
  spoil(statement, *statement.mutable_genesis());
  return log.Refuse(statement);
}

TEST(FoldGenesis, EnrolsOperatorAndRegistrarsAndWaitsForTheThreshold) {
  LogBuilder log;
  const Id genesis = log.Accept(log.GenesisStatement());
  ASSERT_OK_AND_ASSIGN(const auto object, ReadLog(log.state()));
  EXPECT_EQ(object->genesis(), genesis.ToBytes());
  EXPECT_EQ(object->operator_party(), "operator");
  EXPECT_THAT(object->registrars(), ElementsAre("registrar-a", "registrar-b", "registrar-c"));
  EXPECT_FALSE(object->has_standing_since());
  ASSERT_OK_AND_ASSIGN(const auto pending, ListPending(log.state()));
  ASSERT_EQ(pending.size(), 1u);
  EXPECT_EQ(pending[0].act(), "genesis");
  EXPECT_EQ(pending[0].threshold(), 2u);
  EXPECT_EQ(pending[0].endorsements_size(), 0);
  log.Endorse("registrar-a", genesis);
  log.Endorse("registrar-c", genesis);
  EXPECT_EQ((*ReadLog(log.state()))->standing_since(), 2u);
  EXPECT_TRUE(ListPending(log.state())->empty());
}

TEST(FoldGenesis, RefusesEachSpoiledField) {
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) { g.set_log_vkey("no key"); }),
              RefusedFor(kBadField, "genesis.log_vkey"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement& s, v1::Genesis&) { s.set_log_origin("other"); }),
              RefusedFor(v1::REFUSAL_REASON_WRONG_LOG, "log_origin"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement& s, v1::Genesis&) { s.set_actor("registrar-a"); }),
              RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) {
                g.mutable_operator_()->mutable_keys()->SwapElements(0, 1);
              }),
              RefusedFor(v1::REFUSAL_REASON_UNKNOWN_KEY, "key"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement& s, v1::Genesis&) { s.set_sequence(2); }),
              RefusedFor(v1::REFUSAL_REASON_SEQUENCE, "sequence"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) { g.clear_registrars(); }),
              RefusedFor(kBadField, "genesis.registrars"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) { g.set_registrar_threshold(4); }),
              RefusedFor(kBadField, "genesis.registrar_threshold"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) { g.set_registrar_threshold(0); }),
              RefusedFor(kBadField, "genesis.registrar_threshold"));
  EXPECT_THAT(
      RefusedGenesis([](v1::Statement&, v1::Genesis& g) { g.set_fold_version(kFoldVersion + 1); }),
      RefusedFor(v1::REFUSAL_REASON_NOT_IMPLEMENTED, "genesis.fold_version"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) { g.set_progress_policy("x\n"); }),
              RefusedFor(kBadField, "genesis.progress_policy"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) { g.clear_final_policy(); }),
              RefusedFor(kBadField, "genesis.final_policy"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) {
                g.mutable_predecessor()->set_log_origin("old");
              }),
              RefusedFor(kBadField, "genesis.predecessor"));
  EXPECT_THAT(RefusedGenesis([](v1::Statement&, v1::Genesis& g) {
                *g.mutable_registrars(1) = g.registrars(0);
              }),
              RefusedFor(v1::REFUSAL_REASON_DUPLICATE_NAME, "genesis.registrars[1].party"));
}

// Spoils one thing in a good entry.
template <typename Spoil>
v1::Refusal RefusedEntry(Spoil spoil) {
  LogBuilder log;
  log.Found();
  v1::Statement statement = log.Say("registrar-a");
  v1::PartyEntry& entry = *statement.mutable_enrol_party()->mutable_entry();
  entry = log.Entry("newcomer");
  spoil(log, entry);
  return log.Refuse(statement);
}

TEST(FoldEnrolParty, RefusesEachSpoiledField) {
  const std::string entry = "enrol_party.entry";
  for (const char* handle : {"", "-a", "a-", "A", "a_b", "a b", "\xc3\xa9"}) {
    EXPECT_THAT(RefusedEntry([&](LogBuilder&, v1::PartyEntry& e) { e.set_party(handle); }),
                RefusedFor(kBadField, entry + ".party"));
  }
  EXPECT_THAT(
      RefusedEntry([](LogBuilder&, v1::PartyEntry& e) { e.set_party(std::string(64, 'a')); }),
      RefusedFor(kBadField, entry + ".party"));
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string("a\x7f"),
                                  std::string("a\xc2\x85"), std::string(201, 'a')}) {
    EXPECT_THAT(RefusedEntry([&](LogBuilder&, v1::PartyEntry& e) { e.set_name(name); }),
                RefusedFor(kBadField, entry + ".name"));
  }
  EXPECT_THAT(
      RefusedEntry([](LogBuilder&, v1::PartyEntry& e) { e.mutable_keys()->DeleteSubrange(1, 3); }),
      RefusedFor(kBadField, entry + ".keys"));
  EXPECT_THAT(
      RefusedEntry([](LogBuilder&, v1::PartyEntry& e) { e.mutable_keys()->SwapElements(0, 2); }),
      RefusedFor(kBadField, entry + ".keys"));
  EXPECT_THAT(RefusedEntry([](LogBuilder& log, v1::PartyEntry& e) {
                *e.add_keys() = log.Grant("newcomer", "second vault", {v1::KEY_ROLE_RECOVERY});
              }),
              RefusedFor(kBadField, entry + ".keys"));
  EXPECT_THAT(
      RefusedEntry([](LogBuilder&, v1::PartyEntry& e) { e.mutable_keys(2)->clear_roles(); }),
      RefusedFor(kBadField, entry + ".keys[2].roles"));
  EXPECT_THAT(RefusedEntry([](LogBuilder&, v1::PartyEntry& e) {
                e.mutable_keys(2)->add_roles(v1::KEY_ROLE_SEALING);
              }),
              RefusedFor(kBadField, entry + ".keys[2].roles"));
  EXPECT_THAT(RefusedEntry([](LogBuilder&, v1::PartyEntry& e) {
                e.mutable_keys(0)->add_roles(v1::KEY_ROLE_SEALING);
              }),
              RefusedFor(kBadField, entry + ".keys[0].roles"));
  EXPECT_THAT(RefusedEntry([](LogBuilder&, v1::PartyEntry& e) {
                e.mutable_keys(1)->mutable_roles()->Set(0, v1::KEY_ROLE_DISPUTE);
                e.mutable_keys(1)->add_roles(v1::KEY_ROLE_RECOVERY);
              }),
              RefusedFor(kBadField, entry + ".keys[1].roles"));
  EXPECT_THAT(RefusedEntry([](LogBuilder&, v1::PartyEntry& e) {
                e.mutable_keys(3)->set_possession(e.keys(2).possession());
              }),
              RefusedFor(kBadField, entry + ".keys[3].possession"));
  EXPECT_THAT(RefusedEntry([](LogBuilder&, v1::PartyEntry& e) {
                e.mutable_keys(3)->mutable_key()->back() ^= 1;
              }),
              RefusedFor(kBadField, entry + ".keys[3].possession"));
  EXPECT_THAT(RefusedEntry([](LogBuilder&, v1::PartyEntry& e) { e.mutable_keys(3)->clear_key(); }),
              RefusedFor(kBadField, entry + ".keys[3].key"));
  EXPECT_THAT(
      RefusedEntry([](LogBuilder&, v1::PartyEntry& e) { e.mutable_keys(0)->set_end_ms(0); }),
      RefusedFor(kBadField, entry + ".keys[0].end_ms"));
}

TEST(FoldEnrolParty, RefusesTheProofOfAnotherLogOrParty) {
  EXPECT_THAT(RefusedEntry([](LogBuilder&, v1::PartyEntry& e) {
                e = LogBuilder("other.example.org/log").Entry("newcomer");
              }),
              RefusedFor(kBadField, "enrol_party.entry.keys[0].possession"));
  EXPECT_THAT(RefusedEntry([](LogBuilder& log, v1::PartyEntry& e) {
                e = log.Entry("somebody");
                e.set_party("newcomer");
              }),
              RefusedFor(kBadField, "enrol_party.entry.keys[0].possession"));
}

TEST(FoldEnrolParty, TakesEffectAtTheThresholdOnly) {
  LogBuilder log;
  log.Found();
  v1::Statement statement = log.Say("registrar-a");
  *statement.mutable_enrol_party()->mutable_entry() = log.Entry("newcomer");
  const Id act = log.Accept(statement);
  EXPECT_FALSE(ReadPartyObject(log.state(), "newcomer")->has_value());
  const std::uint64_t leaf = merkle::ToInt(log.size());
  log.Endorse("registrar-c", act);
  ASSERT_OK_AND_ASSIGN(const v1::PartyState party, ReadParty(log.state(), "newcomer"));
  EXPECT_EQ(party.leaf(), leaf);
  ASSERT_EQ(party.keys_size(), 4);
  EXPECT_EQ(party.keys(0).fingerprint(), LogBuilder::Fingerprint("newcomer/desk"));
  EXPECT_FALSE(party.is_registrar());
  EXPECT_THAT(ReadParty(log.state(), "nobody"), StatusIs(absl::StatusCode::kNotFound));
}

TEST(FoldEnrolParty, TheSecondOfTwoForOneHandleIsRefusedAtItsThreshold) {
  LogBuilder log;
  log.Found();
  v1::Statement first = log.Say("registrar-a");
  *first.mutable_enrol_party()->mutable_entry() = log.Entry("newcomer");
  const Id one = log.Accept(first);
  v1::Statement second = log.Say("registrar-b");
  *second.mutable_enrol_party()->mutable_entry() = log.Entry("newcomer");
  const Id two = log.Accept(second);
  log.Endorse("registrar-c", one);
  v1::Statement endorse = log.Say("registrar-c");
  endorse.mutable_endorse()->set_statement(two.ToBytes());
  EXPECT_THAT(log.Refuse(endorse),
              RefusedFor(v1::REFUSAL_REASON_DUPLICATE_NAME, "enrol_party.entry.party"));
}

TEST(FoldEnrolParty, RefusesAKeyThatIsEnrolledAlready) {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  v1::Statement statement = log.Say("registrar-a");
  v1::PartyEntry& entry = *statement.mutable_enrol_party()->mutable_entry();
  entry = log.Entry("newcomer");
  // The same key, honestly proven for both parties.
  *entry.mutable_keys(0) = log.Grant("newcomer", "holding/desk", {v1::KEY_ROLE_ALL_ACTS});
  for (int i : {2, 3}) {
    *entry.mutable_keys(i) =
        log.SealingGrant("newcomer", "newcomer/seal-" + std::to_string(i - 1), "holding/desk");
  }
  const Id act = log.Accept(statement);
  v1::Statement endorse = log.Say("registrar-b");
  endorse.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log.Refuse(endorse),
              RefusedFor(v1::REFUSAL_REASON_DUPLICATE_NAME, "enrol_party.entry.keys[0].key"));
}

TEST(FoldEndorse, CountsAPartyOnceWhateverKeysItHas) {
  LogBuilder log;
  const Id genesis = log.Accept(log.GenesisStatement());
  log.Endorse("registrar-a", genesis);
  v1::Statement again = log.Say("registrar-a");
  again.mutable_endorse()->set_statement(genesis.ToBytes());
  EXPECT_THAT(log.Refuse(again), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "endorse.statement"));
  log.Endorse("registrar-b", genesis);
  v1::Statement add = log.Say("registrar-a");
  *add.mutable_add_key()->mutable_grant() =
      log.Grant("registrar-a", "registrar-a/laptop", {v1::KEY_ROLE_ALL_ACTS});
  log.Accept(add);
  // The author of an enrolment counts; its other key does not count again.
  v1::Statement enrol = log.Say("registrar-a");
  *enrol.mutable_enrol_party()->mutable_entry() = log.Entry("newcomer");
  const Id act = log.Accept(enrol);
  again = log.Say("registrar-a", "registrar-a/laptop");
  again.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log.Refuse(again), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "endorse.statement"));
}

TEST(FoldEndorse, RefusesWhoIsNotEntitledAndWhatDoesNotWait) {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  v1::Statement enrol = log.Say("registrar-a");
  *enrol.mutable_enrol_party()->mutable_entry() = log.Entry("newcomer");
  const Id act = log.Accept(enrol);
  v1::Statement endorse = log.Say("holding");
  endorse.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log.Refuse(endorse), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  endorse = log.Say("registrar-b");
  endorse.mutable_endorse()->set_statement(LogBuilder::Digest("no act"));
  EXPECT_THAT(log.Refuse(endorse),
              RefusedFor(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "endorse.statement"));
  endorse.mutable_endorse()->set_statement("short");
  EXPECT_THAT(log.Refuse(endorse), RefusedFor(kBadField, "endorse.statement"));
  log.Endorse("registrar-b", act);
  endorse = log.Say("registrar-c");
  endorse.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log.Refuse(endorse),
              RefusedFor(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "endorse.statement"));
}

TEST(FoldEndorse, WantsTheRoleOfTheActThatItSupports) {
  LogBuilder log;
  log.Found();
  v1::Statement add = log.Say("registrar-b");
  *add.mutable_add_key()->mutable_grant() =
      log.Grant("registrar-b", "registrar-b/field", {v1::KEY_ROLE_GROUND});
  log.Accept(add);
  v1::Statement enrol = log.Say("registrar-a");
  *enrol.mutable_enrol_party()->mutable_entry() = log.Entry("newcomer");
  const Id act = log.Accept(enrol);
  v1::Statement endorse = log.Say("registrar-b", "registrar-b/field");
  endorse.mutable_endorse()->set_statement(act.ToBytes());
  EXPECT_THAT(log.Refuse(endorse), RefusedFor(v1::REFUSAL_REASON_KEY_ROLE, "key"));
}

TEST(FoldWitnessed, MovesTheTimeForwardAndNeverBack) {
  LogBuilder log;
  log.Found();
  log.Witness(LogBuilder::kStartMs + 100);
  log.Witness(LogBuilder::kStartMs + 50);
  ASSERT_OK_AND_ASSIGN(const v1::ClockObject clock, ReadClock(log.state()));
  EXPECT_EQ(clock.time_ms(), LogBuilder::kStartMs + 100);
  EXPECT_EQ(clock.kind(), v1::TIME_KIND_OPERATOR_CLOCK);
}

TEST(FoldWitnessed, TakesOnlyNotesOfThisLogUpToThisLeaf) {
  LogBuilder log;
  log.Found();
  const std::string old = log.Note();
  log.Enrol("holding");
  const auto with_note = [&](const std::string& note) {
    v1::Statement statement = log.WitnessedStatement(LogBuilder::kStartMs + 1);
    statement.mutable_witnessed()->set_note(note);
    return statement;
  };
  EXPECT_TRUE(log.Try(with_note(old)).accepted());
  log.Witness(LogBuilder::kStartMs + 1);
  EXPECT_THAT(log.Refuse(with_note(old)), RefusedFor(kBadField, "witnessed.note"));
  const auto note_of = [&](const std::string& origin, std::uint64_t size,
                           const keys::SigningPrivateKey& key) {
    return *note::SignCheckpoint({.origin = origin,
                                  .size = merkle::TreeSize{size},
                                  .root = {keys::Sha256(keys::AsBytes("root"))}},
                                 key);
  };
  const std::uint64_t leaf = merkle::ToInt(log.size());
  EXPECT_TRUE(log.Try(with_note(note_of(log.origin(), leaf, log.LogKey()))).accepted());
  for (const std::string& note :
       {note_of(log.origin(), leaf + 1, log.LogKey()),
        note_of("other.example.org/log", leaf, log.LogKey()),
        note_of(log.origin(), leaf, LogBuilder::SigningKey("another log")), std::string("no note"),
        std::string(17000, 'x')}) {
    EXPECT_THAT(log.Refuse(with_note(note)), RefusedFor(kBadField, "witnessed.note"));
  }
}

TEST(FoldWitnessed, WantsTheOperatorsTime) {
  LogBuilder log;
  log.Found();
  v1::Statement statement = log.WitnessedStatement(0);
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kBadField, "witnessed.operator_time_ms"));
  statement.mutable_witnessed()->clear_operator_time_ms();
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kBadField, "witnessed.operator_time_ms"));
  // Terms that are added to it would pass the end of the numbers.
  statement.mutable_witnessed()->set_operator_time_ms(kMaxTimeMs + 1);
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kBadField, "witnessed.operator_time_ms"));
}

v1::Statement Adding(LogBuilder& log, const v1::KeyGrant& grant, const std::string& by = "") {
  v1::Statement statement = log.Say("holding", by);
  *statement.mutable_add_key()->mutable_grant() = grant;
  return statement;
}

v1::Statement Revoking(LogBuilder& log, const std::string& key, const std::string& by = "") {
  v1::Statement statement = log.Say("holding", by);
  statement.mutable_revoke_key()->set_key(LogBuilder::Fingerprint(key));
  statement.mutable_revoke_key()->set_reason(v1::REVOCATION_REASON_COMPROMISED);
  return statement;
}

TEST(FoldAddKey, LetsThePartyAddSigningAndSealingKeys) {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  log.Accept(Adding(log, log.Grant("holding", "holding/laptop", {v1::KEY_ROLE_IDENTITY})));
  log.Accept(Adding(log, log.SealingGrant("holding", "holding/seal-3", "holding/laptop"),
                    "holding/laptop"));
  ASSERT_OK_AND_ASSIGN(const v1::PartyState party, ReadParty(log.state(), "holding"));
  ASSERT_EQ(party.keys_size(), 6);
  EXPECT_EQ(party.keys(4).added_by(), LogBuilder::Fingerprint("holding/desk"));
  EXPECT_EQ(party.keys(5).added_by(), LogBuilder::Fingerprint("holding/laptop"));
}

TEST(FoldAddKey, RefusesARecoveryKeyAForeignVoucherAndAKeyThatIsTaken) {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  EXPECT_THAT(
      log.Refuse(Adding(log, log.Grant("holding", "holding/vault-2", {v1::KEY_ROLE_RECOVERY}))),
      RefusedFor(kBadField, "add_key.grant.roles"));
  EXPECT_THAT(
      log.Refuse(Adding(log, log.SealingGrant("holding", "holding/seal-3", "registrar-a/desk"))),
      RefusedFor(kBadField, "add_key.grant.possession"));
  EXPECT_THAT(
      log.Refuse(Adding(log, log.Grant("holding", "registrar-a/desk", {v1::KEY_ROLE_ALL_ACTS}))),
      RefusedFor(v1::REFUSAL_REASON_DUPLICATE_NAME, "add_key.grant.key"));
}

TEST(FoldRevokeKey, RecoveryKeyTakesAlongWhatTheRevokedKeyAdded) {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  log.Accept(Adding(log, log.Grant("holding", "thief-1", {v1::KEY_ROLE_ALL_ACTS})));
  log.Accept(Adding(log, log.Grant("holding", "thief-2", {v1::KEY_ROLE_ALL_ACTS}), "thief-1"));
  log.Accept(Adding(log, log.SealingGrant("holding", "thief-3", "thief-2"), "thief-2"));
  log.Accept(Revoking(log, "thief-1", "holding/vault"));
  const auto revoked = [&](const keys::Bytes& fingerprint) {
    return (*ReadKey(log.state(), keys::AsBytes(fingerprint)))->has_revoked_at();
  };
  EXPECT_TRUE(revoked(LogBuilder::Fingerprint("thief-1")));
  EXPECT_TRUE(revoked(LogBuilder::Fingerprint("thief-2")));
  EXPECT_TRUE(revoked(LogBuilder::SealingKey("thief-3").Public().Fingerprint().ToBytes()));
  EXPECT_FALSE(revoked(LogBuilder::Fingerprint("holding/desk")));
}

TEST(FoldRevokeKey, OrdinaryKeyRevokesOneAndNeverTheRecoveryKey) {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  log.Accept(Adding(log, log.Grant("holding", "laptop", {v1::KEY_ROLE_ALL_ACTS})));
  log.Accept(Adding(log, log.Grant("holding", "laptop-2", {v1::KEY_ROLE_ALL_ACTS}), "laptop"));
  log.Accept(Revoking(log, "laptop"));
  EXPECT_FALSE((*ReadKey(log.state(), keys::AsBytes(LogBuilder::Fingerprint("laptop-2"))))
                   ->has_revoked_at());
  EXPECT_THAT(log.Refuse(Revoking(log, "laptop")),
              RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "revoke_key.key"));
  EXPECT_THAT(log.Refuse(Revoking(log, "holding/vault")),
              RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "revoke_key.key"));
  EXPECT_THAT(log.Refuse(Revoking(log, "registrar-a/desk")),
              RefusedFor(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "revoke_key.key"));
  v1::Statement statement = Revoking(log, "laptop-2");
  statement.mutable_revoke_key()->clear_reason();
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kBadField, "revoke_key.reason"));
  statement.mutable_revoke_key()->set_key("short");
  EXPECT_THAT(log.Refuse(statement), RefusedFor(kBadField, "revoke_key.key"));
}

TEST(ReadParty, ListsEveryPartyWithItsPlaceInTheLog) {
  LogBuilder log;
  log.Found();
  EXPECT_THAT(ListParties(log.state()).value(),
              ElementsAre("operator", "registrar-a", "registrar-b", "registrar-c"));
  EXPECT_TRUE(ReadParty(log.state(), "operator")->is_operator());
  EXPECT_TRUE(ReadParty(log.state(), "registrar-b")->is_registrar());
  EXPECT_GT(ReadParty(log.state(), "operator")->keys(0).sequence(), 0u);
}

}  // namespace
}  // namespace cairn::ledger
