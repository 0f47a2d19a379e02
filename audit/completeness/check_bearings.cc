// C-05, C-06, P-04: are points given twice one place; are bearings what their unit and their
// writing say; are ties measured or guessed.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/exact_math.h"
#include "audit/completeness/traverse.h"
#include "audit/record/text.h"

namespace cairn::completeness {
namespace {

constexpr std::int64_t kCircleE6 = 360'000'000;
constexpr absl::string_view kOutsideCircleRule = "outside-circle/1";  // The template reader's.

bool InCircle(const v1::Bearing& bearing) {
  return bearing.has_microdegree() && bearing.microdegree() >= 0 &&
         bearing.microdegree() < kCircleE6;
}

// "34-50": how divisions of 60-00 are written, and nothing else.
bool IsWrittenWithDash(absl::string_view raw) {
  const absl::string_view text = record::TrimText(raw);
  const std::size_t dash = text.find('-');
  if (dash == absl::string_view::npos || dash == 0 || dash > 2 || text.size() != dash + 3) {
    return false;
  }
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || (c >= '0' && c <= '9'); }) &&
         text.find('-', dash + 1) == absl::string_view::npos;
}

bool NotationFits(const v1::Bearing& bearing) {
  const std::string& raw = bearing.leaf().raw();
  const bool degrees =
      bearing.unit() == v1::ANGLE_UNIT_DEGREE || bearing.unit() == v1::ANGLE_UNIT_DEGREE_MINUTE;
  if (IsWrittenWithDash(raw)) return bearing.unit() == v1::ANGLE_UNIT_MIL_6000;
  if (absl::StrContains(raw, "°")) return degrees;
  return true;
}

void CheckBearing(const v1::Bearing& bearing, bool asked_for, const std::string& place,
                  Verdicts& out) {
  if (!IsGiven(bearing.leaf()) && !asked_for) return;
  const bool beyond = bearing.leaf().norm_rule() == kOutsideCircleRule ||
                      (bearing.has_microdegree() && !InCircle(bearing));
  const bool has_unit = bearing.unit() != v1::ANGLE_UNIT_UNSPECIFIED;
  if (!IsGiven(bearing.leaf()) || (!beyond && !has_unit)) {
    out.NotEvaluable(place, {"F33"});
  } else if (beyond || !NotationFits(bearing)) {
    out.Fail(place);
  } else {
    out.Pass();
  }
}

// From magnetic to grid, as the map says or as declination and convergence give it.
std::optional<std::int64_t> CorrectionE6(const v1::MapReference& map) {
  const auto angle = [](const v1::Integer& number) {
    return IsKnown(number) && number.value() > -kCircleE6 && number.value() < kCircleE6;
  };
  if (angle(map.correction_e6())) return map.correction_e6().value();
  if (!angle(map.declination_e6()) || !angle(map.convergence_e6())) return std::nullopt;
  return map.declination_e6().value() - map.convergence_e6().value();
}

// Two bearings of one line, one from grid north and one from magnetic north.
class BearingPairs {
 public:
  BearingPairs(const RecordView& view, Verdicts& out) : view_(view), out_(out) {}

  void Take(const v1::Tie& tie, const std::string& place) {
    const v1::Bearing& bearing = tie.bearing();
    const bool grid = bearing.north() == v1::NORTH_GRID;
    if (!IsGiven(bearing.leaf()) || !InCircle(bearing)) return;
    if (!grid && bearing.north() != v1::NORTH_MAGNETIC) return;
    std::int64_t value = bearing.microdegree();
    if (bearing.sense() == v1::TIE_SENSE_TO_REFERENCE) value += kCircleE6 / 2;
    auto& mine = (grid ? grid_ : magnetic_);
    auto& other = (grid ? magnetic_ : grid_);
    const std::pair<absl::string_view, absl::string_view> line(tie.from(), tie.to());
    mine.try_emplace(line, value);
    const auto it = other.find(line);
    if (it == other.end()) return;
    Compare(grid ? value - it->second : it->second - value, place);
  }

 private:
  // `difference`: grid less magnetic.
  void Compare(std::int64_t difference, const std::string& place) {
    const std::optional<std::int64_t> correction = CorrectionE6(view_.where().map());
    if (!correction.has_value()) {
      out_.NotEvaluable(place, {"F25"});
      return;
    }
    std::int64_t off = (difference - *correction) % kCircleE6;
    if (off > kCircleE6 / 2) off -= kCircleE6;
    if (off < -kCircleE6 / 2) off += kCircleE6;
    if (std::abs(off) <= view_.rules().message().thresholds().bearing_pair_e6()) {
      out_.Pass();
    } else {
      out_.Fail(place);
    }
  }

  const RecordView& view_;
  Verdicts& out_;
  std::map<std::pair<absl::string_view, absl::string_view>, std::int64_t> grid_, magnetic_;
};

std::optional<Geographic> OwnDegrees(const ReadPosition& at) {
  return at.system->ToOwnDegrees(at.paper);
}

// One point in two systems of different datum.
void ComparePoints(const RecordView& view, int first, int second, Verdicts& out) {
  const auto at = [&](int i) -> const ReadPosition& {
    return view.reference_points()[static_cast<std::size_t>(i)];
  };
  const auto variance = [&](int i) {
    return PositionVarianceCm2(view, view.where().reference_points(i).position(), at(i));
  };
  const std::string place = absl::StrCat("where.reference_points[", second, "].position");
  const LocalPlane plane(at(first).wgs84);
  const std::int64_t apart_cm =
      DistanceCm(plane.ToPlane(at(first).wgs84), plane.ToPlane(at(second).wgs84));
  const std::optional<Geographic> own_first = OwnDegrees(at(first));
  const std::optional<Geographic> own_second = OwnDegrees(at(second));
  if (own_first.has_value() && own_second.has_value()) {
    // Had the one never been converted, both would be the same degrees.
    const std::int64_t unconverted_cm =
        DistanceCm(plane.ToPlane(*own_first), plane.ToPlane(*own_second));
    if (unconverted_cm * 4 < apart_cm) {
      v1::CheckResult& result = out.Fail(place);
      result.set_repair(v1::REPAIR_OTHER_DATUM);
      result.set_found(apart_cm * 10);
      return;
    }
  }
  const std::int64_t sigma_cm =
      std::max<std::int64_t>(IntegerRoot(variance(first) + variance(second)), 1);
  const std::uint32_t factor = view.rules().message().thresholds().fail_sigma_per_mille();
  if (apart_cm * 1000 <= sigma_cm * factor) return out.Pass();
  v1::CheckResult& result = out.Fail(place);
  result.set_expected(sigma_cm * factor / 100);
  result.set_found(apart_cm * 10);
}

// Whether a bearing is a round number in its own unit: tens of degrees, hundreds of divisions.
bool IsRoundBearing(const v1::Bearing& bearing) {
  const std::int64_t value = bearing.microdegree();
  switch (bearing.unit()) {
    case v1::ANGLE_UNIT_DEGREE:
    case v1::ANGLE_UNIT_DEGREE_MINUTE:
      return value % 10'000'000 == 0;
    case v1::ANGLE_UNIT_MIL_6000:
      return value % 6'000'000 == 0;  // 1-00
    case v1::ANGLE_UNIT_MIL_6400:
      return value % 5'625'000 == 0;  // 100 mils
    case v1::ANGLE_UNIT_MIL_6300:
      return (value * 7 + 3) % 40'000'000 <= 6;  // 100 streck are 40/7 of a degree, rounded.
    case v1::ANGLE_UNIT_GON:
      return value % 9'000'000 == 0;  // 10 gon
    default:
      return false;
  }
}

}  // namespace

void CheckC05(const RecordView& view, Verdicts& out) {
  std::map<std::string, int> first_of;  // By what the paper says of the point.
  for (int i = 0; i < view.where().reference_points_size(); ++i) {
    const v1::Text& text = view.where().reference_points(i).description();
    if (!IsKnown(text) || !record::TextFault(text.value(), true).empty()) continue;
    const std::string key = record::AliasKey(text.value());
    if (key.empty()) continue;
    const auto [it, is_first] = first_of.try_emplace(key, i);
    if (is_first) continue;
    const ReadPosition& first = view.reference_points()[static_cast<std::size_t>(it->second)];
    const ReadPosition& second = view.reference_points()[static_cast<std::size_t>(i)];
    if (!first.usable() || !second.usable()) {
      const ReadPosition& lacking = first.usable() ? second : first;
      out.NotEvaluable(absl::StrCat("where.reference_points[", i, "].position"),
                       {lacking.state == PositionState::kNoSystem ? "F23" : "F31"});
    } else if (first.system->is_wgs84() != second.system->is_wgs84()) {
      ComparePoints(view, it->second, i, out);
    }
  }
}

void CheckC06(const RecordView& view, Verdicts& out) {
  if (view.where().ties().empty()) out.NotEvaluable("where.ties", {"F33"});
  BearingPairs pairs(view, out);
  int i = 0;
  for (const v1::Tie& tie : view.where().ties()) {
    const std::string place = absl::StrCat("where.ties[", i++, "].bearing");
    CheckBearing(tie.bearing(), true, place, out);
    pairs.Take(tie, place);
  }
  i = 0;
  for (const v1::Row& row : view.layout().rows()) {
    CheckBearing(row.azimuth(), false, absl::StrCat("layout.rows[", i++, "].azimuth"), out);
  }
}

void CheckP04(const RecordView& view, Verdicts& out) {
  constexpr std::int64_t kRoundDistance = 100'000;  // 100 m, or paces.
  constexpr absl::string_view kPlace = "where.ties";
  int known = 0;
  bool all_round = true;
  for (const v1::Tie& tie : view.where().ties()) {
    const v1::Distance& distance = tie.distance();
    if (!RecordView::IsComplete(tie) || !InCircle(tie.bearing()) ||
        tie.bearing().unit() == v1::ANGLE_UNIT_UNSPECIFIED || !distance.has_millimetre()) {
      continue;
    }
    ++known;
    all_round = all_round && IsRoundBearing(tie.bearing()) &&
                distance.millimetre() % kRoundDistance == 0 && distance.unit() != "map_mm";
  }
  if (known < 2) {
    out.NotEvaluable(kPlace, {"F33", "F34"});
  } else if (all_round) {
    out.Fail(kPlace);
  } else {
    out.Pass();
  }
}

}  // namespace cairn::completeness
