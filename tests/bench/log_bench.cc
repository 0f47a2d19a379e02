// What the log itself costs: statements a second through the sequencer, on the disk given.
//   log_bench [DIR]     DIR: where to make the log; default: a new folder in the temporary one
// Rows: batches of 1, 16, 64 and 256 statements that wait together; beside each, in the same run,
// the disk's own limit: one synced RocksDB batch with the same entries and nothing else.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/mutex.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "audit/statement/entry.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "tests/testing/small_log.h"

namespace cairn::bench {
namespace {

using Statements = std::vector<statement::VerifiedStatement>;
using testing::OrDie;

double Seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Counts answers down.
class Gate {
 public:
  void Open(std::size_t count) {
    const log::MutexLock lock(mutex_);
    open_ = count;
  }
  void Answer(const log::Outcome& outcome) {
    const log::MutexLock lock(mutex_);
    good_ += std::holds_alternative<log::Logged>(outcome);
    if (--open_ == 0) done_.NotifyOne();
  }
  void Wait() {
    const log::MutexLock lock(mutex_);
    while (open_ > 0) done_.Wait(mutex_);
  }
  std::size_t good() {
    const log::MutexLock lock(mutex_);
    return good_;
  }

 private:
  log::Mutex mutex_;
  log::CondVar done_;
  std::size_t open_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t good_ ABSL_GUARDED_BY(mutex_) = 0;
};

struct Rate {
  double per_second = 0;
  double cpu_us = 0;  // Of one statement, all threads.
};

// Gives the statements in groups, each when the one before was answered; all proofs are made too.
Rate ThroughSequencer(log::Sequencer& sequencer, const Statements& statements, std::size_t group) {
  Gate gate;
  const double start = Seconds();
  const double cpu = CpuSeconds();
  for (std::size_t i = 0; i < statements.size(); i += group) {
    const std::size_t count = std::min(group, statements.size() - i);
    gate.Open(count);
    for (std::size_t j = i; j < i + count; ++j) {
      const absl::Status status = sequencer.Submit({statements[j], [&](log::Outcome outcome) {
                                                      const auto& logged =
                                                          std::get<log::Logged>(outcome);
                                                      OrDie(logged.ProveInclusion());
                                                      gate.Answer(outcome);
                                                    }});
      if (!status.ok()) std::abort();
    }
    gate.Wait();
  }
  const auto done = static_cast<double>(statements.size());
  return {done / (Seconds() - start), (CpuSeconds() - cpu) * 1e6 / done};
}

// The same entries, and nothing but one synced write a group.
Rate RawCommits(rocksdb::DB& db, const Statements& statements, std::size_t group,
                std::uint64_t& key) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const double start = Seconds();
  const double cpu = CpuSeconds();
  for (std::size_t i = 0; i < statements.size(); i += group) {
    rocksdb::WriteBatch batch;
    for (std::size_t j = i; j < std::min(i + group, statements.size()); ++j) {
      std::string name;
      keys::AppendU64(name, key++);
      batch.Put(name, statements[j].signed_bytes());
    }
    if (!db.Write(synced, &batch).ok()) std::abort();
  }
  const auto done = static_cast<double>(statements.size());
  return {done / (Seconds() - start), (CpuSeconds() - cpu) * 1e6 / done};
}

int Run(const std::string& folder) {
  testing::SmallLog small;
  auto store = OrDie(log::OpenRocksStore(folder + "/db"));
  log::SequencerHooks hooks;
  hooks.now_ms = [] { return std::uint64_t{1'700'000'000'000}; };
  auto sequencer = OrDie(log::Sequencer::Open(
      *store, folder + "/anchor", {small.origin(), &small.log_key(), &small.the_operator().key()},
      std::move(hooks)));
  constexpr int kSpeakers = 64;
  Statements founding = small.Founding();
  std::vector<testing::Speaker> speakers;
  for (int i = 0; i < kSpeakers; ++i) {
    speakers.push_back(small.NewSpeaker(absl::StrCat("party-", i)));
    founding.push_back(small.registrar().SignEnrol(speakers.back()));
  }
  ThroughSequencer(*sequencer, founding, founding.size());
  rocksdb::DB* raw = nullptr;
  rocksdb::Options options;
  options.create_if_missing = true;
  if (!rocksdb::DB::Open(options, folder + "/raw", &raw).ok()) return 1;
  const std::unique_ptr<rocksdb::DB> db(raw);

  std::printf("%-28s %12s %12s %8s %12s\n", "batches of", "statements/s", "disk alone", "ratio",
              "CPU us each");
  std::uint64_t key = 0;
  std::uint64_t number = 0;
  for (const std::size_t group : {1u, 16u, 64u, 256u}) {
    Statements statements;
    const std::size_t count = group == 1 ? 500 : 100 * group;
    for (std::size_t i = 0; i < count; ++i) {
      statements.push_back(speakers[i % kSpeakers].SignClaim(number++));
    }
    const Rate limit = RawCommits(*db, statements, group, key);
    const Rate rate = ThroughSequencer(*sequencer, statements, group);
    std::printf("%-28zu %12.0f %12.0f %8.2f %12.1f\n", group, rate.per_second, limit.per_second,
                rate.per_second / limit.per_second, rate.cpu_us);
  }
  return 0;
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  std::string folder = argc > 1 ? argv[1] : "";
  if (!folder.empty()) {
    std::filesystem::create_directories(folder);
    return cairn::bench::Run(folder);
  }
  folder = (std::filesystem::temp_directory_path() / "cairn-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const int result = cairn::bench::Run(folder);
  std::filesystem::remove_all(folder);
  return result;
}
