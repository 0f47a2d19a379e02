#include "audit/mirror/replay_folder.h"

#include <string>

#include "audit/ledger/handover_view.h"
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

}  // namespace
}  // namespace cairn::mirror
