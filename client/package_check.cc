#include "client/package_check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/completeness/engine.h"
#include "audit/record/transcription.h"
#include "client/clock.h"
#include "client/content_file.h"
#include "client/package_contents.h"
#include "client/package_survey.h"

namespace cairn::client {
namespace {

bool IsFolder(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// What a holder may not sign, out of what the checks say.
void AddFatalFaults(CheckResultOfPackage& result) {
  for (const v1::RecordResult& record : result.report.records()) {
    for (const v1::CheckResult& check : record.results()) {
      if (check.check() != "I-22" || check.outcome() != v1::OUTCOME_FAIL) continue;
      if (result.refusals.size() >= kMostErrorsShown) return;
      result.refusals.push_back(absl::StrCat("record ", record.row(), ", ", check.place(),
                                             ": a blank that does not say which blank (I-22)"));
    }
  }
}

absl::Status AssessOne(const completeness::Rules& rules, const keys::Digest& digest,
                       const v1::PackageHeader& header, const completeness::PackageContent& content,
                       CheckResultOfPackage& result) {
  const v1::HandoverFacts facts = completeness::FactsForOnePackage(rules, digest, header, NowMs());
  const completeness::AssessedInput input{digest, &content};
  completeness::AssessInputs inputs;
  inputs.rules = &rules;
  inputs.facts = &facts;
  inputs.log_origin = header.log_origin();
  inputs.packages = {&input, 1};
  absl::StatusOr<v1::Report> report = completeness::Assess(inputs);
  if (!report.ok()) return report.status();
  result.report = *std::move(report);
  result.has_report = true;
  AddFatalFaults(result);
  return absl::OkStatus();
}

// What `package build` would not take of the folder.
absl::Status CheckFolder(record::TranscriptionReader& reader, bool exercise,
                         CheckResultOfPackage& result) {
  const absl::StatusOr<v1::PackageKind> kind = KindOfFolder(reader.first());
  if (!kind.ok()) return kind.status();
  const absl::StatusOr<Survey> survey = SurveyRecords(reader, exercise, "the first record");
  if (!survey.ok()) return survey.status();
  return CheckBuildable(*kind, reader.first(), *survey, result.remarks);
}

absl::StatusOr<CheckResultOfPackage> CheckTemplateFolder(const CheckOrder& order,
                                                         const completeness::Rules& rules) {
  CheckResultOfPackage result;
  absl::StatusOr<record::TranscriptionReader> reader = record::TranscriptionReader::Open(
      order.path, order.second.empty() ? nullptr : &order.second, rules.aliases());
  // Not found: of the files that a template has, not the folder.
  if (absl::IsInvalidArgument(reader.status()) || absl::IsNotFound(reader.status())) {
    result.refusals.emplace_back(reader.status().message());
    return result;
  }
  if (!reader.ok()) return reader.status();
  for (const absl::Status& wrong : record::CheckTemplate(reader->first(), kMostErrorsShown)) {
    result.refusals.emplace_back(wrong.message());
  }
  if (!result.refusals.empty()) return result;

  v1::PackageHeader header;
  header.set_record_count(reader->first().record_count());
  for (const v1::SubmissionTotals& totals : reader->first().totals()) {
    *header.add_totals() = totals;
  }
  if (header.record_count() > 0) {
    const absl::StatusOr<v1::MinefieldRecord> first = reader->Read(0);
    if (absl::IsInvalidArgument(first.status())) {
      result.refusals.emplace_back(first.status().message());
      return result;
    }
    if (!first.ok()) return first.status();
    header.set_exercise(first->identity().exercise());
  }
  const absl::Status buildable = CheckFolder(*reader, header.exercise(), result);
  if (absl::IsInvalidArgument(buildable) || IsUsageError(buildable)) {
    result.refusals.emplace_back(buildable.message());
    return result;
  }
  if (!buildable.ok()) return buildable;
  const TemplateContent content(*reader);
  const absl::Status assessed = AssessOne(rules, keys::Digest{}, header, content, result);
  // The second transcription, adjudications, a mixed exercise flag: found while records are merged.
  if (absl::IsInvalidArgument(assessed) || absl::IsFailedPrecondition(assessed)) {
    result.refusals.emplace_back(assessed.message());
    return result;
  }
  if (!assessed.ok()) return assessed;
  return result;
}

// What its submission says of a package that was built and not sent yet.
absl::Status CompareWithSubmission(Unsealer& unsealer, const PackageFolder& folder,
                                   const record::ReadPackageResult& read,
                                   CheckResultOfPackage& result) {
  absl::StatusOr<v1::SubmitPackage> said = ReadSubmission(folder);
  if (!said.ok()) return said.status();
  const auto digest = keys::Digest::FromBytes(keys::AsBytes(said->digest()));
  if (!digest.ok()) return digest.status();
  const Submitted package{
      read.header.handover(), *digest, 0, read.header.holder(), {}, *said, read.signer};
  const OpeningTerms terms{read.header.log_origin(), read.header.exercise(), {read.signer}};
  absl::StatusOr<Opening> opening = CheckOpening(unsealer, folder, package, terms, {});
  if (!opening.ok()) return opening.status();
  for (const auto& [mismatch, what] : opening->mismatches) result.refusals.push_back(what);
  return absl::OkStatus();
}

absl::StatusOr<CheckResultOfPackage> CheckFile(Context& context, const std::string& path,
                                               const PackageFolder* folder,
                                               const completeness::Rules& rules) {
  CheckResultOfPackage result;
  const absl::StatusOr<LocalContent> described = DescribeContent(path);
  if (absl::IsInvalidArgument(described.status())) {
    result.refusals.emplace_back(described.status().message());
    return result;
  }
  if (!described.ok()) return described.status();
  Unsealer unsealer(context);
  const FileContent content([&unsealer, &path, &described] {
    return PlainSource(unsealer, path, described->digest, record::PackageFile::kMain);
  });
  absl::StatusOr<record::ReadPackageResult> read = content.Read({}, record::PackageFile::kMain);
  if (absl::IsInvalidArgument(read.status()) || absl::IsDataLoss(read.status())) {
    result.refusals.emplace_back(read.status().message());
    return result;
  }
  if (!read.ok()) return read.status();
  if (folder != nullptr) {
    const absl::Status same = CompareWithSubmission(unsealer, *folder, *read, result);
    if (!same.ok()) return same;
  }
  const absl::Status assessed = AssessOne(rules, described->digest, read->header, content, result);
  if (!assessed.ok()) return assessed;
  return result;
}

}  // namespace

absl::StatusOr<CheckResultOfPackage> CheckPackage(Context& context, const CheckOrder& order,
                                                  const completeness::Rules& rules) {
  if (!IsFolder(order.path)) return CheckFile(context, order.path, nullptr, rules);
  const PackageFolder folder(order.path);
  if (access(folder.Main().c_str(), F_OK) != 0) return CheckTemplateFolder(order, rules);
  return CheckFile(context, folder.Main(), &folder, rules);
}

}  // namespace cairn::client
