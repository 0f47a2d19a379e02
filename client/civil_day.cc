#include "client/civil_day.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "audit/completeness/calendar.h"
#include "client/console.h"

namespace cairn::client {
namespace {

constexpr std::uint64_t kFarthestEastHours = 14;  // A day begins first at UTC+14.

}  // namespace

absl::StatusOr<std::int32_t> DayArgument(absl::string_view text, absl::string_view option) {
  if (const std::optional<std::int32_t> day = completeness::ParseDay(text)) return *day;
  return UsageError(absl::StrCat(option, " is a date such as 2021-08-09, not '", text, "'"));
}

std::int32_t LastDayOnEarth(std::uint64_t now_ms) {
  constexpr std::uint64_t kHourMs = 3'600'000;
  return static_cast<std::int32_t>((now_ms + kFarthestEastHours * kHourMs) / (24 * kHourMs));
}

absl::StatusOr<std::int32_t> PastDayArgument(absl::string_view text, absl::string_view option,
                                             std::uint64_t now_ms) {
  const absl::StatusOr<std::int32_t> day = DayArgument(text, option);
  if (!day.ok() || *day <= LastDayOnEarth(now_ms)) return day;
  return UsageError(
      absl::StrCat(option, " ", text, " is still to come; give the day on which it happened"));
}

std::string DayText(std::int32_t day) { return absl::FormatCivilTime(absl::CivilDay() + day); }

}  // namespace cairn::client
