#include "audit/dossier/log_audit.h"

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

}  // namespace
}  // namespace cairn::dossier
