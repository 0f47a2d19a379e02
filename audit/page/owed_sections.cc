#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/calendar.h"
#include "audit/page/sections.h"
#include "keys/bytes.h"
#include "keys/encoding.h"

namespace cairn::page {
namespace {

std::string EndText(const Messages& m, const v1::Withholding& withholding) {
  if (withholding.end() == v1::WITHHOLDING_END_DATE && withholding.has_end_day()) {
    return completeness::DayText(withholding.end_day());
  }
  return m.Enum(v1::WithholdingEnd_Name(withholding.end()));
}

// What the holding party says that it keeps back. True if there is any.
bool WriteWithheld(const Writing& w) {
  if (w.in.facts == nullptr) return false;
  bool any = false;
  for (const v1::FactDeclaration& declaration : w.in.facts->declarations()) {
    for (const v1::WithheldRow& row : declaration.row().withheld()) {
      if (!any) {
        w.html << "<h3>"_m << w.m.Text("owed.withheld") << "</h3>\n"_m;
        w.Head({"column.district", "column.source", "column.documents", "column.ground",
                "column.end", "column.by"});
      }
      any = true;
      w.html << "<tr><td>"_m << w.Area(declaration.row().area()) << "</td><td>"_m
             << declaration.row().source() << "</td><td class=\"n\">"_m
             << w.m.Number(row.documents()) << "</td><td>"_m
             << w.m.Enum(v1::WithholdingGround_Name(row.withholding().ground())) << "</td><td>"_m
             << EndText(w.m, row.withholding()) << "</td><td>"_m << w.Party(declaration.party())
             << "</td></tr>\n"_m;
    }
  }
  if (any) w.html << "</table>\n"_m;
  return any;
}

const v1::FactRequest* FindRequest(const Writing& w, const std::string& id) {
  if (w.in.facts == nullptr) return nullptr;
  for (const v1::FactRequest& request : w.in.facts->requests()) {
    if (request.statement() == id) return &request;
  }
  return nullptr;
}

std::string RequestState(const Messages& m, const v1::RequestRow& row,
                         const v1::FactRequest* fact) {
  if (fact != nullptr && fact->complete()) return m.Text("request.complete");
  std::string out = m.Text(row.overdue()                                 ? "request.overdue"
                           : row.answered() && fact == nullptr           ? "request.answered"
                           : fact != nullptr && !fact->answers().empty() ? "request.partly"
                                                                         : "request.running");
  if (row.overdue() && fact != nullptr && !fact->answers().empty()) {
    absl::StrAppend(&out, "; ", m.Text("request.partly"));
  }
  return out;
}

bool WriteRequests(const Writing& w) {
  if (w.handover().requests().empty()) return false;
  w.html << "<h3>"_m << w.m.Text("owed.requests") << "</h3>\n"_m;
  w.Head({"column.request", "column.kind", "column.from", "column.to", "column.district",
          "column.due", "column.state"});
  int number = 0;
  for (const v1::RequestRow& row : w.handover().requests()) {
    const v1::FactRequest* fact = FindRequest(w, row.request());
    std::vector<std::string> areas;
    if (fact != nullptr) {
      for (const std::string& area : fact->areas()) areas.push_back(w.Area(area));
    }
    w.html << "<tr><td class=\"n\">"_m << absl::StrCat(number++) << "</td><td>"_m
           << w.m.Enum(v1::RequestKind_Name(row.kind())) << "</td><td>"_m
           << (fact == nullptr ? std::string() : w.Party(fact->from())) << "</td><td>"_m
           << (fact == nullptr ? std::string() : w.Party(fact->to())) << "</td><td>"_m
           << absl::StrJoin(areas, "; ") << "</td><td>"_m
           << (fact == nullptr ? std::string() : TimeText(fact->due_ms())) << "</td><td>"_m
           << RequestState(w.m, row, fact) << "</td></tr>\n"_m;
  }
  w.html << "</table>\n"_m;
  return true;
}

std::string GapsText(const v1::SeriesRow& row) {
  return absl::StrJoin(row.gaps(), ", ", [](std::string* out, const v1::NumberRange& gap) {
    absl::StrAppend(out, gap.first());
    if (gap.last() > gap.first()) absl::StrAppend(out, "\u2013", gap.last());
  });
}

bool WriteSeries(const Writing& w) {
  bool any = false;
  for (const v1::SeriesRow& row : w.handover().series()) {
    if (row.missing() == 0) continue;
    if (!any) {
      w.html << "<h3>"_m << w.m.Text("owed.series") << "</h3>\n"_m;
      w.Head({"column.series", "column.count", "column.state"});
    }
    any = true;
    w.html << "<tr><td>"_m;
    w.html.Link(RecordAnchor(row.first()), RecordName(row.first()));
    w.html << "</td><td>"_m
           << w.m.Text("series.text", {{"present", w.m.Number(row.present())},
                                       {"highest", w.m.Number(row.highest())},
                                       {"gaps", GapsText(row)}})
           << "</td><td>"_m << (row.provisional() ? w.m.Text("series.provisional") : std::string())
           << "</td></tr>\n"_m;
  }
  if (any) w.html << "</table>\n"_m;
  return any;
}

// Areas with something declared and not delivered.
bool WriteAreasOwed(const Writing& w) {
  bool any = false;
  for (const v1::AreaRow& row : w.handover().areas()) {
    if (row.outstanding() == 0 && row.unknown() == 0 && row.delivered() > 0) continue;
    if (!any) {
      w.Head({"column.district", "district.outstanding", "district.withheld", "district.owed",
              "district.unknown", "column.state"});
    }
    any = true;
    w.html << "<tr><td>"_m << w.Area(row.area()) << "</td><td class=\"n\">"_m
           << w.m.Number(row.outstanding()) << "</td><td class=\"n\">"_m
           << w.m.Number(row.withheld()) << "</td><td class=\"n\">"_m << w.m.Number(row.owed())
           << "</td><td class=\"n\">"_m << w.m.Number(row.unknown()) << "</td><td>"_m
           << w.m.Enum(v1::AreaDelivery_Name(row.state())) << "</td></tr>\n"_m;
  }
  if (any) w.html << "</table>\n"_m;
  return any;
}

std::string QuantityText(const Messages& m, const v1::Quantity& quantity) {
  switch (quantity.precision()) {
    case v1::PRECISION_EXACT:
      return m.Text("quantity.exact", {{"n", m.Number(quantity.value())}});
    case v1::PRECISION_ABOUT:
      return m.Text("quantity.about", {{"n", m.Number(quantity.value())}});
    case v1::PRECISION_MORE_THAN:
      return m.Text("quantity.more_than", {{"n", m.Number(quantity.value())}});
    case v1::PRECISION_AT_LEAST:
      return m.Text("quantity.at_least", {{"n", m.Number(quantity.value())}});
    case v1::PRECISION_ALMOST:
      return m.Text("quantity.almost", {{"n", m.Number(quantity.value())}});
    case v1::PRECISION_FRACTION:
      return m.Text("quantity.fraction", {{"numerator", absl::StrCat(quantity.numerator())},
                                          {"denominator", absl::StrCat(quantity.denominator())}});
    default:
      return m.Text("quantity.words");
  }
}

// The number that a claim is set beside.
std::string ComputedText(const Messages& m, const v1::ClaimRow& row) {
  if (row.has_outstanding()) {
    return m.Text("claim.outstanding", {{"n", m.Number(row.outstanding())},
                                        {"withheld", m.Number(row.withheld())},
                                        {"later", m.Number(row.computed())}});
  }
  if (row.share().total() > 0) {
    return absl::StrCat(m.Number(row.share().filled()), "/", m.Number(row.share().total()), " (",
                        m.Share(row.share().filled(), row.share().total()), " %)");
  }
  return row.has_computed() ? m.Number(row.computed()) : std::string("-");
}

const v1::FactClaim* FindClaim(const Writing& w, std::uint64_t leaf) {
  if (w.in.facts == nullptr) return nullptr;
  for (const v1::FactClaim& claim : w.in.facts->claims()) {
    if (claim.leaf() == leaf) return &claim;
  }
  return nullptr;
}

std::string SpeakerText(const Writing& w, const v1::FactClaim* fact) {
  if (fact == nullptr) return {};
  if (fact->reporter().empty()) return w.Party(fact->speaker());
  return absl::StrCat(w.Party(fact->speaker()), "; ",
                      w.m.Text("claim.reported_by", {{"who", fact->reporter()}}));
}

// By the day on which it was said; without the facts by leaf.
std::vector<const v1::ClaimRow*> ClaimsByDate(const Writing& w) {
  std::vector<std::pair<std::int64_t, const v1::ClaimRow*>> dated;
  for (const v1::ClaimRow& row : w.handover().claims()) {
    const v1::FactClaim* fact = FindClaim(w, row.leaf());
    dated.emplace_back(fact == nullptr ? 0 : fact->said_day(), &row);
  }
  std::stable_sort(dated.begin(), dated.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const v1::ClaimRow*> out;
  for (const auto& [day, row] : dated) out.push_back(row);
  return out;
}

void WriteClaim(const Writing& w, const v1::ClaimRow& row) {
  const v1::FactClaim* fact = FindClaim(w, row.leaf());
  w.html << "<tr><td>"_m
         << (fact == nullptr ? std::string("-") : completeness::DayText(fact->said_day()))
         << "</td><td class=\"n\">"_m << w.m.Number(row.leaf()) << "</td><td>"_m
         << SpeakerText(w, fact) << "</td><td>"_m << w.m.Enum(v1::ClaimSubject_Name(row.subject()))
         << "</td><td>"_m << QuantityText(w.m, row.quantity()) << "</td><td>"_m;
  const bool of_records = row.has_computed() && !row.has_outstanding();
  if (of_records && w.lists.Has("all")) {
    w.html.Link("s-districts", ComputedText(w.m, row));
  } else {
    w.html << ComputedText(w.m, row);
  }
  w.html << "</td><td class=\"n\">"_m
         << (row.has_difference() ? w.m.Signed(row.difference()) : std::string("-"))
         << "</td><td>"_m << w.m.Enum(v1::ClaimComparison_Name(row.comparison()));
  if (row.taken_back()) w.html << "; "_m << w.m.Text("claim.taken_back");
  w.html << "</td></tr>\n"_m;
}

}  // namespace

void WriteOwed(const Writing& w) {
  w.Heading("owed");
  bool any = WriteAreasOwed(w);
  any = WriteWithheld(w) || any;
  any = WriteRequests(w) || any;
  any = WriteSeries(w) || any;
  if (!any) w.html << "<p>"_m << w.m.Text("owed.none") << "</p>\n"_m;
}

void WriteClaims(const Writing& w) {
  w.Heading("claims");
  if (w.handover().claims().empty()) {
    w.html << "<p>"_m << w.m.Text("claims.none") << "</p>\n"_m;
    return;
  }
  w.html << "<p class=\"note\">"_m << w.m.Text("claims.note") << "</p>\n"_m;
  w.Head({"column.said", "column.leaf", "column.speaker", "column.subject", "column.claimed",
          "column.computed", "column.difference", "column.comparison"});
  for (const v1::ClaimRow* row : ClaimsByDate(w)) WriteClaim(w, *row);
  w.html << "</table>\n"_m;
}

void WriteAssessments(const Writing& w) {
  w.Heading("assessments");
  if (w.in.facts == nullptr || w.in.facts->assessments().empty()) {
    w.html << "<p>"_m << w.m.Text("assessments.none") << "</p>\n"_m;
    return;
  }
  w.html << "<p class=\"note\">"_m << w.m.Text("assessments.note") << "</p>\n"_m;
  w.Head({"column.leaf", "column.party", "column.inputs", "column.report"});
  for (const v1::FactAssessment& one : w.in.facts->assessments()) {
    w.html << "<tr><td class=\"n\">"_m << w.m.Number(one.leaf()) << "</td><td>"_m
           << w.Party(one.party()) << "</td><td class=\"hash\">"_m
           << keys::Hex(keys::AsBytes(one.inputs())) << "</td><td class=\"hash\">"_m
           << keys::Hex(keys::AsBytes(one.report())) << "</td></tr>\n"_m;
  }
  w.html << "</table>\n"_m;
}

}  // namespace cairn::page
