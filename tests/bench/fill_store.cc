// Fills a store with many leaves, in large unsynced batches through the store's own interface, and
// measures what a large log costs to open and to prove from. Never run by the tests.
//   fill_store DIR LEAVES     goes on until the log has LEAVES leaves, and signs
//   fill_store DIR            measures a log that was filled before
// Ten million leaves take some ten minutes and 8 GB.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "audit/log/edge.h"
#include "audit/log/mutex.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "cairn/v1/state.pb.h"
#include "tests/bench/rows.h"
#include "tests/testing/small_log.h"

namespace cairn::bench {
namespace {

using testing::OrDie;

constexpr int kSpeakers = 64;
constexpr std::uint64_t kFillBatch = 8192;
constexpr std::uint64_t kFillTimeMs = 1'700'000'000'000;

void DieUnless(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Megabytes that the process holds now.
double Resident() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long total = 0;
  unsigned long resident = 0;
  if (std::fscanf(file, "%lu %lu", &total, &resident) != 2) resident = 0;
  std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

std::unique_ptr<log::Sequencer> OpenLog(log::Store& store, const std::string& folder,
                                        testing::SmallLog& small) {
  log::SequencerHooks hooks;
  hooks.now_ms = [] { return kFillTimeMs; };
  auto sequencer = OrDie(log::Sequencer::Open(
      store, folder + "/anchor", {small.origin(), &small.log_key(), &small.the_operator().key()},
      std::move(hooks)));
  if (sequencer->sealed()) DieUnless(absl::DataLossError(*sequencer->sealed()));
  return sequencer;
}

void Submit(log::Sequencer& sequencer, const statement::VerifiedStatement& statement) {
  log::Mutex mutex;
  log::CondVar answered;
  bool done = false;
  DieUnless(sequencer.Submit({statement, [&](const log::Outcome&) {
                                const log::MutexLock lock(mutex);
                                done = true;
                                answered.NotifyOne();
                              }}));
  const log::MutexLock lock(mutex);
  while (!done) answered.Wait(mutex);
}

// One more batch of claims, each speaker in turn. What the fold makes of a claim that belongs to no
// handover is the key's new chain, and nothing else; fsck of a filled store shows that.
log::Batch MakeBatch(log::Edge& edge, std::vector<testing::Speaker>& speakers,
                     std::uint64_t count) {
  log::Batch batch;
  batch.from = edge.head().size;
  std::vector<merkle::LeafHash> leaves;
  for (std::uint64_t i = 0; i < count; ++i) {
    testing::Speaker& speaker = speakers[i % kSpeakers];
    const keys::Bytes signed_bytes = speaker.Sign(testing::Speaker::Claim(speaker.sequence()));
    log::NewEntry entry;
    entry.entry = statement::EncodeEntry(kFillTimeMs, keys::AsBytes(signed_bytes));
    entry.id = OrDie(statement::StatementId::FromBytes(keys::AsBytes(speaker.previous())));
    leaves.push_back(merkle::HashLeaf(keys::AsBytes(entry.entry)));
    batch.entries.push_back(std::move(entry));
  }
  for (const testing::Speaker& speaker : speakers) {
    v1::ChainObject chain;
    chain.set_sequence(speaker.sequence());
    chain.set_head(speaker.previous());
    batch.objects.push_back({ledger::ChainKey(speaker.key().Public().Fingerprint().View()),
                             OrDie(statement::CanonicalBytes(chain))});
  }
  log::Edge::Growth growth = edge.Append(leaves);
  batch.tiles = std::move(growth.tiles);
  batch.head = growth.head;
  return batch;
}

void Fill(const std::string& folder, std::uint64_t wanted) {
  testing::SmallLog small;
  auto store = OrDie(log::OpenRocksStore(folder + "/db"));
  std::vector<testing::Speaker> speakers;
  for (int i = 0; i < kSpeakers; ++i) {
    speakers.push_back(small.NewSpeaker(absl::StrCat("party-", i)));
  }
  {
    auto sequencer = OpenLog(*store, folder, small);
    for (const auto& statement : small.Founding()) Submit(*sequencer, statement);
    for (const auto& speaker : speakers) Submit(*sequencer, small.registrar().SignEnrol(speaker));
  }
  for (testing::Speaker& speaker : speakers) {
    const auto chain =
        OrDie(ledger::ReadChain(*store, speaker.key().Public().Fingerprint().View()));
    speaker.SetChain(chain.sequence(), chain.head());
  }
  log::Edge edge = OrDie(log::Edge::Load(OrDie(store->ReadHead()), *store));
  const double start = Now();
  const std::uint64_t first = merkle::ToInt(edge.head().size);
  while (merkle::ToInt(edge.head().size) < wanted) {
    const std::uint64_t size = merkle::ToInt(edge.head().size);
    // Whole rounds of the speakers, so that every batch brings every chain.
    const std::uint64_t count =
        std::max<std::uint64_t>(std::min(kFillBatch, wanted - size), kSpeakers);
    DieUnless(store->Commit(MakeBatch(edge, speakers, count), log::Durability::kUnsynced));
    if (size / 1'000'000 != (size + count) / 1'000'000) {
      std::printf("%llu leaves, %.0f a second\n", static_cast<unsigned long long>(size + count),
                  static_cast<double>(size + count - first) / (Now() - start));
      std::fflush(stdout);
    }
  }
  std::printf("reading back and signing\n");
  OpenLog(*store, folder, small);
}

void Measure(const std::string& folder) {
  const double before = Resident();
  const double start = Now();
  testing::SmallLog small;
  auto store = OrDie(log::OpenRocksStore(folder + "/db"));
  const double opened = Now();
  auto sequencer = OpenLog(*store, folder, small);
  const double ready = Now();
  const std::uint64_t size = merkle::ToInt(sequencer->Head()->head.size);
  const double took_ms = (ready - start) * 1e3;
  PrintFigure(absl::StrCat("start-up with ", size, " leaves"),
              absl::StrCat(static_cast<int>(took_ms), " ms"), "under 1000 ms", took_ms < 1000,
              absl::StrCat("the database ", static_cast<int>((opened - start) * 1e3), " ms; ",
                           static_cast<int>(Resident()), " MB resident, ", static_cast<int>(before),
                           " before"));
  std::mt19937_64 random(1);
  constexpr int kProofs = 20'000;
  const merkle::TileSource source(merkle::TreeSize{size}, sequencer->Tiles());
  const double proving = Now();
  for (int i = 0; i < kProofs; ++i) {
    OrDie(
        merkle::ProveInclusion(merkle::LeafIndex{random() % size}, merkle::TreeSize{size}, source));
  }
  PrintFigure(absl::StrCat("proofs of random leaves of ", size, ", without gRPC"),
              absl::StrCat(static_cast<int>(kProofs / (Now() - proving)), " /s"), "", true,
              absl::StrCat("one thread; ", static_cast<int>(Resident()), " MB resident"));
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: fill_store DIR [LEAVES]\n");
    return 2;
  }
  const std::string folder = argv[1];
  std::filesystem::create_directories(folder);
  if (argc == 3) {
    cairn::bench::Fill(folder, std::strtoull(argv[2], nullptr, 10));
  } else {
    cairn::bench::Measure(folder);
  }
  return 0;
}
