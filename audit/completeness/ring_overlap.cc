#include "audit/completeness/ring_overlap.h"

#include <algorithm>
#include <array>
#include <vector>

#include "audit/completeness/exact_math.h"
#include "audit/completeness/int128.h"

namespace cairn::completeness {
namespace {

using Triangle = std::array<Point, 3>;

Int128 TwiceSigned(const Point& a, const Point& b, const Point& c) {
  return static_cast<Int128>(b.x - a.x) * (c.y - a.y) -
         static_cast<Int128>(b.y - a.y) * (c.x - a.x);
}

std::int64_t Rounded(Int128 a, Int128 b) {
  if (b < 0) {
    a = -a;
    b = -b;
  }
  return static_cast<std::int64_t>((a >= 0 ? a + b / 2 : a - b / 2) / b);
}

// Where p to q crosses the line through a and b, given how far each end is on its left.
Point Crossing(const Point& p, const Point& q, Int128 left_p, Int128 left_q) {
  const Int128 whole = left_p - left_q;
  return {p.x + Rounded(left_p * (q.x - p.x), whole), p.y + Rounded(left_p * (q.y - p.y), whole)};
}

// The part of a convex polygon to the left of a to b (Sutherland and Hodgman).
std::vector<Point> ClipLeft(const std::vector<Point>& polygon, const Point& a, const Point& b) {
  std::vector<Point> out;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& p = polygon[i];
    const Point& q = polygon[(i + 1) % polygon.size()];
    const Int128 left_p = TwiceSigned(a, b, p);
    const Int128 left_q = TwiceSigned(a, b, q);
    if (left_p >= 0) out.push_back(p);
    if ((left_p > 0 && left_q < 0) || (left_p < 0 && left_q > 0)) {
      out.push_back(Crossing(p, q, left_p, left_q));
    }
  }
  return out;
}

// Common area of two triangles that turn left.
Int128 TwiceCommon(const Triangle& a, const Triangle& b) {
  std::vector<Point> left(a.begin(), a.end());
  for (std::size_t i = 0; i < 3 && !left.empty(); ++i) left = ClipLeft(left, b[i], b[(i + 1) % 3]);
  Int128 area = 0;
  for (std::size_t i = 2; i < left.size(); ++i) area += TwiceSigned(left[0], left[i - 1], left[i]);
  return area < 0 ? -area : area;
}

// A ring as triangles from its first corner, those that turn right counted negative.
struct Fan {
  std::vector<Triangle> triangles;  // All turn left.
  std::vector<bool> negative;
};
Fan FanOf(std::span<const Point> ring) {
  Fan fan;
  for (std::size_t i = 2; i < ring.size(); ++i) {
    const Int128 area = TwiceSigned(ring[0], ring[i - 1], ring[i]);
    if (area == 0) continue;
    fan.negative.push_back(area < 0);
    fan.triangles.push_back(area > 0 ? Triangle{ring[0], ring[i - 1], ring[i]}
                                     : Triangle{ring[0], ring[i], ring[i - 1]});
  }
  return fan;
}

// The nearest point of a side.
Point Foot(const Point& at, const Point& a, const Point& b) {
  const Int128 dx = b.x - a.x;
  const Int128 dy = b.y - a.y;
  const Int128 length2 = dx * dx + dy * dy;
  if (length2 == 0) return a;
  const Int128 along = std::clamp<Int128>((at.x - a.x) * dx + (at.y - a.y) * dy, 0, length2);
  // Scaled down first, so that the products below hold.
  const std::int64_t share = static_cast<std::int64_t>(along * 1'000'000 / length2);
  return {a.x + Rounded(dx * share, 1'000'000), a.y + Rounded(dy * share, 1'000'000)};
}

void Approaching(std::span<const Point> corners, std::span<const Point> ring, Approach& best) {
  for (const Point& corner : corners) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Point& a = ring[i];
      const Point& b = ring[(i + 1) % ring.size()];
      const std::int64_t distance = DistanceToSegment(corner, a, b);
      if (distance >= best.distance) continue;
      const Point foot = Foot(corner, a, b);
      best = {distance, {(corner.x + foot.x) / 2, (corner.y + foot.y) / 2}};
    }
  }
}

}  // namespace

std::int64_t TwiceCommonArea(std::span<const Point> a, std::span<const Point> b) {
  const Fan first = FanOf(a);
  const Fan second = FanOf(b);
  Int128 sum = 0;
  for (std::size_t i = 0; i < first.triangles.size(); ++i) {
    for (std::size_t j = 0; j < second.triangles.size(); ++j) {
      const Int128 common = TwiceCommon(first.triangles[i], second.triangles[j]);
      sum += first.negative[i] == second.negative[j] ? common : -common;
    }
  }
  return static_cast<std::int64_t>(sum < 0 ? -sum : sum);
}

Approach NearestApproach(std::span<const Point> a, std::span<const Point> b) {
  Approach best{std::int64_t{1} << 40, {}};
  Approaching(a, b, best);
  Approaching(b, a, best);
  return best;
}

}  // namespace cairn::completeness
