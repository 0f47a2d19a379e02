// Geometry of the maps: WGS 84 onto a sheet of whole units. Integers only.
#ifndef CAIRN_AUDIT_PAGE_MAP_H_
#define CAIRN_AUDIT_PAGE_MAP_H_

#include <cstdint>
#include <string>

#include "audit/completeness/geodesy.h"
#include "audit/completeness/outlines.h"

namespace cairn::page {

// A sheet of kSheetWidth units and the height that the box asks for; plate carree, with lengths
// true along the middle parallel.
class Sheet {
 public:
  static constexpr std::int64_t kSheetWidth = 10'000;

  // With a margin of a twentieth around the box. REQUIRES: !box.empty().
  explicit Sheet(const completeness::Box& box);

  struct Point {
    std::int64_t x = 0;
    std::int64_t y = 0;
    friend bool operator==(const Point&, const Point&) = default;
  };
  Point At(const completeness::Geographic& place) const;
  std::int64_t height() const { return height_; }
  const completeness::Box& frame() const { return frame_; }
  // Whether the middle of a box is on the sheet.
  bool Shows(const completeness::Box& box) const;
  // Units in so many kilometres.
  std::int64_t UnitsOfKm(std::int64_t km) const;

 private:
  completeness::Box frame_;
  std::int64_t cos_e6_ = 1'000'000;
  std::int64_t span_e7_ = 1;  // Of the width, in 1e-7 degree of latitude.
  std::int64_t height_ = 0;
};

// "M10 20l5 0l0 5z" of every ring: corners that fall on one unit are one, and of more than
// kMostCorners every n-th is drawn.
inline constexpr std::size_t kMostCorners = 5'000;
std::string SvgPath(const Sheet& sheet, const completeness::Outline& outline);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_MAP_H_
