// What Cairn does with bytes, each row beside the raw cost of the same work in the same round:
// sealing and opening, checking a million leaves offline, taking in a package of 10,000 records.
//
//   work_bench [ROUNDS [LEAVES]]
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/bench/offline.h"
#include "tests/bench/package_work.h"
#include "tests/bench/sealing_work.h"

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
  const std::uint64_t leaves = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  if (argc > 3 || rounds < 1 || leaves < 1024) {
    std::cerr << "usage: work_bench [ROUNDS [LEAVES]]\n";
    return 2;
  }
  cairn::bench::MeasurePackage(rounds);
  cairn::bench::MeasureSealing(rounds);
  cairn::bench::MeasureOffline(rounds, leaves);
  return 0;
}
