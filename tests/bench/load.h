// Load on a broker over gRPC: unary calls with a fixed number of clients at once, or one stream
// with many in flight; and the same on a server that does nothing, which shows what gRPC costs.
#ifndef CAIRN_TESTS_BENCH_LOAD_H_
#define CAIRN_TESTS_BENCH_LOAD_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cairn/v1/broker.grpc.pb.h"

namespace cairn::bench {

struct LoadResult {
  double per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  std::size_t failed = 0;  // Calls that did not end in a receipt.
};

// statements[c] is what client c sends, one after the other.
LoadResult UnaryLoad(const std::string& address,
                     const std::vector<std::vector<std::string>>& statements);

// All of `statements` over one SubmitStream.
LoadResult StreamLoad(const std::string& address, const std::vector<std::string>& statements,
                      std::size_t in_flight);

// The same over one SubmitMany, whose messages take as many as there is room for, at most 64.
LoadResult ManyLoad(const std::string& address, const std::vector<std::string>& statements,
                    std::size_t in_flight);

// CPU microseconds, of both ends together, of one empty call with 64 clients.
double EmptyCallCpuUs(std::size_t calls);

// Inclusion proofs a second, and a bare echo of the same size on the same machine.
double ProofRate(const std::string& address, std::uint64_t tree_size, std::size_t calls);
double EchoRate(std::size_t calls, std::size_t hashes);

// User and system CPU time of a process, in microseconds.
double CpuUs(pid_t process);

}  // namespace cairn::bench

#endif  // CAIRN_TESTS_BENCH_LOAD_H_
