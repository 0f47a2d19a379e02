// P-05, X-09, X-10: does the record fit what both sides agreed on beside it: terrain, a line of
// contact, an order of battle. Each is silent where the rule set has nothing of the kind. None
// decides anything: the ground, or an archive, has to be asked.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "audit/completeness/calendar.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/geometry.h"
#include "audit/record/text.h"

namespace cairn::completeness {
namespace {

constexpr absl::string_view kAgreedPerimeter = "where.perimeter";

std::vector<std::string> MissingCorners(const RecordView& view) {
  std::vector<std::string> missing;
  if (view.corners().size() < 3) missing.emplace_back("F40");
  for (const ReadPosition& at : view.corners()) {
    if (!at.usable()) missing.emplace_back(at.state == PositionState::kNoSystem ? "F23" : "F40");
  }
  return missing;
}

std::string FoldedUnit(absl::string_view text) {
  return record::TextFault(text, true).empty() ? record::AliasKey(text) : std::string();
}

// First and last day on which it can have been laid.
struct Days {
  std::int64_t first = 0;
  std::int64_t last = 0;
};
std::optional<Days> LaidDays(const v1::LayingGroup& laying) {
  const std::optional<Span> begun = SpanOf(laying.begun());
  const std::optional<Span> ended = SpanOf(laying.ended());
  if (!begun.has_value() && !ended.has_value()) return std::nullopt;
  const std::int64_t first = begun.has_value() ? begun->first : ended->first;
  const std::int64_t last = ended.has_value() ? ended->last : begun->last;
  const auto day = [](std::int64_t minute) {
    return (minute >= 0 ? minute : minute - kMinutesOfDay + 1) / kMinutesOfDay;
  };
  return Days{day(first), day(std::max(first, last))};
}

// Whether a period certainly covers the days, or certainly does not.
template <typename Period>
bool Covers(const Period& period, const Days& days) {
  return (!period.has_first_day() || period.first_day() <= days.first) &&
         (!period.has_last_day() || days.last <= period.last_day());
}

// The side of a line that a place is on, seen along it: by its nearest piece.
struct NearestPiece {
  std::int64_t cm = 0;
  bool left = false;
};
NearestPiece SideOfLine(const v1::ContactLine& line, const Geographic& at) {
  constexpr std::int64_t kFarCm = std::int64_t{1} << 31;
  NearestPiece nearest{kFarCm, false};
  const LocalPlane plane(at);
  const auto point = [&](int i) {
    const PlanePoint p =
        plane.ToPlane({line.points(i).latitude_e7(), line.points(i).longitude_e7()});
    return Point{std::clamp(p.east_cm, -kFarCm, kFarCm), std::clamp(p.north_cm, -kFarCm, kFarCm)};
  };
  for (int i = 0; i + 1 < line.points_size(); ++i) {
    const std::int64_t cm = DistanceToSegment({0, 0}, point(i), point(i + 1));
    if (cm >= nearest.cm) continue;
    nearest = {cm, Turn(point(i), point(i + 1), {0, 0}) > 0};
  }
  return nearest;
}

}  // namespace

void CheckP05(const RecordView& view, Verdicts& out) {
  if (view.rules().message().terrain().empty()) return;
  std::vector<std::string> missing = MissingCorners(view);
  if (!missing.empty()) {
    out.NotEvaluable(kAgreedPerimeter, std::move(missing));
    return;
  }
  const Geographic centre = view.Centre();
  for (const v1::TerrainPatch& patch : view.rules().message().terrain()) {
    std::vector<Point> ring;
    for (const v1::GeoPoint& at : patch.ring())
      ring.push_back({at.longitude_e7(), at.latitude_e7()});
    if (ring.size() < 3) continue;
    if (SideOf(ring, {centre.longitude_e7, centre.latitude_e7}) != Side::kInside) continue;
    out.Fail(kAgreedPerimeter);
    return;
  }
  out.Pass();
}

void CheckX09(const RecordView& view, Verdicts& out) {
  if (view.rules().message().contact_lines().empty()) return;
  std::vector<std::string> missing = MissingCorners(view);
  const std::optional<Days> days = LaidDays(view.laying());
  if (!days.has_value()) missing.emplace_back("F80");
  if (view.context().holder.empty()) missing.emplace_back("laying party");
  if (!days.has_value() || !missing.empty()) {
    out.NotEvaluable(kAgreedPerimeter, std::move(missing));
    return;
  }
  const Geographic centre = view.Centre();
  for (const v1::ContactLine& line : view.rules().message().contact_lines()) {
    const std::string& holder = view.context().holder;
    if (!Covers(line, *days)) continue;
    if (holder != line.left_party() && holder != line.right_party()) continue;
    const NearestPiece nearest = SideOfLine(line, centre);
    if (nearest.cm * 10 <= line.tolerance_mm()) {
      out.NotEvaluable(kAgreedPerimeter, {"line uncertainty"});
      return;
    }
    if (nearest.left == (holder == line.left_party())) return out.Pass();
    v1::CheckResult& result = out.Fail(kAgreedPerimeter);
    result.set_expected(line.tolerance_mm());
    result.set_found(nearest.cm * 10);
    return;
  }
  out.NotEvaluable(kAgreedPerimeter, {"line of contact"});  // None for these days and this party.
}

void CheckX10(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "laying.laying_unit";
  if (view.rules().message().unit_presence().empty()) return;
  const v1::Text& unit = view.laying().laying_unit();
  const std::string folded = IsKnown(unit) ? FoldedUnit(unit.value()) : std::string();
  const std::optional<Days> days = LaidDays(view.laying());
  std::vector<std::string> missing;
  if (folded.empty()) missing.emplace_back("F10");
  if (!days.has_value()) missing.emplace_back("F80");
  if (!days.has_value() || !missing.empty()) {
    out.NotEvaluable(kPlace, std::move(missing));
    return;
  }
  for (const v1::UnitPresence& one : view.rules().message().unit_presence()) {
    if (FoldedUnit(one.unit()) != folded || !Covers(one, *days)) continue;
    const auto& areas = one.areas();
    if (std::find(areas.begin(), areas.end(), view.area()) != areas.end()) return out.Pass();
  }
  out.Fail(kPlace);
}

}  // namespace cairn::completeness
