#include "client/package_survey.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/console.h"

namespace cairn::client {
namespace {

using AreaAndSource = std::pair<std::string, std::string>;

bool NamesSomebody(const v1::PersonsGroup& persons) {
  for (const v1::Text* text : {&persons.commander(), &persons.recorder(), &persons.accepted_by(),
                               &persons.transcribed_by()}) {
    const v1::Presence presence = text->leaf().presence();
    if (presence != v1::PRESENCE_NOT_TRANSCRIBED && presence != v1::PRESENCE_UNSPECIFIED) {
      return true;
    }
  }
  return false;
}

absl::Status CompareTotals(const Survey& survey, const std::vector<v1::SubmissionTotals>& totals,
                           std::vector<std::string>& remarks) {
  std::map<AreaAndSource, std::uint64_t> left = survey.records;
  for (const v1::SubmissionTotals& row : totals) {
    const auto found = left.find({row.area(), row.source()});
    const std::uint64_t records = found == left.end() ? 0 : found->second;
    if (records != row.documents()) {
      remarks.push_back(absl::StrCat("totals.csv states ", row.documents(), " documents for ",
                                     row.area(), ", ", row.source(), "; there are ", records));
    }
    if (found != left.end()) left.erase(found);
  }
  if (left.empty()) return absl::OkStatus();
  const auto& [place, records] = *left.begin();
  return absl::InvalidArgumentError(absl::StrCat("totals.csv has no row for area ", place.first,
                                                 ", source ", place.second, ", and ", records,
                                                 " records are of it"));
}

absl::Status CheckKind(v1::PackageKind kind, const record::TemplateReader& reader) {
  const bool supplement = kind == v1::PACKAGE_KIND_SUPPLEMENT;
  if (supplement && reader.supplements().empty()) {
    return UsageError("a supplement package needs supplements.csv");
  }
  if (!supplement && !reader.supplements().empty()) {
    return UsageError("there is a supplements.csv: build it with --kind supplement");
  }
  if (kind == v1::PACKAGE_KIND_ORIGINAL && reader.record_count() == 0) {
    return UsageError("an original has records; build scans alone with --kind scans-only");
  }
  if (kind == v1::PACKAGE_KIND_SCANS_ONLY && reader.record_count() > 0) {
    return UsageError("there is a records.csv: build it with --kind original");
  }
  if (!supplement && reader.totals().empty()) {
    return UsageError("totals.csv is missing: what the holder states for each area and source");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Survey> SurveyRecords(record::TranscriptionReader& reader, bool exercise,
                                     absl::string_view whose) {
  Survey survey;
  for (std::uint64_t index = 0; index < reader.first().record_count(); ++index) {
    const absl::StatusOr<v1::MinefieldRecord> record = reader.Read(index);
    if (!record.ok()) return record.status();
    const v1::IdentityGroup& identity = record->identity();
    if (identity.exercise() != exercise) {
      return absl::InvalidArgumentError(
          absl::StrCat("record ", identity.row(), ": column 'exercise' says ",
                       identity.exercise() ? "yes" : "no", ", and ", whose, " is ",
                       exercise ? "an exercise's" : "in earnest",
                       "; made-up and real records never stand in one handover"));
    }
    ++survey.records[{identity.area(), identity.source()}];
    for (const v1::AttachmentUse& use : identity.attachments()) {
      std::uint64_t& pages = survey.pages[use.sha256()];
      pages = std::max<std::uint64_t>(pages, use.pages());
    }
    survey.has_persons |= NamesSomebody(record->persons());
  }
  return survey;
}

absl::StatusOr<v1::PackageKind> KindOfFolder(const record::TemplateReader& reader) {
  if (!reader.supplements().empty()) return v1::PACKAGE_KIND_SUPPLEMENT;
  if (reader.record_count() > 0) return v1::PACKAGE_KIND_ORIGINAL;
  if (!reader.scans().empty()) return v1::PACKAGE_KIND_SCANS_ONLY;
  return absl::InvalidArgumentError(
      "there is nothing to hand over: the folder has no records.csv, no supplements.csv and no "
      "scans/ with files");
}

absl::Status CheckBuildable(v1::PackageKind kind, const record::TemplateReader& reader,
                            const Survey& survey, std::vector<std::string>& remarks) {
  if (absl::Status fits = CheckKind(kind, reader); !fits.ok()) return fits;
  // Scans alone: how many documents they show, only their transcription will tell.
  if (reader.record_count() == 0) return absl::OkStatus();
  return CompareTotals(survey, reader.totals(), remarks);
}

}  // namespace cairn::client
