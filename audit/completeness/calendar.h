// Days of dates as forms give them. Proleptic Gregorian calendar; no time zone, no clock.
#ifndef CAIRN_AUDIT_COMPLETENESS_CALENDAR_H_
#define CAIRN_AUDIT_COMPLETENESS_CALENDAR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "cairn/v1/record.pb.h"

namespace cairn::completeness {

inline constexpr std::int64_t kMinutesOfDay = std::int64_t{24} * 60;
inline constexpr std::uint64_t kMsOfDay = 86'400'000;

// Days since 1970-01-01.
std::int32_t DayOf(int year, unsigned month, unsigned day);
int YearOf(std::int32_t day);
std::string DayText(std::int32_t day);                         // "2020-11-10"
std::optional<std::int32_t> ParseDay(absl::string_view text);  // The inverse; nothing else.

// What a date with its precision can mean, in minutes since 1970-01-01 00:00, both inclusive.
struct Span {
  std::int64_t first = 0;
  std::int64_t last = 0;
  // Whether every moment of this lies after every moment of `other`.
  bool CertainlyAfter(const Span& other) const { return first > other.last; }
  friend bool operator==(const Span&, const Span&) = default;
};
// Nothing if the date is not known.
std::optional<Span> SpanOf(const v1::Date& date);
Span WholeDay(std::int32_t day);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CALENDAR_H_
