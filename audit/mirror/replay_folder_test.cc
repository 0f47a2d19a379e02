#include "audit/mirror/replay_folder.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "audit/ledger/handover_view.h"
#include "audit/mirror/sync_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/log_folder.h"
#include "tests/testing/status.h"

namespace cairn::mirror {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::ScratchFolder;
using ::cairn::testing::StatusIs;

keys::Digest DigestOf(const ledger::ScanView& state) { return ledger::StateDigest(state).value(); }

TEST(ReplayFolder, GivesTheStateAtEverySize) {
  LogBuilder log;
  log.Found();
  const auto handover = log.OpenHandover();
  log.Submit(handover, "S1");
  const ScratchFolder folder;
  testing::WriteLogFolder(folder.path(), log.entries(), log.Note());
  ledger::Replay direct;
  for (std::size_t size = 0; size <= log.entries().size(); ++size) {
    ASSERT_OK_AND_ASSIGN(const ledger::Replay replay,
                         ReplayFolder(folder.path(), log.LogVkey(), merkle::TreeSize{size}));
    EXPECT_EQ(replay.size(), merkle::TreeSize{size});
    EXPECT_EQ(DigestOf(replay.state()), DigestOf(direct.state())) << size;
    if (size < log.entries().size()) {
      ASSERT_THAT(direct.Step(keys::AsBytes(log.entries()[size])), IsOk());
    }
  }
  EXPECT_EQ(DigestOf(direct.state()), DigestOf(log.state()));
  EXPECT_THAT(ledger::ReadHandover(direct.state(), handover, log.size()), IsOk());
}

TEST(ReplayFolder, LeavesThatAreMalformedOrRefusedChangeNothing) {
  LogBuilder log;
  log.Found();
  std::vector<keys::Bytes> entries = log.entries();
  const auto before = DigestOf(log.state());
  entries.push_back("no entry at all");
  entries.push_back(entries[1]);  // A replay: its sequence is taken.
  merkle::Frontier frontier;
  for (const auto& entry : entries) frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  const ScratchFolder folder;
  testing::WriteLogFolder(
      folder.path(), entries,
      *note::SignCheckpoint(
          {.origin = log.origin(), .size = frontier.size(), .root = frontier.Root()},
          log.LogKey()));
  FolderSource source(folder.path());
  ASSERT_OK_AND_ASSIGN(const auto reader, LogReader::Open(source, log.LogVkey()));
  ledger::Replay replay;
  int malformed = 0;
  int refused = 0;
  ASSERT_THAT(ReplayLog(*reader, reader->size(), replay,
                        [&](const ledger::ReplayStep& step, keys::ByteView entry) {
                          EXPECT_EQ(keys::ToBytes(entry), entries[merkle::ToInt(step.leaf)]);
                          malformed += step.malformed.ok() ? 0 : 1;
                          refused += step.refusal.has_value() ? 1 : 0;
                          return absl::OkStatus();
                        }),
              IsOk());
  EXPECT_EQ(malformed, 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(DigestOf(replay.state()), before);
}

TEST(ReplayFolder, SaysWhenTheCopyIsTooSmallOrNotThere) {
  LogBuilder log;
  log.Found();
  const ScratchFolder folder;
  EXPECT_THAT(ReplayFolder(folder.path(), log.LogVkey(), merkle::TreeSize{1}),
              StatusIs(absl::StatusCode::kNotFound));
  testing::WriteLogFolder(folder.path(), log.entries(), log.Note());
  EXPECT_THAT(ReplayFolder(folder.path(), log.LogVkey(), merkle::TreeSize{1000}),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(ReplayLog, AnErrorOfTheCallerEndsIt) {
  LogBuilder log;
  log.Found();
  const ScratchFolder folder;
  testing::WriteLogFolder(folder.path(), log.entries(), log.Note());
  FolderSource source(folder.path());
  ASSERT_OK_AND_ASSIGN(const auto reader, LogReader::Open(source, log.LogVkey()));
  ledger::Replay replay;
  EXPECT_THAT(ReplayLog(*reader, reader->size(), replay,
                        [](const ledger::ReplayStep& step, keys::ByteView) {
                          return step.leaf == merkle::LeafIndex{2} ? absl::CancelledError("enough")
                                                                   : absl::OkStatus();
                        }),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(replay.size(), merkle::TreeSize{3});
}

// --- Successors ----------------------------------------------------------------------------------

// A log that goes on from another; both copies in one folder, as a broker serves them.
struct GoesOn {
  LogBuilder old;
  statement::StatementId handover;
  std::optional<LogBuilder> log;
  ScratchFolder served;

  GoesOn() {
    old.Found();
    handover = old.OpenHandover();
    old.Submit(handover, "S1");
    log.emplace(old, "log.example.org/second");
    const auto genesis = log->Accept(log->GenesisStatement());
    log->Endorse("registrar-a", genesis);
    log->Endorse("registrar-b", genesis);
    testing::WriteLogFolder(served.path(), log->entries(), log->Note());
    testing::WriteLogFolder(served / "predecessor", old.entries(), old.Note());
  }
};

TEST(ReplayFolder, ASuccessorIsFoldedOverItsPredecessorAndCopiedWithIt) {
  const GoesOn goes_on;
  const ScratchFolder copy;
  FolderSource source(goes_on.served.path());
  ASSERT_THAT(SyncFolder(copy / "log", source, goes_on.log->LogVkey()), IsOk());
  ASSERT_OK_AND_ASSIGN(const ledger::Replay replay,
                       ReplayFolder(copy / "log", goes_on.log->LogVkey(), goes_on.log->size()));
  EXPECT_EQ(DigestOf(replay.state()), DigestOf(goes_on.log->state()));
  // Copied once: nothing of it is asked for again.
  std::filesystem::remove_all(goes_on.served / "predecessor");
  EXPECT_THAT(SyncFolder(copy / "log", source, goes_on.log->LogVkey()), IsOk());
}

TEST(ReplayFolder, TheLeavesOfThePredecessorsComeFirstAndArePositioned) {
  const GoesOn goes_on;
  FolderSource source(goes_on.served.path());
  ASSERT_OK_AND_ASSIGN(const auto reader, LogReader::Open(source, goes_on.log->LogVkey()));
  ledger::Replay replay;
  std::vector<std::uint64_t> positions;
  const auto note = [&positions](const ledger::ReplayStep& step, keys::ByteView) {
    positions.push_back(step.position);
    return absl::OkStatus();
  };
  ASSERT_THAT(ReplayAll(*reader, reader->size(), replay, note, note), IsOk());
  ASSERT_EQ(positions.size(),
            merkle::ToInt(goes_on.old.size()) + merkle::ToInt(goes_on.log->size()));
  for (std::size_t i = 0; i < positions.size(); ++i) EXPECT_EQ(positions[i], i);
}

TEST(ReplayFolder, WithoutThePredecessorNothingIsSaidOfASuccessor) {
  const GoesOn goes_on;
  std::filesystem::remove_all(goes_on.served / "predecessor");
  EXPECT_THAT(
      ReplayFolder(goes_on.served.path(), goes_on.log->LogVkey(), goes_on.log->size()),
      StatusIs(absl::StatusCode::kFailedPrecondition, ::testing::HasSubstr("goes on from")));
  // One that is too short, and one that is another log.
  const std::vector<keys::Bytes> few(goes_on.old.entries().begin(),
                                     goes_on.old.entries().begin() + 3);
  merkle::Frontier frontier;
  for (const auto& entry : few) frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  testing::WriteLogFolder(
      goes_on.served / "predecessor", few,
      *note::SignCheckpoint(
          {.origin = goes_on.old.origin(), .size = frontier.size(), .root = frontier.Root()},
          goes_on.old.LogKey()));
  EXPECT_THAT(
      ReplayFolder(goes_on.served.path(), goes_on.log->LogVkey(), goes_on.log->size()),
      StatusIs(absl::StatusCode::kFailedPrecondition, ::testing::HasSubstr("were carried over")));
}

}  // namespace
}  // namespace cairn::mirror
