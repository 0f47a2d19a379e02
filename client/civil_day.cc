#include "client/civil_day.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "audit/completeness/calendar.h"
#include "client/console.h"

namespace cairn::client {

absl::StatusOr<std::int32_t> DayArgument(absl::string_view text, absl::string_view option) {
  if (const std::optional<std::int32_t> day = completeness::ParseDay(text)) return *day;
  return UsageError(absl::StrCat(option, " is a date such as 2021-08-09, not '", text, "'"));
}

std::string DayText(std::int32_t day) { return absl::FormatCivilTime(absl::CivilDay() + day); }

}  // namespace cairn::client
