#include "audit/completeness/calendar.h"

#include <chrono>
#include <cstdio>

#include "audit/completeness/leaf.h"

namespace cairn::completeness {
namespace {

std::chrono::year_month_day CalendarDay(std::int32_t day) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day)));
}

}  // namespace

std::int32_t DayOf(int year, unsigned month, unsigned day) {
  const std::chrono::sys_days days = std::chrono::year_month_day(
      std::chrono::year(year), std::chrono::month(month), std::chrono::day(day));
  return static_cast<std::int32_t>(days.time_since_epoch().count());
}

int YearOf(std::int32_t day) { return static_cast<int>(CalendarDay(day).year()); }

std::string DayText(std::int32_t day) {
  const std::chrono::year_month_day date = CalendarDay(day);
  char text[48];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::optional<std::int32_t> ParseDay(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int parts[3] = {0, 0, 0};
  int part = 0;
  for (const char c : text) {
    if (c == '-') {
      ++part;
    } else if (c >= '0' && c <= '9' && part < 3) {
      parts[part] = parts[part] * 10 + (c - '0');
    } else {
      return std::nullopt;
    }
  }
  const std::chrono::year_month_day date{std::chrono::year{parts[0]},
                                         std::chrono::month{static_cast<unsigned>(parts[1])},
                                         std::chrono::day{static_cast<unsigned>(parts[2])}};
  if (!date.ok()) return std::nullopt;
  const std::int32_t day =
      DayOf(parts[0], static_cast<unsigned>(parts[1]), static_cast<unsigned>(parts[2]));
  if (DayText(day) != text) return std::nullopt;
  return day;
}

Span WholeDay(std::int32_t day) {
  const std::int64_t first = day * kMinutesOfDay;
  return {first, first + kMinutesOfDay - 1};
}

std::optional<Span> SpanOf(const v1::Date& date) {
  constexpr std::int32_t kFarthestDay =
      10'000'000;  // Some 27,000 years: the calendar types hold it.
  if (!IsKnown(date) || date.day() > kFarthestDay || date.day() < -kFarthestDay) {
    return std::nullopt;
  }
  const Span day = WholeDay(date.day());
  switch (date.precision()) {
    case v1::DATE_PRECISION_MINUTE:
      if (!date.has_minute()) return day;
      return Span{day.first + date.minute(), day.first + date.minute()};
    case v1::DATE_PRECISION_HOUR: {
      if (!date.has_minute()) return day;
      const std::int64_t hour = day.first + std::int64_t{date.minute() / 60} * 60;
      return Span{hour, hour + 59};
    }
    case v1::DATE_PRECISION_MONTH: {
      const std::chrono::year_month_day at = CalendarDay(date.day());
      const std::chrono::year_month_day_last end(at.year(),
                                                 std::chrono::month_day_last(at.month()));
      return Span{
          WholeDay(DayOf(static_cast<int>(at.year()), static_cast<unsigned>(at.month()), 1)).first,
          WholeDay(DayOf(static_cast<int>(at.year()), static_cast<unsigned>(at.month()),
                         static_cast<unsigned>(end.day())))
              .last};
    }
    case v1::DATE_PRECISION_YEAR: {
      const int year = YearOf(date.day());
      return Span{WholeDay(DayOf(year, 1, 1)).first, WholeDay(DayOf(year, 12, 31)).last};
    }
    default:
      return day;
  }
}

}  // namespace cairn::completeness
