#include "audit/completeness/engine.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/calendar.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/classes.h"
#include "audit/completeness/cross_record.h"
#include "audit/completeness/ground.h"
#include "audit/completeness/handover_checks.h"
#include "audit/completeness/package_checks.h"
#include "audit/completeness/placeholders.h"
#include "audit/completeness/record_assessment.h"
#include "audit/completeness/summary.h"
#include "audit/completeness/supplements.h"
#include "audit/completeness/unconfirmed.h"
#include "audit/statement/annex.h"
#include "audit/statement/canonical.h"

namespace cairn::completeness {
namespace {

constexpr std::uint64_t kMostPackages = 512;  // As many as an Assess statement can name.

// One assessment under way.
class Assessment {
 public:
  explicit Assessment(const AssessInputs& inputs)
      : inputs_(inputs), rules_(*inputs.rules), facts_(*inputs.facts), unconfirmed_(rules_) {}

  absl::StatusOr<v1::Report> Run() {
    absl::Status status = Begin();
    if (status.ok()) status = supplements_.Collect(inputs_.packages);
    for (std::size_t p = 0; status.ok() && p < inputs_.packages.size(); ++p)
      status = ReadPackage(p);
    if (!status.ok()) return status;
    supplements_.Finish(report_);
    CompareRecords();
    JudgeHandover();
    unconfirmed_.Name(report_);
    return std::move(report_);
  }

 private:
  absl::Status Begin();
  absl::Status ReadPackage(std::size_t package);
  absl::Status ReadRecord(std::size_t package, const PackageRecord& record);
  void CompareRecords();
  void TakeUp(CrossVerdicts cross, void (*set_equal)(v1::RecordResult&, const v1::RecordRef&));
  void FindSeriesGaps(std::span<const RecordTraits* const> traits);
  bool MoreFollows(const std::string& source) const;
  std::vector<PackageHabits> PackageTraits() const;
  void JudgeHandover();

  const AssessInputs& inputs_;
  const Rules& rules_;
  const v1::HandoverFacts& facts_;
  RecordContext context_;
  ControlHistory rules_history_;
  SupplementBook supplements_;
  Unconfirmed unconfirmed_;
  std::vector<RecordTraits> traits_;
  v1::Report report_;
};

const v1::FactSubmission* FindSubmission(const v1::HandoverFacts& facts,
                                         const keys::Digest& digest) {
  for (const v1::FactSubmission& submission : facts.submissions()) {
    if (submission.digest() == digest.ToBytes()) return &submission;
  }
  return nullptr;
}

absl::Status Assessment::Begin() {
  if (!facts_.rule_set().digest().empty() && facts_.rule_set().digest() != rules_.ref().digest()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the charter names rule set ", facts_.rule_set().id(), " version ",
                     facts_.rule_set().version(), " by another digest than that of ",
                     rules_.ref().id(), " version ", rules_.ref().version()));
  }
  if (inputs_.packages.size() > kMostPackages) {
    return absl::InvalidArgumentError("more than 512 packages");
  }
  *report_.mutable_rule_set() = rules_.ref();
  report_.set_check_semantics(kCheckSemantics);
  report_.set_exercise(facts_.exercise());
  report_.set_log_origin(inputs_.log_origin);
  report_.set_handover(facts_.handover());
  report_.set_at_size(facts_.at_size());
  report_.set_control_history(inputs_.control_history_sha256);
  context_.control = inputs_.control_history;
  if (context_.control == nullptr && !rules_.message().control_history().empty()) {
    const auto& periods = rules_.message().control_history();
    rules_history_ = ControlHistory::FromPeriods({periods.begin(), periods.end()});
    context_.control = &rules_history_;
  }
  if (facts_.time_ms() != 0) {
    context_.log_day = static_cast<std::int32_t>(facts_.time_ms() / kMsOfDay);
  }
  std::optional<std::uint64_t> last_leaf;
  for (const AssessedInput& input : inputs_.packages) {
    const v1::FactSubmission* submission = FindSubmission(facts_, input.digest);
    if (submission == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("no submission names the package ", input.digest.Hex()));
    }
    if (last_leaf.has_value() && submission->leaf() <= *last_leaf) {
      return absl::InvalidArgumentError("packages twice, or not in the order of their leaves");
    }
    last_leaf = submission->leaf();
    v1::AssessedPackage& package = *report_.add_packages();
    package.set_digest(submission->digest());
    package.set_leaf_index(submission->leaf());
    package.set_kind(submission->kind());
    package.set_actor(submission->author());
    package.set_records(submission->record_count());
    package.set_supplements(submission->supplement_count());
    for (const v1::SubmissionRow& row : submission->rows()) {
      package.set_declared_mines(package.declared_mines() + SumOfMines(row.mines()));
    }
  }
  return absl::OkStatus();
}

absl::Status Assessment::ReadPackage(std::size_t package) {
  std::uint64_t next = 0;
  // What came outside Cairn was laid by another than who hands it in.
  const v1::AssessedPackage& from = report_.packages(static_cast<int>(package));
  context_.holder = from.kind() == v1::PACKAGE_KIND_RECEIVED_OUTSIDE ? std::string() : from.actor();
  absl::Status status = inputs_.packages[package].content->ForEachRecord(
      [&](const PackageRecord& record) -> absl::Status {
        if (record.index != next++) {
          return absl::InvalidArgumentError("the records of a package are not in order");
        }
        return ReadRecord(package, record);
      });
  if (!status.ok()) return status;
  const v1::AssessedPackage& assessed = report_.packages(static_cast<int>(package));
  if (next == assessed.records()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "package ", package, " has ", next, " records; its submission says ", assessed.records()));
}

absl::Status Assessment::ReadRecord(std::size_t package, const PackageRecord& record) {
  if (record.record->identity().exercise() != facts_.exercise()) {
    return absl::FailedPreconditionError(
        absl::StrCat("record ", record.index, " of package ", package,
                     facts_.exercise() ? " is not marked as an exercise, the handover is"
                                       : " is marked as an exercise, the handover is not"));
  }
  v1::MinefieldRecord effective = supplements_.Apply(package, record, report_);
  if (rules_.FindCheck("P-09") != nullptr) MarkPlaceholders(rules_, effective);
  unconfirmed_.Note(effective);
  RecordAssessment assessed = AssessRecord(effective, rules_, context_);
  assessed.result.mutable_at()->set_package(package);
  assessed.result.mutable_at()->set_record(record.index);
  assessed.result.set_commitment(record.commitment.ToBytes());
  *report_.add_records() = std::move(assessed.result);
  traits_.push_back(std::move(assessed.traits));
  return absl::OkStatus();
}

void Assessment::TakeUp(CrossVerdicts cross,
                        void (*set_equal)(v1::RecordResult&, const v1::RecordRef&)) {
  for (std::size_t i = 0; i < cross.verdicts.size(); ++i) {
    v1::RecordResult& result = *report_.mutable_records(static_cast<int>(i));
    result.set_passed(result.passed() + cross.verdicts[i].passed());
    for (v1::CheckResult& one : cross.verdicts[i].results()) {
      if (one.has_other()) {
        *one.mutable_other() = report_.records(static_cast<int>(one.other().record())).at();
      }
      *result.add_results() = std::move(one);
    }
    if (cross.equal_to[i].has_value()) {
      set_equal(result, report_.records(static_cast<int>(*cross.equal_to[i])).at());
    }
  }
}

void Assessment::CompareRecords() {
  std::vector<const RecordTraits*> traits;
  traits.reserve(traits_.size());
  for (const RecordTraits& one : traits_) traits.push_back(&one);
  if (const v1::CheckRule* rule = rules_.FindCheck("X-01"); rule != nullptr) {
    TakeUp(CheckX01(traits, rule->severity()),
           [](auto& result, const auto& at) { *result.mutable_duplicate_of() = at; });
  }
  if (const v1::CheckRule* rule = rules_.FindCheck("X-02"); rule != nullptr) {
    TakeUp(CheckX02(traits, rules_, rule->severity()),
           [](auto& result, const auto& at) { *result.mutable_near_duplicate_of() = at; });
  }
  if (const v1::CheckRule* rule = rules_.FindCheck("X-03"); rule != nullptr) {
    TakeUp(CheckX03(traits, rule->severity()),
           [](auto& result, const auto& at) { *result.mutable_copy_of() = at; });
  }
  const auto no_equals = [](v1::RecordResult&, const v1::RecordRef&) {};
  using Check = CrossVerdicts (*)(std::span<const RecordTraits* const>, v1::Severity);
  using RulesCheck =
      CrossVerdicts (*)(std::span<const RecordTraits* const>, const Rules&, v1::Severity);
  const std::pair<absl::string_view, Check> plain[] = {
      {"P-08", CheckP08}, {"X-05", CheckX05}, {"X-15", CheckX15}};
  for (const auto& [id, check] : plain) {
    const v1::CheckRule* rule = rules_.FindCheck(id);
    if (rule != nullptr) TakeUp(check(traits, rule->severity()), no_equals);
  }
  const std::pair<absl::string_view, RulesCheck> by_rules[] = {{"P-06", CheckP06},
                                                               {"X-06", CheckX06},
                                                               {"X-07", CheckX07},
                                                               {"X-11", CheckX11},
                                                               {"X-13", CheckX13}};
  for (const auto& [id, check] : by_rules) {
    const v1::CheckRule* rule = rules_.FindCheck(id);
    if (rule != nullptr) TakeUp(check(traits, rules_, rule->severity()), no_equals);
  }
  for (v1::RecordResult& result : *report_.mutable_records()) {
    SortResults(result);
    SetHeadline(rules_, result);
  }
  FindSeriesGaps(traits);
}

bool Assessment::MoreFollows(const std::string& source) const {
  bool more = false;
  for (const v1::FactSubmission& submission : facts_.submissions()) {
    if (!DeliversDocuments(submission.kind())) continue;
    bool names_source = false;
    bool says_more = false;
    for (const v1::SubmissionRow& row : submission.rows()) {
      if (row.source() != source) continue;
      names_source = true;
      says_more = says_more || row.continuation() == v1::CONTINUATION_MORE_FOLLOWS;
    }
    if (names_source) more = says_more;  // The newest word counts.
  }
  return more;
}

void Assessment::FindSeriesGaps(std::span<const RecordTraits* const> traits) {
  const v1::CheckRule* rule = rules_.FindCheck("X-04");
  if (rule == nullptr) return;
  v1::HandoverResult& handover = *report_.mutable_handover_level();
  Verdicts verdicts("X-04", rule->severity());
  for (const Series& series : FindSeries(traits, rules_)) {
    if (series.numbers.size() == series.numbers.back()) {
      verdicts.Pass();
    } else {
      verdicts.Fail(absl::StrCat("series/", handover.series_size()));
    }
    v1::SeriesRow& row = *handover.add_series();
    *row.mutable_first() = report_.records(static_cast<int>(series.first)).at();
    row.set_lowest(series.numbers.front());
    row.set_highest(series.numbers.back());
    row.set_present(series.numbers.size());
    row.set_missing(series.numbers.back() - series.numbers.size());
    std::uint64_t expected = 1;
    for (const std::uint64_t number : series.numbers) {
      if (number > expected) {
        v1::NumberRange& gap = *row.add_gaps();
        gap.set_first(expected);
        gap.set_last(number - 1);
      }
      expected = number + 1;
    }
    row.set_provisional(MoreFollows(traits[series.first]->source));
  }
  handover.set_passed(handover.passed() + verdicts.passed());
  for (v1::CheckResult& one : verdicts.results()) *handover.add_results() = std::move(one);
}

std::vector<PackageHabits> Assessment::PackageTraits() const {
  std::vector<PackageHabits> out(inputs_.packages.size());
  for (std::size_t i = 0; i < traits_.size(); ++i) {
    PackageHabits& package = out[report_.records(static_cast<int>(i)).at().package()];
    const RecordTraits& record = traits_[i];
    package.files.insert(record.files.begin(), record.files.end());
    package.counts += record.exact_counts.size();
    package.round_counts += static_cast<std::uint64_t>(
        std::count_if(record.exact_counts.begin(), record.exact_counts.end(),
                      [](std::int64_t count) { return count > 0 && count % 100 == 0; }));
  }
  return out;
}

void Assessment::JudgeHandover() {
  v1::HandoverResult& handover = *report_.mutable_handover_level();
  FillRows(facts_, handover);
  CheckLeaves(rules_, facts_, handover);
  Summarise(report_);
  JudgeGround(facts_, report_);
  CheckWithRecords(rules_, report_, handover);
  CheckPackages(rules_, facts_, PackageTraits(), report_, handover);
  SortResults(handover);
  FillStatementSummary(report_);
}

}  // namespace

void PackageInMemory::Add(v1::MinefieldRecord record, const keys::Digest& commitment) {
  records_.push_back(std::move(record));
  commitments_.push_back(commitment);
}

void PackageInMemory::Add(v1::Supplement supplement) {
  supplements_.push_back(std::move(supplement));
}

absl::Status PackageInMemory::ForEachRecord(
    absl::FunctionRef<absl::Status(const PackageRecord&)> visit) const {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    absl::Status status = visit({i, commitments_[i], &records_[i]});
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PackageInMemory::ForEachSupplement(
    absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const {
  for (const v1::Supplement& supplement : supplements_) {
    absl::Status status = visit(supplement);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Report> Assess(const AssessInputs& inputs) { return Assessment(inputs).Run(); }

absl::StatusOr<v1::HandoverResult> AssessHandover(const Rules& rules,
                                                  const v1::HandoverFacts& facts) {
  if (!facts.rule_set().digest().empty() && facts.rule_set().digest() != rules.ref().digest()) {
    return absl::FailedPreconditionError("the charter names another rule set");
  }
  v1::HandoverResult out;
  FillRows(facts, out);
  CheckLeaves(rules, facts, out);
  SortResults(out);
  return out;
}

v1::HandoverFacts FactsForOnePackage(const Rules& rules, const keys::Digest& digest,
                                     const v1::PackageHeader& header, std::uint64_t time_ms) {
  v1::HandoverFacts facts;
  facts.set_handover(header.handover());
  facts.set_exercise(header.exercise());
  facts.set_time_ms(time_ms);
  *facts.mutable_rule_set() = rules.ref();
  v1::FactSubmission& submission = *facts.add_submissions();
  submission.set_author(header.holder());
  submission.set_digest(digest.ToBytes());
  submission.set_record_count(header.record_count());
  submission.set_supplement_count(header.supplement_count());
  submission.set_kind(header.record_count() == 0 ? v1::PACKAGE_KIND_SUPPLEMENT
                                                 : v1::PACKAGE_KIND_ORIGINAL);
  std::set<std::string> areas;
  for (const v1::SubmissionTotals& total : header.totals()) {
    v1::SubmissionRow& row = *submission.add_rows();
    row.set_area(total.area());
    row.set_source(total.source());
    row.set_documents(total.documents());
    *row.mutable_mines() = total.mines();
    if (areas.insert(total.area()).second) facts.add_areas()->set_area(total.area());
  }
  return facts;
}

absl::StatusOr<keys::Bytes> ReportBytes(const v1::Report& report) {
  return statement::CanonicalBytes(report);
}

absl::StatusOr<keys::Digest> ReportSalt(std::span<const keys::Bytes> package_salts) {
  if (package_salts.empty()) return absl::InvalidArgumentError("a report needs a package's salt");
  keys::Sha256Stream stream;
  for (const keys::Bytes& salt : package_salts) {
    if (salt.size() != keys::kDigestSize) {
      return absl::InvalidArgumentError(
          absl::StrCat("a package salt has ", salt.size(), " bytes, not 32"));
    }
    stream.Update(keys::AsBytes(salt));
  }
  return keys::HkdfSha256(stream.Finish().View(), {}, keys::AsBytes("cairn/report/v1"));
}

absl::StatusOr<v1::AnnexRef> ReportRef(keys::ByteView report_bytes, const keys::Digest& salt) {
  absl::StatusOr<keys::Digest> digest = statement::AnnexDigest(salt.View(), report_bytes);
  if (!digest.ok()) return digest.status();
  v1::AnnexRef ref;
  ref.set_digest(digest->ToBytes());
  ref.set_size(report_bytes.size());
  return ref;
}

}  // namespace cairn::completeness
