// C-03, C-04: do map sheet, scale and positions agree.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/exact_math.h"
#include "audit/completeness/map_sheet.h"

namespace cairn::completeness {
namespace {

constexpr std::int64_t kE9OfE7 = 100;

// Millimetres that a place lies beyond a sheet's neat lines, the farther of the two ways. The
// graticule is the map's own datum, the place is in WGS 84: a hundred metres that the margin holds.
std::int64_t BeyondMm(const MapSheet& sheet, const Geographic& at) {
  const BeyondSheet beyond =
      HowFarBeyond(sheet, at.latitude_e7 * kE9OfE7, at.longitude_e7 * kE9OfE7);
  const Geographic edge{at.latitude_e7 - beyond.north_e9 / kE9OfE7,
                        at.longitude_e7 - beyond.east_e9 / kE9OfE7};
  const LocalPlane plane(edge);
  const PlanePoint out = plane.ToPlane(at);
  return std::max(std::abs(out.east_cm), std::abs(out.north_cm)) * 10;
}

std::vector<MapSheet> SheetsNamed(const RecordView& view) {
  const v1::Text& sheet = view.where().map().sheet();
  return IsKnown(sheet) ? ReadSheet(sheet.value()) : std::vector<MapSheet>();
}

}  // namespace

void CheckC03(const RecordView& view, Verdicts& out) {
  if (view.reference_points().empty()) {
    out.NotEvaluable("where.reference_points", {"F31"});
    return;
  }
  const std::vector<MapSheet> sheets = SheetsNamed(view);
  const std::int64_t margin_mm = view.rules().message().thresholds().sheet_margin_mm();
  int i = 0;
  for (const ReadPosition& at : view.reference_points()) {
    const std::string place = absl::StrCat("where.reference_points[", i++, "].position");
    std::vector<std::string> missing;
    if (sheets.empty()) missing.emplace_back("F20");
    if (!at.usable()) missing.emplace_back(at.state == PositionState::kNoSystem ? "F23" : "F31");
    if (!missing.empty()) {
      out.NotEvaluable(place, std::move(missing));
      continue;
    }
    std::int64_t nearest = BeyondMm(sheets[0], at.wgs84);
    for (const MapSheet& sheet : sheets) nearest = std::min(nearest, BeyondMm(sheet, at.wgs84));
    if (nearest <= margin_mm) {
      out.Pass();
      continue;
    }
    v1::CheckResult& result = out.Fail(place);
    result.set_expected(margin_mm);
    result.set_found(nearest);
  }
}

void CheckC04(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "where.map.sheet";
  const v1::Text& sheet = view.where().map().sheet();
  const v1::Integer& scale = view.where().map().scale();
  if (!IsKnown(sheet)) {
    out.NotEvaluable(kPlace, {"F20"});
    return;
  }
  const std::vector<MapSheet> sheets = ReadSheet(sheet.value());
  if (sheets.empty()) {
    out.Fail(kPlace);
    return;
  }
  if (!IsKnown(scale)) {
    out.NotEvaluable(kPlace, {"F21"});
    return;
  }
  if (std::any_of(sheets.begin(), sheets.end(),
                  [&](const MapSheet& one) { return one.scale == scale.value(); })) {
    return out.Pass();
  }
  v1::CheckResult& result = out.Fail(kPlace);
  result.set_expected(sheets[0].scale);
  result.set_found(scale.value());
}

}  // namespace cairn::completeness
