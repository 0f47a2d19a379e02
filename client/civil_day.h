// Days as people write them, and as statements carry them: days since 1970-01-01, UTC.
#ifndef CAIRN_CLIENT_CIVIL_DAY_H_
#define CAIRN_CLIENT_CIVIL_DAY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::client {

// An argument that the user typed for `option`: "2021-08-09". UsageError: it is no day.
absl::StatusOr<std::int32_t> DayArgument(absl::string_view text, absl::string_view option);

// The same of something that has happened. UsageError also: a day that has not begun anywhere on
// earth by `now_ms`.
absl::StatusOr<std::int32_t> PastDayArgument(absl::string_view text, absl::string_view option,
                                             std::uint64_t now_ms);
// The last day that has begun somewhere on earth by `now_ms`.
std::int32_t LastDayOnEarth(std::uint64_t now_ms);

// "2021-08-09", for any day that a statement can carry.
std::string DayText(std::int32_t day);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_CIVIL_DAY_H_
