#include "absl/strings/str_cat.h"
#include "audit/page/place.h"
#include "audit/page/sections.h"

namespace cairn::page {
namespace {

void Cell(const Writing& w, std::uint64_t n) {
  w.html << "<td class=\"n\">"_m << w.m.Number(n) << "</td>"_m;
}

void RecordCell(const Writing& w, bool there, const v1::RecordRef& at) {
  w.html << "<td>"_m;
  if (there) w.html.Link(RecordAnchor(at), RecordName(at));
  w.html << "</td>"_m;
}

void WriteProposals(const Writing& w) {
  if (w.handover().proposals().empty()) return;
  w.html << "<h3>"_m << w.m.Text("ground.proposals") << "</h3>\n"_m;
  w.Head({"column.leaf", "column.record", "column.proposal", "column.outcome"});
  for (const v1::ProposalRow& row : w.handover().proposals()) {
    w.html << "<tr>"_m;
    Cell(w, row.leaf());
    RecordCell(w, row.has_record(), row.record());
    w.html << "<td>"_m << w.m.Enum(v1::ProposalKind_Name(row.kind())) << "</td><td>"_m
           << w.m.Enum(v1::ProposalOutcome_Name(row.outcome())) << "</td></tr>\n"_m;
  }
  w.html << "</table>\n"_m;
}

void IncidentCells(const Writing& w, const v1::IncidentRow& row, const std::string& name) {
  w.html << "<tr><td>"_m << name << "</td>"_m;
  Cell(w, row.incidents());
  Cell(w, row.inside());
  Cell(w, row.near());
  Cell(w, row.outside());
  w.html << "</tr>\n"_m;
}

}  // namespace

void WriteSupplements(const Writing& w) {
  w.Heading("supplements");
  if (w.report().supplements().empty()) {
    w.html << "<p>"_m << w.m.Text("supplements.none") << "</p>\n"_m;
    return;
  }
  w.Head({"column.package", "column.record", "column.field", "column.outcome", "column.reason",
          "column.was", "column.is"});
  for (const v1::SupplementResult& one : w.report().supplements()) {
    w.html << "<tr><td>"_m << absl::StrCat(one.package(), "/", one.position()) << "</td>"_m;
    RecordCell(w, one.has_record(), one.record());
    w.html << "<td>"_m << PlaceText(w.m, one.field()) << " <code>"_m << one.field()
           << "</code></td><td>"_m << w.m.Enum(v1::SupplementOutcome_Name(one.outcome()))
           << "</td><td>"_m << w.m.Enum(v1::SupplementReason_Name(one.reason()))
           << "</td><td class=\"n\">"_m
           << (one.has_old_count() ? w.m.Signed(one.old_count()) : std::string())
           << "</td><td class=\"n\">"_m
           << (one.has_new_count() ? w.m.Signed(one.new_count()) : std::string())
           << "</td></tr>\n"_m;
  }
  w.html << "</table>\n"_m;
}

void WriteGround(const Writing& w) {
  const v1::HandoverResult& h = w.handover();
  w.Heading("ground");
  w.html << "<p class=\"note\">"_m << w.m.Text("ground.note") << "</p>\n"_m;
  if (h.findings().empty()) {
    w.html << "<p>"_m << w.m.Text("ground.none") << "</p>\n"_m;
  } else {
    w.Head({"column.found", "column.rests_on", "column.records", "headline_class_complete",
            "headline_class_partial", "headline_class_no_information",
            "headline_class_contradicting"});
    for (const v1::FindingRow& row : h.findings()) {
      w.html << "<tr><td>"_m << w.m.Enum(v1::FindingState_Name(row.state())) << "</td><td>"_m
             << w.m.Enum(v1::FindingBasis_Name(row.basis())) << "</td><td class=\"n\">"_m;
      w.lists.Number(w.m, absl::StrCat("found-", row.state(), "-", row.basis()),
                     row.classes().all().records(), w.html);
      w.html << "</td>"_m;
      Cell(w, row.classes().complete().records());
      Cell(w, row.classes().partial().records());
      Cell(w, row.classes().no_information().records());
      Cell(w, row.classes().contradicting().records());
      w.html << "</tr>\n"_m;
    }
    w.html << "</table>\n"_m;
  }
  if (h.findings_elsewhere() > 0) {
    w.html << "<p>"_m << w.m.Text("ground.elsewhere", {{"n", w.m.Number(h.findings_elsewhere())}})
           << "</p>\n"_m;
  }
  if (h.unrecorded_findings() > 0) {
    w.html << "<p>"_m << w.m.Text("ground.unrecorded", {{"n", w.m.Number(h.unrecorded_findings())}})
           << "</p>\n"_m;
  }
  WriteProposals(w);
}

void WriteIncidents(const Writing& w) {
  w.Heading("incidents");
  if (!w.handover().has_incidents()) {
    w.html << "<p>"_m << w.m.Text("incidents.none") << "</p>\n"_m;
    return;
  }
  const v1::IncidentSummary& all = w.handover().incidents();
  w.html << "<p class=\"note\">"_m << w.m.Text("incidents.note") << "</p>\n"_m;
  w.Head({"column.district", "column.incidents", "incidents.inside", "incidents.near",
          "incidents.outside"});
  for (const v1::IncidentRow& row : all.areas()) IncidentCells(w, row, w.Area(row.area()));
  IncidentCells(w, all.total(), w.m.Text("district.total"));
  w.html << "</table>\n<p>"_m
         << w.m.Text("incidents.outside_with",
                     {{"n", w.m.Number(all.outside_with_records())},
                      {"now", w.m.Number(all.outside_with_records_now())}})
         << "</p>\n<p>"_m
         << w.m.Text("incidents.outside_without",
                     {{"n", w.m.Number(all.outside_without_records())},
                      {"now", w.m.Number(all.outside_without_records_now())}})
         << "</p>\n<p>"_m;
  if (all.has_casualties_at_most()) {
    w.html << w.m.Text("incidents.casualties_most",
                       {{"n", w.m.Number(all.casualties_at_least())},
                        {"most", w.m.Number(all.casualties_at_most())}});
  } else {
    w.html << w.m.Text("incidents.casualties", {{"n", w.m.Number(all.casualties_at_least())}});
  }
  w.html << "</p>\n"_m;
}

}  // namespace cairn::page
