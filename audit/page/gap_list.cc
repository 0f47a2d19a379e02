#include "audit/page/gap_list.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/unconfirmed.h"
#include "audit/page/frame.h"
#include "audit/page/lists.h"
#include "audit/page/place.h"
#include "audit/record/csv.h"

namespace cairn::page {
namespace {

absl::Status CheckRules(const v1::Report& report, const completeness::Rules& rules) {
  if (rules.ref().digest() == report.rule_set().digest()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the rule set given is not the one that the report was made with");
}

bool HasGaps(const v1::RecordResult& record) {
  return std::any_of(record.results().begin(), record.results().end(),
                     [](const v1::CheckResult& one) { return !one.field().empty(); });
}

void WriteGapRow(const v1::CheckResult& one, const completeness::Rules& rules, const Messages& m,
                 Html& html) {
  html << "<tr><td>"_m << MissingText(m, one.field()) << "</td><td>"_m << PlaceText(m, one.place())
       << " <code>"_m << one.place() << "</code></td><td>"_m
       << m.Enum(v1::Presence_Name(one.presence())) << "</td><td>"_m << MendText(m, one)
       << "</td><td>"_m << ParagraphOf(rules, one);
  if (completeness::IsUnconfirmed(rules, one)) {
    html << " <span class=\"mark\">"_m << m.Text("to_be_confirmed") << "</span>"_m;
  }
  html << "</td><td class=\"answer\"></td></tr>\n"_m;
}

absl::Status HandOn(const std::vector<std::string>& cells, Sink sink) {
  const std::vector<absl::string_view> views(cells.begin(), cells.end());
  std::string row;
  record::AppendCsvRow(views, row);
  return sink(row);
}

}  // namespace

absl::Status WriteGapList(const v1::Report& report, const completeness::Rules& rules,
                          const Messages& m, Sink sink) {
  if (absl::Status checked = CheckRules(report, rules); !checked.ok()) return checked;
  const absl::StatusOr<std::string> sha256 = ReportSha256(report);
  if (!sha256.ok()) return sha256.status();
  Html html(sink);
  OpenPage(report, m, "gaplist.title", html);
  html << "<p>"_m << m.Text("gaplist.how") << "</p>\n"_m;
  WriteFrameNotes(m, /*coordinates=*/false, *sha256, html);
  bool any = false;
  for (const v1::RecordResult& record : report.records()) {
    if (!HasGaps(record)) continue;
    any = true;
    html << "<h3>"_m << RecordName(record.at()) << " "_m << record.row() << " · "_m
         << record.record_number() << " · "_m << record.area();
    if (report.exercise())
      html << " <span class=\"mark\">"_m << m.Text("exercise.short") << "</span>"_m;
    html << "</h3>\n"_m;
    WriteTableHead(m,
                   {"column.field", "column.place", "column.stands", "column.mend",
                    "column.paragraph", "gaplist.answer"},
                   html);
    for (const v1::CheckResult& one : record.results()) {
      if (!one.field().empty()) WriteGapRow(one, rules, m, html);
    }
    html << "</table>\n"_m;
  }
  if (!any) html << "<p>"_m << m.Text("gaps.none") << "</p>\n"_m;
  ClosePage(html);
  return html.Finish();
}

absl::Status WriteGapCsv(const v1::Report& report, const completeness::Rules& rules,
                         const Messages& m, Sink sink) {
  if (absl::Status checked = CheckRules(report, rules); !checked.ok()) return checked;
  const absl::StatusOr<std::string> sha256 = ReportSha256(report);
  if (!sha256.ok()) return sha256.status();
  absl::Status status =
      HandOn({m.Text("exercise.short"), m.Text("column.package"), m.Text("column.record"),
              m.Text("record.row"), m.Text("record.number"), m.Text("column.district"), "F",
              m.Text("column.field"), m.Text("column.place"), m.Text("column.stands"),
              m.Text("column.mend"), m.Text("column.paragraph"), m.Text("to_be_confirmed"),
              m.Text("gaplist.report_digest")},
             sink);
  for (const v1::RecordResult& record : report.records()) {
    for (const v1::CheckResult& one : record.results()) {
      if (one.field().empty()) continue;
      if (!status.ok()) return status;
      status = HandOn(
          {m.Text(report.exercise() ? "yes" : "no"), absl::StrCat(record.at().package()),
           absl::StrCat(record.at().record()), record.row(), record.record_number(), record.area(),
           one.field(), MissingText(m, one.field()), one.place(),
           m.Enum(v1::Presence_Name(one.presence())), MendText(m, one), ParagraphOf(rules, one),
           m.Text(completeness::IsUnconfirmed(rules, one) ? "yes" : "no"), *sha256},
          sink);
    }
  }
  return status;
}

}  // namespace cairn::page
