// C-17 to C-19: do rows, single mines, lanes and reference points lie where they can.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/exact_math.h"
#include "audit/completeness/field_plane.h"
#include "audit/completeness/traverse.h"

namespace cairn::completeness {
namespace {

constexpr std::size_t kMostComparedPoints = 64;  // Reference points of a record, with each other.

std::int64_t SigmaCm(const RecordView& view, const FieldPlane& field, const v1::Position& position,
                     const ReadPosition& read) {
  const std::int64_t sigma =
      IntegerRoot(PositionVarianceCm2(view, position, read) + field.sigma_cm * field.sigma_cm);
  return std::max<std::int64_t>(sigma, 1);
}

std::string MissingOf(const ReadPosition& at, absl::string_view field) {
  return at.state == PositionState::kNoSystem ? std::string("F23") : std::string(field);
}

void CheckIsInside(const RecordView& view, const FieldPlane& field, const v1::Position& position,
                   absl::string_view number, const std::string& place, Verdicts& out) {
  const ReadPosition read = view.Read(position);
  if (!read.usable()) {
    out.NotEvaluable(place, {MissingOf(read, number)});
    return;
  }
  const v1::Thresholds& t = view.rules().message().thresholds();
  const std::int64_t outside_cm = field.OutsideCm(field.At(read.wgs84));
  const std::int64_t sigma_cm = SigmaCm(view, field, position, read);
  if (outside_cm * 1000 <= sigma_cm * t.warn_sigma_per_mille()) return out.Pass();
  const bool beyond = outside_cm * 1000 > sigma_cm * t.fail_sigma_per_mille();
  v1::CheckResult& result = beyond ? out.Fail(place) : out.FailAs(v1::SEVERITY_WARNING, place);
  result.set_expected(sigma_cm * (beyond ? t.fail_sigma_per_mille() : t.warn_sigma_per_mille()) /
                      100);
  result.set_found(outside_cm * 10);
}

// Mines within half the lane's width of its axis; `missing` if a place of a mine is not known.
std::int64_t MinesOnLane(const RecordView& view, const Geographic& start, const Geographic& end,
                         std::int64_t width_mm, std::vector<std::string>& missing) {
  const LocalPlane plane(start);
  const auto at = [&](const Geographic& place) {
    const PlanePoint point = plane.ToPlane(place);
    return Point{point.east_cm, point.north_cm};
  };
  constexpr std::int64_t kNearCm = 100'000'000;  // Beyond 1,000 km no mine is on a lane.
  std::int64_t mines = 0;
  for (const v1::Mine& mine : view.layout().mines()) {
    const ReadPosition read = view.Read(mine.position());
    if (!read.usable()) {
      missing.push_back(MissingOf(read, "F54"));
      continue;
    }
    const Point point = at(read.wgs84);
    if (std::abs(point.x) > kNearCm || std::abs(point.y) > kNearCm) continue;
    if (DistanceToSegment(point, at(start), at(end)) * 20 < width_mm) ++mines;
  }
  return mines;
}

void CheckLane(const RecordView& view, int index, Verdicts& out) {
  const std::string place = absl::StrCat("marking.lanes[", index, "]");
  const v1::Lane& lane = view.marking().lanes(index);
  const std::int64_t least_mm = view.rules().message().thresholds().lane_least_width_mm();
  constexpr std::int64_t kWidestMm = 1'000'000;
  const bool width_known = IsKnown(lane.width_mm()) && lane.width_mm().value() >= 0 &&
                           lane.width_mm().value() <= kWidestMm;
  std::vector<std::string> missing;
  if (!width_known) {
    missing.emplace_back("F91");
  } else if (lane.width_mm().value() < least_mm) {
    v1::CheckResult& result = out.Fail(place + ".width_mm");
    result.set_expected(least_mm);
    result.set_found(lane.width_mm().value());
  }
  const ReadPosition start = view.Read(lane.start());
  const ReadPosition end = view.Read(lane.end());
  std::int64_t mines = 0;
  if (!start.usable() || !end.usable()) {
    missing.push_back(MissingOf(start.usable() ? end : start, "F91"));
  } else if (width_known) {
    mines = MinesOnLane(view, start.wgs84, end.wgs84, lane.width_mm().value(), missing);
  }
  if (mines > 0) {
    v1::CheckResult& result = out.Fail(place);
    result.set_expected(0);
    result.set_found(mines);
  } else if (!missing.empty()) {
    out.NotEvaluable(place, std::move(missing));
  } else {
    out.Pass();
  }
}

// Whether a point stands within so many millimetres of an earlier one. Not one that the paper gives
// in two systems, which is C-05's business.
bool StandsOnAnother(const RecordView& view, std::size_t index, std::int64_t apart_mm) {
  const ReadPosition& at = view.reference_points()[index];
  const LocalPlane plane(at.wgs84);
  for (std::size_t i = 0; i < std::min(index, kMostComparedPoints); ++i) {
    const ReadPosition& other = view.reference_points()[i];
    if (!other.usable() || other.system->is_wgs84() != at.system->is_wgs84()) continue;
    const std::int64_t cm = DistanceCm(plane.ToPlane(at.wgs84), plane.ToPlane(other.wgs84));
    if (cm * 10 < apart_mm) return true;
  }
  return false;
}

}  // namespace

void CheckC17(const RecordView& view, Verdicts& out) {
  const v1::LayoutGroup& layout = view.layout();
  if (layout.rows().empty() && layout.mines().empty()) return;
  std::vector<std::string> missing;
  const std::optional<FieldPlane> field = PlaneOf(view, missing);
  if (!field.has_value()) {
    out.NotEvaluable("where.perimeter", std::move(missing));
    return;
  }
  for (int i = 0; i < layout.rows_size(); ++i) {
    const std::string place = absl::StrCat("layout.rows[", i, "]");
    CheckIsInside(view, *field, layout.rows(i).start(), "F51", place + ".start", out);
    CheckIsInside(view, *field, layout.rows(i).end(), "F51", place + ".end", out);
  }
  for (int i = 0; i < layout.mines_size(); ++i) {
    CheckIsInside(view, *field, layout.mines(i).position(), "F54",
                  absl::StrCat("layout.mines[", i, "].position"), out);
  }
}

void CheckC18(const RecordView& view, Verdicts& out) {
  const v1::MarkingGroup& marking = view.marking();
  for (int i = 0; i < marking.lanes_size(); ++i) CheckLane(view, i, out);
  if (!marking.lanes().empty()) return;
  if (IsFilled(view.StandingOfField(marking.lanes_listed(), 91))) {
    out.Pass();
  } else {
    out.NotEvaluable("marking.lanes", {"F91"});
  }
}

void CheckC19(const RecordView& view, Verdicts& out) {
  if (view.reference_points().empty()) {
    out.NotEvaluable("where.reference_points", {"F31"});
    return;
  }
  const v1::Thresholds& t = view.rules().message().thresholds();
  std::vector<std::string> no_field;
  const std::optional<FieldPlane> field = PlaneOf(view, no_field);
  for (std::size_t i = 0; i < view.reference_points().size(); ++i) {
    const ReadPosition& at = view.reference_points()[i];
    const v1::Position& position = view.where().reference_points(static_cast<int>(i)).position();
    const std::string place = absl::StrCat("where.reference_points[", i, "].position");
    if (!at.usable()) {
      out.NotEvaluable(place, {MissingOf(at, "F31")});
      continue;
    }
    if (StandsOnAnother(view, i, t.reference_apart_mm())) {
      out.Fail(place);
      continue;
    }
    if (!field.has_value()) {
      out.NotEvaluable(place, no_field);
      continue;
    }
    const std::int64_t inside_cm = field->InsideCm(field->At(at.wgs84));
    const std::int64_t sigma_cm = SigmaCm(view, *field, position, at);
    if (inside_cm * 1000 <= sigma_cm * t.fail_sigma_per_mille()) {
      out.Pass();
      continue;
    }
    v1::CheckResult& result = out.Fail(place);
    result.set_expected(sigma_cm * t.fail_sigma_per_mille() / 100);
    result.set_found(inside_cm * 10);
  }
}

}  // namespace cairn::completeness
