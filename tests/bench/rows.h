// What the benchmarks print: one line a row, fields parted by tabs, for tests/bench/run to collect.
#ifndef CAIRN_TESTS_BENCH_ROWS_H_
#define CAIRN_TESTS_BENCH_ROWS_H_

#include <string>
#include <vector>

namespace cairn::bench {

// The rounds of one row. In each round the limit is measured beside the value, because such
// machines drift; the ratio is the median of the rounds' own ratios.
class Rounds {
 public:
  void Add(double value, double limit);
  double Value() const;
  double Limit() const;
  double Ratio() const;

 private:
  std::vector<double> values_, limits_, ratios_;
};

double Median(std::vector<double> values);

// "row <name> <value> <limit> <ratio> <target> <yes|no|> <remark>". No target: 0.
void PrintRow(const std::string& name, const std::string& unit, const Rounds& rounds,
              const std::string& limit_is, double target, const std::string& remark = "");
// How many times the raw cost something takes; at most `target`. Rates are records a second.
void PrintTimes(const std::string& name, double rate, double raw_rate, double times, double target,
                const std::string& remark);
// A figure without a limit.
void PrintFigure(const std::string& name, const std::string& value, const std::string& target,
                 bool met, const std::string& remark = "");
// A line above the table.
void PrintNote(const std::string& text);

// Wall-clock seconds from some moment on, and the CPU time of the calling thread in microseconds.
double Seconds();
double ThreadCpuUs();

}  // namespace cairn::bench

#endif  // CAIRN_TESTS_BENCH_ROWS_H_
