#include "audit/completeness/traverse.h"

#include <algorithm>

#include "audit/completeness/exact_math.h"
#include "audit/record/grid_reference.h"

namespace cairn::completeness {
namespace {

constexpr std::int64_t kLongestTieMm = 1'000'000'000;  // 1,000 km; no tie is as long.

std::int64_t Square(std::int64_t value) { return value * value; }

// Of a length on the map. A scale that nobody would draw counts as the default.
std::int64_t PlottingCm(const RecordView& view) {
  const v1::UncertaintyBudget& budget = view.rules().message().uncertainty();
  const v1::Integer& scale = view.where().map().scale();
  const bool sane = IsKnown(scale) && scale.value() > 0 && scale.value() <= 10'000'000;
  return budget.plotting_um() * (sane ? scale.value() : budget.default_scale()) / 10'000;
}

std::optional<std::int64_t> LengthMm(const RecordView& view, const v1::Distance& distance,
                                     std::vector<std::string>& missing) {
  if (!IsGiven(distance.leaf()) || !distance.has_millimetre() || distance.millimetre() < 0 ||
      distance.millimetre() > kLongestTieMm) {
    missing.emplace_back("F34");
    return std::nullopt;
  }
  const std::int64_t value = distance.millimetre();
  if (distance.unit() == "m") return value;
  if (distance.unit() == "pace") {
    return DivideRounded(value * view.rules().message().uncertainty().pace_mm(), 1000);
  }
  const v1::Integer& scale = view.where().map().scale();
  if (distance.unit() != "map_mm") {
    missing.emplace_back("F34");
  } else if (!IsKnown(scale) || scale.value() <= 0 || scale.value() > 10'000'000 ||
             value > 10'000'000) {
    missing.emplace_back("F21");
  } else {
    return DivideRounded(value * scale.value(), 1000);
  }
  return std::nullopt;
}

std::int64_t LengthVarianceCm2(const RecordView& view, const v1::Distance& distance,
                               std::int64_t length_mm) {
  if (distance.how() == "map" || distance.unit() == "map_mm") return Square(PlottingCm(view));
  std::int64_t per_mille = 0;
  for (const v1::DistanceUncertainty& one : view.rules().message().uncertainty().distance()) {
    if (one.how() == distance.how()) return Square(length_mm / 10 * one.per_mille() / 1000);
    if (one.how().empty()) per_mille = one.per_mille();
  }
  return Square(length_mm / 10 * per_mille / 1000);
}

std::int64_t GridConvergenceE6(const ReadPosition& from) {
  if (!from.system->geographic()) return from.system->ConvergenceE6(from.paper);
  // Grid north of the six-degree zone that the point lies in.
  constexpr std::int64_t kZoneE7 = 60'000'000;
  const std::int64_t west = (from.wgs84.longitude_e7 + 1'800'000'000) / kZoneE7 * kZoneE7;
  const std::int64_t off_e7 = from.wgs84.longitude_e7 + 1'800'000'000 - west - kZoneE7 / 2;
  const double off = static_cast<double>(off_e7) / 1e7 * kRadiansPerDegree;
  const double latitude = static_cast<double>(from.wgs84.latitude_e7) / 1e7 * kRadiansPerDegree;
  return RoundToInteger(Atan2(Sin(off) * Sin(latitude), Cos(off)) / kRadiansPerDegree * 1e6);
}

// From the reference point towards the field, clockwise from true north.
std::optional<std::int64_t> TrueBearingE6(const RecordView& view, const v1::Bearing& bearing,
                                          const ReadPosition& from,
                                          std::vector<std::string>& missing) {
  constexpr std::int64_t kTurn = 360'000'000;
  if (!IsGiven(bearing.leaf()) || !bearing.has_microdegree() || bearing.microdegree() < 0 ||
      bearing.microdegree() >= kTurn || bearing.unit() == v1::ANGLE_UNIT_UNSPECIFIED ||
      bearing.sense() == v1::TIE_SENSE_UNSPECIFIED || bearing.north() == v1::NORTH_UNSPECIFIED) {
    missing.emplace_back("F33");
    return std::nullopt;
  }
  std::int64_t value = bearing.microdegree();
  if (bearing.sense() == v1::TIE_SENSE_TO_REFERENCE) value += kTurn / 2;
  const v1::MapReference& map = view.where().map();
  const auto angle = [](const v1::Integer& number) {
    return IsKnown(number) && number.value() > -kTurn && number.value() < kTurn;
  };
  if (bearing.north() == v1::NORTH_GRID) {
    value += GridConvergenceE6(from);
  } else if (bearing.north() == v1::NORTH_MAGNETIC && angle(map.declination_e6())) {
    value += map.declination_e6().value();
  } else if (bearing.north() == v1::NORTH_MAGNETIC && angle(map.correction_e6())) {
    value += map.correction_e6().value() + GridConvergenceE6(from);
  } else if (bearing.north() == v1::NORTH_MAGNETIC) {
    missing.emplace_back("F24");
    return std::nullopt;
  }
  return ((value % kTurn) + kTurn) % kTurn;
}

}  // namespace

std::int64_t PositionVarianceCm2(const RecordView& view, const v1::Position& position,
                                 const ReadPosition& read) {
  const v1::UncertaintyBudget& budget = view.rules().message().uncertainty();
  std::int64_t fixed_cm = PlottingCm(view);
  if (position.how_fixed() == "gps") fixed_cm = budget.gps_mm() / 10;
  if (position.how_fixed() == "survey") fixed_cm = budget.survey_mm() / 10;
  const std::int64_t datum_cm = read.system->is_wgs84() ? 0 : budget.datum_mm() / 10;
  // A grid reference names a square by its corner: a place anywhere in it is side / sqrt(3) off.
  const std::int64_t square_cm =
      record::GridSquareMm(position.leaf().norm_rule()) / 10 * 577 / 1000;
  return Square(fixed_cm) + Square(datum_cm) + Square(square_cm);
}

TieStart StartOf(const RecordView& view, const v1::Tie& tie) {
  const std::optional<int> index = view.ReferencePoint(tie.from());
  if (!index.has_value()) return {};
  return {&view.where().reference_points(*index).position(),
          &view.reference_points()[static_cast<std::size_t>(*index)]};
}

TieReading ReadTie(const RecordView& view, const v1::Tie& tie, const TieStart& start,
                   const LocalPlane& plane) {
  TieReading out;
  const ReadPosition* from = start.read;
  if (from == nullptr || !from->usable()) {
    const bool no_system = from != nullptr && from->state == PositionState::kNoSystem;
    out.missing.emplace_back(no_system ? "F23" : "F31");
  }
  const std::optional<std::int64_t> length = LengthMm(view, tie.distance(), out.missing);
  std::optional<std::int64_t> bearing;
  if (from != nullptr && from->usable()) {
    bearing = TrueBearingE6(view, tie.bearing(), *from, out.missing);
  } else if (!IsGiven(tie.bearing().leaf())) {
    out.missing.emplace_back("F33");
  }
  if (!out.missing.empty() || !length.has_value() || !bearing.has_value()) return out;

  Arrival arrival;
  arrival.at = Offset(plane.ToPlane(from->wgs84), *bearing, *length);
  const double compass = static_cast<double>(view.rules().message().uncertainty().compass_e6()) /
                         1e6 * kRadiansPerDegree;
  const std::int64_t sideways_cm = RoundToInteger(static_cast<double>(*length) / 10.0 * compass);
  arrival.variance_cm2 = PositionVarianceCm2(view, *start.position, *from) + Square(sideways_cm) +
                         LengthVarianceCm2(view, tie.distance(), *length);
  out.arrival = arrival;
  return out;
}

Gap WorstGap(const std::vector<Arrival>& arrivals) {
  Gap worst;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      Gap gap;
      gap.found_cm = DistanceCm(arrivals[i].at, arrivals[j].at);
      gap.sigma_cm = IntegerRoot(arrivals[i].variance_cm2 + arrivals[j].variance_cm2);
      const std::int64_t sigma = std::max<std::int64_t>(gap.sigma_cm, 1);
      gap.per_mille = (gap.found_cm * 1000 + sigma - 1) / sigma;
      if (gap.per_mille > worst.per_mille) worst = gap;
    }
  }
  return worst;
}

}  // namespace cairn::completeness
