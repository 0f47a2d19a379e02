// A perimeter on a plane around it: what every check on its shape, its area and what lies inside
// starts from. Pure; exact from the rounded centimetres on.
#ifndef CAIRN_AUDIT_COMPLETENESS_FIELD_PLANE_H_
#define CAIRN_AUDIT_COMPLETENESS_FIELD_PLANE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/completeness/geodesy.h"
#include "audit/completeness/geometry.h"
#include "audit/completeness/record_view.h"

namespace cairn::completeness {

struct FieldPlane {
  LocalPlane plane;
  std::vector<Point> ring;    // Centimetres: x east, y north. Encloses an area.
  std::int64_t sigma_cm = 0;  // Of the least exact corner.
  std::int64_t area_m2 = 0;   // Rounded down.

  Point At(const Geographic& place) const;
  // How far outside the perimeter a place lies; 0 inside and on it.
  std::int64_t OutsideCm(const Point& at) const;
  // How far inside; 0 outside and on it.
  std::int64_t InsideCm(const Point& at) const;
};

// Nothing if there are fewer than three corners, one of them is not known, or they enclose no area
// without crossing (C-09): `missing` then has F40, or F23 for want of a coordinate system.
std::optional<FieldPlane> PlaneOf(const RecordView& view, std::vector<std::string>& missing);

// Area of a ring that does not cross itself, in square metres, rounded down; centimetres.
std::int64_t AreaM2(std::span<const Point> ring);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_FIELD_PLANE_H_
