// Compares what the completeness engine says about a generated handover with what the generator
// says that it must say: every record's results, class and place, the handover's own checks, and
// the numbers of stage A.
//
//   scenario_oracle DIR      exits 0 if nothing differs; prints what does
//
// It reads the templates as `cairn package build` does, and assesses what they hold; sealing, log
// and fold are for the end-to-end tests.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/render.h"
#include "audit/record/csv.h"
#include "audit/record/transcription.h"
#include "keys/digest.h"

namespace cairn::scenario {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLogTimeMs = 1'790'000'000'000;  // September 2026: after every paper.

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

absl::StatusOr<completeness::Rules> LoadApii() {
  const std::string folder = absl::StrCat(CAIRN_SOURCE_DIR, "/audit/completeness/rule_sets/");
  return completeness::Rules::FromFile("apii_1996.textproto", [&](absl::string_view name) {
    return absl::StatusOr<std::string>(ReadText(absl::StrCat(folder, name)));
  });
}

// One submission, read into memory.
struct Submission {
  std::string name;
  completeness::PackageInMemory content;
  std::uint64_t records = 0;
  std::vector<v1::SubmissionTotals> totals;
  keys::Digest digest;
};

absl::Status ReadSubmission(const std::string& folder, const std::string& name,
                            const completeness::Rules& rules, Submission& out) {
  const std::string second = absl::StrCat(folder, "/", name, "/second");
  auto reader = record::TranscriptionReader::Open(absl::StrCat(folder, "/", name, "/first"),
                                                  &second, rules.aliases());
  if (!reader.ok()) return reader.status();
  out.name = name;
  out.records = reader->first().record_count();
  out.totals = reader->first().totals();
  out.digest = keys::Sha256(keys::AsBytes(name));
  for (std::uint64_t i = 0; i < out.records; ++i) {
    auto record = reader->Read(i);
    if (!record.ok()) return record.status();
    out.content.Add(*std::move(record), keys::Sha256(keys::AsBytes(absl::StrCat(name, i))));
  }
  return absl::OkStatus();
}

std::uint64_t Number(const std::string& cell) {
  return absl::StartsWith(cell, "[") ? 0 : std::stoull(cell);
}

absl::Status ReadHolding(const std::string& folder, v1::HandoverFacts& facts) {
  auto reader = record::CsvReader::Open(absl::StrCat(folder, "/holding.csv"), "holding.csv");
  if (!reader.ok()) return reader.status();
  std::map<std::string, std::size_t> column;
  for (std::size_t i = 0; i < reader->header().size(); ++i) column[reader->header()[i]] = i;
  record::CsvRow row;
  for (absl::StatusOr<bool> more = reader->Next(row);; more = reader->Next(row)) {
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    const auto& area = row.cells[column["area"]];
    const bool again = facts.areas_size() > 0 && facts.areas(facts.areas_size() - 1).area() == area;
    if (!again) {
      facts.add_areas()->set_area(area);
      v1::FactDeclaration& declaration = *facts.add_declarations();
      declaration.mutable_row()->set_area(area);
      declaration.mutable_row()->set_source(row.cells[column["source"]]);
      declaration.mutable_row()->set_documents(Number(row.cells[column["documents"]]));
    }
    const std::uint64_t withheld = Number(row.cells[column["withheld"]]);
    auto& last = *facts.mutable_declarations(facts.declarations_size() - 1);
    if (withheld > 0) last.mutable_row()->add_withheld()->set_documents(withheld);
  }
}

void AddFacts(const Submission& submission, std::uint64_t leaf, v1::HandoverFacts& facts) {
  v1::FactSubmission& fact = *facts.add_submissions();
  fact.set_leaf(leaf);
  fact.set_kind(v1::PACKAGE_KIND_ORIGINAL);
  fact.set_digest(submission.digest.ToBytes());
  fact.set_record_count(submission.records);
  for (const v1::SubmissionTotals& total : submission.totals) {
    v1::SubmissionRow& row = *fact.add_rows();
    row.set_area(total.area());
    row.set_source(total.source());
    row.set_documents(total.documents());
    *row.mutable_mines() = total.mines();
    row.set_continuation(v1::CONTINUATION_LAST);
  }
}

// Prints differences and counts them.
class Comparison {
 public:
  void Expect(const std::string& what, const std::string& expected, const std::string& found) {
    if (expected == found) return;
    ++differences_;
    if (differences_ <= kMostPrinted) {
      std::cout << what << ": expected " << expected << ", found " << found << "\n";
    }
  }
  int differences() const { return differences_; }

 private:
  static constexpr int kMostPrinted = 60;
  int differences_ = 0;
};

using ResultKey = std::tuple<std::string, std::string, std::string>;  // Check, place, outcome.

std::string OutcomeName(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_FAIL ? "FAIL" : "NOT_EVALUABLE";
}

template <typename Results>
std::set<ResultKey> KeysOf(const Results& results) {
  std::set<ResultKey> keys;
  for (const v1::CheckResult& one : results) {
    keys.emplace(one.check(), one.place(), OutcomeName(one.outcome()));
  }
  return keys;
}

void CompareKeys(const std::string& what, const std::set<ResultKey>& expected,
                 const std::set<ResultKey>& found, Comparison& out) {
  const auto text = [](const ResultKey& key) {
    return absl::StrCat(std::get<0>(key), " '", std::get<1>(key), "' ", std::get<2>(key));
  };
  for (const ResultKey& key : expected) {
    if (!found.contains(key)) out.Expect(what, text(key), "nothing");
  }
  for (const ResultKey& key : found) {
    if (!expected.contains(key)) out.Expect(what, "nothing", text(key));
  }
}

std::string FillName(v1::FillClass value) {
  switch (value) {
    case v1::FILL_CLASS_NOT_READ:
      return "KU";
    case v1::FILL_CLASS_NO_INFORMATION:
      return "K2";
    case v1::FILL_CLASS_COMPLETE:
      return "K0";
    default:
      return "K1";
  }
}

// "PARTIAL_SPLIT_NO_BOX" behind the prefix, small; empty for the zero value.
std::string ShortName(const std::string& name, absl::string_view prefix) {
  std::string out(absl::StripPrefix(name, prefix));
  if (out == "UNSPECIFIED") return {};
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return out;
}

std::string Strip(const json& line, const char* name) {
  return line.contains(name) && line[name].is_string() ? line[name].get<std::string>() : "";
}

void CompareRecord(const json& line, const v1::RecordResult& record,
                   const std::map<std::pair<std::uint64_t, std::uint64_t>, std::string>& rows,
                   Comparison& out) {
  const std::string what = absl::StrCat(Strip(line, "submission"), " ", record.row());
  std::set<ResultKey> expected;
  for (const json& one : line["results"]) expected.emplace(one[0], one[1], one[2]);
  CompareKeys(what, expected, KeysOf(record.results()), out);
  out.Expect(what + " fill", Strip(line, "fill"), FillName(record.fill_class()));
  out.Expect(what + " split", Strip(line, "split"),
             ShortName(v1::PartialSplit_Name(record.split()), "PARTIAL_SPLIT_"));
  out.Expect(what + " headline", Strip(line, "headline"),
             ShortName(v1::HeadlineClass_Name(record.headline()), "HEADLINE_CLASS_"));
  out.Expect(what + " location", Strip(line, "location"),
             ShortName(v1::LocationGrade_Name(record.location()), "LOCATION_GRADE_"));
  out.Expect(what + " area", Strip(line, "area"), record.area());
  out.Expect(what + " lies in", Strip(line, "lies_in"), record.lies_in());
  out.Expect(what + " after cut-off", line["after_cut_off"].dump(),
             record.after_cut_off() ? "true" : "false");
  out.Expect(what + " readable", line["readable"].dump(),
             record.count_unreadable() ? "false" : "true");
  std::uint64_t mines = 0;
  for (const v1::CategoryCount& one : record.mines()) mines += one.mines();
  out.Expect(what + " mines", line["mines"].dump(),
             absl::StrCat(record.count_unreadable() ? 0 : mines));
  const auto row_of = [&](bool has, const v1::RecordRef& at) {
    return has ? rows.at({at.package(), at.record()}) : std::string();
  };
  out.Expect(what + " duplicate of", Strip(line, "duplicate_of"),
             row_of(record.has_duplicate_of(), record.duplicate_of()));
  out.Expect(what + " near duplicate of", Strip(line, "near_duplicate_of"),
             row_of(record.has_near_duplicate_of(), record.near_duplicate_of()));
  out.Expect(what + " copy of", Strip(line, "copy_of"),
             row_of(record.has_copy_of(), record.copy_of()));
}

void CompareTotals(const json& expected, const v1::Report& report, Comparison& out) {
  const v1::MineTotals& mines = report.handover_level().mines();
  const json& totals = expected["totals"];
  const auto compare = [&](const char* name, std::uint64_t found) {
    out.Expect(name, totals[name].dump(), absl::StrCat(found));
  };
  compare("declared", mines.declared());
  compare("all_forms", mines.all_forms());
  compare("without_duplicates", mines.without_duplicates());
  compare("unreadable_forms", mines.unreadable_forms());
  compare("fields", mines.fields());
  compare("without_near_duplicates", mines.without_near_duplicates());
  out.Expect("headline", expected["stage_a"]["headline"].get<std::string>(),
             completeness::Headline(report));
}

absl::StatusOr<int> Run(const std::string& folder) {
  auto rules = LoadApii();
  if (!rules.ok()) return rules.status();
  v1::HandoverFacts facts;
  facts.set_exercise(true);
  facts.set_at_size(1);
  facts.set_time_ms(kLogTimeMs);
  absl::Status status = ReadHolding(folder, facts);
  if (!status.ok()) return status;
  auto history =
      completeness::ControlHistory::FromCsv(ReadText(absl::StrCat(folder, "/control-history.csv")));
  if (!history.ok()) return history.status();

  Submission submissions[2];
  std::vector<completeness::AssessedInput> inputs;
  for (std::size_t i = 0; i < 2; ++i) {
    status = ReadSubmission(folder, i == 0 ? "s1" : "s2", *rules, submissions[i]);
    if (!status.ok()) return status;
    AddFacts(submissions[i], i + 1, facts);
    inputs.push_back({submissions[i].digest, &submissions[i].content});
  }
  completeness::AssessInputs assess;
  assess.rules = &*rules;
  assess.facts = &facts;
  assess.log_origin = "example.org/oracle";
  assess.packages = inputs;
  assess.control_history = &*history;
  auto report = completeness::Assess(assess);
  if (!report.ok()) return report.status();
  auto bytes = completeness::ReportBytes(*report);
  if (!bytes.ok()) return bytes.status();

  Comparison out;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> rows;
  std::map<std::string, const v1::RecordResult*> records;
  for (const v1::RecordResult& record : report->records()) {
    rows[{record.at().package(), record.at().record()}] = record.row();
    records[absl::StrCat(record.at().package() == 0 ? "s1/" : "s2/", record.row())] = &record;
  }
  std::set<ResultKey> handover;
  std::ifstream log(absl::StrCat(folder, "/faults.jsonl"));
  for (std::string text; std::getline(log, text);) {
    const json line = json::parse(text);
    if (line["level"] == "handover") {
      handover.emplace(line["check"], line["place"], line["verdict"]);
      continue;
    }
    if (line["level"] != "record" || line["submission"] == "s3") continue;
    const std::string key = absl::StrCat(Strip(line, "submission"), "/", Strip(line, "row"));
    if (!records.contains(key)) {
      out.Expect(key, "a record", "none");
      continue;
    }
    CompareRecord(line, *records[key], rows, out);
    records.erase(key);
  }
  for (const auto& [key, record] : records) out.Expect(key, "no record", "one");
  // The generator speaks of documents, areas and series; of sums it gives the numbers themselves.
  std::set<ResultKey> found = KeysOf(report->handover_level().results());
  std::erase_if(found, [](const ResultKey& key) { return std::get<0>(key) == "H-03"; });
  CompareKeys("handover", handover, found, out);
  CompareTotals(json::parse(ReadText(absl::StrCat(folder, "/expected.json"))), *report, out);
  std::cout << folder << ": " << report->records_size() << " records, "
            << report->summary().faults() << " faults, " << bytes->size() << " bytes, "
            << out.differences() << " differences\n";
  return out.differences();
}

}  // namespace
}  // namespace cairn::scenario

int main(int argc, char** argv) {
  int differences = 0;
  for (int i = 1; i < argc; ++i) {
    const absl::StatusOr<int> found = cairn::scenario::Run(argv[i]);
    if (!found.ok()) {
      std::cerr << argv[i] << ": " << found.status().ToString() << "\n";
      return 3;
    }
    differences += *found;
  }
  return differences == 0 ? 0 : 1;
}
