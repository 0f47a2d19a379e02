// Kills a log with SIGKILL at random moments under load, again and again, keeps every receipt that
// it gave, and checks at the end that nothing acknowledged is lost and nothing is forked.
// CAIRN_CRASH_KILLS says how often (10), CAIRN_CRASH_SEED repeats a run.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/fsck.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crash/frames.h"
#include "tests/crash/harness.h"
#include "tests/testing/small_log.h"
#include "tests/testing/status.h"

namespace cairn::crash {
namespace {

TEST(Crash, NothingAcknowledgedIsLostAndNothingIsForkedHoweverOftenTheLogIsKilled) {
  const unsigned kills = FromEnvironment("CAIRN_CRASH_KILLS", 10);
  const unsigned seed = FromEnvironment("CAIRN_CRASH_SEED", std::random_device{}());
  SCOPED_TRACE(absl::StrCat("CAIRN_CRASH_SEED=", seed));
  std::mt19937 random(seed);
  std::string folder = (std::filesystem::temp_directory_path() / "cairn-crash-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);

  std::vector<Receipt> receipts;
  for (unsigned i = 0; i < kills; ++i) {
    // The last life is long enough for leaves to be made, however slow the machine.
    const bool last = i + 1 == kills;
    const unsigned wait_ms = last ? 3000 : 1 + random() % 700;
    Child child({CAIRN_BINARY_DIR "/tests/crash_driver", folder}, folder + "/receipts");
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
    ASSERT_TRUE(child.Kill()) << "the log ended by itself after " << i << " kills";
    for (Receipt& receipt : ParseFrames(ReadAll(folder + "/receipts"))) {
      receipts.push_back(std::move(receipt));
    }
  }

  const testing::SmallLog small;
  // What the last kill has left is finished as it would be by the next start.
  {
    auto store = OrDie(log::OpenRocksStore(folder + "/db"));
    testing::SmallLog keys_again;
    log::SequencerHooks hooks;
    hooks.now_ms = [] { return std::uint64_t{1'700'000'000'000}; };
    auto sequencer = log::Sequencer::Open(
        *store, folder + "/anchor",
        {small.origin(), &small.log_key(), &keys_again.the_operator().key()}, std::move(hooks));
    ASSERT_THAT(sequencer, IsOk());
    ASSERT_FALSE((*sequencer)->sealed().has_value()) << *(*sequencer)->sealed();
  }
  log::RocksOptions read_only;
  read_only.mode = log::RocksOptions::Mode::kReadOnly;
  auto store = OrDie(log::OpenRocksStore(folder + "/db", read_only));
  const log::FsckReport report =
      log::Fsck(*store, log::ReadAnchor(folder + "/anchor"), small.vkey());
  for (const log::Doubt& doubt : report.doubts) ADD_FAILURE() << doubt.message;
  Auditor auditor(*store, small.vkey());
  for (const Receipt& receipt : receipts) {
    ASSERT_NO_FATAL_FAILURE(auditor.Check(receipt));
  }
  EXPECT_GT(receipts.size(), 100u);
  std::printf("%u kills, %zu receipts under %zu notes, %llu leaves: nothing lost, nothing forked\n",
              kills, receipts.size(), auditor.notes(),
              static_cast<unsigned long long>(merkle::ToInt(auditor.head().size)));
  store.reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cairn::crash
