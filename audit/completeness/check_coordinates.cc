// C-01, C-02, C-09, X-08: are coordinates places, in their zone, around an area, in the district.
#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/geometry.h"
#include "audit/completeness/map_sheet.h"

namespace cairn::completeness {
namespace {

constexpr std::int64_t kTurnE7 = 3'600'000'000;

// Whether the same numbers, read in this way, lie in the theatre.
bool WouldBeInside(const RecordView& view, const CoordinateSystem& system,
                   const PaperCoordinates& at) {
  const std::optional<Geographic> wgs84 = system.ToWgs84(at);
  return wgs84.has_value() && view.rules().InTheatre(*wgs84);
}

// The one known mistake that would bring the position into the theatre, if there is one.
v1::Repair RepairOf(const RecordView& view, const ReadPosition& at) {
  if (WouldBeInside(view, *at.system, {at.paper.second, at.paper.first})) {
    return v1::REPAIR_AXES_SWAPPED;
  }
  if (at.system->geographic()) return v1::REPAIR_UNSPECIFIED;
  for (const v1::Crs& crs : view.rules().message().crs()) {
    const CoordinateSystem* other = view.rules().FindSystem(crs.code());
    if (other == at.system || other->geographic() || other->is_wgs84() != at.system->is_wgs84()) {
      continue;
    }
    if (WouldBeInside(view, *other, at.paper)) return v1::REPAIR_ZONE_PREFIX;
    if (other->fixed_zone() != 0) {  // As if the zone's own number stood in front.
      const std::int64_t plain = at.paper.second % 1'000'000'000;
      const PaperCoordinates mended{at.paper.first, plain + other->fixed_zone() * 1'000'000'000LL};
      if (WouldBeInside(view, *other, mended)) return v1::REPAIR_ZONE_PREFIX;
    }
  }
  return v1::REPAIR_UNSPECIFIED;
}

void CheckPosition(const RecordView& view, const ReadPosition& at, const std::string& place,
                   absl::string_view field, Verdicts& out) {
  switch (at.state) {
    case PositionState::kUnread:
    case PositionState::kLacking:
      out.NotEvaluable(place, {std::string(field)});
      return;
    case PositionState::kNoSystem:
      out.NotEvaluable(place, {"F23"});
      return;
    case PositionState::kNoNumbers:
    case PositionState::kWrongUnit:
      out.Fail(place);
      return;
    case PositionState::kNoPlace:
      out.Fail(place).set_repair(RepairOf(view, at));
      return;
    case PositionState::kUsable:
      if (view.rules().InTheatre(at.wgs84)) return out.Pass();
      out.Fail(place).set_repair(RepairOf(view, at));
      return;
  }
}

// Degrees from the zone's central meridian, the short way round.
std::int64_t FromMeridianE7(std::int64_t longitude_e7, std::int64_t meridian_e7) {
  std::int64_t difference = longitude_e7 - meridian_e7;
  if (difference > kTurnE7 / 2) difference -= kTurnE7;
  if (difference < -kTurnE7 / 2) difference += kTurnE7;
  return difference < 0 ? -difference : difference;
}

// The six-degree zone by its central meridian: 8 for 45 E.
std::int64_t SixDegreeZone(std::int64_t longitude_e7) {
  const std::int64_t east = longitude_e7 < 0 ? longitude_e7 + kTurnE7 : longitude_e7;
  return east / 60'000'000 + 1;
}

void CheckZone(const RecordView& view, const ReadPosition& at, const std::string& place,
               Verdicts& out) {
  const CoordinateSystem& system = *at.system;
  if (system.geographic()) return out.Pass();
  const std::optional<std::uint32_t> written = system.WrittenZone(at.paper);
  const std::optional<std::int64_t> meridian = system.CentralMeridianE7(at.paper);
  const bool wrong_number =
      written.has_value() && system.fixed_zone() != 0 && *written != system.fixed_zone();
  if (wrong_number || !meridian.has_value() || !at.usable()) {
    out.Fail(place).set_repair(v1::REPAIR_ZONE_PREFIX);
    return;
  }
  const std::int64_t beyond =
      FromMeridianE7(at.wgs84.longitude_e7, *meridian) - system.half_zone_e7();
  const v1::Text& sheet = view.where().map().sheet();
  const std::optional<SheetName> name =
      IsKnown(sheet) ? ParseSheetName(sheet.value()) : std::nullopt;
  // Columns are the six-degree zones, and column 31 begins at Greenwich.
  const bool other_sheet =
      name.has_value() && SixDegreeZone(at.wgs84.longitude_e7) !=
                              (name->column > 30 ? name->column - 30 : name->column + 30);
  if (beyond > view.rules().message().thresholds().zone_overlap_e7() || other_sheet) {
    out.Fail(place).set_repair(v1::REPAIR_ZONE_PREFIX);
  } else if (beyond > 0) {
    out.FailAs(v1::SEVERITY_WARNING, place);
  } else if (!name.has_value()) {
    out.NotEvaluable(place, {"F20"});
  } else {
    out.Pass();
  }
}

bool SameSystem(const std::vector<ReadPosition>& corners) {
  return std::all_of(corners.begin(), corners.end(),
                     [&](const ReadPosition& at) { return at.system == corners[0].system; });
}

}  // namespace

void CheckC01(const RecordView& view, Verdicts& out) {
  if (view.reference_points().empty() && view.corners().empty()) {
    out.NotEvaluable("where", {"F31", "F40"});
    return;
  }
  int i = 0;
  for (const ReadPosition& at : view.reference_points()) {
    CheckPosition(view, at, absl::StrCat("where.reference_points[", i++, "].position"), "F31", out);
  }
  i = 0;
  for (const ReadPosition& at : view.corners()) {
    CheckPosition(view, at, absl::StrCat("where.perimeter[", i++, "].position"), "F40", out);
  }
}

void CheckC02(const RecordView& view, Verdicts& out) {
  if (view.reference_points().empty()) {
    out.NotEvaluable("where.reference_points", {"F31"});
    return;
  }
  int i = 0;
  for (const ReadPosition& at : view.reference_points()) {
    const std::string place = absl::StrCat("where.reference_points[", i++, "].position");
    switch (at.state) {
      case PositionState::kUsable:
      case PositionState::kNoPlace:
        CheckZone(view, at, place, out);
        break;
      case PositionState::kNoSystem:
        out.NotEvaluable(place, {"F23"});
        break;
      default:
        out.NotEvaluable(place, {"F31"});
    }
  }
}

void CheckC09(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "where.perimeter";
  std::vector<std::string> missing;
  if (view.corners().empty()) missing.emplace_back("F40");
  for (const ReadPosition& at : view.corners()) {
    if (!at.usable()) missing.emplace_back(at.state == PositionState::kNoSystem ? "F23" : "F40");
  }
  if (!missing.empty()) {
    out.NotEvaluable(kPlace, std::move(missing));
    return;
  }
  // In one system the numbers of the paper themselves are judged, so that no rounding can join two
  // corners or pull a side across another.
  const bool as_written = SameSystem(view.corners());
  std::vector<Point> ring;
  ring.reserve(view.corners().size());
  for (const ReadPosition& at : view.corners()) {
    ring.push_back(as_written ? Point{at.paper.second, at.paper.first}
                              : Point{at.wgs84.longitude_e7, at.wgs84.latitude_e7});
  }
  if (CheckRing(ring) == RingFault::kNone) {
    out.Pass();
  } else {
    out.Fail(kPlace);
  }
}

void CheckX08(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "where.perimeter";
  std::vector<std::string> missing;
  if (view.corners().size() < 3) missing.emplace_back("F40");
  for (const ReadPosition& at : view.corners()) {
    if (!at.usable()) missing.emplace_back(at.state == PositionState::kNoSystem ? "F23" : "F40");
  }
  const Outline* outline = view.rules().FindOutline(view.area());
  if (outline == nullptr) missing.emplace_back("outline");
  if (outline == nullptr || !missing.empty()) {
    out.NotEvaluable(kPlace, std::move(missing));
    return;
  }
  const Geographic centre = view.Centre();
  if (Inside(*outline, centre)) return out.Pass();
  const std::int64_t beyond_mm = DistanceToBoundaryCm(*outline, centre) * 10;
  const std::int64_t tolerance_mm = view.rules().message().outlines().uncertainty_mm();
  if (beyond_mm <= tolerance_mm) {
    out.NotEvaluable(kPlace, {"outline uncertainty"});
    return;
  }
  v1::CheckResult& result = out.Fail(kPlace);
  result.set_expected(tolerance_mm);
  result.set_found(beyond_mm);
}

}  // namespace cairn::completeness
