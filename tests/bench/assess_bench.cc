// What an assessment costs: whole handovers of growing size, each in a process of its own so that
// its peak memory is its own, and one record without checks across records, beside what parsing and
// projecting it cost in the same round.
//
//   assess_bench [ROUNDS [LARGEST]]
//
// LARGEST: the largest of 5, 10, 20 and 40 thousand records that is run (40000).
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/record_assessment.h"
#include "audit/completeness/testing.h"
#include "tests/bench/rows.h"

namespace cairn::bench {
namespace {

using completeness::testing::ApiiRules;
using completeness::testing::Move;
using completeness::testing::SetCode;
using completeness::testing::SetCount;
using completeness::testing::SetDay;
using completeness::testing::SetMetres;
using completeness::testing::SetMinute;
using completeness::testing::SetText;

constexpr double kGridMetres = 300;  // Between one field and the next: none lies on another.
constexpr std::uint64_t kAcross = 200;
constexpr std::uint64_t kMinesOfRecord = 50;
constexpr std::uint64_t kRecordsOfUnit = 100;

void Must(bool good) {
  if (!good) std::abort();
}

// Every mine of the record located, in rows over the field.
void AddMines(v1::MinefieldRecord& record, std::uint64_t mines) {
  const v1::Position corner = record.where().perimeter(0).position();
  const double x = static_cast<double>(corner.first()) / 1000;
  const double y = static_cast<double>(corner.second()) / 1000;
  record.mutable_layout()->mutable_mines_listed()->set_presence(v1::PRESENCE_VALUE);
  for (std::uint64_t i = 0; i < mines; ++i) {
    v1::Mine& mine = *record.mutable_layout()->add_mines();
    mine.set_id(absl::StrCat("m", i + 1));
    SetMetres(*mine.mutable_position(), x + 10 + static_cast<double>(i % 3) * 20,
              y + 5 + static_cast<double>(i / 3) * 12);
    SetCode(*mine.mutable_model(), "TM-62M");
    SetCode(*mine.mutable_fuze(), "MVCh-62");
    SetCode(*mine.mutable_anti_handling(), "no");
    SetCount(*mine.mutable_depth_mm(), 100);
  }
}

// As in the worked handovers: a unit has so many records, one a day; landmarks have words of their
// own.
v1::MinefieldRecord RecordOf(std::uint64_t index, bool all_alike) {
  v1::MinefieldRecord record = completeness::testing::CompleteRecord();
  record.mutable_identity()->set_row(absl::StrCat("A-", index));
  record.mutable_identity()->clear_attachments();
  SetText(*record.mutable_identity()->mutable_record_number(), absl::StrCat(index + 1));
  Move(record, static_cast<double>(index / kAcross) * kGridMetres,
       static_cast<double>(index % kAcross) * kGridMetres);
  AddMines(record, kMinesOfRecord);
  if (all_alike) return record;
  const std::uint64_t unit = index / kRecordsOfUnit;
  SetText(*record.mutable_laying()->mutable_laying_unit(), absl::StrCat("battalion ", unit));
  const auto day = static_cast<unsigned>(1 + index % 28);
  const auto month = static_cast<unsigned>(1 + index / 28 % 12);
  SetMinute(*record.mutable_laying()->mutable_begun(), 1993, month, day, 510);
  SetMinute(*record.mutable_laying()->mutable_ended(), 1993, month, day, 1140);
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 1994, 6, 16);
  for (v1::ReferencePoint& point : *record.mutable_where()->mutable_reference_points()) {
    SetText(*point.mutable_description(),
            absl::StrCat(point.description().leaf().raw(), " no. ", index));
  }
  return record;
}

// Records in a file, read and parsed one at a time: they take no memory but one.
class FileContent final : public completeness::PackageContent {
 public:
  FileContent(std::uint64_t records, bool all_alike) : file_(std::tmpfile()), records_(records) {
    Must(file_ != nullptr);
    for (std::uint64_t i = 0; i < records; ++i) {
      const std::string bytes = RecordOf(i, all_alike).SerializeAsString();
      const std::uint64_t size = bytes.size();
      Must(std::fwrite(&size, sizeof(size), 1, file_) == 1);
      Must(std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size());
    }
    Must(std::fflush(file_) == 0);
  }
  ~FileContent() override { (void)std::fclose(file_); }
  FileContent(const FileContent&) = delete;
  FileContent& operator=(const FileContent&) = delete;

  absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const override {
    std::rewind(file_);
    std::string bytes;
    for (std::uint64_t i = 0; i < records_; ++i) {
      std::uint64_t size = 0;
      Must(std::fread(&size, sizeof(size), 1, file_) == 1);
      bytes.resize(size);
      Must(std::fread(bytes.data(), 1, size, file_) == size);
      v1::MinefieldRecord record;
      Must(record.ParseFromString(bytes));
      const absl::Status visited = visit({i, keys::Digest(), &record});
      if (!visited.ok()) return visited;
    }
    return absl::OkStatus();
  }
  absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)>) const override {
    return absl::OkStatus();  // None in this package, as its submission says.
  }

 private:
  std::FILE* file_;
  std::uint64_t records_;
};

struct Cost {
  double seconds = 0;      // Wall clock.
  double cpu_seconds = 0;  // Of the one thread.
  double mebibytes = 0;    // Peak of the process, above what it had before.
  double report_mebibytes = 0;
};

double PeakMebibytes() {
  rusage usage{};
  Must(getrusage(RUSAGE_SELF, &usage) == 0);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Cost AssessOnce(std::uint64_t records, bool all_alike) {
  const FileContent content(records, all_alike);
  v1::HandoverFacts facts = completeness::testing::SmallFacts();
  const v1::FactSubmission& submission =
      completeness::testing::AddSubmission(facts, "aghdam", records, 0, records);
  const completeness::AssessedInput input{
      *keys::Digest::FromBytes(keys::AsBytes(submission.digest())), &content};
  completeness::AssessInputs inputs;
  inputs.rules = &ApiiRules();
  inputs.facts = &facts;
  inputs.log_origin = "bench.example.org/log";
  inputs.packages = {&input, 1};
  Cost cost;
  const double start = Seconds();
  const double cpu = ThreadCpuUs();
  const absl::StatusOr<v1::Report> report = completeness::Assess(inputs);
  Must(report.ok() && report->records_size() == static_cast<int>(records));
  const absl::StatusOr<keys::Bytes> bytes = completeness::ReportBytes(*report);
  Must(bytes.ok());
  cost.seconds = Seconds() - start;
  cost.cpu_seconds = (ThreadCpuUs() - cpu) / 1e6;
  cost.mebibytes = PeakMebibytes();
  cost.report_mebibytes = static_cast<double>(bytes->size()) / (1 << 20);
  return cost;
}

// In a child, so that one run's memory is not the next one's.
Cost AssessInChild(std::uint64_t records, bool all_alike) {
  int ends[2];
  Must(pipe(ends) == 0);
  const pid_t child = fork();
  Must(child >= 0);
  if (child == 0) {
    const Cost cost = AssessOnce(records, all_alike);
    Must(write(ends[1], &cost, sizeof(cost)) == sizeof(cost));
    _exit(0);
  }
  close(ends[1]);
  Cost cost;
  Must(read(ends[0], &cost, sizeof(cost)) == sizeof(cost));
  close(ends[0]);
  int status = 0;
  Must(waitpid(child, &status, 0) == child && status == 0);
  return cost;
}

std::string CostText(std::uint64_t records, const Cost& cost) {
  return absl::StrFormat("%.1f s CPU, %.0f us a record, peak %.0f MiB, report %.0f MiB",
                         cost.cpu_seconds, cost.cpu_seconds * 1e6 / static_cast<double>(records),
                         cost.mebibytes, cost.report_mebibytes);
}

void MeasureGrowth(std::uint64_t largest) {
  constexpr std::uint64_t kThousand = 1000;
  constexpr std::uint64_t kLargeRun = 20 * kThousand;
  // n log n from n to 2 n, and a fifth for the noise of one run.
  constexpr double kNoise = 1.2;
  std::optional<Cost> half;
  for (const std::uint64_t n : {5 * kThousand, 10 * kThousand, kLargeRun, 40 * kThousand}) {
    if (n > largest) break;
    const Cost cost = AssessInChild(n, /*all_alike=*/false);
    const bool large = n == kLargeRun;
    PrintFigure(absl::StrCat("assess ", n, " records, ", n * kMinesOfRecord, " mine points"),
                CostText(n, cost), large ? "30 s, 1,024 MiB" : "",
                !large || (cost.cpu_seconds < 30 && cost.mebibytes < 1024));
    if (half.has_value()) {
      const double grown = cost.cpu_seconds / half->cpu_seconds;
      const double n_log_n =
          2 * std::log(static_cast<double>(n)) / std::log(static_cast<double>(n) / 2);
      PrintFigure(absl::StrCat("  growth from ", n / 2, " to ", n),
                  absl::StrFormat("%.2f times", grown),
                  absl::StrFormat("%.2f times (n log n, and a fifth)", n_log_n * kNoise),
                  grown <= n_log_n * kNoise);
    }
    half = cost;
  }
  // All of one unit, laid in the same hours, by landmarks of the same words: nothing to sort by.
  const std::uint64_t n = std::min(largest, kLargeRun);
  const Cost alike = AssessInChild(n, /*all_alike=*/true);
  PrintFigure(absl::StrCat("assess ", n, " records, all of one unit and day"), CostText(n, alike),
              "", true, "every pair may be one that contradicts");
}

// Positions of a record, projected as the assessment does, and nothing else.
std::int64_t ProjectAll(const v1::MinefieldRecord& record,
                        const completeness::CoordinateSystem& system) {
  std::int64_t sum = 0;
  const auto project = [&](const v1::Position& at) {
    const auto place = system.ToWgs84({at.first(), at.second()});
    if (place.has_value()) sum += place->latitude_e7;
  };
  for (const v1::Corner& one : record.where().perimeter()) project(one.position());
  for (const v1::ReferencePoint& one : record.where().reference_points()) project(one.position());
  for (const v1::Row& one : record.layout().rows()) {
    project(one.start());
    project(one.end());
  }
  for (const v1::Mine& one : record.layout().mines()) project(one.position());
  return sum;
}

template <typename Work>
double MicrosecondsOf(Work work) {
  constexpr int kTimes = 2000;
  const double start = ThreadCpuUs();
  for (int i = 0; i < kTimes; ++i) work();
  return (ThreadCpuUs() - start) / kTimes;
}

void MeasureRecord(int rounds) {
  v1::MinefieldRecord record = completeness::testing::CompleteRecord();
  // 4 corners, 2 reference points, 6 ends of rows, 8 mines.
  AddMines(record, 8);
  const std::string bytes = record.SerializeAsString();
  completeness::RecordContext context;
  context.log_day = completeness::testing::kLogDay;
  const completeness::CoordinateSystem& system = *ApiiRules().FindSystem("SK42-GK8");
  std::int64_t sum = 0;
  Rounds whole;
  std::vector<double> parse, project, check, traits;
  for (int i = 0; i < rounds; ++i) {
    parse.push_back(MicrosecondsOf([&] {
      v1::MinefieldRecord one;
      Must(one.ParseFromString(bytes));
      sum += one.where().perimeter_size();
    }));
    project.push_back(MicrosecondsOf([&] { sum += ProjectAll(record, system); }));
    check.push_back(MicrosecondsOf(
        [&] { sum += completeness::CheckRecord(record, ApiiRules(), context).results_size(); }));
    traits.push_back(MicrosecondsOf([&] {
      sum += completeness::AssessRecord(record, ApiiRules(), context).result.results_size();
    }));
    whole.Add(check.back(), parse.back() + project.back());
  }
  Must(sum != 0);
  PrintFigure(
      "one record of 20 points, no checks across records",
      absl::StrFormat("%.1f us (parse alone %.1f, projection alone %.1f)", Median(check),
                      Median(parse), Median(project)),
      "100 us", Median(check) < 100,
      absl::StrFormat("%.2f times parse and projection; with what the checks across records "
                      "compare, its content's digest above all, %.1f us",
                      whole.Ratio(), Median(traits)));
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
  const std::uint64_t largest = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 40'000;
  if (argc > 3 || rounds < 1 || largest < 5'000) {
    std::cerr << "usage: assess_bench [ROUNDS [LARGEST]]\n";
    return 2;
  }
  cairn::bench::MeasureRecord(rounds);
  cairn::bench::MeasureGrowth(largest);
  return 0;
}
