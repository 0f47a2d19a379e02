#include "broker/predecessor.h"

#include <filesystem>
#include <string>

#include "audit/ledger/read.h"
#include "audit/log/rocks_store.h"
#include "broker/setup.h"
#include "broker/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_folder.h"
#include "tests/testing/status.h"

namespace cairn::broker {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::ScratchFolder;
using ::cairn::testing::StatusIs;
using testing::TestConfig;

constexpr char kSecondOrigin[] = "log.example.org/second";

// A log in a folder, as a mirror keeps it.
struct OldLog {
  LogBuilder log;
  statement::StatementId handover;
  ScratchFolder folder;
  ScratchFolder data;

  OldLog() {
    log.Found();
    handover = log.OpenHandover();
    log.Submit(handover, "S1");
    cairn::testing::WriteLogFolder(folder / "copy", log.entries(), log.Note());
  }
  PredecessorRequest Request() const {
    return {.folder = folder / "copy", .vkey = log.LogVkey().ToString(), .size = {}, .lost = {}};
  }
};

void WriteEntry(const std::string& path, const v1::PartyEntry& entry) {
  cairn::testing::WriteTestFile(path, *statement::CanonicalBytes(entry));
}

TEST(Predecessor, IsCopiedVerifiedAndFolded) {
  const OldLog old;
  ASSERT_OK_AND_ASSIGN(const CarriedLog carried, CarryPredecessor(old.data.path(), old.Request()));
  EXPECT_EQ(carried.predecessor.tree_size(), merkle::ToInt(old.log.size()));
  EXPECT_EQ(carried.predecessor.log_origin(), old.log.origin());
  EXPECT_TRUE(std::filesystem::exists(old.data / "predecessor/checkpoint"));
  ASSERT_OK_AND_ASSIGN(const auto object, ledger::ReadLog(carried.replay.state()));
  EXPECT_TRUE(object->has_carried());
}

TEST(Predecessor, TheRequestIsCheckedBeforeAnythingIsDone) {
  const OldLog old;
  PredecessorRequest request = old.Request();
  request.vkey = "no key";
  EXPECT_THAT(CarryPredecessor(old.data.path(), request),
              StatusIs(absl::StatusCode::kInvalidArgument));
  request = old.Request();
  request.size = 100'000;
  EXPECT_THAT(CarryPredecessor(old.data.path(), request),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  for (const char* lost : {"x", "9-3", "3-", "-3", ""}) {
    request = old.Request();
    request.lost = {lost};
    EXPECT_THAT(CarryPredecessor(old.data.path(), request),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << lost;
  }
}

TEST(Predecessor, AGenesisIsLoggedOverItsStateAndTheStateCanBeFoldedAgain) {
  const OldLog old;
  const LogBuilder next(old.log, kSecondOrigin);
  const ScratchFolder papers;
  Config config = TestConfig(old.data.path(), kSecondOrigin);
  GenesisRequest request;
  request.operator_entry = papers / "operator.entry";
  WriteEntry(request.operator_entry, next.Entry("operator"));
  for (const char* registrar : {"registrar-a", "registrar-b"}) {
    request.registrar_entries.push_back(papers / registrar);
    WriteEntry(request.registrar_entries.back(), next.Entry(registrar));
  }
  request.predecessor = old.Request();
  const std::uint64_t size = merkle::ToInt(old.log.size());
  request.predecessor.lost = {std::to_string(size) + "-" + std::to_string(size + 4)};
  ASSERT_OK_AND_ASSIGN(const GenesisResult made,
                       MakeGenesis(config, testing::TestKeys(next), request));
  EXPECT_FALSE(made.already_there);
  ASSERT_OK_AND_ASSIGN(const GenesisResult again,
                       MakeGenesis(config, testing::TestKeys(next), request));
  EXPECT_TRUE(again.already_there);
  EXPECT_EQ(again.digest, made.digest);

  ASSERT_OK_AND_ASSIGN(const auto store, log::OpenRocksStore(DatabasePath(config)));
  ASSERT_OK_AND_ASSIGN(const auto object, ledger::ReadLog(*store));
  EXPECT_EQ(object->base(), size);
  EXPECT_THAT(ledger::ReadHandoverObject(*store, old.handover.View()), IsOk());
  ASSERT_OK_AND_ASSIGN(ledger::Replay replay, BeginReplay(*store, config.data));
  ASSERT_OK_AND_ASSIGN(const keys::Bytes first, store->ReadEntry(merkle::LeafIndex{0}));
  ASSERT_OK_AND_ASSIGN(const ledger::ReplayStep step, replay.Step(keys::AsBytes(first)));
  EXPECT_FALSE(step.has_fault());
  EXPECT_EQ(*ledger::StateDigest(replay.state()), *ledger::StateDigest(*store));
  // What stands over leaves cannot be replaced.
  EXPECT_THAT(SeedState(*store, ledger::MemoryState()),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(Predecessor, SeedingAgainLeavesNothingOfAnEarlierSeed) {
  const OldLog old;
  ASSERT_OK_AND_ASSIGN(const auto store, log::OpenRocksStore(old.data / "db"));
  ASSERT_THAT(SeedState(*store, old.log.state()), IsOk());
  EXPECT_EQ(*ledger::StateDigest(*store), *ledger::StateDigest(old.log.state()));
  ASSERT_THAT(SeedState(*store, ledger::MemoryState()), IsOk());
  EXPECT_EQ(*ledger::StateDigest(*store), *ledger::StateDigest(ledger::MemoryState()));
}

TEST(Predecessor, OverHttpOnlyTheLogsOwnFilesAreThere) {
  const OldLog old;
  ASSERT_THAT(CarryPredecessor(old.data.path(), old.Request()), IsOk());
  EXPECT_EQ(AnswerPredecessorPath("/predecessor/checkpoint", old.data.path()).body, old.log.Note());
  for (const char* path :
       {"/predecessor", "/predecessor/", "/predecessor/lock", "/predecessor/../anchor",
        "/predecessor/evidence/x.note", "/predecessor/predecessor/checkpoint", "/checkpoint",
        "/predecessorcheckpoint"}) {
    EXPECT_EQ(AnswerPredecessorPath(path, old.data.path()).status, 404) << path;
  }
}

}  // namespace
}  // namespace cairn::broker
