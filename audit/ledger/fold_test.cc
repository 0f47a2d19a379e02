// What the gate says, whatever the body.
#include "audit/ledger/fold.h"

#include <string>

#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "audit/ledger/refusal.h"
#include "audit/ledger/replay.h"
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

v1::Statement SomeClaim(LogBuilder& log, const std::string& party = "holding",
                        const std::string& key = "") {
  v1::Statement statement = log.Say(party, key);
  v1::Claim& claim = *statement.mutable_claim();
  claim.set_speaker("Ministry");
  claim.set_source_digest(LogBuilder::Digest("press note"));
  claim.set_subject(v1::CLAIM_SUBJECT_ALL_DELIVERED);
  claim.mutable_quantity()->set_precision(v1::PRECISION_WORDS);
  return statement;
}

LogBuilder FoundedLog() {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  return log;
}

TEST(Gate, RefusesAStatementMeantForAnotherLog) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = SomeClaim(log);
  statement.set_log_origin("other.example.org/log");
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_WRONG_LOG, "log_origin"));
}

TEST(Gate, RefusesAKeyThatNobodyEnrolled) {
  LogBuilder log = FoundedLog();
  const v1::Refusal no = log.Refuse(SomeClaim(log, "holding", "stranger"));
  EXPECT_THAT(no, RefusedFor(v1::REFUSAL_REASON_UNKNOWN_KEY, "key"));
  EXPECT_FALSE(IsSigned(no.reason()));
}

TEST(Gate, RefusesAnotherPartysKey) {
  LogBuilder log = FoundedLog();
  EXPECT_THAT(log.Refuse(SomeClaim(log, "holding", "registrar-a/desk")),
              RefusedFor(v1::REFUSAL_REASON_KEY_NOT_OF_ACTOR, "actor"));
}

TEST(Gate, RefusesARevokedKey) {
  LogBuilder log = FoundedLog();
  v1::Statement revoke = log.Say("holding");
  revoke.mutable_revoke_key()->set_key(LogBuilder::Fingerprint("holding/desk"));
  revoke.mutable_revoke_key()->set_reason(v1::REVOCATION_REASON_LOST);
  log.Accept(revoke);
  EXPECT_THAT(log.Refuse(SomeClaim(log)), RefusedFor(v1::REFUSAL_REASON_KEY_REVOKED, "key"));
}

TEST(Gate, RefusesAKeyFromItsEndOn) {
  LogBuilder log = FoundedLog();
  v1::Statement add = log.Say("holding");
  *add.mutable_add_key()->mutable_grant() =
      log.Grant("holding", "holding/laptop", {v1::KEY_ROLE_ALL_ACTS});
  add.mutable_add_key()->mutable_grant()->set_end_ms(LogBuilder::kStartMs + 5000);
  log.Accept(add);
  log.Witness(LogBuilder::kStartMs + 4999);
  EXPECT_TRUE(log.Try(SomeClaim(log, "holding", "holding/laptop")).accepted());
  log.Witness(LogBuilder::kStartMs + 5000);
  EXPECT_THAT(log.Refuse(SomeClaim(log, "holding", "holding/laptop")),
              RefusedFor(v1::REFUSAL_REASON_KEY_REVOKED, "key"));
}

TEST(Gate, RefusesAKeyWithoutTheRole) {
  LogBuilder log = FoundedLog();
  v1::Statement add = log.Say("holding");
  *add.mutable_add_key()->mutable_grant() =
      log.Grant("holding", "holding/desk-2", {v1::KEY_ROLE_DELIVERY});
  log.Accept(add);
  EXPECT_THAT(log.Refuse(SomeClaim(log, "holding", "holding/desk-2")),
              RefusedFor(v1::REFUSAL_REASON_KEY_ROLE, "key"));
  EXPECT_THAT(log.Refuse(SomeClaim(log, "holding", "holding/vault")),
              RefusedFor(v1::REFUSAL_REASON_KEY_ROLE, "key"));
}

TEST(Gate, RefusesAReplay) {
  LogBuilder log = FoundedLog();
  const v1::Statement statement = SomeClaim(log);
  const Id id = log.Accept(statement);
  const v1::Refusal no = log.Refuse(statement);
  EXPECT_THAT(no, RefusedFor(v1::REFUSAL_REASON_SEQUENCE, "sequence"));
  EXPECT_EQ(no.chain_head(), id.ToBytes());
  EXPECT_EQ(no.chain_sequence(), statement.sequence());
  EXPECT_EQ(no.tree_size(), merkle::ToInt(log.size()));
  EXPECT_EQ(no.log_origin(), log.origin());
}

TEST(Gate, RefusesAGapInTheChain) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = SomeClaim(log);
  statement.set_sequence(statement.sequence() + 1);
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_SEQUENCE, "sequence"));
}

TEST(Gate, RefusesAnotherPrevious) {
  LogBuilder log = FoundedLog();
  log.Accept(SomeClaim(log));
  v1::Statement statement = SomeClaim(log);
  statement.set_previous(LogBuilder::Digest("another"));
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_PREVIOUS, "previous"));
}

TEST(Gate, RefusesAfterExpiryByTheFoldsTimeOnly) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = SomeClaim(log);
  statement.set_expires_at_ms(LogBuilder::kStartMs + 10);
  log.Witness(LogBuilder::kStartMs + 10);
  EXPECT_TRUE(log.Try(statement).accepted());
  log.Witness(LogBuilder::kStartMs + 11);
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_EXPIRED, "expires_at_ms"));
}

TEST(Gate, RefusesAValidityOfMoreThanNinetyDays) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = SomeClaim(log);
  statement.set_expires_at_ms(statement.issued_at_ms() + 90 * LogBuilder::kDayMs);
  EXPECT_TRUE(log.Try(statement).accepted());
  statement.set_expires_at_ms(statement.expires_at_ms() + 1);
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_FIELD, "expires_at_ms"));
  statement.set_expires_at_ms(statement.issued_at_ms());
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_FIELD, "expires_at_ms"));
}

TEST(Gate, RefusesASeenSizeBeyondTheLog) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = SomeClaim(log);
  statement.mutable_seen()->set_root_hash(LogBuilder::Digest("root"));
  statement.mutable_seen()->set_tree_size(merkle::ToInt(log.size()));
  EXPECT_TRUE(log.Try(statement).accepted());
  statement.mutable_seen()->set_tree_size(merkle::ToInt(log.size()) + 1);
  EXPECT_THAT(log.Refuse(statement),
              RefusedFor(v1::REFUSAL_REASON_OTHER_HISTORY, "seen.tree_size"));
  statement.mutable_seen()->set_root_hash("short");
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_FIELD, "seen.root_hash"));
}

TEST(Gate, LetsNothingInBeforeTheRegistrarsHaveEndorsed) {
  LogBuilder log;
  const Id genesis = log.Accept(log.GenesisStatement());
  EXPECT_THAT(log.Refuse(SomeClaim(log, "operator")),
              RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, ""));
  log.Witness(LogBuilder::kStartMs);
  log.Endorse("registrar-a", genesis);
  EXPECT_THAT(log.Refuse(SomeClaim(log, "operator")),
              RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, ""));
  log.Endorse("registrar-c", genesis);
  EXPECT_TRUE(log.Try(SomeClaim(log, "operator")).accepted());
}

TEST(Gate, LetsNothingInBeforeGenesis) {
  LogBuilder log;
  EXPECT_THAT(log.Refuse(SomeClaim(log, "operator")),
              RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, ""));
}

TEST(Gate, SaysOfEveryOtherBodyThatItIsNotImplemented) {
  LogBuilder log = FoundedLog();
  const auto* descriptor = v1::Statement::descriptor();
  int not_implemented = 0;
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    if (field->containing_oneof() == nullptr) continue;
    v1::Statement statement = log.Say("holding");
    statement.GetReflection()->MutableMessage(&statement, field);
    const v1::Refusal no = log.Refuse(statement);
    EXPECT_TRUE(IsSigned(no.reason()));
    EXPECT_FALSE(no.message().empty());
    if (no.reason() == v1::REFUSAL_REASON_NOT_IMPLEMENTED) {
      ++not_implemented;
      EXPECT_EQ(no.field(), field->name());
      EXPECT_THAT(no.message(), HasSubstr(field->name()));
    }
  }
  // 32 bodies have an effect here; a Genesis is refused for its place.
  EXPECT_EQ(not_implemented, descriptor->field_count() - 9 - 33);
}

TEST(Gate, RefusesASecondGenesis) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = log.GenesisStatement();
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "genesis"));
}

TEST(Gate, WantsAHandoverThatIsThereForWhatBelongsToOne) {
  LogBuilder log;
  log.Found();
  const Id handover = log.OpenHandover();
  v1::Statement statement = log.Say("holding");
  *statement.mutable_submit_package() = log.SomePackage("S1");
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_FIELD, "handover"));
  statement.set_handover(LogBuilder::Digest("no handover"));
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_UNKNOWN_HANDOVER, "handover"));
  statement.set_handover(handover.ToBytes());
  EXPECT_TRUE(log.Try(statement).accepted());
}

TEST(Gate, WantsNoHandoverForWhatConcernsTheLog) {
  LogBuilder log;
  log.Found();
  const Id handover = log.OpenHandover();
  v1::Statement statement = log.Say("holding", handover);
  *statement.mutable_add_key()->mutable_grant() =
      log.Grant("holding", "holding/laptop", {v1::KEY_ROLE_ALL_ACTS});
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_FIELD, "handover"));
}

TEST(Gate, RefusesDeliveryBeforeAllHaveAccepted) {
  LogBuilder log;
  log.Found();
  log.EnrolAll();
  const Id handover = log.Open(log.SomeCharter());
  v1::Statement statement = log.Say("holding", handover);
  *statement.mutable_submit_package() = log.SomePackage("S1");
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "handover"));
  for (const char* party : {"holding", "receiving", "mediator-a", "mediator-b", "assessor"}) {
    log.AcceptCharter(party, handover);
  }
  statement = log.Say("holding", handover);
  *statement.mutable_submit_package() = log.SomePackage("S1");
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "handover"));
  log.AcceptCharter("auditor", handover);
  EXPECT_TRUE(log.Try(statement).accepted());
}

TEST(Gate, RefusesARoleThatTheCharterDoesNotGive) {
  LogBuilder log;
  log.Found();
  const Id handover = log.OpenHandover();
  const auto refused = [&](const std::string& party, auto&& set_body) {
    v1::Statement statement = log.Say(party, handover);
    set_body(statement);
    EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  };
  refused("receiving", [](v1::Statement& s) { s.mutable_declare_holding(); });
  refused("receiving",
          [&](v1::Statement& s) { *s.mutable_submit_package() = log.SomePackage("S1"); });
  refused("holding", [&](v1::Statement& s) {
    *s.mutable_submit_package() = log.SomePackage("S1");
    s.mutable_submit_package()->set_kind(v1::PACKAGE_KIND_RECEIVED_OUTSIDE);
  });
  refused("holding", [](v1::Statement& s) { s.mutable_transmit(); });
  refused("holding", [](v1::Statement& s) { s.mutable_acknowledge(); });
  refused("mediator-a", [](v1::Statement& s) { s.mutable_accept_content(); });
  refused("mediator-a", [](v1::Statement& s) { s.mutable_reserve(); });
  refused("auditor", [](v1::Statement& s) { s.mutable_reject(); });
  refused("auditor", [](v1::Statement& s) { s.mutable_transcribe(); });
  refused("mediator-a", [](v1::Statement& s) { s.mutable_assess(); });
  refused("operator", [](v1::Statement& s) { s.mutable_request(); });
  refused("holding", [](v1::Statement& s) { s.mutable_close_handover(); });
}

TEST(Gate, LeavesWitnessedToTheOperatorAndEnrolmentToRegistrars) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = log.Say("registrar-a");
  statement.mutable_witnessed()->set_note(log.Note());
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  statement = log.Say("holding");
  *statement.mutable_enrol_party()->mutable_entry() = log.Entry("friend");
  EXPECT_THAT(log.Refuse(statement), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
}

TEST(Fold, RefusalsChangeNothingAndAcceptanceAlwaysMovesTheChain) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = SomeClaim(log);
  const FoldOutcome accepted = log.Try(statement);
  ASSERT_EQ(accepted.changes.size(), 1u);
  EXPECT_EQ(accepted.changes[0].key,
            ChainKey(keys::AsBytes(LogBuilder::Fingerprint("holding/desk"))));
  statement.mutable_claim()->clear_speaker();
  EXPECT_TRUE(log.Try(statement).changes.empty());
}

// A view that cannot answer for one kind of key.
class FailingView final : public View {
 public:
  FailingView(const View& base, std::string prefix) : base_(base), prefix_(std::move(prefix)) {}
  absl::StatusOr<std::optional<keys::Bytes>> Get(absl::string_view key) const override {
    if (key.substr(0, prefix_.size()) == prefix_) return absl::UnavailableError("no disk");
    return base_.Get(key);
  }

 private:
  const View& base_;
  std::string prefix_;
};

TEST(Fold, AFailingStoreIsAnErrorAndNeverARefusal) {
  LogBuilder log;
  log.Found();
  const Id handover = log.OpenHandover();
  v1::Statement statement = log.Say("holding", handover);
  *statement.mutable_submit_package() = log.SomePackage("S1");
  for (const char* prefix :
       {"log", "clock", "key/", "chain/", "handover/", "charter/", "package/"}) {
    const FailingView view(log.state(), prefix);
    EXPECT_THAT(Fold(view, log.NextLeaf(), log.Verified(statement)),
                StatusIs(absl::StatusCode::kUnavailable))
        << prefix;
  }
}

TEST(Fold, ADamagedObjectIsDataLoss) {
  LogBuilder log = FoundedLog();
  MemoryState state = log.state();
  state.Apply({{.key = ChainKey(keys::AsBytes(LogBuilder::Fingerprint("holding/desk"))),
                .value = "\xff\xff"}});
  EXPECT_THAT(Fold(state, log.NextLeaf(), log.Verified(SomeClaim(log))),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("chain/")));
}

TEST(Fold, AVersionThatIsNotKnownIsNotChecked) {
  LogBuilder log = FoundedLog();
  v1::LogObject object = **ReadLog(log.state());
  object.set_fold_version(kFoldVersion + 1);
  MemoryState state = log.state();
  state.Apply({{.key = std::string(kLogKey), .value = object.SerializeAsString()}});
  EXPECT_THAT(Fold(state, log.NextLeaf(), log.Verified(SomeClaim(log))),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("version 4")));
}

TEST(Replay, ComesToTheSameStateAndNamesWhatShouldNotBeThere) {
  LogBuilder log = FoundedLog();
  log.Accept(SomeClaim(log));
  v1::Statement wrong = SomeClaim(log);
  wrong.set_sequence(77);
  log.AppendRefused(wrong);
  log.Accept(SomeClaim(log));
  Replay replay;
  int faults = 0;
  for (const keys::Bytes& entry : log.entries()) {
    ASSERT_OK_AND_ASSIGN(const ReplayStep step, replay.Step(keys::AsBytes(entry)));
    if (step.has_fault()) {
      ++faults;
      EXPECT_EQ(merkle::ToInt(step.leaf), log.entries().size() - 2);
      EXPECT_THAT(*step.refusal, RefusedFor(v1::REFUSAL_REASON_SEQUENCE, "sequence"));
    }
  }
  EXPECT_EQ(faults, 1);
  EXPECT_EQ(replay.size(), log.size());
  EXPECT_EQ(*StateDigest(replay.state()), *StateDigest(log.state()));
}

TEST(Replay, AMalformedEntryIsAFaultAndTheRestGoesOn) {
  LogBuilder log = FoundedLog();
  Replay replay;
  for (const keys::Bytes& entry : log.entries()) {
    ASSERT_THAT(replay.Step(keys::AsBytes(entry)), IsOk());
  }
  const keys::Digest before = *StateDigest(replay.state());
  ASSERT_OK_AND_ASSIGN(const ReplayStep step, replay.Step(keys::AsBytes("garbage")));
  EXPECT_TRUE(step.has_fault());
  EXPECT_FALSE(step.statement.has_value());
  EXPECT_THAT(step.malformed, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(*StateDigest(replay.state()), before);
}

TEST(RefusalHolds, ConvictsAWrongRefusalAndClearsARightOne) {
  LogBuilder log = FoundedLog();
  v1::Statement statement = SomeClaim(log);
  v1::Refusal wrongful;
  wrongful.set_reason(v1::REFUSAL_REASON_EXPIRED);
  wrongful.set_statement(log.Verified(statement).id().ToBytes());
  wrongful.set_tree_size(merkle::ToInt(log.size()));
  EXPECT_THAT(RefusalHolds(log.state(), wrongful, log.Verified(statement)).value(), false);
  statement.mutable_claim()->clear_speaker();
  const v1::Refusal right = log.Refuse(statement);
  EXPECT_THAT(RefusalHolds(log.state(), right, log.Verified(statement)).value(), true);
  v1::Refusal content = right;
  content.set_reason(v1::REFUSAL_REASON_CONTENT_MISSING);
  EXPECT_THAT(RefusalHolds(log.state(), content, log.Verified(statement)),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(OverlayView, ShowsABatchBeforeItIsWritten) {
  MemoryState base;
  base.Apply({{.key = "a", .value = "1"}, {.key = "b", .value = "2"}});
  OverlayView overlay(base);
  overlay.Apply({{.key = "c", .value = "3"}, {.key = "a", .value = std::nullopt}});
  overlay.Apply({{.key = "b", .value = "4"}});
  EXPECT_EQ(**overlay.Get("b"), "4");
  EXPECT_EQ(*overlay.Get("a"), std::nullopt);
  EXPECT_EQ(**base.Get("a"), "1");
  EXPECT_THAT(
      overlay.TakeChanges(),
      ::testing::ElementsAre(Change{.key = "a", .value = std::nullopt},
                             Change{.key = "b", .value = "4"}, Change{.key = "c", .value = "3"}));
}

TEST(StateDigest, IsTheDigestOfSortedLengthPrefixedPairs) {
  MemoryState state;
  state.Apply({{.key = "b", .value = ""}, {.key = "a", .value = "xy"}});
  using namespace std::string_literals;
  EXPECT_EQ(*StateDigest(state),
            keys::Sha256(
                keys::AsBytes("cairn/state/v1"s + "\0\0\0\1a\0\0\0\2xy"s + "\0\0\0\1b\0\0\0\0"s)));
}

}  // namespace
}  // namespace cairn::ledger
