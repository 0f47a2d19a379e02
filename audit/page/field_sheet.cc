#include "audit/page/field_sheet.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/completeness/geodesy.h"
#include "audit/completeness/record_view.h"
#include "audit/completeness/supplements.h"
#include "audit/completeness/unconfirmed.h"
#include "audit/page/frame.h"
#include "audit/page/lists.h"
#include "audit/page/map.h"
#include "audit/page/place.h"
#include "audit/record/path.h"
#include "keys/bytes.h"
#include "keys/encoding.h"

namespace cairn::page {
namespace {

using completeness::Geographic;
using completeness::ReadPosition;

// "39.9911868": 1e-7 degrees as people type them.
std::string DegreesText(std::int64_t e7) {
  constexpr std::int64_t kDegree = 10'000'000;
  const std::int64_t size = e7 < 0 ? -e7 : e7;
  const std::string decimals = absl::StrCat(kDegree + size % kDegree).substr(1);
  return absl::StrCat(e7 < 0 ? "-" : "", size / kDegree, ".", decimals);
}

class SheetWriter {
 public:
  SheetWriter(const SheetInputs& in, const Messages& m, std::string sha256, Html& html)
      : in_(in), m_(m), sha256_(std::move(sha256)), html_(html) {}

  void Write(const v1::RecordResult& result, const v1::MinefieldRecord& record) {
    html_ << "<section class=\"sheet\" id=\""_m << RecordAnchor(result.at()) << "\">\n"_m;
    if (in_.report->exercise()) {
      html_ << "<p class=\"exercise\">"_m << m_.Text("exercise") << "</p>\n"_m;
    }
    html_ << "<h2>"_m << RecordName(result.at()) << " "_m << result.row() << " · "_m
          << result.record_number() << "</h2>\n"_m;
    WriteState(result);
    const completeness::RecordView view(record, *in_.rules, completeness::RecordContext());
    WritePlaces(view);
    WriteLeaves(record);
    WriteResults(result);
    html_ << "<p class=\"note\">"_m << m_.Text("blank") << "<br>"_m << m_.Text("column.report")
          << " <code>"_m << sha256_ << "</code><br>"_m << m_.Text("record.commitment")
          << " <code>"_m << keys::Hex(keys::AsBytes(result.commitment()))
          << "</code></p>\n</section>\n"_m;
  }

 private:
  void WriteState(const v1::RecordResult& result);
  void WritePlaces(const completeness::RecordView& view);
  void WriteSketch(const completeness::RecordView& view);
  void PlaceRow(absl::string_view kind, absl::string_view id, absl::string_view text,
                const ReadPosition& at);
  void WriteLeaves(const v1::MinefieldRecord& record);
  void WriteResults(const v1::RecordResult& result);

  const SheetInputs& in_;
  const Messages& m_;
  std::string sha256_;
  Html& html_;
};

void SheetWriter::WriteState(const v1::RecordResult& result) {
  html_ << "<p class=\"safe\">"_m << m_.Text("sheet.reported") << "</p>\n"_m;
  if (result.urgent()) html_ << "<p class=\"urgent\">"_m << m_.Text("record.urgent") << "</p>\n"_m;
  const auto row = [&](absl::string_view key, absl::string_view text) {
    html_ << "<tr><th>"_m << m_.Text(key) << "</th><td>"_m << text << "</td></tr>\n"_m;
  };
  html_ << "<table>\n"_m;
  row("record.class", m_.Enum(v1::HeadlineClass_Name(result.headline())));
  row("record.finding", m_.Enum(v1::FindingState_Name(result.finding())));
  row("record.location", m_.Enum(v1::LocationGrade_Name(result.location())));
  row("record.district", result.area());
  row("record.lies_in", result.lies_in());
  html_ << "</table>\n"_m;
}

void SheetWriter::PlaceRow(absl::string_view kind, absl::string_view id, absl::string_view text,
                           const ReadPosition& at) {
  html_ << "<tr><td>"_m << m_.Text(kind) << " "_m << id << "</td><td>"_m << text << "</td>"_m;
  if (at.usable()) {
    html_ << "<td class=\"n\">"_m << DegreesText(at.wgs84.latitude_e7) << "</td><td class=\"n\">"_m
          << DegreesText(at.wgs84.longitude_e7) << "</td></tr>\n"_m;
  } else {
    html_ << "<td colspan=\"2\">"_m << m_.Text("sheet.no_place") << "</td></tr>\n"_m;
  }
}

void SheetWriter::WritePlaces(const completeness::RecordView& view) {
  if (view.corners().empty() && view.reference_points().empty()) return;
  html_ << "<h3>"_m << m_.Text("sheet.places") << "</h3>\n"_m;
  WriteTableHead(m_, {"sheet.point", "field.F32", "sheet.latitude", "sheet.longitude"}, html_);
  for (std::size_t i = 0; i < view.corners().size(); ++i) {
    PlaceRow("sheet.corner", view.where().perimeter(static_cast<int>(i)).id(), "",
             view.corners()[i]);
  }
  for (std::size_t i = 0; i < view.reference_points().size(); ++i) {
    const v1::ReferencePoint& point = view.where().reference_points(static_cast<int>(i));
    PlaceRow("sheet.reference", point.id(), point.description().leaf().raw(),
             view.reference_points()[i]);
  }
  html_ << "</table>\n"_m;
  WriteSketch(view);
}

// The perimeter, its corners and the reference points, as computed: no sketch of the paper.
void SheetWriter::WriteSketch(const completeness::RecordView& view) {
  completeness::Outline outline;
  outline.rings.emplace_back();
  completeness::Box box;
  for (const ReadPosition& corner : view.corners()) {
    if (!corner.usable()) continue;
    outline.rings.front().push_back(corner.wgs84);
    box.Add(corner.wgs84);
  }
  if (outline.rings.front().size() < 3) return;
  for (const ReadPosition& point : view.reference_points()) {
    if (point.usable()) box.Add(point.wgs84);
  }
  const Sheet sheet(box);
  html_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "_m
        << absl::StrCat(Sheet::kSheetWidth, " ", sheet.height())
        << "\" role=\"img\">\n<path class=\"field\" d=\""_m << SvgPath(sheet, outline)
        << "\"/>\n"_m;
  const auto label = [&](const ReadPosition& at, absl::string_view id) {
    if (!at.usable()) return;
    const Sheet::Point point = sheet.At(at.wgs84);
    html_ << "<circle class=\"point\" cx=\""_m << absl::StrCat(point.x) << "\" cy=\""_m
          << absl::StrCat(point.y) << "\" r=\"60\"/><text x=\""_m << absl::StrCat(point.x + 90)
          << "\" y=\""_m << absl::StrCat(point.y - 60) << "\">"_m << id << "</text>\n"_m;
  };
  for (std::size_t i = 0; i < view.corners().size(); ++i) {
    label(view.corners()[i], view.where().perimeter(static_cast<int>(i)).id());
  }
  for (std::size_t i = 0; i < view.reference_points().size(); ++i) {
    label(view.reference_points()[i], view.where().reference_points(static_cast<int>(i)).id());
  }
  html_ << "</svg>\n<p class=\"note\">"_m << m_.Text("sheet.sketch") << "</p>\n"_m;
}

void SheetWriter::WriteLeaves(const v1::MinefieldRecord& record) {
  html_ << "<h3>"_m << m_.Text("sheet.paper") << "</h3>\n"_m;
  WriteTableHead(m_, {"column.field", "sheet.as_written", "column.stands"}, html_);
  std::uint64_t leaves = 0;
  record::ForEachLeaf(record, /*persons=*/false, [&](const record::LeafVisit& visit) {
    const v1::Leaf& leaf = record::LeafOf(visit.message);
    if (leaf.presence() == v1::PRESENCE_UNSPECIFIED || ++leaves > kMostLeavesOfSheet) return;
    html_ << "<tr><td>"_m << PlaceText(m_, visit.path) << " <code>"_m << visit.path
          << "</code></td><td>"_m << leaf.raw() << "</td><td>"_m
          << m_.Enum(v1::Presence_Name(leaf.presence())) << "</td></tr>\n"_m;
  });
  html_ << "</table>\n"_m;
  if (leaves > kMostLeavesOfSheet) {
    html_ << "<p>"_m
          << m_.Text("sheet.more_leaves", {{"n", m_.Number(leaves - kMostLeavesOfSheet)}})
          << "</p>\n"_m;
  }
}

void SheetWriter::WriteResults(const v1::RecordResult& result) {
  html_ << "<h3>"_m << m_.Text("sheet.results") << "</h3>\n"_m;
  if (result.results().empty()) {
    html_ << "<p>"_m << m_.Text("record.no_faults") << "</p>\n"_m;
    return;
  }
  WriteTableHead(m_, {"column.check", "column.place", "column.mend", "column.paragraph"}, html_);
  for (const v1::CheckResult& one : result.results()) {
    html_ << "<tr><td>"_m << one.check() << "</td><td>"_m << PlaceText(m_, one.place())
          << "</td><td>"_m << MendText(m_, one) << "</td><td>"_m << ParagraphOf(*in_.rules, one);
    if (completeness::IsUnconfirmed(*in_.rules, one)) {
      html_ << " <span class=\"mark\">"_m << m_.Text("to_be_confirmed") << "</span>"_m;
    }
    html_ << "</td></tr>\n"_m;
  }
  html_ << "</table>\n"_m;
}

absl::Status CheckSheetInputs(const SheetInputs& in) {
  if (in.rules->ref().digest() != in.report->rule_set().digest()) {
    return absl::InvalidArgumentError(
        "the rule set given is not the one that the report was made with");
  }
  bool same = static_cast<int>(in.packages.size()) == in.report->packages_size();
  for (int i = 0; same && i < in.report->packages_size(); ++i) {
    same = in.packages[static_cast<std::size_t>(i)].digest.ToBytes() ==
           in.report->packages(i).digest();
  }
  if (!same) return absl::InvalidArgumentError("the packages given are not those of the report");
  for (const std::string& row : in.rows) {
    const auto& records = in.report->records();
    if (std::none_of(records.begin(), records.end(),
                     [&](const v1::RecordResult& one) { return one.row() == row; })) {
      return absl::InvalidArgumentError(absl::StrCat("no record of the report has the key ", row));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteFieldSheets(const SheetInputs& in, const Messages& m, Sink sink) {
  if (absl::Status checked = CheckSheetInputs(in); !checked.ok()) return checked;
  absl::StatusOr<std::string> sha256 = ReportSha256(*in.report);
  if (!sha256.ok()) return sha256.status();
  Html html(sink);
  OpenPage(*in.report, m, "sheet.title", html);
  WriteFrameNotes(m, /*coordinates=*/true, *sha256, html);
  SheetWriter writer(in, m, *std::move(sha256), html);
  completeness::SupplementBook supplements;
  absl::Status status = supplements.Collect(in.packages);
  v1::Report aside;  // What became of the supplements; the report says it.
  int at = 0;        // Records of packages come in the report's order.
  for (std::size_t p = 0; status.ok() && p < in.packages.size(); ++p) {
    status = in.packages[p].content->ForEachRecord(
        [&](const completeness::PackageRecord& record) -> absl::Status {
          if (at == in.report->records_size()) {
            return absl::InvalidArgumentError("the packages have more records than the report");
          }
          const v1::RecordResult& result = in.report->records(at++);
          const v1::MinefieldRecord effective = supplements.Apply(p, record, aside);
          const bool wanted = in.rows.empty() || std::find(in.rows.begin(), in.rows.end(),
                                                           result.row()) != in.rows.end();
          if (wanted) writer.Write(result, effective);
          return absl::OkStatus();
        });
  }
  if (!status.ok()) return status;
  ClosePage(html);
  return html.Finish();
}

}  // namespace cairn::page
