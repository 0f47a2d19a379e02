#include "tests/bench/limits.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "tests/bench/broker_process.h"
#include "tests/bench/rows.h"

namespace cairn::bench {
namespace {

void VerifyTimes(int times) {
  const keys::SigningPrivateKey key = KeyFromSeed("verify");
  const std::string message(300, 'm');
  const std::string signature = key.Sign(keys::AsBytes(message));
  for (int i = 0; i < times; ++i) {
    if (!key.Public().Verify(keys::AsBytes(message), keys::AsBytes(signature)).ok()) Fail("verify");
  }
}

}  // namespace

double VerificationUs() {
  constexpr int kTimes = 4000;
  const double before = ThreadCpuUs();
  VerifyTimes(kTimes);
  return (ThreadCpuUs() - before) / kTimes;
}

double EntryUs(const std::string& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, folder, &opened).ok()) Fail("RocksDB does not open");
  std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  constexpr int kBatches = 300, kEntries = 64;
  const std::string entry(300, 'e');
  const double before = ThreadCpuUs();
  for (int batch = 0; batch < kBatches; ++batch) {
    rocksdb::WriteBatch writes;
    for (int i = 0; i < kEntries; ++i) {
      writes.Put("e" + std::to_string(batch * kEntries + i), entry);
    }
    if (!db->Write(synced, &writes).ok()) Fail("RocksDB does not write");
  }
  const double used = (ThreadCpuUs() - before) / (kBatches * kEntries);
  db.reset();
  std::filesystem::remove_all(folder);
  return used;
}

double TwoCoreVerifications() {
  constexpr int kTimes = 12'000;
  const double start = Seconds();
  std::thread other(VerifyTimes, kTimes);
  VerifyTimes(kTimes);
  other.join();
  return 2 * kTimes / (Seconds() - start);
}

double PostgresRate(const std::string& pgbench, std::size_t clients) {
  const std::string command = pgbench + " -c " + std::to_string(clients) + " -j " +
                              std::to_string(clients > 1 ? 2 : 1) + " 2>/dev/null";
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) Fail(command);
  double rate = 0;
  char line[256];
  while (std::fgets(line, sizeof line, pipe) != nullptr) std::sscanf(line, "tps = %lf", &rate);
  if (pclose(pipe) != 0 || rate <= 0) Fail("pgbench printed no rate: " + command);
  return rate;
}

}  // namespace cairn::bench
