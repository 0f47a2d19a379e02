#include "audit/completeness/field_plane.h"

#include <algorithm>

#include "audit/completeness/exact_math.h"
#include "audit/completeness/traverse.h"

namespace cairn::completeness {
namespace {

__extension__ using WideArea = __int128;
constexpr std::int64_t kSquareCmOfM2 = 10'000;
constexpr std::int64_t kFarCm = std::int64_t{1} << 31;  // DistanceToSegment is exact up to here.

std::int64_t DistanceToRingCm(std::span<const Point> ring, const Point& at) {
  std::int64_t nearest = kFarCm;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    nearest = std::min(nearest, DistanceToSegment(at, ring[i], ring[(i + 1) % ring.size()]));
  }
  return nearest;
}

bool IsFar(const Point& at) {
  return at.x > kFarCm || at.x < -kFarCm || at.y > kFarCm || at.y < -kFarCm;
}

}  // namespace

Point FieldPlane::At(const Geographic& place) const {
  const PlanePoint at = plane.ToPlane(place);
  return {at.east_cm, at.north_cm};
}

std::int64_t FieldPlane::OutsideCm(const Point& at) const {
  if (IsFar(at)) return kFarCm;
  return SideOf(ring, at) == Side::kOutside ? DistanceToRingCm(ring, at) : 0;
}

std::int64_t FieldPlane::InsideCm(const Point& at) const {
  if (IsFar(at)) return 0;
  return SideOf(ring, at) == Side::kInside ? DistanceToRingCm(ring, at) : 0;
}

std::int64_t AreaM2(std::span<const Point> ring) {
  WideArea twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    twice += static_cast<WideArea>(a.x) * b.y - static_cast<WideArea>(b.x) * a.y;
  }
  if (twice < 0) twice = -twice;
  return static_cast<std::int64_t>(twice / 2 / kSquareCmOfM2);
}

std::optional<FieldPlane> PlaneOf(const RecordView& view, std::vector<std::string>& missing) {
  const std::size_t before = missing.size();
  if (view.corners().size() < 3) missing.emplace_back("F40");
  for (const ReadPosition& at : view.corners()) {
    if (!at.usable()) missing.emplace_back(at.state == PositionState::kNoSystem ? "F23" : "F40");
  }
  if (missing.size() > before) return std::nullopt;
  FieldPlane out{LocalPlane(view.corners()[0].wgs84), {}, 0, 0};
  std::int64_t variance = 0;
  int i = 0;
  for (const ReadPosition& at : view.corners()) {
    out.ring.push_back(out.At(at.wgs84));
    if (IsFar(out.ring.back())) missing.emplace_back("F40");
    variance =
        std::max(variance, PositionVarianceCm2(view, view.where().perimeter(i++).position(), at));
  }
  if (CheckRing(out.ring) != RingFault::kNone) missing.emplace_back("F40");
  if (missing.size() > before) return std::nullopt;
  out.sigma_cm = IntegerRoot(variance);
  out.area_m2 = AreaM2(out.ring);
  return out;
}

}  // namespace cairn::completeness
