// How much two perimeters have in common, and how far apart they are. Exact integers but for the
// points where sides cross, which are rounded to a centimetre.
#ifndef CAIRN_AUDIT_COMPLETENESS_RING_OVERLAP_H_
#define CAIRN_AUDIT_COMPLETENESS_RING_OVERLAP_H_

#include <cstdint>
#include <span>

#include "audit/completeness/geometry.h"

namespace cairn::completeness {

// Twice the common area of two rings that do not cross themselves, in square centimetres. Cost: the
// product of their sizes. REQUIRES: coordinates below 2^31.
std::int64_t TwiceCommonArea(std::span<const Point> a, std::span<const Point> b);

// The nearest approach of two rings that share no point: a corner of the one, and where it comes
// nearest to the other; and the distance, rounded down.
struct Approach {
  std::int64_t distance = 0;
  Point middle;  // Half-way between.
};
Approach NearestApproach(std::span<const Point> a, std::span<const Point> b);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_RING_OVERLAP_H_
