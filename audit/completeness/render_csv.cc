#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/render.h"
#include "audit/completeness/unconfirmed.h"
#include "audit/completeness/wording.h"
#include "audit/record/cell.h"
#include "audit/record/csv.h"

namespace cairn::completeness {
namespace {

void AppendCsv(const std::vector<std::string>& cells, std::string& out) {
  const std::vector<absl::string_view> views(cells.begin(), cells.end());
  record::AppendCsvRow(views, out);
}

std::string ParagraphOf(const Rules& rules, const v1::CheckResult& one) {
  if (!one.field().empty()) {
    const v1::FieldRule* rule = rules.Field(FieldNumber(one.field()));
    if (rule != nullptr) return rule->paragraph();
  }
  const v1::CheckRule* rule = rules.FindCheck(one.check());
  return rule == nullptr ? "" : rule->paragraph();
}

}  // namespace

std::string GapListCsv(const v1::Report& report, const Rules& rules) {
  std::string out;
  AppendCsv({"exercise", "package", "record", "row", "record_number", "area", "field", "what",
             "place", "stands_as", "paragraph", "to_be_confirmed"},
            out);
  for (const v1::RecordResult& record : report.records()) {
    for (const v1::CheckResult& one : record.results()) {
      if (one.check() != "I-23") continue;
      AppendCsv({report.exercise() ? "yes" : "no", absl::StrCat(record.at().package()),
                 absl::StrCat(record.at().record()), record.row(), record.record_number(),
                 record.area(), one.field(), std::string(FieldTitle(FieldNumber(one.field()))),
                 one.place(), std::string(record::PresenceName(one.presence())),
                 ParagraphOf(rules, one), IsUnconfirmed(rules, one) ? "yes" : "no"},
                out);
    }
  }
  return out;
}

std::string FaultListCsv(const v1::Report& report, const Rules& rules) {
  std::string out;
  AppendCsv(
      {"exercise", "package", "record", "row", "record_number", "area", "class", "check", "place",
       "outcome", "severity", "missing", "paragraph", "passes_if", "to_be_confirmed"},
      out);
  for (const v1::RecordResult& record : report.records()) {
    for (const v1::CheckResult& one : record.results()) {
      const CheckInfo* info = FindCheckInfo(one.check());
      AppendCsv({report.exercise() ? "yes" : "no", absl::StrCat(record.at().package()),
                 absl::StrCat(record.at().record()), record.row(), record.record_number(),
                 record.area(), ClassName(record.headline()), one.check(), one.place(),
                 one.outcome() == v1::OUTCOME_FAIL ? "fails" : "not evaluable",
                 one.severity() == v1::SEVERITY_ERROR     ? "error"
                 : one.severity() == v1::SEVERITY_WARNING ? "warning"
                                                          : "information",
                 absl::StrJoin(one.missing(), " "), ParagraphOf(rules, one),
                 info == nullptr ? "" : std::string(info->title),
                 IsUnconfirmed(rules, one) ? "yes" : "no"},
                out);
    }
  }
  return out;
}

std::string FindingListCsv(const v1::Report& report) {
  std::string out;
  AppendCsv({"exercise", "package", "record", "row", "record_number", "area", "class", "found",
             "rests_on", "found_by", "contested_by", "unanswered_since_ms", "landmark_found"},
            out);
  for (const v1::RecordResult& record : report.records()) {
    if (record.finding() == v1::FINDING_STATE_UNSPECIFIED && !record.located()) continue;
    AppendCsv({report.exercise() ? "yes" : "no", absl::StrCat(record.at().package()),
               absl::StrCat(record.at().record()), record.row(), record.record_number(),
               record.area(), ClassName(record.headline()), FindingStateName(record.finding()),
               FindingBasisName(record.basis()), absl::StrJoin(record.found_by(), " "),
               absl::StrJoin(record.contested_by(), " "),
               record.has_unanswered_since_ms() ? absl::StrCat(record.unanswered_since_ms()) : "",
               record.located() ? "yes" : "no"},
              out);
  }
  return out;
}

}  // namespace cairn::completeness
