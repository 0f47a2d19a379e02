// Assesses a made-up handover straight from its transcription templates, without log and broker:
// what oracle_check.py compares with the fault log. Prints tab-separated lines:
//
//   record  row area lies_in fill split location headline mines unreadable after_cut_off
//   duplicate_of
//           near_duplicate_of copy_of             (the last three: index in package order, or -1)
//   result  row check place outcome repair        (row empty: handover level, without repair)
//   totals  declared all_forms without_duplicates unreadable_forms fields without_near_duplicates
//   supplement  row field outcome
//
// Usage: scenario_assess FOLDER RULE_SET_FOLDER [SUPPLEMENT_FOLDER...]
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/control_history.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/rule_set.h"
#include "audit/record/supplement.h"
#include "audit/record/transcription.h"
#include "keys/digest.h"

namespace cairn {
namespace {

constexpr std::uint64_t kLogTimeMs = 1'717'200'000'000;  // June 2024: after the newest paper.

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Stands for what a sealed package or a record leaf would be known by.
keys::Digest NameDigest(absl::string_view name) { return keys::Sha256(keys::AsBytes(name)); }

// One submission, or the supplements of one folder, in memory.
struct Input {
  std::string name;
  keys::Digest digest;
  completeness::PackageInMemory content;
  std::vector<v1::MinefieldRecord> records;  // To build supplements on.
  std::vector<std::string> rows;
  v1::FactSubmission submission;
};

class Handover {
 public:
  Handover(std::string folder, completeness::Rules rules)
      : folder_(std::move(folder)), rules_(std::move(rules)) {}

  absl::Status AddSubmission(const std::string& name) {
    const std::string first = absl::StrCat(folder_, "/", name, "/first");
    const std::string second = absl::StrCat(folder_, "/", name, "/second");
    if (!std::ifstream(first + "/records.csv")) return absl::OkStatus();
    auto reader = record::TranscriptionReader::Open(first, &second, rules_.aliases());
    if (!reader.ok()) return reader.status();
    auto input = NewInput(name);
    for (std::uint64_t i = 0; i < reader->first().record_count(); ++i) {
      absl::StatusOr<v1::MinefieldRecord> one = reader->Read(i);
      if (!one.ok()) return one.status();
      input->content.Add(*one, NameDigest(absl::StrCat(name, "/", i)));
      input->rows.push_back(one->identity().row());
      input->records.push_back(*std::move(one));
    }
    v1::FactSubmission& facts = input->submission;
    facts.set_kind(v1::PACKAGE_KIND_ORIGINAL);
    facts.set_record_count(input->rows.size());
    for (const v1::SubmissionTotals& total : reader->first().totals()) {
      v1::SubmissionRow& row = *facts.add_rows();
      row.set_area(total.area());
      row.set_source(total.source());
      row.set_documents(total.documents());
      *row.mutable_mines() = total.mines();
      row.set_continuation(v1::CONTINUATION_LAST);
    }
    inputs_.push_back(std::move(input));
    return absl::OkStatus();
  }

  absl::Status AddSupplements(const std::string& folder) {
    auto reader = record::TemplateReader::Open(folder, rules_.aliases());
    if (!reader.ok()) return reader.status();
    auto input = NewInput(folder);
    input->submission.set_kind(v1::PACKAGE_KIND_SUPPLEMENT);
    for (const record::SupplementRow& row : reader->supplements()) {
      absl::StatusOr<v1::Supplement> one = BuildOne(row);
      if (!one.ok()) return one.status();
      input->content.Add(*std::move(one));
    }
    input->submission.set_supplement_count(reader->supplements().size());
    inputs_.push_back(std::move(input));
    return absl::OkStatus();
  }

  absl::StatusOr<v1::Report> Assess() const {
    absl::StatusOr<std::string> csv = ReadWhole(folder_ + "/control-history.csv");
    if (!csv.ok()) return csv.status();
    absl::StatusOr<completeness::ControlHistory> control =
        completeness::ControlHistory::FromCsv(*csv);
    if (!control.ok()) return control.status();
    absl::StatusOr<v1::HandoverFacts> facts = Facts();
    if (!facts.ok()) return facts.status();
    std::vector<completeness::AssessedInput> packages;
    for (const auto& input : inputs_) packages.push_back({input->digest, &input->content});
    completeness::AssessInputs inputs;
    inputs.rules = &rules_;
    inputs.facts = &*facts;
    inputs.log_origin = "scenario.example/exercise";
    inputs.packages = packages;
    inputs.control_history = &*control;
    return completeness::Assess(inputs);
  }

  const std::string& RowOf(const v1::RecordRef& at) const {
    return inputs_[at.package()]->rows[at.record()];
  }

 private:
  std::unique_ptr<Input> NewInput(const std::string& name) {
    auto input = std::make_unique<Input>();
    input->name = name;
    input->digest = NameDigest(name);
    input->submission.set_leaf(10 + inputs_.size());
    input->submission.set_author("holding-party");
    input->submission.set_digest(input->digest.ToBytes());
    return input;
  }

  // A row names its submission by the digest of the submission's name.
  absl::StatusOr<v1::Supplement> BuildOne(const record::SupplementRow& row) {
    for (const auto& input : inputs_) {
      if (input->digest != row.package) continue;
      for (std::size_t i = 0; i < input->rows.size(); ++i) {
        if (input->rows[i] != row.row) continue;
        record::SuppliedRecord supplied;
        supplied.package = input->digest;
        supplied.index = i;
        supplied.commitment.digest = NameDigest(absl::StrCat(input->name, "/", i));
        supplied.record = input->records[i];
        return record::BuildSupplement(row, supplied, rules_.aliases());
      }
    }
    return absl::NotFoundError(absl::StrCat("no submission has a record ", row.row));
  }

  absl::StatusOr<v1::HandoverFacts> Facts() const {
    v1::HandoverFacts facts;
    facts.set_handover(std::string(32, 'h'));
    facts.set_name("H-2021");
    facts.set_exercise(true);
    facts.set_at_size(20);
    facts.set_time_ms(kLogTimeMs);
    *facts.mutable_rule_set() = rules_.ref();
    for (const auto& input : inputs_) *facts.add_submissions() = input->submission;
    // area,source,documents,at,ap,withheld,ground,end,unknown; [same] repeats the area.
    absl::StatusOr<std::string> holding = ReadWhole(folder_ + "/holding.csv");
    if (!holding.ok()) return holding.status();
    for (const absl::string_view line : absl::StrSplit(*holding, '\n', absl::SkipEmpty())) {
      const std::vector<std::string> cells = absl::StrSplit(line, ',');
      std::uint64_t documents = 0;
      if (cells.size() < 3 || !absl::SimpleAtoi(cells[2], &documents)) continue;
      facts.add_areas()->set_area(cells[0]);
      v1::FactDeclaration& declaration = *facts.add_declarations();
      declaration.set_party("holding-party");
      declaration.mutable_row()->set_area(cells[0]);
      declaration.mutable_row()->set_source(cells[1]);
      declaration.mutable_row()->set_documents(documents);
    }
    return facts;
  }

  std::string folder_;
  completeness::Rules rules_;
  std::vector<std::unique_ptr<Input>> inputs_;
};

const char* Name(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_FAIL ? "FAIL" : "NOT_EVALUABLE";
}

void PrintRecord(const Handover& handover, const v1::RecordResult& record) {
  const auto row_of = [&](bool has, const v1::RecordRef& at) {
    return has ? handover.RowOf(at) : std::string("-");
  };
  std::uint64_t mines = 0;
  for (const v1::CategoryCount& count : record.mines()) mines += count.mines();
  std::cout << "record\t" << record.row() << '\t' << record.area() << '\t' << record.lies_in()
            << '\t' << v1::FillClass_Name(record.fill_class()) << '\t'
            << v1::PartialSplit_Name(record.split()) << '\t'
            << v1::LocationGrade_Name(record.location()) << '\t'
            << v1::HeadlineClass_Name(record.headline()) << '\t' << mines << '\t'
            << record.count_unreadable() << '\t' << record.after_cut_off() << '\t'
            << row_of(record.has_duplicate_of(), record.duplicate_of()) << '\t'
            << row_of(record.has_near_duplicate_of(), record.near_duplicate_of()) << '\t'
            << row_of(record.has_copy_of(), record.copy_of()) << '\n';
  for (const v1::CheckResult& result : record.results()) {
    std::cout << "result\t" << record.row() << '\t' << result.check() << '\t' << result.place()
              << '\t' << Name(result.outcome()) << '\t' << v1::Repair_Name(result.repair()) << '\n';
  }
}

void Print(const Handover& handover, const v1::Report& report) {
  for (const v1::RecordResult& record : report.records()) PrintRecord(handover, record);
  for (const v1::CheckResult& result : report.handover_level().results()) {
    std::cout << "result\t\t" << result.check() << '\t' << result.place() << '\t'
              << Name(result.outcome()) << '\n';
  }
  const v1::MineTotals& totals = report.handover_level().mines();
  std::cout << "totals\t" << totals.declared() << '\t' << totals.all_forms() << '\t'
            << totals.without_duplicates() << '\t' << totals.unreadable_forms() << '\t'
            << totals.fields() << '\t' << totals.without_near_duplicates() << '\n';
  for (const v1::SupplementResult& result : report.supplements()) {
    std::cout << "supplement\t" << handover.RowOf(result.record()) << '\t' << result.field() << '\t'
              << v1::SupplementOutcome_Name(result.outcome()) << '\n';
  }
}

absl::Status Run(const std::vector<std::string>& arguments) {
  absl::StatusOr<completeness::Rules> rules = completeness::Rules::FromFile(
      "apii_1996.textproto",
      [&](absl::string_view name) { return ReadWhole(absl::StrCat(arguments[1], "/", name)); });
  if (!rules.ok()) return rules.status();
  Handover handover(arguments[0], *std::move(rules));
  for (const char* name : {"s1", "s2"}) {
    const absl::Status added = handover.AddSubmission(name);
    if (!added.ok()) return added;
  }
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const absl::Status added = handover.AddSupplements(arguments[i]);
    if (!added.ok()) return added;
  }
  absl::StatusOr<v1::Report> report = handover.Assess();
  if (!report.ok()) return report.status();
  Print(handover, *report);
  return absl::OkStatus();
}

}  // namespace
}  // namespace cairn

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    std::cerr << "usage: scenario_assess FOLDER RULE_SET_FOLDER [SUPPLEMENT_FOLDER...]\n";
    return 2;
  }
  const absl::Status status = cairn::Run(arguments);
  if (!status.ok()) std::cerr << "scenario_assess: " << status << '\n';
  return status.ok() ? 0 : 3;
}
