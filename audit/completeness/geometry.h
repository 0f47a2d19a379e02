// Plane geometry in integers: the same answer on every machine. Coordinates up to 2^40 in size.
#ifndef CAIRN_AUDIT_COMPLETENESS_GEOMETRY_H_
#define CAIRN_AUDIT_COMPLETENESS_GEOMETRY_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cairn::completeness {

struct Point {
  std::int64_t x = 0;
  std::int64_t y = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 mistakes the zero inside <=>.
  friend auto operator<=>(const Point&, const Point&) = default;
};

// Sign of the turn a, b, c: +1 left, -1 right, 0 on a line. Exact.
int Turn(const Point& a, const Point& b, const Point& c);

// Whether the closed segments share a point. Exact.
bool SegmentsMeet(const Point& a, const Point& b, const Point& c, const Point& d);

// Whether `at` is inside the closed ring or on its boundary. Exact. At least three points.
enum class Side { kOutside, kBoundary, kInside };
Side SideOf(std::span<const Point> ring, const Point& at);

// What is wrong with a ring as the outline of an area, the first that applies.
enum class RingFault { kNone, kFewerThanThree, kRepeatedPoint, kCrossesItself };
// Sweeps over x: n log n for honest rings, n squared for hostile ones. A ring of more points than
// kMaxRingPoints is taken for one that crosses itself: no minefield has such a perimeter.
inline constexpr std::size_t kMaxRingPoints = 10'000;
RingFault CheckRing(std::span<const Point> ring);

// Centre of the area; of the points, if the area is zero. Rounded.
Point CentreOf(std::span<const Point> ring);

// Distance from `at` to the segment, rounded down; coordinates up to 2^31.
std::int64_t DistanceToSegment(const Point& at, const Point& a, const Point& b);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_GEOMETRY_H_
