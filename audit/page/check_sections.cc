#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/unconfirmed.h"
#include "audit/page/frame.h"
#include "audit/page/place.h"
#include "audit/page/sections.h"

namespace cairn::page {
namespace {

struct CheckTally {
  std::uint64_t fails = 0;
  std::uint64_t failing_records = 0;
  std::uint64_t open = 0;
  std::uint64_t open_records = 0;
};

std::map<std::string, CheckTally> TallyChecks(const v1::Report& report) {
  std::map<std::string, CheckTally> tallies;
  for (const v1::RecordResult& record : report.records()) {
    std::map<std::string, CheckTally> here;
    for (const v1::CheckResult& one : record.results()) {
      CheckTally& tally = here[one.check()];
      const bool open = one.outcome() == v1::OUTCOME_NOT_EVALUABLE;
      ++(open ? tally.open : tally.fails);
      (open ? tally.open_records : tally.failing_records) = 1;
    }
    for (const auto& [check, tally] : here) {
      CheckTally& sum = tallies[check];
      sum.fails += tally.fails;
      sum.open += tally.open;
      sum.failing_records += tally.failing_records;
      sum.open_records += tally.open_records;
    }
  }
  for (const v1::CheckResult& one : report.handover_level().results()) {
    // Without a log nothing was declared, asked or claimed that these could be about.
    if (report.at_size() == 0 && absl::StartsWith(one.check(), "H-")) continue;
    CheckTally& tally = tallies[one.check()];
    ++(one.outcome() == v1::OUTCOME_NOT_EVALUABLE ? tally.open : tally.fails);
  }
  return tallies;
}

std::string CheckTitle(const Messages& m, const std::string& check) {
  const std::string key = absl::StrCat("check.", check);
  return m.Has(key) ? m.Text(key) : std::string();
}

void ParagraphCell(const Writing& w, const std::string& paragraph, bool unconfirmed) {
  w.html << "<td>"_m << paragraph;
  if (unconfirmed)
    w.html << " <span class=\"mark\">"_m << w.m.Text("to_be_confirmed") << "</span>"_m;
  w.html << "</td>"_m;
}

// "expected 120, found 121", of counts and tolerances.
std::string Compared(const Messages& m, const v1::CheckResult& one) {
  if (one.has_expected() && one.has_found()) {
    return m.Text("expected_found",
                  {{"expected", m.Signed(one.expected())}, {"found", m.Signed(one.found())}});
  }
  if (one.has_found()) return m.Text("only_found", {{"found", m.Signed(one.found())}});
  if (one.has_expected()) return m.Text("only_expected", {{"expected", m.Signed(one.expected())}});
  return {};
}

void PlaceCell(const Writing& w, const v1::CheckResult& one, bool of_record) {
  w.html << "<td>"_m;
  if (!of_record) {
    w.html << HandoverPlaceText(w.m, one.place()) << "</td>"_m;
    return;
  }
  if (one.place().empty()) {
    w.html << w.m.Text("whole_record");
  } else {
    w.html << PlaceText(w.m, one.place()) << " <code>"_m << one.place() << "</code>"_m;
  }
  if (one.has_other()) {
    w.html << "<br>"_m;
    w.html.Link(RecordAnchor(one.other()),
                w.m.Text("other_record", {{"record", RecordName(one.other())}}));
  }
  w.html << "</td>"_m;
}

}  // namespace

void WriteResult(const Writing& w, const v1::CheckResult& one, bool of_record) {
  w.html << "<tr><td>"_m << one.check() << "</td><td>"_m;
  if (one.outcome() == v1::OUTCOME_NOT_EVALUABLE) {
    w.html << w.m.Text("verdict.open");
  } else {
    w.html << w.m.Text("verdict.fail", {{"severity", w.m.Enum(v1::Severity_Name(one.severity()))}});
  }
  w.html << "</td>"_m;
  PlaceCell(w, one, of_record);
  w.html << "<td>"_m;
  if (!one.field().empty()) {
    w.html << MissingText(w.m, one.field()) << ": "_m << w.m.Enum(v1::Presence_Name(one.presence()))
           << ". "_m;
  }
  w.html << MendText(w.m, one);
  if (const std::string compared = Compared(w.m, one); !compared.empty()) {
    w.html << " ("_m << compared << ")"_m;
  }
  w.html << "</td>"_m;
  ParagraphCell(w, ParagraphOf(*w.in.rules, one), completeness::IsUnconfirmed(*w.in.rules, one));
  w.html << "</tr>\n"_m;
}

void WriteChecks(const Writing& w) {
  w.Heading("checks");
  w.html << "<p class=\"note\">"_m << w.m.Text("checks.note") << "</p>\n"_m;
  w.Head({"column.check", "column.title", "column.fails", "column.failing_records", "column.open",
          "column.failing_records", "column.paragraph"});
  for (const auto& [check, tally] : TallyChecks(w.report())) {
    const bool of_handover =
        absl::StartsWith(check, "H-") || (tally.failing_records == 0 && tally.open_records == 0);
    const std::string fail = of_handover ? "" : absl::StrCat("fail-", check);
    const std::string open = of_handover ? "" : absl::StrCat("open-", check);
    w.html << "<tr><td>"_m;
    if (of_handover) {
      w.html.Link("s-handover", check);
    } else {
      w.html << check;
    }
    w.html << "</td><td>"_m << CheckTitle(w.m, check) << "</td><td class=\"n\">"_m;
    w.lists.Number(w.m, fail, tally.fails, w.html);
    w.html << "</td><td class=\"n\">"_m;
    w.lists.Number(w.m, fail, tally.failing_records, w.html);
    w.html << "</td><td class=\"n\">"_m;
    w.lists.Number(w.m, open, tally.open, w.html);
    w.html << "</td><td class=\"n\">"_m;
    w.lists.Number(w.m, open, tally.open_records, w.html);
    w.html << "</td>"_m;
    const v1::CheckRule* rule = w.in.rules->FindCheck(check);
    ParagraphCell(w, rule == nullptr ? "" : rule->paragraph(),
                  rule != nullptr && rule->to_be_confirmed());
    w.html << "</tr>\n"_m;
  }
  w.html << "</table>\n"_m;
}

void WriteGaps(const Writing& w) {
  // Records by field and by how it stands there; a record counts once in each.
  std::map<int, std::map<int, std::uint64_t>> gaps;
  std::map<int, std::uint64_t> records;
  for (const v1::RecordResult& record : w.report().records()) {
    std::map<int, std::map<int, bool>> here;
    for (const v1::CheckResult& one : record.results()) {
      if (!one.field().empty()) here[completeness::FieldNumber(one.field())][one.presence()] = true;
    }
    for (const auto& [field, states] : here) {
      ++records[field];
      for (const auto& [state, there] : states) ++gaps[field][state];
    }
  }
  w.Heading("gaps");
  if (gaps.empty()) {
    w.html << "<p>"_m << w.m.Text("gaps.none") << "</p>\n"_m;
    return;
  }
  w.html << "<p class=\"note\">"_m << w.m.Text("gaps.note") << " "_m << w.m.Text("mend.supplement")
         << "</p>\n"_m;
  w.Head({"column.field", "column.records", "column.stands", "column.mend", "column.paragraph"});
  for (const auto& [field, states] : gaps) {
    const std::string id = completeness::FieldId(field);
    const v1::FieldRule* rule = w.in.rules->Field(field);
    bool first = true;
    for (const auto& [state, n] : states) {
      const std::string name = v1::Presence_Name(static_cast<v1::Presence>(state));
      w.html << "<tr><td>"_m << (first ? MissingText(w.m, id) : std::string())
             << "</td><td class=\"n\">"_m;
      if (first) w.lists.Number(w.m, absl::StrCat("gap-", id), records[field], w.html);
      w.html << "</td><td>"_m << w.m.Enum(name) << ": "_m;
      w.lists.Number(w.m, absl::StrCat("gap-", id, "-", state), n, w.html);
      w.html << "</td><td>"_m << w.m.Text(absl::StrCat("mend.", absl::AsciiStrToLower(name)))
             << "</td>"_m;
      ParagraphCell(w, rule == nullptr ? "" : rule->paragraph(),
                    rule != nullptr && rule->to_be_confirmed());
      w.html << "</tr>\n"_m;
      first = false;
    }
  }
  w.html << "</table>\n"_m;
}

void WriteHandoverChecks(const Writing& w) {
  w.Heading("handover");
  w.Head({"column.check", "column.verdict", "column.about", "column.mend", "column.paragraph"});
  for (const v1::CheckResult& one : w.handover().results()) {
    if (w.report().at_size() == 0 && absl::StartsWith(one.check(), "H-")) continue;
    WriteResult(w, one, /*of_record=*/false);
  }
  w.html << "</table>\n"_m;
}

}  // namespace cairn::page
