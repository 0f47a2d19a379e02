#include "audit/page/page.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/page/frame.h"
#include "audit/page/sections.h"

namespace cairn::page {
namespace {

absl::Status CheckInputs(const PageInputs& in) {
  const v1::Report& report = *in.report;
  if (in.rules->ref().digest() != report.rule_set().digest()) {
    return absl::InvalidArgumentError(
        "the rule set given is not the one that the report was made with");
  }
  if (in.facts != nullptr &&
      (in.facts->handover() != report.handover() || in.facts->at_size() != report.at_size())) {
    return absl::InvalidArgumentError(
        "the facts are not those of the report's handover at the report's size");
  }
  if (in.fields != nullptr && in.fields->size() + in.fields->without_perimeter() !=
                                  static_cast<std::uint64_t>(report.records_size())) {
    return absl::InvalidArgumentError(
        absl::StrCat("the packages given have ", in.fields->size() + in.fields->without_perimeter(),
                     " records, the report has ", report.records_size()));
  }
  return absl::OkStatus();
}

void WriteContents(const Writing& w) {
  constexpr auto kSections = std::to_array<absl::string_view>(
      {"basis", "records", "districts", "map", "mines", "checks", "gaps", "owed", "claims",
       "supplements", "ground", "incidents", "assessments", "handover", "lists", "details"});
  w.html << "<nav class=\"box\"><strong>"_m << w.m.Text("contents") << "</strong> "_m;
  for (const absl::string_view one : kSections) {
    if (one == "map" && w.in.fields == nullptr) continue;
    w.html << " · "_m;
    w.html.Link(absl::StrCat("s-", one), w.m.Text(absl::StrCat("section.", one)));
  }
  w.html << "</nav>\n"_m;
}

}  // namespace

void WriteHead(const Writing& w, const std::string& report_sha256) {
  const Messages& m = w.m;
  OpenPage(w.report(), m, "title", w.html);
  w.html << "<p class=\"headline\">"_m << HeadlineText(w.report(), m) << "</p>\n"_m;
  const v1::ClassSummary& c = w.report().cumulative();
  const std::uint64_t read = c.all().records() - c.not_read().records();
  if (read > 0) {
    const std::array<std::uint64_t, 4> numbers = {c.complete().records(), c.partial().records(),
                                                  c.no_information().records(),
                                                  c.contradicting().records()};
    const std::string shares = absl::StrJoin(
        numbers, " / ", [&](std::string* out, std::uint64_t n) { *out += m.Share(n, read); });
    w.html << "<p>"_m << m.Text("shares", {{"shares", shares}}) << "</p>\n"_m;
  }
  WriteFrameNotes(m, w.in.fields != nullptr, report_sha256, w.html);
}

absl::Status WritePage(const PageInputs& inputs, const Messages& messages, Sink sink) {
  if (absl::Status checked = CheckInputs(inputs); !checked.ok()) return checked;
  const absl::StatusOr<std::string> sha256 = ReportSha256(*inputs.report);
  if (!sha256.ok()) return sha256.status();
  const std::map<std::string, std::string> names = AreaNames(inputs);
  const std::vector<Group> groups = GroupsOf(*inputs.report, messages, names);
  const RecordLists lists = ListsOf(*inputs.report, messages, groups);
  Html html(sink);
  const Writing w{inputs, messages, groups, lists, names, html};
  WriteHead(w, *sha256);
  WriteContents(w);
  WriteBasis(w, *sha256);
  WriteClasses(w);
  WriteDistricts(w);
  if (inputs.fields != nullptr) WriteMap(w);
  WriteMines(w);
  WriteChecks(w);
  WriteGaps(w);
  WriteOwed(w);
  WriteClaims(w);
  WriteSupplements(w);
  WriteGround(w);
  WriteIncidents(w);
  WriteAssessments(w);
  WriteHandoverChecks(w);
  WriteLists(w);
  WriteRecords(w);
  ClosePage(html);
  return html.Finish();
}

}  // namespace cairn::page
