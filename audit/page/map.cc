#include "audit/page/map.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/completeness/exact_math.h"

namespace cairn::page {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
// A kilometre of meridian in 1e-7 degree.
constexpr std::int64_t kKmE7 = 89'932;
// A field alone on its sheet is still shown with something around it.
constexpr std::int64_t kSmallestSpanE7 = 4 * kKmE7;

}  // namespace

Sheet::Sheet(const completeness::Box& box) : frame_(box) {
  const std::int64_t middle_e7 = (box.south_e7 + box.north_e7) / 2;
  cos_e6_ = std::max<std::int64_t>(
      completeness::RoundToInteger(completeness::Cos(static_cast<double>(middle_e7) * 1e-7 *
                                                     completeness::kRadiansPerDegree) *
                                   1e6),
      kMillion / 100);
  const std::int64_t margin = std::max(
      {(box.north_e7 - box.south_e7) / 20, (box.east_e7 - box.west_e7) / 20, kSmallestSpanE7 / 2});
  frame_.south_e7 -= margin;
  frame_.north_e7 += margin;
  frame_.west_e7 -= margin;
  frame_.east_e7 += margin;
  span_e7_ = std::max<std::int64_t>(
      1, completeness::DivideRounded((frame_.east_e7 - frame_.west_e7) * cos_e6_, kMillion));
  height_ =
      completeness::DivideRounded((frame_.north_e7 - frame_.south_e7) * kSheetWidth, span_e7_);
}

Sheet::Point Sheet::At(const completeness::Geographic& place) const {
  const std::int64_t east_e7 =
      completeness::DivideRounded((place.longitude_e7 - frame_.west_e7) * cos_e6_, kMillion);
  return {
      completeness::DivideRounded(east_e7 * kSheetWidth, span_e7_),
      completeness::DivideRounded((frame_.north_e7 - place.latitude_e7) * kSheetWidth, span_e7_)};
}

bool Sheet::Shows(const completeness::Box& box) const {
  return !box.empty() &&
         frame_.Contains({(box.south_e7 + box.north_e7) / 2, (box.west_e7 + box.east_e7) / 2});
}

std::int64_t Sheet::UnitsOfKm(std::int64_t km) const {
  return completeness::DivideRounded(km * kKmE7 * kSheetWidth, span_e7_);
}

std::string SvgPath(const Sheet& sheet, const completeness::Outline& outline) {
  std::size_t corners = 0;
  for (const completeness::Ring& ring : outline.rings) corners += ring.size();
  const std::size_t step = corners / kMostCorners + 1;
  std::string out;
  for (const completeness::Ring& ring : outline.rings) {
    Sheet::Point last = sheet.At(ring.front());
    absl::StrAppend(&out, "M", last.x, " ", last.y);
    for (std::size_t i = step; i < ring.size(); i += step) {
      const Sheet::Point next = sheet.At(ring[i]);
      if (next == last) continue;
      absl::StrAppend(&out, "l", next.x - last.x, " ", next.y - last.y);
      last = next;
    }
    out += "z";
  }
  return out;
}

}  // namespace cairn::page
