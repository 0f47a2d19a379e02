#include "audit/dossier/log_audit.h"

#include <optional>
#include <string>
#include <vector>

#include "audit/dossier/testing.h"
#include "audit/ledger/view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::dossier {
namespace {

using ::cairn::testing::FilesBelow;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::cairn::testing::WriteTestFile;
using testing::Founded;
using testing::FoundedLog;
using ::testing::HasSubstr;
using testing::StateOf;

absl::StatusOr<LogAudit> AuditOf(const FoundedLog& founded,
                                 std::optional<keys::Digest> genesis = std::nullopt) {
  mirror::FolderSource source(founded.folder.path());
  AuditOptions options;
  options.genesis = genesis;
  options.policy = *note::Policy::Create({{founded.log.LogVkey(), ""}}, {}, {}, "");
  return AuditLog(source, founded.log.LogVkey(), options, [](std::uint64_t, std::uint64_t) {});
}

TEST(AuditLog, EveryClaimHoldsButTheWitnesses) {
  ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditOf(Founded(), Founded().genesis.digest));
  EXPECT_EQ(WorstOf(audit.found), ClaimState::kHolds);
  for (const Claim& claim : audit.found.claims) {
    EXPECT_EQ(claim.state, claim.id == "witnessed" ? ClaimState::kNotChecked : ClaimState::kHolds)
        << claim.id << ": " << claim.why;
  }
  EXPECT_EQ(audit.found.claims.size(), 9U);
  EXPECT_EQ(audit.replay.size(), Founded().log.size());
  EXPECT_EQ(*ledger::StateDigest(audit.replay.state()),
            *ledger::StateDigest(Founded().log.state()));
}

TEST(AuditLog, WithoutAPinnedGenesisItIsNotWhole) {
  ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditOf(Founded()));
  EXPECT_EQ(StateOf(audit.found, "genesis"), ClaimState::kNotChecked);
  EXPECT_EQ(WorstOf(audit.found), ClaimState::kNotChecked);
}

TEST(AuditLog, AnotherGenesisDoesNotHold) {
  ASSERT_OK_AND_ASSIGN(const LogAudit audit,
                       AuditOf(Founded(), keys::Sha256(keys::AsBytes("another"))));
  EXPECT_EQ(StateOf(audit.found, "genesis"), ClaimState::kDoesNotHold);
}

TEST(AuditLog, EveryFlippedByteOfTheCopyIsNoticed) {
  FoundedLog founded;
  for (const auto& [path, bytes] : FilesBelow(founded.folder.path())) {
    // Every byte of the checkpoint and the tile; of the bundle, which is much larger, every 37th.
    const std::size_t stride = path.find("entries") == std::string::npos ? 1 : 37;
    for (std::size_t at = 0; at < bytes.size(); at += stride) {
      std::string spoiled = bytes;
      spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
      WriteTestFile(founded.folder / path, spoiled);
      const absl::StatusOr<LogAudit> audit = AuditOf(founded, founded.genesis.digest);
      ASSERT_THAT(audit, IsOk());
      ASSERT_EQ(WorstOf(audit->found), ClaimState::kDoesNotHold) << "byte " << at << " of " << path;
    }
    WriteTestFile(founded.folder / path, bytes);
  }
}

// A copy that the log's own key has signed over other entries.
void Resign(const FoundedLog& founded, const std::vector<keys::Bytes>& entries) {
  merkle::Frontier frontier;
  for (const keys::Bytes& entry : entries) frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  cairn::testing::WriteLogFolder(
      founded.folder.path(), entries,
      *note::SignCheckpoint(
          {.origin = founded.log.origin(), .size = frontier.size(), .root = frontier.Root()},
          founded.log.LogKey()));
}

TEST(AuditLog, AMalformedLeafIsReportedAgainstTheOperator) {
  FoundedLog founded;
  std::vector<keys::Bytes> entries = founded.log.entries();
  entries.push_back("not an entry");
  Resign(founded, entries);
  ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditOf(founded, founded.genesis.digest));
  EXPECT_EQ(StateOf(audit.found, "statements"), ClaimState::kDoesNotHold);
  EXPECT_THAT(audit.found.Find("statements")->why,
              HasSubstr("leaf " + std::to_string(entries.size() - 1)));
  EXPECT_EQ(StateOf(audit.found, "rules"), ClaimState::kHolds);
}

TEST(AuditLog, AReplayedStatementBreaksItsKeysChain) {
  FoundedLog founded;
  std::vector<keys::Bytes> entries = founded.log.entries();
  entries.push_back(entries.back());
  Resign(founded, entries);
  ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditOf(founded, founded.genesis.digest));
  EXPECT_EQ(StateOf(audit.found, "chains"), ClaimState::kDoesNotHold);
  EXPECT_EQ(StateOf(audit.found, "statements"), ClaimState::kHolds);
}

TEST(AuditLog, ALeafThatTheRulesRefuseIsReported) {
  FoundedLog founded;
  v1::Statement meddling = founded.log.Say("receiving", founded.handover);
  *meddling.mutable_submit_package() = founded.log.SomePackage("S2");
  founded.log.AppendRefused(meddling);
  founded.Write();
  ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditOf(founded, founded.genesis.digest));
  EXPECT_EQ(StateOf(audit.found, "rules"), ClaimState::kDoesNotHold);
  EXPECT_THAT(audit.found.Find("rules")->why, HasSubstr("NOT_ENTITLED"));
}

TEST(AuditLog, WhatAnAuthorHadSeenMustBeThisLog) {
  for (const bool truthful : {true, false}) {
    FoundedLog founded;
    const auto size = founded.log.size();
    v1::Statement statement = founded.log.Say("holding", founded.handover);
    *statement.mutable_submit_package() = founded.log.SomePackage("S2");
    mirror::FolderSource source(founded.folder.path());
    ASSERT_OK_AND_ASSIGN(auto reader, mirror::LogReader::Open(source, founded.log.LogVkey()));
    ASSERT_OK_AND_ASSIGN(const merkle::NodeHash root, reader->RootAt(size));
    statement.mutable_seen()->set_tree_size(merkle::ToInt(size));
    statement.mutable_seen()->set_root_hash(
        truthful ? root.digest.ToBytes() : cairn::testing::LogBuilder::Digest("another tree"));
    founded.log.Accept(statement);
    founded.Write();
    ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditOf(founded, founded.genesis.digest));
    EXPECT_EQ(StateOf(audit.found, "seen"),
              truthful ? ClaimState::kHolds : ClaimState::kDoesNotHold);
  }
}

TEST(AuditLog, ATimeNoteOfAnotherHistoryIsReported) {
  FoundedLog founded;
  v1::Statement statement = founded.log.WitnessedStatement(founded.log.now_ms() + 1000);
  statement.mutable_witnessed()->set_note(
      *note::SignCheckpoint({.origin = founded.log.origin(),
                             .size = founded.log.size(),
                             .root = {keys::Sha256(keys::AsBytes("another tree"))}},
                            founded.log.LogKey()));
  founded.log.Accept(statement);
  founded.Write();
  ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditOf(founded, founded.genesis.digest));
  EXPECT_EQ(StateOf(audit.found, "time-notes"), ClaimState::kDoesNotHold);
}

TEST(AuditLog, WithoutACheckpointThereIsNothingToJudge) {
  const cairn::testing::ScratchFolder empty;
  mirror::FolderSource source(empty.path());
  EXPECT_THAT(AuditLog(source, Founded().log.LogVkey(), {}, [](std::uint64_t, std::uint64_t) {}),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(AuditLog, AnotherLogsKeyDoesNotHold) {
  mirror::FolderSource source(Founded().folder.path());
  ASSERT_OK_AND_ASSIGN(const LogAudit audit, AuditLog(source, cairn::testing::PlainLog().Vkey(), {},
                                                      [](std::uint64_t, std::uint64_t) {}));
  EXPECT_EQ(StateOf(audit.found, "log-signature"), ClaimState::kDoesNotHold);
}

// --- The end of a log, and its successor ---------------------------------------------------------

using ::cairn::testing::LogBuilder;
using ::cairn::testing::ScratchFolder;

absl::StatusOr<LogAudit> AuditFolder(const std::string& folder, const LogBuilder& log) {
  mirror::FolderSource source(folder);
  AuditOptions options;
  options.genesis =
      keys::Digest::FromBytes(keys::AsBytes((*ledger::ReadLog(log.state()))->genesis())).value();
  return AuditLog(source, log.LogVkey(), options, [](std::uint64_t, std::uint64_t) {});
}

TEST(AuditLog, SaysThatALogHasEndedAndWhetherItGrewAfterwards) {
  LogBuilder log;
  log.Found();
  log.Freeze();
  const ScratchFolder ended;
  cairn::testing::WriteLogFolder(ended.path(), log.entries(), log.Note());
  ASSERT_OK_AND_ASSIGN(const LogAudit good, AuditFolder(ended.path(), log));
  EXPECT_EQ(StateOf(good.found, "ended"), ClaimState::kHolds);
  log.AppendRefused(log.WitnessedStatement(log.now_ms() + 1000));
  const ScratchFolder grown;
  cairn::testing::WriteLogFolder(grown.path(), log.entries(), log.Note());
  ASSERT_OK_AND_ASSIGN(const LogAudit bad, AuditFolder(grown.path(), log));
  EXPECT_EQ(StateOf(bad.found, "ended"), ClaimState::kDoesNotHold);
  EXPECT_EQ(StateOf(bad.found, "rules"), ClaimState::kDoesNotHold);
}

// A log that lost its last leaf, and one that goes on from the rest.
struct Succession {
  LogBuilder carried;
  LogBuilder lost;
  std::optional<LogBuilder> log;
  ScratchFolder folder;

  explicit Succession(bool admits = true) {
    carried.Found();
    carried.Enrol("holding");
    lost = carried;
    v1::Statement add = lost.Say("holding");
    *add.mutable_add_key()->mutable_grant() =
        lost.Grant("holding", "holding/laptop", {v1::KEY_ROLE_DELIVERY});
    lost.Accept(add);
    log.emplace(carried, "log.example.org/second");
    v1::Statement genesis = log->GenesisStatement();
    if (admits) {
      v1::LostRange& range = *genesis.mutable_genesis()->mutable_predecessor()->add_lost();
      range.set_first(merkle::ToInt(carried.size()));
      range.set_end(merkle::ToInt(lost.size()));
    }
    const auto id = log->Accept(genesis);
    log->Endorse("registrar-a", id);
    log->Endorse("registrar-b", id);
  }
  void Write() const {
    cairn::testing::WriteLogFolder(folder.path(), log->entries(), log->Note());
    cairn::testing::WriteLogFolder(folder / "predecessor", carried.entries(), carried.Note());
  }
  void Relodge(std::size_t leaf) {
    const auto entry = statement::ParseEntry(keys::AsBytes(lost.entries()[leaf]));
    v1::Statement statement = log->Say("registrar-c");
    v1::Relodge& body = *statement.mutable_relodge();
    body.set_signed_statement(entry->signed_statement);
    body.set_logged_at_ms(entry->logged_at_ms);
    body.set_old_receipt(testing::ReceiptOf(lost.entries(), leaf, lost.Note()));
    log->Accept(statement);
  }
};

TEST(AuditLog, ASuccessorIsFoldedOverItsPredecessorAndSaysWhatIsLost) {
  const Succession succession;
  succession.Write();
  ASSERT_OK_AND_ASSIGN(const LogAudit audit,
                       AuditFolder(succession.folder.path(), *succession.log));
  EXPECT_EQ(WorstOf(audit.found), ClaimState::kHolds);
  EXPECT_EQ(*ledger::StateDigest(audit.replay.state()),
            *ledger::StateDigest(succession.log->state()));
  EXPECT_EQ(StateOf(audit.found, "loss"), ClaimState::kNotChecked);
  EXPECT_THAT(audit.found.Find("loss")->why, HasSubstr("as its Genesis admits; 0 of them"));
}

TEST(AuditLog, WithoutThePredecessorsCopyTheRulesAreNotChecked) {
  const Succession succession;
  cairn::testing::WriteLogFolder(succession.folder.path(), succession.log->entries(),
                                 succession.log->Note());
  ASSERT_OK_AND_ASSIGN(const LogAudit audit,
                       AuditFolder(succession.folder.path(), *succession.log));
  EXPECT_EQ(StateOf(audit.found, "rules"), ClaimState::kNotChecked);
  EXPECT_THAT(audit.found.Find("copy")->why, HasSubstr("goes on from"));
}

TEST(AuditLog, APredecessorWithAnotherRootDoesNotHold) {
  const Succession succession;
  succession.Write();
  const LogBuilder& other = succession.carried;
  std::vector<keys::Bytes> entries = other.entries();
  std::swap(entries[1], entries[2]);
  merkle::Frontier frontier;
  for (const keys::Bytes& entry : entries) {
    frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  }
  cairn::testing::WriteLogFolder(
      succession.folder / "predecessor", entries,
      *note::SignCheckpoint(
          {.origin = other.origin(), .size = frontier.size(), .root = frontier.Root()},
          other.LogKey()));
  ASSERT_OK_AND_ASSIGN(const LogAudit audit,
                       AuditFolder(succession.folder.path(), *succession.log));
  EXPECT_EQ(StateOf(audit.found, "copy"), ClaimState::kDoesNotHold);
  EXPECT_THAT(audit.found.Find("copy")->why, HasSubstr("another root"));
}

TEST(AuditLog, ALossThatWasNotAdmittedShowsWhenItComesBack) {
  for (const bool admits : {true, false}) {
    Succession succession(admits);
    succession.Relodge(merkle::ToInt(succession.carried.size()));
    succession.Write();
    ASSERT_OK_AND_ASSIGN(const LogAudit audit,
                         AuditFolder(succession.folder.path(), *succession.log));
    if (admits) {
      EXPECT_THAT(audit.found.Find("loss")->why, HasSubstr("1 of them stand here again"));
      EXPECT_EQ(audit.found.Find("loss-admitted"), nullptr);
    } else {
      EXPECT_EQ(StateOf(audit.found, "loss-admitted"), ClaimState::kDoesNotHold);
    }
  }
}

TEST(KeyHistory, OfASuccessorKnowsThePartiesOfItsPredecessor) {
  const Succession succession;
  succession.Write();
  mirror::FolderSource source(succession.folder.path());
  ASSERT_OK_AND_ASSIGN(const auto reader,
                       mirror::LogReader::Open(source, succession.log->LogVkey()));
  const auto genesis = keys::Digest::FromBytes(
      keys::AsBytes((*ledger::ReadLog(succession.log->state()))->genesis()));
  ASSERT_OK_AND_ASSIGN(const auto history, KeyHistory::Create(*reader, *genesis));
  EXPECT_THAT(history->CheckKey(LogBuilder::SigningKey("registrar-c/desk").Public().Fingerprint(),
                                "registrar-c"),
              IsOk());
}

}  // namespace
}  // namespace cairn::dossier
