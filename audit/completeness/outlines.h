// Outlines of districts, from the GeoJSON file that a rule set names by its digest.
//
// Coordinates are taken from the decimal text of the file, exactly; nothing passes through a double
// before it is an integer.
#ifndef CAIRN_AUDIT_COMPLETENESS_OUTLINES_H_
#define CAIRN_AUDIT_COMPLETENESS_OUTLINES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/geodesy.h"

namespace cairn::completeness {

inline constexpr std::size_t kMaxOutlineBytes = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kMaxOutlineVertices = 4'000'000;

// A ring without its closing repetition; at least three vertices.
using Ring = std::vector<Geographic>;

struct Box {
  std::int64_t south_e7 = 1'800'000'000;
  std::int64_t north_e7 = -1'800'000'000;
  std::int64_t west_e7 = 3'600'000'000;
  std::int64_t east_e7 = -3'600'000'000;

  bool empty() const { return south_e7 > north_e7; }
  void Add(const Geographic& at);
  bool Contains(const Geographic& at) const;
};

// A district. A place is inside if an odd number of rings is around it, so holes and several parts
// need nothing of their own.
struct Outline {
  std::string area;  // Handle: property "district".
  std::string name;
  std::vector<std::string> aliases;
  std::vector<Ring> rings;
  Box box;
};

// kInvalidArgument: not a FeatureCollection of Polygons and MultiPolygons in degrees with at most
// seven decimals, each with "district" and "name"; a ring that is not closed; beyond the limits.
absl::StatusOr<std::vector<Outline>> ParseOutlines(absl::string_view geojson);

// Exact on the plane of longitude and latitude; the boundary counts as inside.
bool Inside(const Outline& outline, const Geographic& at);

// Centimetres to the nearest point of the boundary, from inside or outside; measured in a plane
// that touches at `at` (a part in a thousand at 100 km).
std::int64_t DistanceToBoundaryCm(const Outline& outline, const Geographic& at);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_OUTLINES_H_
