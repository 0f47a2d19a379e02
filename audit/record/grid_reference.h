// Military grid references (MGRS): "38S PK 64532 28548". Whole numbers only; pure.
#ifndef CAIRN_AUDIT_RECORD_GRID_REFERENCE_H_
#define CAIRN_AUDIT_RECORD_GRID_REFERENCE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::record {

// The south-west corner of the square that a reference names, on the grid of UTM.
struct GridReference {
  std::int64_t northing_mm = 0;  // From the equator; south of it negative.
  std::int64_t easting_mm = 0;   // With the zone's number in front: 38 664 532 m.
  std::int64_t side_mm = 0;      // Of the square: 1 m to 10 km, by the number of digits.
};

// Zone, band, the two letters of the square of 100 km, and two equal groups of one to five digits;
// with or without spaces, small or capital, letters that look alike in Cyrillic too. Bands C to X.
// kInvalidArgument: what does not fit, a square that does not lie in its zone and band, no digits
// (100 km are no place).
absl::StatusOr<GridReference> ParseGridReference(absl::string_view text);

// The rule that made the value, which tells the size of the square: "mgrs-10m/1".
std::string GridReferenceRule(const GridReference& reference);
// The size of the square by that rule, mm; 0 for any other rule.
std::int64_t GridSquareMm(absl::string_view norm_rule);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_GRID_REFERENCE_H_
