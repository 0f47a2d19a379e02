// Sealing and opening an age file of 64 MiB in memory, beside ChaCha20-Poly1305 over the same
// bytes.
#ifndef CAIRN_TESTS_BENCH_SEALING_WORK_H_
#define CAIRN_TESTS_BENCH_SEALING_WORK_H_

#include <cstdint>

namespace cairn::bench {

void MeasureSealing(int rounds);

}  // namespace cairn::bench

#endif  // CAIRN_TESTS_BENCH_SEALING_WORK_H_
