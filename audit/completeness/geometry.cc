#include "audit/completeness/geometry.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "audit/completeness/exact_math.h"

namespace cairn::completeness {
namespace {

__extension__ using Wide = __int128;

Wide Cross(const Point& a, const Point& b, const Point& c) {
  return static_cast<Wide>(b.x - a.x) * (c.y - a.y) - static_cast<Wide>(b.y - a.y) * (c.x - a.x);
}

bool InBox(const Point& a, const Point& b, const Point& at) {
  return std::min(a.x, b.x) <= at.x && at.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= at.y &&
         at.y <= std::max(a.y, b.y);
}

std::int64_t DivideWide(Wide a, Wide b) {
  if (b < 0) {
    a = -a;
    b = -b;
  }
  const Wide half = b / 2;
  return static_cast<std::int64_t>(a >= 0 ? (a + half) / b : -((-a + half) / b));
}

// Two sides that follow each other share one point; they must share no other.
bool FoldsBack(const Point& before, const Point& shared, const Point& after) {
  if (Cross(before, shared, after) != 0) return false;
  return static_cast<Wide>(before.x - shared.x) * (after.x - shared.x) +
             static_cast<Wide>(before.y - shared.y) * (after.y - shared.y) >
         0;
}

bool SidesClash(std::span<const Point> ring, std::size_t i, std::size_t j) {
  const std::size_t n = ring.size();
  if (i > j) std::swap(i, j);
  const Point& a = ring[i];
  const Point& b = ring[(i + 1) % n];
  const Point& c = ring[j];
  const Point& d = ring[(j + 1) % n];
  if (j == i + 1) return FoldsBack(a, b, d);
  if (i == 0 && j == n - 1) return FoldsBack(c, a, b);
  return SegmentsMeet(a, b, c, d);
}

}  // namespace

int Turn(const Point& a, const Point& b, const Point& c) {
  const Wide cross = Cross(a, b, c);
  return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

bool SegmentsMeet(const Point& a, const Point& b, const Point& c, const Point& d) {
  const int abc = Turn(a, b, c);
  const int abd = Turn(a, b, d);
  const int cda = Turn(c, d, a);
  const int cdb = Turn(c, d, b);
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (abc == 0 && InBox(a, b, c)) || (abd == 0 && InBox(a, b, d)) ||
         (cda == 0 && InBox(c, d, a)) || (cdb == 0 && InBox(c, d, b));
}

Side SideOf(std::span<const Point> ring, const Point& at) {
  bool inside = false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    const int turn = Turn(a, b, at);
    if (turn == 0 && InBox(a, b, at)) return Side::kBoundary;
    // A ray to the east crosses the side; its lower end counts, its upper one does not.
    if ((a.y <= at.y) != (b.y <= at.y) && (turn > 0) == (b.y > a.y)) inside = !inside;
  }
  return inside ? Side::kInside : Side::kOutside;
}

RingFault CheckRing(std::span<const Point> ring) {
  const std::size_t n = ring.size();
  std::vector<Point> distinct(ring.begin(), ring.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() < 3) return RingFault::kFewerThanThree;
  for (std::size_t i = 0; i < n; ++i) {
    if (ring[i] == ring[(i + 1) % n]) return RingFault::kRepeatedPoint;
  }
  if (n > kMaxRingPoints) return RingFault::kCrossesItself;
  // Sides by their western end; each is compared with those that begin before it ends.
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto west = [&](std::size_t i) { return std::min(ring[i].x, ring[(i + 1) % n].x); };
  const auto east = [&](std::size_t i) { return std::max(ring[i].x, ring[(i + 1) % n].x); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return west(a) != west(b) ? west(a) < west(b) : a < b;
  });
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t m = k + 1; m < n && west(order[m]) <= east(order[k]); ++m) {
      if (SidesClash(ring, order[k], order[m])) return RingFault::kCrossesItself;
    }
  }
  return RingFault::kNone;
}

Point CentreOf(std::span<const Point> ring) {
  if (ring.empty()) return {};
  const Point origin = ring[0];  // Small numbers: the products below stay far from overflow.
  Wide twice_area = 0;
  Wide x = 0;
  Wide y = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    const Wide cross = Cross(origin, a, b);
    twice_area += cross;
    x += cross * (a.x + b.x - 2 * origin.x);
    y += cross * (a.y + b.y - 2 * origin.y);
  }
  if (twice_area != 0) {
    return {origin.x + DivideWide(x, 3 * twice_area), origin.y + DivideWide(y, 3 * twice_area)};
  }
  Wide sum_x = 0;
  Wide sum_y = 0;
  for (const Point& p : ring) {
    sum_x += p.x;
    sum_y += p.y;
  }
  const auto count = static_cast<Wide>(ring.size());
  return {DivideWide(sum_x, count), DivideWide(sum_y, count)};
}

std::int64_t DistanceToSegment(const Point& at, const Point& a, const Point& b) {
  const std::int64_t dx = b.x - a.x;
  const std::int64_t dy = b.y - a.y;
  const Wide along = static_cast<Wide>(at.x - a.x) * dx + static_cast<Wide>(at.y - a.y) * dy;
  const Wide length2 = static_cast<Wide>(dx) * dx + static_cast<Wide>(dy) * dy;
  const auto distance = [&](const Point& p) {
    const std::int64_t x = at.x - p.x;
    const std::int64_t y = at.y - p.y;
    return static_cast<std::int64_t>(Sqrt(static_cast<double>(x) * static_cast<double>(x) +
                                          static_cast<double>(y) * static_cast<double>(y)));
  };
  if (along <= 0) return distance(a);
  if (along >= length2) return distance(b);
  const auto cross = static_cast<double>(Cross(a, b, at));
  const double value = cross / Sqrt(static_cast<double>(length2));
  return static_cast<std::int64_t>(value < 0 ? -value : value);
}

}  // namespace cairn::completeness
