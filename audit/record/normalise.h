// From what a form says to whole numbers: the rules of TEMPLATE.md, 4, each with an id for ever.
//
// Nothing is guessed. What does not fit a rule is kInvalidArgument with what would fit; the message
// never quotes the text. Fractions finer than the unit kept are rounded half away from zero. Pure:
// no floating point, no locale.
#ifndef CAIRN_AUDIT_RECORD_NORMALISE_H_
#define CAIRN_AUDIT_RECORD_NORMALISE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record {

// How a number in a field is written and what is kept of it.
enum class NumberRule {
  kCount,     // pieces
  kLengthM,   // mm; metres if no unit is written
  kLengthCm,  // mm; centimetres if no unit is written
  kArea,      // square metres
  kScale,     // denominator
  kYear,
  kDays,
  kDensity,    // mines a kilometre
  kAngleEast,  // 1e-6 degree, east positive
};
// "count/1", "length-m/1", ...
absl::string_view RuleId(NumberRule rule);
absl::StatusOr<std::int64_t> ParseNumber(NumberRule rule, absl::string_view text);

struct DateValue {
  v1::DatePrecision precision = v1::DATE_PRECISION_UNSPECIFIED;
  std::int32_t day = 0;     // Days since 1970-01-01.
  std::int32_t minute = 0;  // Of the day, with MINUTE and HOUR.
  absl::string_view rule;   // "date-dmy/1" or "date-iso/1"; static.
};
absl::StatusOr<DateValue> ParseDate(absl::string_view text);
// ISO form, as exact as the date is: "1993-06-14T08:30", "1993-06".
std::string DateText(const DateValue& date);

// One ordinate in metres: mm.
absl::StatusOr<std::int64_t> ParseMetres(absl::string_view text);

enum class Axis { kLatitude, kLongitude };
// One ordinate in degrees: 1e-9 degree. kInvalidArgument also for a mark of the other axis (E on a
// latitude): the cells are swapped.
absl::StatusOr<std::int64_t> ParseDegrees(Axis axis, absl::string_view text);

// Micro-degrees clockwise; may lie beyond the circle: then at least kFullCircle or negative.
inline constexpr std::int64_t kFullCircle = 360'000'000;
absl::StatusOr<std::int64_t> ParseBearing(v1::AngleUnit unit, absl::string_view text);

// Thousandths of the unit ("m", "pace", "map_mm").
absl::StatusOr<std::int64_t> ParseDistance(absl::string_view unit, absl::string_view text);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_NORMALISE_H_
