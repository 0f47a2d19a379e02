#include "audit/completeness/other_readings.h"

#include <optional>

namespace cairn::completeness {
namespace {

// Metres in front of an easting's zone number.
constexpr std::int64_t kZoneMm = 1'000'000'000;

void AddIfPlace(v1::Repair repair, const std::optional<Geographic>& at,
                std::vector<OtherReading>& out) {
  if (at.has_value()) out.push_back({repair, *at});
}

// Degrees of the one datum taken for degrees of the other.
void AddDegreesOfOtherDatum(const Rules& rules, const ReadPosition& at,
                            std::vector<OtherReading>& out) {
  const std::optional<Geographic> own = at.system->ToOwnDegrees(at.paper);
  if (!own.has_value()) return;
  if (!at.system->is_wgs84()) {
    out.push_back({v1::REPAIR_OTHER_DATUM, *own});
    return;
  }
  for (const v1::Crs& crs : rules.message().crs()) {
    const CoordinateSystem* other = rules.FindSystem(crs.code());
    if (!other->geographic() || other->is_wgs84()) continue;
    AddIfPlace(v1::REPAIR_OTHER_DATUM,
               other->ToWgs84({own->latitude_e7 * 100, own->longitude_e7 * 100}), out);
  }
}

// The same numbers in another system of the rule set.
void AddOtherSystem(const CoordinateSystem& other, const ReadPosition& at,
                    std::vector<OtherReading>& out) {
  const bool same_datum = other.is_wgs84() == at.system->is_wgs84();
  const v1::Repair repair = same_datum ? v1::REPAIR_ZONE_PREFIX : v1::REPAIR_OTHER_DATUM;
  AddIfPlace(repair, other.ToWgs84(at.paper), out);
  if (other.geographic() || !same_datum || other.fixed_zone() == 0) return;
  // As if the zone's own number stood in front.
  const std::int64_t plain = at.paper.second % kZoneMm;
  const PaperCoordinates mended{at.paper.first, plain + other.fixed_zone() * kZoneMm};
  AddIfPlace(repair, other.ToWgs84(mended), out);
}

}  // namespace

std::vector<OtherReading> OtherReadings(const Rules& rules, const ReadPosition& at) {
  std::vector<OtherReading> out;
  const bool numbers = at.state == PositionState::kUsable || at.state == PositionState::kNoPlace;
  if (at.system == nullptr || !numbers) return out;
  AddIfPlace(v1::REPAIR_AXES_SWAPPED, at.system->ToWgs84({at.paper.second, at.paper.first}), out);
  AddDegreesOfOtherDatum(rules, at, out);
  for (const v1::Crs& crs : rules.message().crs()) {
    const CoordinateSystem* other = rules.FindSystem(crs.code());
    if (other != at.system && other->unit() == at.system->unit()) AddOtherSystem(*other, at, out);
  }
  return out;
}

}  // namespace cairn::completeness
