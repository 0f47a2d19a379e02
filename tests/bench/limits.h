// The limits that stand beside the broker's rows, each measured anew in every round.
#ifndef CAIRN_TESTS_BENCH_LIMITS_H_
#define CAIRN_TESTS_BENCH_LIMITS_H_

#include <string>

namespace cairn::bench {

// CPU microseconds of one Ed25519 verification of 300 bytes.
double VerificationUs();
// CPU microseconds of one entry of 300 bytes in synced RocksDB batches of 64; the database is made
// in `folder` and removed.
double EntryUs(const std::string& folder);
// Verifications a second on two threads.
double TwoCoreVerifications();

// Transactions a second that `pgbench` (a command that lacks only the number of clients) prints.
double PostgresRate(const std::string& pgbench, std::size_t clients);

}  // namespace cairn::bench

#endif  // CAIRN_TESTS_BENCH_LIMITS_H_
