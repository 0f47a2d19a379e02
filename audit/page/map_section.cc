#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/page/map.h"
#include "audit/page/sections.h"
#include "keys/bytes.h"
#include "keys/encoding.h"

namespace cairn::page {
namespace {

using completeness::Box;
using completeness::DeliveredField;
using completeness::Outline;

// A field smaller than this is drawn as a point.
constexpr std::int64_t kSmallestDrawn = 60;
// Drawn on all maps of a page together.
constexpr std::uint64_t kMostDrawn = 60'000;

void Merge(const Box& box, Box& into) {
  if (box.empty()) return;
  into.Add({box.south_e7, box.west_e7});
  into.Add({box.north_e7, box.east_e7});
}

const v1::AreaRow* RowOf(const v1::HandoverResult& handover, const std::string& area) {
  for (const v1::AreaRow& row : handover.areas()) {
    if (row.area() == area) return &row;
  }
  return nullptr;
}

// The maps of one page.
class Maps {
 public:
  explicit Maps(const Writing& w) : w_(w) {
    for (const v1::AreaRow& row : w.handover().areas()) {
      const Outline* outline = w.in.rules->FindOutline(row.area());
      if (outline != nullptr) outlines_.push_back(outline);
    }
  }

  void Write() {
    Legend();
    Box all;
    for (const Outline* outline : outlines_) Merge(outline->box, all);
    if (all.empty()) {
      for (const DeliveredField& field : w_.in.fields->fields()) Merge(field.outline.box, all);
    }
    if (all.empty()) return Placeless({});
    const Sheet overview(all);
    Draw(overview, w_.m.Text("map.all"));
    for (const Outline* outline : outlines_) {
      const Sheet sheet(outline->box);
      const auto& fields = w_.in.fields->fields();
      const bool any = std::any_of(fields.begin(), fields.end(), [&](const DeliveredField& field) {
        return sheet.Shows(field.outline.box);
      });
      if (any) Draw(sheet, w_.Area(outline->area));
    }
    if (skipped_ > 0) {
      w_.html << "<p>"_m << w_.m.Text("map.skipped", {{"n", w_.m.Number(skipped_)}}) << "</p>\n"_m;
    }
    Placeless(&overview);
  }

 private:
  void Legend();
  void Draw(const Sheet& sheet, const std::string& title);
  void DrawField(const Sheet& sheet, const DeliveredField& field);
  void ScaleBar(const Sheet& sheet);
  void Placeless(const Sheet* overview);

  const Writing& w_;
  std::vector<const Outline*> outlines_;
  std::uint64_t drawn_ = 0;
  std::uint64_t skipped_ = 0;
  bool hatched_ = false;  // The pattern stands in the first map, for all.
};

void Maps::Legend() {
  const Messages& m = w_.m;
  w_.html << "<h3>"_m << m.Text("map.legend")
          << "</h3>\n<ul class=\"legend\">\n<li><span class=\"key nothing\"></span><strong>"_m
          << m.Text("map.nothing") << "</strong></li>\n<li><span class=\"key key-some\"></span>"_m
          << m.Text("map.some") << "</li>\n<li><span class=\"key key-field\"></span>"_m
          << m.Text("map.field") << "</li>\n<li><span class=\"key key-point\"></span>"_m
          << m.Text("map.point") << "</li>\n</ul>\n<p class=\"note\">"_m
          << m.Text(
                 "map.source",
                 {{"digest", keys::Hex(keys::AsBytes(w_.in.rules->message().outlines().sha256()))}})
          << "</p>\n"_m;
}

void Maps::DrawField(const Sheet& sheet, const DeliveredField& field) {
  if (drawn_ >= kMostDrawn) {
    ++skipped_;
    return;
  }
  ++drawn_;
  const Box& box = field.outline.box;
  const Sheet::Point a = sheet.At({box.north_e7, box.west_e7});
  const Sheet::Point b = sheet.At({box.south_e7, box.east_e7});
  w_.html << "<a href=\"#"_m << RecordAnchor(field.at) << "\"><title>"_m << RecordName(field.at)
          << "</title>"_m;
  if (b.x - a.x < kSmallestDrawn && b.y - a.y < kSmallestDrawn) {
    w_.html << "<circle class=\"point\" cx=\""_m << absl::StrCat((a.x + b.x) / 2) << "\" cy=\""_m
            << absl::StrCat((a.y + b.y) / 2) << "\" r=\"35\"/>"_m;
  } else {
    w_.html << "<path class=\"field\" d=\""_m << SvgPath(sheet, field.outline) << "\"/>"_m;
  }
  w_.html << "</a>\n"_m;
}

void Maps::ScaleBar(const Sheet& sheet) {
  std::int64_t km = 1;
  for (const std::int64_t longer : {2, 5, 10, 20, 50, 100}) {
    if (sheet.UnitsOfKm(longer) <= Sheet::kSheetWidth / 4) km = longer;
  }
  const std::int64_t length = sheet.UnitsOfKm(km);
  const std::int64_t y = sheet.height() - 200;
  w_.html << "<path class=\"scale\" d=\"M200 "_m << absl::StrCat(y) << "h"_m << absl::StrCat(length)
          << "\"/><text x=\"200\" y=\""_m << absl::StrCat(y - 80) << "\">"_m
          << w_.m.Text("map.scale", {{"n", w_.m.Number(static_cast<std::uint64_t>(km))}})
          << "</text>\n"_m;
}

void Maps::Draw(const Sheet& sheet, const std::string& title) {
  w_.html << "<h3>"_m << title;
  if (w_.report().exercise())
    w_.html << " <span class=\"mark\">"_m << w_.m.Text("exercise.short") << "</span>"_m;
  w_.html << "</h3>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "_m
          << absl::StrCat(Sheet::kSheetWidth, " ", sheet.height()) << "\" role=\"img\">\n"_m;
  if (!std::exchange(hatched_, true)) {
    w_.html << "<defs><pattern id=\"hatch\" width=\"120\" height=\"120\" "
               "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path "
               "d=\"M0 0v120\" stroke=\"#777\" stroke-width=\"40\"/></pattern></defs>\n"_m;
  }
  for (const Outline* outline : outlines_) {
    const v1::AreaRow* row = RowOf(w_.handover(), outline->area);
    const bool nothing =
        row == nullptr || (row->delivered() == 0 && row->classes().all().records() == 0);
    w_.html << (nothing ? "<path class=\"area\" style=\"fill:url(#hatch)\" d=\""_m
                        : "<path class=\"some\" d=\""_m)
            << SvgPath(sheet, *outline) << "\"><title>"_m << w_.Area(outline->area)
            << "</title></path>\n"_m;
  }
  for (const Outline* outline : outlines_) {
    const Sheet::Point at = sheet.At({(outline->box.south_e7 + outline->box.north_e7) / 2,
                                      (outline->box.west_e7 + outline->box.east_e7) / 2});
    w_.html << "<text text-anchor=\"middle\" x=\""_m << absl::StrCat(at.x) << "\" y=\""_m
            << absl::StrCat(at.y) << "\">"_m << outline->name << "</text>\n"_m;
  }
  for (const DeliveredField& field : w_.in.fields->fields()) {
    if (sheet.Shows(field.outline.box)) DrawField(sheet, field);
  }
  ScaleBar(sheet);
  w_.html << "</svg>\n"_m;
}

// Every record that the overview does not show, by name.
void Maps::Placeless(const Sheet* overview) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> shown;
  for (const DeliveredField& field : w_.in.fields->fields()) {
    if (overview != nullptr && overview->Shows(field.outline.box)) {
      shown.insert({field.at.package(), field.at.record()});
    }
  }
  std::uint64_t n = 0;
  for (const v1::RecordResult& record : w_.report().records()) {
    n += shown.count({record.at().package(), record.at().record()}) == 0 ? 1 : 0;
  }
  if (n == 0) return;
  w_.html << "<h3>"_m << w_.m.Counted("map.placeless", n) << "</h3>\n<p>"_m;
  for (const v1::RecordResult& record : w_.report().records()) {
    if (shown.count({record.at().package(), record.at().record()}) > 0) continue;
    w_.html << "<a href=\"#"_m << RecordAnchor(record.at()) << "\">"_m
            << (record.row().empty() ? RecordName(record.at()) : record.row()) << "</a> "_m;
  }
  w_.html << "</p>\n"_m;
}

}  // namespace

void WriteMap(const Writing& w) {
  w.Heading("map");
  Maps(w).Write();
}

}  // namespace cairn::page
