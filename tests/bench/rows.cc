#include "tests/bench/rows.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace cairn::bench {

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void Rounds::Add(double value, double limit) {
  values_.push_back(value);
  limits_.push_back(limit);
  ratios_.push_back(limit > 0 ? value / limit : 0);
}
double Rounds::Value() const { return Median(values_); }
double Rounds::Limit() const { return Median(limits_); }
double Rounds::Ratio() const { return Median(ratios_); }

void PrintRow(const std::string& name, const std::string& unit, const Rounds& rounds,
              const std::string& limit_is, double target, const std::string& remark) {
  const double ratio = rounds.Ratio();
  char wanted[32] = "";
  if (target > 0) std::snprintf(wanted, sizeof wanted, "%.2f", target);
  std::printf("row\t%s\t%.0f %s\t%.0f %s\t%.2f\t%s\t%s\t%s\n", name.c_str(), rounds.Value(),
              unit.c_str(), rounds.Limit(), limit_is.c_str(), ratio, wanted,
              target <= 0       ? ""
              : ratio >= target ? "yes"
                                : "no",
              remark.c_str());
  std::fflush(stdout);
}

void PrintTimes(const std::string& name, double rate, double raw_rate, double times, double target,
                const std::string& remark) {
  std::printf("row\t%s\t%.0f /s\t%.0f /s raw stages\t%.2f times\tat most %.2f\t%s\t%s\n",
              name.c_str(), rate, raw_rate, times, target, times <= target ? "yes" : "no",
              remark.c_str());
  std::fflush(stdout);
}

void PrintFigure(const std::string& name, const std::string& value, const std::string& target,
                 bool met, const std::string& remark) {
  std::printf("row\t%s\t%s\t\t\t%s\t%s\t%s\n", name.c_str(), value.c_str(), target.c_str(),
              target.empty() ? ""
              : met          ? "yes"
                             : "no",
              remark.c_str());
  std::fflush(stdout);
}

void PrintNote(const std::string& text) {
  std::printf("note\t%s\n", text.c_str());
  std::fflush(stdout);
}

double Seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double ThreadCpuUs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

}  // namespace cairn::bench
