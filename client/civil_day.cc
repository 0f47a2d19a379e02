#include "client/civil_day.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "client/console.h"

namespace cairn::client {
namespace {

constexpr absl::civil_year_t kMostYear = 9999;  // More would not fit the days of a statement.

}  // namespace

std::optional<std::int32_t> ParseDay(absl::string_view text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) return std::nullopt;
  if (day.year() < 1 || day.year() > kMostYear) return std::nullopt;
  return static_cast<std::int32_t>(day - absl::CivilDay());
}

absl::StatusOr<std::int32_t> DayArgument(absl::string_view text, absl::string_view option) {
  if (const std::optional<std::int32_t> day = ParseDay(text)) return *day;
  return UsageError(absl::StrCat(option, " is a date such as 2021-08-09, not '", text, "'"));
}

std::string DayText(std::int32_t day) { return absl::FormatCivilTime(absl::CivilDay() + day); }

}  // namespace cairn::client
