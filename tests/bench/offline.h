// A log of so many leaves, copied to memory, checked offline: every leaf and every node hashed up
// to the signed root; and the same with every signature verified and every statement folded.
#ifndef CAIRN_TESTS_BENCH_OFFLINE_H_
#define CAIRN_TESTS_BENCH_OFFLINE_H_

#include <cstdint>

namespace cairn::bench {

void MeasureOffline(int rounds, std::uint64_t leaves);

}  // namespace cairn::bench

#endif  // CAIRN_TESTS_BENCH_OFFLINE_H_
