// A log that really cheats, in each of the ways that its own entries show: made here with the log's
// and the operator's keys, judged offline, and spoiled in every part.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/dossier/evidence.h"
#include "audit/dossier/evidence_parts.h"
#include "audit/dossier/testing.h"
#include "audit/ledger/refusal.h"
#include "audit/merkle/frontier.h"
#include "audit/statement/canonical.h"
#include "audit/statement/lodging.h"
#include "audit/statement/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::dossier {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::IsOk;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::StatusIs;
using testing::Believing;
using testing::Founded;
using ::testing::HasSubstr;
using testing::ReceiptOf;
using testing::StateOf;

constexpr auto kNoConviction = absl::StatusCode::kDataLoss;
constexpr auto kNoForm = absl::StatusCode::kInvalidArgument;
using Lists = std::vector<std::vector<keys::Bytes>>;

// A file as it would be handed on.
struct Accusation {
  Evidence evidence;
  Lists lists;

  keys::Bytes File() const {
    keys::Bytes file;
    EntriesInMemory entries(lists);
    const absl::Status written =
        WriteEvidence(evidence, entries, [&file](keys::ByteView bytes) -> absl::Status {
          keys::AppendBytes(file, bytes);
          return absl::OkStatus();
        });
    if (!written.ok()) throw std::runtime_error(written.ToString());
    return file;
  }
  // The verdict, or why there is none.
  absl::Status Judge() const {
    const keys::Bytes file = File();
    const auto judged = JudgeEvidenceFile(keys::SourceOf(keys::AsBytes(file)));
    return judged.ok() ? judged->verdict : judged.status();
  }
};

std::string LogText(const LogBuilder& log) { return log.LogVkey().ToString(); }

// --- The cheats ----------------------------------------------------------------------------------

// The log goes on after leaf `swapped` was put in the place of another.
Accusation Contradicted(std::size_t receipt_leaf = 3, std::size_t swapped = 2) {
  const LogBuilder& log = Founded().log;
  const std::vector<keys::Bytes> then(log.entries().begin(), log.entries().begin() + 7);
  std::vector<keys::Bytes> later(log.entries().begin(), log.entries().begin() + 12);
  if (swapped < later.size()) later[swapped] = later[0];
  merkle::MemoryTree old_tree;
  merkle::MemoryTree new_tree;
  for (const keys::Bytes& entry : then) old_tree.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  for (const keys::Bytes& entry : later) new_tree.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  const auto note = [&log](const merkle::MemoryTree& tree) {
    return *note::SignCheckpoint(
        {.origin = log.origin(), .size = tree.size(), .root = *merkle::RootAt(tree.size(), tree)},
        log.LogKey());
  };
  Accusation made;
  made.evidence.kind = EvidenceKind::kReceiptContradicted;
  made.evidence.log = LogText(log);
  made.evidence.first = ReceiptOf(then, receipt_leaf, note(old_tree));
  made.evidence.first_entry = then[receipt_leaf];
  made.evidence.second = note(new_tree);
  made.evidence.root = merkle::RootAt(old_tree.size(), new_tree)->digest.ToBytes();
  const std::vector<merkle::NodeHash> proof =
      *merkle::ProveConsistency(old_tree.size(), new_tree.size(), new_tree);
  for (const merkle::NodeHash& hash : proof) {
    keys::AppendBytes(made.evidence.hashes, hash.digest.View());
  }
  return made;
}

// The operator goes on after the registrars have ended the log.
Accusation Growth(LogBuilder log, Lists before = {}) {
  log.Freeze();
  Accusation made;
  made.evidence.kind = EvidenceKind::kGrowthAfterFreeze;
  made.evidence.log = LogText(log);
  made.evidence.first = log.Note();
  made.lists = std::move(before);
  made.lists.push_back(log.entries());
  log.AppendRefused(log.WitnessedStatement(log.now_ms() + 1000));
  made.evidence.second = log.Note();
  return made;
}
LogBuilder StandingLog() {
  LogBuilder log;
  log.Found();
  return log;
}

// The operator takes a statement of a key that was revoked.
Accusation RevokedKey() {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  v1::Statement revoke = log.Say("holding", "holding/vault");
  revoke.mutable_revoke_key()->set_key(LogBuilder::Fingerprint("holding/desk"));
  revoke.mutable_revoke_key()->set_reason(v1::REVOCATION_REASON_LOST);
  log.Accept(revoke);
  const std::size_t revoked_at = log.entries().size() - 1;
  v1::Statement stolen = log.Say("holding");
  stolen.mutable_claim()->set_speaker("thief");
  log.AppendRefused(stolen);
  Accusation made;
  made.evidence.kind = EvidenceKind::kRevokedKeyUsed;
  made.evidence.log = LogText(log);
  made.evidence.first = ReceiptOf(log.entries(), revoked_at, log.Note());
  made.evidence.first_entry = log.entries()[revoked_at];
  made.evidence.second = ReceiptOf(log.entries(), revoked_at + 1, log.Note());
  made.evidence.second_entry = log.entries()[revoked_at + 1];
  return made;
}

// The operator refuses what its log's rules accept, and signs that.
struct Refused {
  LogBuilder log;
  Id handover;

  Refused() {
    log.Found();
    handover = log.OpenHandover();
  }
  v1::Statement Submission() {
    v1::Statement statement = log.Say("holding", handover);
    *statement.mutable_submit_package() = log.SomePackage("S1");
    statement.mutable_seen()->set_tree_size(merkle::ToInt(log.size()));
    merkle::Frontier frontier;
    for (const keys::Bytes& entry : log.entries()) {
      frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
    }
    statement.mutable_seen()->set_root_hash(frontier.Root().digest.ToBytes());
    return statement;
  }
  Accusation Accuse(const v1::Statement& statement,
                    v1::RefusalReason reason = v1::REFUSAL_REASON_NOT_ENTITLED,
                    const std::string& signer = "operator/desk",
                    const std::string& field = "actor") {
    const v1::Refusal refusal = *ledger::MakeRefusal(
        log.state(), log.size(), log.Verified(statement),
        {.reason = reason, .field = field, .message = "Not you.", .remedy = "Go away."});
    const v1::SignedRefusal made_refusal =
        *statement::SignRefusal(refusal, LogBuilder::SigningKey(signer));
    Accusation made;
    made.evidence.kind = EvidenceKind::kWrongfulRefusal;
    made.evidence.log = LogText(log);
    made.evidence.refusal = *statement::CanonicalBytes(made_refusal);
    made.evidence.statement = log.Sign(statement);
    // Of a later tree: the refusal's own size may have no note.
    LogBuilder later = log;
    later.Witness(later.now_ms() + 1000);
    made.evidence.first = later.Note();
    made.lists = {later.entries()};
    return made;
  }
};

// The operator says nothing and logs nothing.
Accusation NotLogged(bool with_seen = true, std::size_t back = 0) {
  Refused refused;
  LogBuilder& log = refused.log;
  v1::Statement statement = refused.Submission();
  if (!with_seen) statement.clear_seen();
  const std::size_t base = with_seen ? statement.seen().tree_size() - back : 0;
  v1::Lodging lodging;
  lodging.set_log_origin(log.origin());
  lodging.set_statement(log.Verified(statement).id().ToBytes());
  lodging.set_party("mediator-a");
  lodging.mutable_seen()->set_tree_size(merkle::ToInt(log.size()));
  lodging.mutable_seen()->set_root_hash(LogBuilder::Digest("its root"));
  for (int i = 1; i <= 3; ++i) log.Witness(log.now_ms() + 1000);
  merkle::Frontier frontier;
  for (std::size_t i = 0; i < base; ++i) {
    frontier.Append(merkle::HashLeaf(keys::AsBytes(log.entries()[i])));
  }
  Accusation made;
  made.evidence.kind = EvidenceKind::kNotLogged;
  made.evidence.log = LogText(log);
  made.evidence.first = log.Note();
  made.evidence.statement = log.Sign(statement);
  made.evidence.lodging =
      *statement::SignLodging(lodging, LogBuilder::SigningKey("mediator-a/desk"));
  for (const merkle::NodeHash& hash : frontier.peaks()) {
    keys::AppendBytes(made.evidence.hashes, hash.digest.View());
  }
  made.lists = {std::vector<keys::Bytes>(log.entries().begin() + static_cast<std::ptrdiff_t>(base),
                                         log.entries().end())};
  return made;
}

std::vector<Accusation> AllAccusations() {
  Refused refused;
  return {Contradicted(), Growth(StandingLog()), RevokedKey(), refused.Accuse(refused.Submission()),
          NotLogged()};
}

// --- Judged --------------------------------------------------------------------------------------

TEST(EvidenceOfEntries, EachCheatIsConvictedByItsFileAlone) {
  for (const Accusation& made : AllAccusations()) {
    EXPECT_THAT(made.Judge(), IsOk()) << EvidenceName(made.evidence.kind);
    Trust nothing;
    nothing.why_no_policy = "nothing is believed here";
    const Examination found = VerifyBytes("x", keys::AsBytes(made.File()), {}, nothing);
    const bool silent = made.evidence.kind == EvidenceKind::kNotLogged;
    EXPECT_EQ(found.kind, "evidence");
    EXPECT_EQ(StateOf(found, silent ? "not-logged" : "convicts"), ClaimState::kHolds);
    EXPECT_EQ(found.Find(silent ? "convicts" : "not-logged"), nullptr);
    EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  }
}

TEST(EvidenceOfEntries, EveryPartAndEveryEntryCounts) {
  for (const Accusation& good : AllAccusations()) {
    for (const EvidencePart& part : PartsOf(good.evidence.kind)) {
      Accusation spoiled = good;
      keys::Bytes& bytes = spoiled.evidence.*part.member;
      ASSERT_FALSE(bytes.empty());
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
      EXPECT_FALSE(spoiled.Judge().ok()) << EvidenceName(good.evidence.kind) << " " << part.name;
    }
    for (std::size_t i = 0; i < (good.lists.empty() ? 0 : good.lists[0].size()); ++i) {
      Accusation spoiled = good;
      spoiled.lists[0][i].back() = static_cast<char>(spoiled.lists[0][i].back() ^ 1);
      EXPECT_FALSE(spoiled.Judge().ok()) << EvidenceName(good.evidence.kind) << " entry " << i;
    }
  }
}

TEST(EvidenceOfEntries, AFileHasOneSpellingAndNoCutOneIsTaken) {
  for (const Accusation& good : AllAccusations()) {
    const keys::Bytes file = good.File();
    for (std::size_t length = 0; length < file.size(); length += 1 + length / 16) {
      EXPECT_THAT(JudgeEvidenceFile(keys::SourceOf(keys::AsBytes(file).first(length))),
                  StatusIs(kNoForm))
          << length;
    }
    const keys::Bytes longer = file + "\n";
    EXPECT_THAT(JudgeEvidenceFile(keys::SourceOf(keys::AsBytes(longer))), StatusIs(kNoForm));
    keys::Bytes padded = file;
    padded.replace(padded.find("part log "), 9, "part log 0");
    EXPECT_THAT(JudgeEvidenceFile(keys::SourceOf(keys::AsBytes(padded))), StatusIs(kNoForm));
  }
}

TEST(EvidenceOfEntries, TooManyEntriesAreRefusedBeforeTheyAreRead) {
  keys::Bytes file = NotLogged().File();
  const std::size_t at = file.find("\nentries ") + 9;
  file.replace(at, file.find('\n', at) - at, absl::StrCat(kMaxEvidenceEntries + 1));
  EXPECT_THAT(JudgeEvidenceFile(keys::SourceOf(keys::AsBytes(file))),
              StatusIs(kNoForm, HasSubstr("too long")));
}

TEST(ReceiptContradicted, ATreeThatBeginsWithTheReceiptsConvictsNobody) {
  EXPECT_THAT(Contradicted(3, 1000).Judge(),
              StatusIs(kNoConviction, HasSubstr("nothing contradicts it")));
  Accusation made = Contradicted();
  made.evidence.second = Contradicted(3, 1000).evidence.second;
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction));
  made = Contradicted();
  made.evidence.second = Founded().log.Note();
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction));
}

TEST(GrowthAfterFreeze, OnlyAFrozenLogIsConvictedOfGrowing) {
  LogBuilder log = StandingLog();
  Accusation made = Growth(log);
  made.evidence.first = log.Note();
  made.lists = {log.entries()};
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("not frozen")));
  made = Growth(log);
  made.evidence.second = made.evidence.first;
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("no note is of a larger")));
  // Leaves behind the Freeze say it by themselves.
  made = Growth(log);
  log.Freeze();
  log.AppendRefused(log.WitnessedStatement(log.now_ms() + 1000));
  made.evidence.first = made.evidence.second = log.Note();
  made.lists = {log.entries()};
  EXPECT_THAT(made.Judge(), IsOk());
  made = Growth(StandingLog());
  made.lists[0].pop_back();
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("not those of the tree")));
  made.lists.clear();
  EXPECT_THAT(made.Judge(), StatusIs(kNoForm));
}

TEST(GrowthAfterFreeze, OfASuccessorTakesThePredecessorsEntriesToo) {
  LogBuilder old;
  old.Found();
  old.Freeze();
  LogBuilder log(old, "log.example.org/second");
  const Id genesis = log.Accept(log.GenesisStatement());
  log.Endorse("registrar-a", genesis);
  log.Endorse("registrar-b", genesis);
  EXPECT_THAT(Growth(log, {old.entries()}).Judge(), IsOk());
  EXPECT_THAT(Growth(log).Judge(), StatusIs(kNoForm, HasSubstr("are not there")));
  Lists short_list = {old.entries()};
  short_list[0].pop_back();
  EXPECT_THAT(Growth(log, short_list).Judge(),
              StatusIs(kNoConviction, HasSubstr("not those carried over")));
}

TEST(RevokedKeyUsed, NeedsALaterLeafUnderJustThatKey) {
  Accusation made = RevokedKey();
  std::swap(made.evidence.first, made.evidence.second);
  std::swap(made.evidence.first_entry, made.evidence.second_entry);
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("revokes no key")));
  made = RevokedKey();
  made.evidence.second = made.evidence.first;
  made.evidence.second_entry = made.evidence.first_entry;
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("another key")));
}

TEST(RevokedKeyUsed, WhatWasSignedBeforeTheRevocationConvictsNobody) {
  LogBuilder log;
  log.Found();
  log.Enrol("holding");
  v1::Statement claim = log.Say("holding");
  v1::KeyGrant grant = log.Grant("holding", "holding/laptop", {v1::KEY_ROLE_ALL_ACTS});
  *claim.mutable_add_key()->mutable_grant() = grant;
  log.Accept(claim);
  const std::size_t used = log.entries().size() - 1;
  v1::Statement revoke = log.Say("holding", "holding/vault");
  revoke.mutable_revoke_key()->set_key(LogBuilder::Fingerprint("holding/desk"));
  revoke.mutable_revoke_key()->set_reason(v1::REVOCATION_REASON_LOST);
  log.Accept(revoke);
  Accusation made = RevokedKey();
  made.evidence.first = ReceiptOf(log.entries(), used + 1, log.Note());
  made.evidence.first_entry = log.entries()[used + 1];
  made.evidence.second = ReceiptOf(log.entries(), used, log.Note());
  made.evidence.second_entry = log.entries()[used];
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("before it was revoked")));
}

TEST(WrongfulRefusal, ARightfulOneConvictsNobody) {
  Refused refused;
  v1::Statement wrong = refused.Submission();
  wrong.set_actor("receiving");
  EXPECT_THAT(refused.Accuse(wrong).Judge(),
              StatusIs(kNoConviction, HasSubstr("refuse the statement there")));
  v1::Statement elsewhere = refused.Submission();
  elsewhere.mutable_seen()->set_root_hash(LogBuilder::Digest("another history"));
  EXPECT_THAT(refused.Accuse(elsewhere, v1::REFUSAL_REASON_OTHER_HISTORY).Judge(),
              StatusIs(kNoConviction, HasSubstr("another history")));
  EXPECT_THAT(refused.Accuse(refused.Submission(), v1::REFUSAL_REASON_CONTENT_MISSING).Judge(),
              StatusIs(kNoConviction, HasSubstr("more than the leaves")));
}

TEST(WrongfulRefusal, WhatTheBrokerSaysOfContentTheLeavesCannotJudge) {
  Refused refused;
  EXPECT_THAT(refused
                  .Accuse(refused.Submission(), v1::REFUSAL_REASON_FIELD, "operator/desk",
                          "submit_package.size")
                  .Judge(),
              StatusIs(kNoConviction, HasSubstr("more than the leaves")));
  EXPECT_THAT(refused.Accuse(refused.Submission(), v1::REFUSAL_REASON_FIELD).Judge(), IsOk());
}

TEST(WrongfulRefusal, ALieAboutTheHistorySeenConvicts) {
  Refused refused;
  EXPECT_THAT(refused.Accuse(refused.Submission(), v1::REFUSAL_REASON_OTHER_HISTORY).Judge(),
              IsOk());
}

TEST(WrongfulRefusal, OnlyTheOperatorsSignatureConvictsIt) {
  Refused refused;
  EXPECT_FALSE(refused.Accuse(refused.Submission(), v1::REFUSAL_REASON_NOT_ENTITLED, "holding/desk")
                   .Judge()
                   .ok());
  Accusation other = refused.Accuse(refused.Submission());
  v1::Statement statement = refused.Submission();
  statement.set_issued_at_ms(statement.issued_at_ms() + 1);
  other.evidence.statement = refused.log.Sign(statement);
  EXPECT_THAT(other.Judge(), StatusIs(kNoConviction, HasSubstr("another than the one refused")));
}

TEST(NotLogged, WithoutAnythingSeenItTakesEveryEntry) {
  EXPECT_THAT(NotLogged(false).Judge(), IsOk());
}

TEST(NotLogged, ReachesBackToWhatItsAuthorHadSeen) {
  Accusation made = NotLogged(true, 5);
  EXPECT_THAT(made.Judge(), IsOk());
  // One entry too few: it may stand before these.
  Accusation fewer = NotLogged();
  fewer.lists[0].erase(fewer.lists[0].begin());
  EXPECT_THAT(fewer.Judge(), StatusIs(kNoConviction, HasSubstr("do not reach back")));
}

TEST(NotLogged, AStatementThatIsThereIsNotMissing) {
  Refused refused;
  LogBuilder& log = refused.log;
  const v1::Statement statement = refused.Submission();
  Accusation made = NotLogged();
  log.Accept(statement);
  made.evidence.first = log.Note();
  made.lists = {{log.entries().back()}};
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("is in the log")));
}

TEST(NotLogged, TheLodgerIsLookedUpInTheVerifiersCopy) {
  Believing believing(Founded());
  const Examination found =
      VerifyBytes("x", keys::AsBytes(NotLogged().File()), {}, believing.trust);
  EXPECT_EQ(StateOf(found, "not-logged"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "lodger"), ClaimState::kHolds);
  const Examination alone =
      VerifyBytes("x", keys::AsBytes(NotLogged().evidence.lodging), {}, believing.trust);
  EXPECT_EQ(alone.kind, "lodging");
  EXPECT_EQ(StateOf(alone, "form"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(alone, "not-logged"), ClaimState::kNotChecked);
}

TEST(NotLogged, WhatWasLodgedAfterTheNoteShowsNothing) {
  Accusation made = NotLogged();
  v1::Lodging lodging = statement::VerifyLodging(keys::AsBytes(made.evidence.lodging))->lodging;
  lodging.mutable_seen()->set_tree_size(100'000);
  made.evidence.lodging =
      *statement::SignLodging(lodging, LogBuilder::SigningKey("mediator-a/desk"));
  EXPECT_THAT(made.Judge(), StatusIs(kNoConviction, HasSubstr("after the note")));
}

}  // namespace
}  // namespace cairn::dossier
