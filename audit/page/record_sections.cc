#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/page/sections.h"
#include "keys/bytes.h"
#include "keys/encoding.h"

namespace cairn::page {
namespace {

void Fact(const Writing& w, absl::string_view key, absl::string_view text) {
  if (text.empty()) return;
  w.html << "<tr><th>"_m << w.m.Text(key) << "</th><td>"_m << text << "</td></tr>\n"_m;
}

std::string ScoreText(const Messages& m, const v1::Fraction& score) {
  return absl::StrCat(m.Number(score.filled()), "/", m.Number(score.total()));
}

std::string BlocksText(const Messages& m, const v1::RecordResult& record) {
  std::vector<std::string> parts;
  for (const v1::BlockScore& one : record.block_scores()) {
    if (one.score().total() == 0) continue;
    parts.push_back(
        absl::StrCat(m.Enum(v1::Block_Name(one.block())), " ", ScoreText(m, one.score())));
  }
  return absl::StrJoin(parts, "; ");
}

std::string FillText(const Messages& m, const v1::RecordResult& record) {
  const std::string& fill = m.Enum(v1::FillClass_Name(record.fill_class()));
  if (record.split() == v1::PARTIAL_SPLIT_UNSPECIFIED) return fill;
  return absl::StrCat(fill, ": ", m.Enum(v1::PartialSplit_Name(record.split())));
}

std::string ContradictionText(const Messages& m, const v1::RecordResult& record) {
  std::vector<std::string> parts;
  for (const int kind : record.contradictions()) {
    parts.push_back(m.Enum(v1::Contradiction_Name(static_cast<v1::Contradiction>(kind))));
  }
  if (parts.empty()) parts.push_back(m.Text("contradiction_none"));
  return absl::StrCat(
      absl::StrJoin(parts, ", "), " (",
      m.Text("record.evaluable", {{"n", m.Number(record.contradiction_checks_evaluable())},
                                  {"m", m.Number(record.contradiction_checks())}}),
      ")");
}

std::string MinesText(const Messages& m, const v1::RecordResult& record) {
  std::vector<std::string> parts;
  for (const v1::CategoryCount& one : record.mines()) {
    parts.push_back(
        absl::StrCat(m.Enum(v1::MineCategory_Name(one.category())), " ", m.Number(one.mines())));
  }
  if (record.count_unreadable()) parts.push_back(m.Text("record.mines_unreadable"));
  return absl::StrJoin(parts, "; ");
}

std::string FoundText(const Writing& w, const v1::RecordResult& record) {
  if (record.finding() == v1::FINDING_STATE_UNSPECIFIED) return {};
  std::vector<std::string> parts = {w.m.Enum(v1::FindingState_Name(record.finding()))};
  const auto names = [&](const google::protobuf::RepeatedPtrField<std::string>& handles) {
    return absl::StrJoin(handles, ", ", [&](std::string* out, const std::string& handle) {
      absl::StrAppend(out, w.Party(handle));
    });
  };
  if (record.basis() != v1::FINDING_BASIS_UNSPECIFIED) {
    parts.push_back(w.m.Enum(v1::FindingBasis_Name(record.basis())));
  }
  if (!record.found_by().empty()) {
    parts.push_back(w.m.Text("record.found_by", {{"who", names(record.found_by())}}));
  }
  if (!record.contested_by().empty()) {
    parts.push_back(w.m.Text("record.contested_by", {{"who", names(record.contested_by())}}));
  }
  if (record.has_unanswered_since_ms()) {
    parts.push_back(
        w.m.Text("record.unanswered", {{"when", TimeText(record.unanswered_since_ms())}}));
  }
  return absl::StrJoin(parts, "; ");
}

void LinkLine(const Writing& w, absl::string_view key, const v1::RecordRef& at) {
  w.html << "<p>"_m;
  w.html.Link(RecordAnchor(at), w.m.Text(key, {{"record", RecordName(at)}}));
  w.html << "</p>\n"_m;
}

void WriteNotes(const Writing& w, const v1::RecordResult& record) {
  if (record.urgent())
    w.html << "<p class=\"urgent\">"_m << w.m.Text("record.urgent") << "</p>\n"_m;
  if (record.after_cut_off()) w.html << "<p>"_m << w.m.Text("record.after_cut_off") << "</p>\n"_m;
  if (record.has_duplicate_of()) LinkLine(w, "record.duplicate", record.duplicate_of());
  if (record.has_copy_of()) LinkLine(w, "record.copy", record.copy_of());
  if (record.has_near_duplicate_of()) LinkLine(w, "record.near", record.near_duplicate_of());
  if (record.located()) w.html << "<p>"_m << w.m.Text("record.located") << "</p>\n"_m;
}

void WriteFacts(const Writing& w, const v1::RecordResult& record) {
  const Messages& m = w.m;
  w.html << "<table>\n"_m;
  Fact(w, "record.number", record.record_number());
  Fact(w, "record.district", w.Area(record.area()));
  Fact(w, "record.lies_in", w.Area(record.lies_in()));
  Fact(w, "record.class", m.Enum(v1::HeadlineClass_Name(record.headline())));
  Fact(w, "record.fill", FillText(m, record));
  Fact(w, "record.location", m.Enum(v1::LocationGrade_Name(record.location())));
  Fact(w, "record.contradictions", ContradictionText(m, record));
  Fact(w, "record.score", ScoreText(m, record.score()));
  Fact(w, "record.blocks", BlocksText(m, record));
  Fact(w, "record.mines", MinesText(m, record));
  Fact(w, "record.finding", FoundText(w, record));
  Fact(w, "record.passed", m.Number(record.passed()));
  w.html << "<tr><th>"_m << m.Text("record.commitment") << "</th><td class=\"hash\">"_m
         << keys::Hex(keys::AsBytes(record.commitment())) << "</td></tr>\n</table>\n"_m;
}

// How many results were written.
std::uint64_t WriteResults(const Writing& w, const v1::RecordResult& record, std::uint64_t most) {
  if (record.results().empty()) {
    w.html << "<p>"_m << w.m.Text("record.no_faults") << "</p>\n"_m;
    return 0;
  }
  const auto all = static_cast<std::uint64_t>(record.results_size());
  const std::uint64_t shown = std::min({all, most, std::uint64_t{kMostResultsOfRecord}});
  if (shown > 0) {
    w.Head({"column.check", "column.verdict", "column.place", "column.mend", "column.paragraph"});
    for (std::uint64_t i = 0; i < shown; ++i) {
      WriteResult(w, record.results(static_cast<int>(i)), /*of_record=*/true);
    }
    w.html << "</table>\n"_m;
  }
  if (shown < all) w.html << "<p>"_m << w.m.Counted("record.more", all - shown) << "</p>\n"_m;
  return shown;
}

}  // namespace

void WriteLists(const Writing& w) {
  w.Heading("lists");
  if (!w.lists.kept()) {
    w.html << "<p>"_m << w.m.Text("details.skipped", {{"n", w.m.Number(kMostRecordsInDetail)}})
           << "</p>\n"_m;
    return;
  }
  w.lists.Write(w.m, w.report(), w.html);
}

void WriteRecords(const Writing& w) {
  w.Heading("details");
  if (!w.lists.kept()) {
    w.html << "<p>"_m << w.m.Text("details.skipped", {{"n", w.m.Number(kMostRecordsInDetail)}})
           << "</p>\n"_m;
    return;
  }
  std::uint64_t left = kMostResults;
  for (const v1::RecordResult& record : w.report().records()) {
    w.html << "<section class=\"record\" id=\""_m << RecordAnchor(record.at()) << "\"><h3>"_m
           << RecordName(record.at()) << " "_m << record.row();
    if (w.report().exercise())
      w.html << " <span class=\"mark\">"_m << w.m.Text("exercise.short") << "</span>"_m;
    w.html << "</h3>\n"_m;
    WriteNotes(w, record);
    WriteFacts(w, record);
    left -= WriteResults(w, record, left);
    w.html << "</section>\n"_m;
  }
}

}  // namespace cairn::page
