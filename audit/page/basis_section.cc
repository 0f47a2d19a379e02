#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/outlines.h"
#include "audit/page/frame.h"
#include "audit/page/sections.h"
#include "keys/bytes.h"
#include "keys/encoding.h"

namespace cairn::page {
namespace {

void Row(const Writing& w, absl::string_view key, absl::string_view text) {
  w.html << "<tr><th>"_m << w.m.Text(key) << "</th><td class=\"hash\">"_m << text
         << "</td></tr>\n"_m;
}

void WritePackages(const Writing& w) {
  w.html << "<h3>"_m << w.m.Text("basis.packages") << "</h3>\n"_m;
  w.Head({"column.package", "column.kind", "column.by", "column.leaf", "column.records",
          "column.supplements", "column.declared_mines", "column.digest"});
  std::uint64_t number = 0;
  for (const v1::AssessedPackage& one : w.report().packages()) {
    w.html << "<tr><td class=\"n\">"_m << absl::StrCat(number) << "</td><td>"_m
           << w.m.Enum(v1::PackageKind_Name(one.kind())) << "</td><td>"_m << w.Party(one.actor())
           << "</td><td class=\"n\">"_m << w.m.Number(one.leaf_index())
           << "</td><td class=\"n\">"_m;
    w.lists.Number(w.m, absl::StrCat("p", number), one.records(), w.html);
    w.html << "</td><td class=\"n\">"_m << w.m.Number(one.supplements())
           << "</td><td class=\"n\">"_m << w.m.Number(one.declared_mines())
           << "</td><td class=\"hash\">"_m << keys::Hex(keys::AsBytes(one.digest()))
           << "</td></tr>\n"_m;
    ++number;
  }
  w.html << "</table>\n"_m;
}

std::uint64_t RecordsIn(const v1::HandoverResult& handover, v1::FindingState state,
                        v1::FindingBasis basis) {
  std::uint64_t n = 0;
  for (const v1::FindingRow& row : handover.findings()) {
    if (row.state() == state && row.basis() == basis) n += row.classes().all().records();
  }
  return n;
}

// "3 disproved on the ground (2 conceded ..., 1 by ruling ...), 1 disproof claimed and contested".
std::string DisprovedSentence(const v1::HandoverResult& handover, const Messages& m) {
  std::vector<std::string> by;
  std::uint64_t all = 0;
  for (const v1::FindingBasis basis :
       {v1::FINDING_BASIS_CONCEDED, v1::FINDING_BASIS_RULING, v1::FINDING_BASIS_ACCEPTED_FINDER}) {
    const std::uint64_t n = RecordsIn(handover, v1::FINDING_STATE_DISPROVED, basis);
    all += n;
    if (n > 0) {
      by.push_back(absl::StrCat(m.Number(n), " ", m.Enum(v1::FindingBasis_Name(basis))));
    }
  }
  std::vector<std::string> parts;
  if (!by.empty()) {
    parts.push_back(
        m.Text("headline.disproved", {{"n", m.Number(all)}, {"by", absl::StrJoin(by, ", ")}}));
  }
  const std::uint64_t contested =
      RecordsIn(handover, v1::FINDING_STATE_DISPROOF_CONTESTED, v1::FINDING_BASIS_UNSPECIFIED);
  if (contested > 0) parts.push_back(m.Counted("headline.contested", contested));
  return absl::StrJoin(parts, ", ");
}

}  // namespace

std::string Writing::Area(const std::string& handle) const {
  const auto found = area_names.find(handle);
  return found == area_names.end() ? handle : found->second;
}

std::string Writing::Party(const std::string& handle) const {
  if (in.facts == nullptr) return handle;
  for (const v1::FactParty& party : in.facts->parties()) {
    if (party.party() == handle && !party.name().empty()) return party.name();
  }
  return handle;
}

void Writing::Heading(absl::string_view key) const {
  html << "<h2 id=\"s-"_m << key << "\">"_m << m.Text(absl::StrCat("section.", key));
  if (report().exercise())
    html << " <span class=\"mark\">"_m << m.Text("exercise.short") << "</span>"_m;
  html << " <small><a href=\"#top\">"_m << m.Text("top") << "</a></small></h2>\n"_m;
}

void Writing::Head(std::initializer_list<absl::string_view> keys) const {
  WriteTableHead(m, keys, html);
}

std::map<std::string, std::string> AreaNames(const PageInputs& inputs) {
  std::map<std::string, std::string> names;
  for (const v1::AreaRow& row : inputs.report->handover_level().areas()) {
    std::vector<std::string> all;
    if (const completeness::Outline* outline = inputs.rules->FindOutline(row.area());
        outline != nullptr) {
      all.push_back(outline->name);
      all.insert(all.end(), outline->aliases.begin(), outline->aliases.end());
    } else if (inputs.facts != nullptr) {
      for (const v1::FactArea& area : inputs.facts->areas()) {
        if (area.area() == row.area() && !area.name().empty()) all.push_back(area.name());
      }
    }
    if (all.empty()) all.push_back(row.area());
    // An alias that repeats the name says nothing.
    std::vector<std::string> once;
    for (const std::string& name : all) {
      if (std::find(once.begin(), once.end(), name) == once.end()) once.push_back(name);
    }
    names[row.area()] = absl::StrJoin(once, " / ");
  }
  return names;
}

std::string HeadlineText(const v1::Report& report, const Messages& m) {
  const v1::ClassSummary& c = report.cumulative();
  const v1::HandoverResult& h = report.handover_level();
  std::string out = absl::StrCat(
      m.Counted("headline.forms", c.all().records()), ", ",
      m.Counted("headline.mines", h.mines().declared()), " ",
      m.Counted("headline.districts", h.areas_with_delivery()), "; ",
      m.Text("headline.classes", {{"complete", m.Number(c.complete().records())},
                                  {"partial", m.Number(c.partial().records())},
                                  {"no_information", m.Number(c.no_information().records())}}),
      ", ", m.Counted("headline.contradicting", c.contradicting().records()));
  if (c.not_read().records() > 0) {
    absl::StrAppend(&out, ", ",
                    m.Text("headline.not_read", {{"n", m.Number(c.not_read().records())}}));
  }
  if (const std::string found = DisprovedSentence(h, m); !found.empty()) {
    absl::StrAppend(&out, "; ", found);
  }
  absl::StrAppend(&out, "; ", m.Counted("headline.without", h.areas_without_delivery()), "; ",
                  m.Counted("headline.outstanding", h.total().declared(),
                            {{"outstanding", m.Number(h.total().outstanding())}}),
                  ".");
  return out;
}

void WriteBasis(const Writing& w, const std::string& report_sha256) {
  const v1::Report& report = w.report();
  w.Heading("basis");
  w.html << "<table>\n"_m;
  Row(w, "column.report", report_sha256);
  Row(w, "basis.rules",
      w.m.Text("basis.rules_text",
               {{"id", report.rule_set().id()},
                {"version", absl::StrCat(report.rule_set().version())},
                {"digest", keys::Hex(keys::AsBytes(report.rule_set().digest()))}}));
  Row(w, "basis.semantics", absl::StrCat(report.check_semantics()));
  Row(w, "basis.log", report.at_size() == 0 ? w.m.Text("basis.no_log") : report.log_origin());
  Row(w, "basis.handover", keys::Hex(keys::AsBytes(report.handover())));
  Row(w, "basis.size", w.m.Number(report.at_size()));
  if (w.in.facts != nullptr && w.in.facts->time_ms() != 0) {
    const std::string time = TimeText(w.in.facts->time_ms());
    Row(w, "basis.time",
        w.in.facts->time_kind() == v1::TIME_KIND_OPERATOR_CLOCK
            ? w.m.Text("basis.time_operator", {{"time", time}})
            : time);
  }
  if (!report.control_history().empty()) {
    Row(w, "basis.control", keys::Hex(keys::AsBytes(report.control_history())));
  }
  w.html << "</table>\n"_m;
  if (w.in.facts == nullptr)
    w.html << "<p class=\"note\">"_m << w.m.Text("basis.no_facts") << "</p>\n"_m;
  WritePackages(w);
  if (!report.to_be_confirmed().empty()) {
    w.html << "<h3>"_m << w.m.Text("basis.unconfirmed") << "</h3>\n<p>"_m
           << absl::StrJoin(report.to_be_confirmed(), "; ") << "</p>\n"_m;
  }
}

}  // namespace cairn::page
