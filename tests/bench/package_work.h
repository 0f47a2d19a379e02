// A package of 10,000 records verified, parsed, checked, projected and committed, beside the sum of
// what the stages cost alone.
#ifndef CAIRN_TESTS_BENCH_PACKAGE_WORK_H_
#define CAIRN_TESTS_BENCH_PACKAGE_WORK_H_

#include <cstdint>

namespace cairn::bench {

void MeasurePackage(int rounds);

}  // namespace cairn::bench

#endif  // CAIRN_TESTS_BENCH_PACKAGE_WORK_H_
