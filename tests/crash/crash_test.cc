// Kills a log with SIGKILL at random moments under load, again and again, keeps every receipt that
// it gave, and checks at the end that nothing acknowledged is lost and nothing is forked.
// CAIRN_CRASH_KILLS says how often (10), CAIRN_CRASH_SEED repeats a run.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/fsck.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/merkle/verify.h"
#include "audit/note/proof_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crash/frames.h"
#include "tests/testing/small_log.h"
#include "tests/testing/status.h"

namespace cairn::crash {
namespace {

using testing::IsOk;
using testing::OrDie;

unsigned FromEnvironment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// A started program, its standard output in a file.
class Child {
 public:
  Child(const std::vector<std::string>& command, const std::string& output) {
    pid_ = fork();
    if (pid_ != 0) return;
    const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || dup2(file, STDOUT_FILENO) < 0) _exit(127);
    std::vector<char*> arguments;
    for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  // True if it was still running.
  bool Kill() {
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

 private:
  pid_t pid_ = -1;
};

std::string ReadAll(const std::string& path) {
  std::string bytes;
  if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
    char buffer[65536];
    for (std::size_t got; (got = std::fread(buffer, 1, sizeof(buffer), file)) > 0;) {
      bytes.append(buffer, got);
    }
    std::fclose(file);
  }
  return bytes;
}

// Checks every receipt that was ever given against the log as it is now.
class Auditor {
 public:
  Auditor(const log::Store& store, const testing::SmallLog& small)
      : store_(store),
        head_(OrDie(store.ReadHead())),
        nodes_(head_.size, store),
        policy_(OrDie(note::Policy::Parse(
            absl::StrCat("log ", small.vkey().ToString(), "\nquorum none\n")))) {}

  void Check(const Receipt& receipt) {
    auto verified = note::VerifyProofFile(keys::AsBytes(receipt.entry),
                                          keys::AsBytes(receipt.proof_file), policy_);
    ASSERT_THAT(verified, IsOk());
    // The same bytes are at the same leaf now, under the root of now.
    const merkle::LeafIndex index = verified->index;
    ASSERT_EQ(OrDie(store_.ReadEntry(index)), receipt.entry);
    auto path = merkle::ProveInclusion(index, head_.size, nodes_);
    ASSERT_THAT(path, IsOk());
    ASSERT_THAT(merkle::VerifyInclusion(verified->leaf, index, head_.size, *path, head_.root),
                IsOk());
    // The tree of then is the beginning of the tree of now.
    const note::Checkpoint& then = verified->opened.checkpoint;
    const auto [known, is_new] = roots_.emplace(merkle::ToInt(then.size), then.root);
    ASSERT_EQ(known->second, then.root)
        << "two roots were signed for size " << merkle::ToInt(then.size);
    if (!is_new) return;
    auto proof = merkle::ProveConsistency(then.size, head_.size, nodes_);
    ASSERT_THAT(proof, IsOk());
    ASSERT_THAT(merkle::VerifyConsistency(then.size, then.root, head_.size, head_.root, *proof),
                IsOk());
  }

  std::size_t notes() const { return roots_.size(); }
  const log::TreeHead& head() const { return head_; }

 private:
  const log::Store& store_;
  const log::TreeHead head_;
  const merkle::TileSource nodes_;
  const note::Policy policy_;
  std::map<std::uint64_t, merkle::NodeHash> roots_;
};

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
  Auditor auditor(*store, small);
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
