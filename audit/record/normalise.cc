#include "audit/record/normalise.h"

#include <array>
#include <span>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "audit/record/decimal.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

constexpr std::int64_t kE6 = 1'000'000;
constexpr std::int64_t kE9 = 1'000'000'000;
constexpr std::int64_t kMostMillimetres = std::int64_t{1'000'000} * kE6;  // A million kilometres.

struct UnitWord {
  absl::string_view word;
  std::int64_t multiplier;
  std::int64_t divisor = 1;
};

constexpr std::array<UnitWord, 9> kLengthMUnits = {{{"", 1000},
                                                    {"m", 1000},
                                                    {"м", 1000},
                                                    {"km", kE6},
                                                    {"км", kE6},
                                                    {"cm", 10},
                                                    {"см", 10},
                                                    {"mm", 1},
                                                    {"мм", 1}}};
constexpr std::array<UnitWord, 9> kLengthCmUnits = {{{"", 10},
                                                     {"m", 1000},
                                                     {"м", 1000},
                                                     {"km", kE6},
                                                     {"км", kE6},
                                                     {"cm", 10},
                                                     {"см", 10},
                                                     {"mm", 1},
                                                     {"мм", 1}}};
constexpr std::array<UnitWord, 7> kAreaUnits = {
    {{"", 1}, {"m2", 1}, {"m²", 1}, {"м2", 1}, {"м²", 1}, {"ha", 10'000}, {"га", 10'000}}};
constexpr std::array<UnitWord, 5> kCountUnits = {
    {{"", 1}, {"шт", 1}, {"шт.", 1}, {"pcs", 1}, {"pcs.", 1}}};
constexpr std::array<UnitWord, 8> kDayUnits = {{{"", 1},
                                                {"d", 1},
                                                {"day", 1},
                                                {"days", 1},
                                                {"сут", 1},
                                                {"сут.", 1},
                                                {"суток", 1},
                                                {"дней", 1}}};
constexpr std::array<UnitWord, 7> kDensityUnits = {
    {{"", 1}, {"/km", 1}, {"/км", 1}, {"шт/км", 1}, {"шт./км", 1}, {"pcs/km", 1}, {"mines/km", 1}}};
constexpr std::array<UnitWord, 5> kPaceUnits = {
    {{"", 1000}, {"pace", 1000}, {"paces", 1000}, {"шага", 1000}, {"шагов", 1000}}};
constexpr std::array<UnitWord, 3> kMapUnits = {{{"", 1000}, {"mm", 1000}, {"мм", 1000}}};

absl::Status AmbiguousNumber() {
  return absl::InvalidArgumentError(
      "one point or comma and three digits: thousands or a fraction? Write 1200 or 1.2");
}

// A number and perhaps a unit, and nothing behind it.
absl::StatusOr<Decimal> TakeQuantity(absl::string_view text, std::span<const UnitWord> units,
                                     UnitWord& unit) {
  text = TrimText(text);
  absl::StatusOr<Decimal> number = TakeDecimal(text, Grouping::kSpaces);
  if (!number.ok()) return number;
  if (number->ambiguous) return AmbiguousNumber();
  if (number->negative) return absl::InvalidArgumentError("a negative number");
  const std::string word = WordKey(text);
  for (const UnitWord& known : units) {
    if (word == known.word) {
      unit = known;
      return number;
    }
  }
  std::string words;
  for (const UnitWord& known : units) absl::StrAppend(&words, words.empty() ? "" : " ", known.word);
  return absl::InvalidArgumentError(
      absl::StrCat("after the number stands something other than a unit of", words,
                   "; if the paper says more than a number, write [as written] before it"));
}

absl::StatusOr<std::int64_t> ParseQuantity(absl::string_view text,
                                           std::span<const UnitWord> units) {
  UnitWord unit{};
  absl::StatusOr<Decimal> number = TakeQuantity(text, units, unit);
  if (!number.ok()) return number.status();
  return ScaleDecimal(*number, unit.multiplier, unit.divisor);
}

absl::StatusOr<std::int64_t> ParseWhole(absl::string_view text, std::span<const UnitWord> units) {
  UnitWord unit{};
  absl::StatusOr<Decimal> number = TakeQuantity(text, units, unit);
  if (!number.ok()) return number.status();
  if (number->decimals > 0) return absl::InvalidArgumentError("expected a whole number");
  return number->digits;
}

absl::StatusOr<std::int64_t> ParseScale(absl::string_view text) {
  text = TrimText(text);
  if (absl::StartsWith(text, "1:") || absl::StartsWith(text, "1 :")) {
    text = TrimText(text.substr(text.find(':') + 1));
  }
  absl::StatusOr<std::int64_t> denominator = ParseWhole(text, std::span(kCountUnits).first(1));
  if (!denominator.ok()) return denominator;
  if (*denominator < 1 || *denominator > 100 * kE6) {
    return absl::InvalidArgumentError("a map scale is 1:1 to 1:100000000");
  }
  return denominator;
}

absl::StatusOr<std::int64_t> ParseYear(absl::string_view text) {
  text = TrimText(text);
  if (text.size() != 4 || text.find_first_not_of("0123456789") != absl::string_view::npos) {
    return absl::InvalidArgumentError("expected a year of four digits");
  }
  const std::int64_t year =
      (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  if (year < 1800 || year > 2200) return absl::InvalidArgumentError("a year beyond 1800 to 2200");
  return year;
}

// --- Degrees, minutes, seconds -------------------------------------------------------------------

// The length of a mark that may stand behind the place-th number, or of a space or hyphen.
std::size_t DegreeMarkLength(absl::string_view text, std::size_t place) {
  static constexpr std::array<std::array<absl::string_view, 4>, 3> kMarks = {
      {{"°", "º", "°", "°"}, {"'", "′", "’", "'"}, {"\"", "″", "”", "''"}}};
  for (const absl::string_view mark : kMarks[place]) {
    if (absl::StartsWith(text, mark)) return mark.size();
  }
  return 0;
}

// Skips what may stand between two numbers; false if nothing was there.
bool SkipBetween(absl::string_view& text, std::size_t place) {
  std::size_t skipped = DegreeMarkLength(text, place);
  text.remove_prefix(skipped);
  for (std::size_t space = SpaceLength(text); space > 0; space = SpaceLength(text)) {
    text.remove_prefix(space);
    skipped += space;
  }
  if (skipped == 0 && absl::StartsWith(text, "-")) {
    text.remove_prefix(1);
    skipped = 1;
  }
  return skipped > 0;
}

// "39.9911", "39°59'28.3\"", "39 59 28.3": degrees, perhaps minutes and seconds, times `scale`.
// No sign. The last number alone may have a fraction.
absl::StatusOr<std::int64_t> ParseSexagesimal(absl::string_view text, std::int64_t scale) {
  text = TrimText(text);
  Decimal sum;
  std::int64_t divisor = 1;
  for (std::size_t place = 0; place < 3; ++place) {
    if (text.empty() || text[0] < '0' || text[0] > '9') {
      return absl::InvalidArgumentError("expected degrees, such as 39.9911 or 39°59'28.3\"");
    }
    absl::StatusOr<Decimal> number = TakeDecimal(text, Grouping::kNone);
    if (!number.ok()) return number.status();
    if (place > 0 && number->digits >= 60 * [&] {
          std::int64_t ten = 1;
          for (int i = 0; i < number->decimals; ++i) ten *= 10;
          return ten;
        }()) {
      return absl::InvalidArgumentError("minutes and seconds are less than 60");
    }
    if (place == 0 && number->digits / 1000 > 0 && number->decimals == 0) {
      return absl::InvalidArgumentError("more than 999 degrees");
    }
    std::int64_t shift = place == 0 ? 1 : 60;
    for (int i = 0; i < number->decimals; ++i) shift *= 10;
    if (sum.digits > 0 && shift > kE9 * kE6 / sum.digits) {
      return absl::InvalidArgumentError("too many digits");
    }
    sum.digits = sum.digits * shift + number->digits;
    sum.decimals = number->decimals;
    if (place > 0) divisor *= 60;
    const bool marked = SkipBetween(text, place);
    if (text.empty()) return ScaleDecimal(sum, scale, divisor);
    if (!marked || number->decimals > 0) break;
  }
  return absl::InvalidArgumentError("expected degrees, such as 39.9911 or 39°59'28.3\"");
}

struct Hemisphere {
  absl::string_view mark;
  Axis axis;
  bool negative;
};
constexpr std::array<Hemisphere, 8> kHemispheres = {{
    {"N", Axis::kLatitude, false},
    {"S", Axis::kLatitude, true},
    {"E", Axis::kLongitude, false},
    {"W", Axis::kLongitude, true},
    {"с.ш.", Axis::kLatitude, false},
    {"ю.ш.", Axis::kLatitude, true},
    {"в.д.", Axis::kLongitude, false},
    {"з.д.", Axis::kLongitude, true},
}};

// Takes a hemisphere off the front or the back of `text`; nullptr if there is none.
const Hemisphere* TakeHemisphere(absl::string_view& text) {
  for (const Hemisphere& known : kHemispheres) {
    if (absl::StartsWithIgnoreCase(text, known.mark)) {
      text = TrimText(text.substr(known.mark.size()));
      return &known;
    }
    if (absl::EndsWithIgnoreCase(text, known.mark)) {
      text = TrimText(text.substr(0, text.size() - known.mark.size()));
      return &known;
    }
  }
  return nullptr;
}

// A sign or a hemisphere, not both. `negative` is set; the rest stays in `text`.
absl::Status TakeSense(Axis axis, absl::string_view& text, bool& negative) {
  text = TrimText(text);
  const Hemisphere* hemisphere = TakeHemisphere(text);
  if (hemisphere != nullptr && hemisphere->axis != axis) {
    return absl::InvalidArgumentError(axis == Axis::kLatitude
                                          ? "marked east or west, but latitude stands first"
                                          : "marked north or south, but east or west is expected");
  }
  negative = hemisphere != nullptr && hemisphere->negative;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    if (hemisphere != nullptr) return absl::InvalidArgumentError("a sign and a hemisphere");
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  return absl::OkStatus();
}

// "34-50": hundreds and units of a division of the circle. False if it is not written so.
bool TakeDivisions(absl::string_view text, std::int64_t& divisions) {
  const std::size_t dash = text.find('-');
  if (dash == absl::string_view::npos || dash == 0 || dash > 2 || text.size() != dash + 3) {
    return false;
  }
  divisions = 0;
  for (const char c : text) {
    if (c == '-') continue;
    if (c < '0' || c > '9') return false;
    divisions = divisions * 10 + (c - '0');
  }
  return true;
}

absl::StatusOr<std::int64_t> ParseAngleEast(absl::string_view text) {
  bool negative = false;
  if (absl::Status status = TakeSense(Axis::kLongitude, text, negative); !status.ok()) {
    return status;
  }
  std::int64_t divisions = 0;
  absl::StatusOr<std::int64_t> angle = TakeDivisions(text, divisions)
                                           ? divisions * (kFullCircle / 6000)
                                           : ParseSexagesimal(text, kE6);
  if (!angle.ok()) return angle;
  if (*angle > kFullCircle / 2) return absl::InvalidArgumentError("an angle beyond 180 degrees");
  return negative ? -*angle : *angle;
}

// --- Dates ---------------------------------------------------------------------------------------

// Takes `least` to `most` digits off the front; -1 if there are not so many.
int TakeDigitsOf(absl::string_view& text, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  int value = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9' && count <= most) {
    value = value * 10 + (text[count++] - '0');
  }
  if (count < least || count > most) return -1;
  text.remove_prefix(count);
  return value;
}

absl::Status BadDate() {
  return absl::InvalidArgumentError(
      "expected a date such as 14.06.1993 08:30, 14.06.1993, 06.1993, 1993 or 1993-06-14T08:30; "
      "if the paper has another form, write [as written] before it");
}

// " 08:30", "T08:30" or " 08" behind a day.
absl::Status TakeTime(absl::string_view text, DateValue& date) {
  if (text.empty()) return absl::OkStatus();
  if (text[0] != ' ' && text[0] != 'T') return BadDate();
  text.remove_prefix(1);
  const int hour = TakeDigitsOf(text, 1, 2);
  if (hour < 0 || hour > 23) return BadDate();
  date.precision = v1::DATE_PRECISION_HOUR;
  date.minute = hour * 60;
  if (text.empty()) return absl::OkStatus();
  if (text[0] != ':' && text[0] != '.') return BadDate();
  text.remove_prefix(1);
  const int minute = TakeDigitsOf(text, 2, 2);
  if (minute < 0 || minute > 59 || !text.empty()) return BadDate();
  date.precision = v1::DATE_PRECISION_MINUTE;
  date.minute += minute;
  return absl::OkStatus();
}

absl::Status SetDay(int year, int month, int day, DateValue& date) {
  if (year < 1900 || year > 2100) return absl::InvalidArgumentError("a year beyond 1900 to 2100");
  const absl::CivilDay civil(year, month, day);
  if (civil.year() != year || civil.month() != month || civil.day() != day) {
    return absl::InvalidArgumentError("no such day in the calendar");
  }
  date.day = static_cast<std::int32_t>(civil - absl::CivilDay(1970, 1, 1));
  return absl::OkStatus();
}

absl::StatusOr<DateValue> ParseIsoDate(absl::string_view text) {
  DateValue date;
  date.rule = "date-iso/1";
  const int year = TakeDigitsOf(text, 4, 4);
  if (year < 0 || !absl::ConsumePrefix(&text, "-")) return BadDate();
  const int month = TakeDigitsOf(text, 2, 2);
  if (month < 0) return BadDate();
  date.precision = v1::DATE_PRECISION_MONTH;
  int day = 1;
  if (!text.empty()) {
    if (!absl::ConsumePrefix(&text, "-")) return BadDate();
    day = TakeDigitsOf(text, 2, 2);
    if (day < 0) return BadDate();
    date.precision = v1::DATE_PRECISION_DAY;
    if (absl::Status status = TakeTime(text, date); !status.ok()) return status;
  }
  if (absl::Status status = SetDay(year, month, day, date); !status.ok()) return status;
  return date;
}

absl::StatusOr<DateValue> ParseDottedDate(absl::string_view text) {
  DateValue date;
  date.rule = "date-dmy/1";
  absl::string_view rest = text;
  if (const int year = TakeDigitsOf(rest, 4, 4); year >= 0 && rest.empty()) {
    date.precision = v1::DATE_PRECISION_YEAR;
    if (absl::Status status = SetDay(year, 1, 1, date); !status.ok()) return status;
    return date;
  }
  const int first = TakeDigitsOf(text, 1, 2);
  if (first < 0 || !absl::ConsumePrefix(&text, ".")) return BadDate();
  rest = text;
  if (const int year = TakeDigitsOf(rest, 4, 4); year >= 0 && rest.empty()) {
    date.precision = v1::DATE_PRECISION_MONTH;
    if (absl::Status status = SetDay(year, first, 1, date); !status.ok()) return status;
    return date;
  }
  const int month = TakeDigitsOf(text, 1, 2);
  if (month < 0 || !absl::ConsumePrefix(&text, ".")) return BadDate();
  const int year = TakeDigitsOf(text, 4, 4);
  if (year < 0) return BadDate();
  date.precision = v1::DATE_PRECISION_DAY;
  if (absl::Status status = TakeTime(text, date); !status.ok()) return status;
  if (absl::Status status = SetDay(year, month, first, date); !status.ok()) return status;
  return date;
}

}  // namespace

absl::string_view RuleId(NumberRule rule) {
  switch (rule) {
    case NumberRule::kCount:
      return "count/1";
    case NumberRule::kLengthM:
      return "length-m/1";
    case NumberRule::kLengthCm:
      return "length-cm/1";
    case NumberRule::kArea:
      return "area/1";
    case NumberRule::kScale:
      return "scale/1";
    case NumberRule::kYear:
      return "year/1";
    case NumberRule::kDays:
      return "days/1";
    case NumberRule::kDensity:
      return "density/1";
    case NumberRule::kAngleEast:
      return "angle-east/1";
  }
  return "";
}

absl::StatusOr<std::int64_t> ParseNumber(NumberRule rule, absl::string_view text) {
  switch (rule) {
    case NumberRule::kCount:
      return ParseWhole(text, kCountUnits);
    case NumberRule::kLengthM:
      return ParseQuantity(text, kLengthMUnits);
    case NumberRule::kLengthCm:
      return ParseQuantity(text, kLengthCmUnits);
    case NumberRule::kArea:
      return ParseQuantity(text, kAreaUnits);
    case NumberRule::kScale:
      return ParseScale(text);
    case NumberRule::kYear:
      return ParseYear(text);
    case NumberRule::kDays:
      return ParseWhole(text, kDayUnits);
    case NumberRule::kDensity:
      return ParseWhole(text, kDensityUnits);
    case NumberRule::kAngleEast:
      return ParseAngleEast(text);
  }
  return absl::InternalError("unknown rule");
}

absl::StatusOr<DateValue> ParseDate(absl::string_view text) {
  text = TrimText(text);
  if (text.size() > 4 && text[4] == '-') return ParseIsoDate(text);
  return ParseDottedDate(text);
}

std::string DateText(const DateValue& date) {
  const absl::CivilDay day = absl::CivilDay(1970, 1, 1) + date.day;
  if (date.precision == v1::DATE_PRECISION_YEAR) return absl::StrFormat("%04d", day.year());
  std::string out = absl::StrFormat("%04d-%02d", day.year(), day.month());
  if (date.precision == v1::DATE_PRECISION_MONTH) return out;
  absl::StrAppendFormat(&out, "-%02d", day.day());
  if (date.precision == v1::DATE_PRECISION_DAY) return out;
  absl::StrAppendFormat(&out, "T%02d", date.minute / 60);
  if (date.precision == v1::DATE_PRECISION_HOUR) return out;
  absl::StrAppendFormat(&out, ":%02d", date.minute % 60);
  return out;
}

absl::StatusOr<std::int64_t> ParseMetres(absl::string_view text) {
  text = TrimText(text);
  absl::StatusOr<Decimal> number = TakeDecimal(text, Grouping::kSpaces);
  if (!number.ok()) return number.status();
  text = TrimText(text);
  if (!text.empty() && text != "m" && text != "м") {
    return absl::InvalidArgumentError("expected metres, such as 4430410,43 or 8 664 702");
  }
  absl::StatusOr<std::int64_t> millimetres = ScaleDecimal(*number, 1000);
  if (!millimetres.ok()) return millimetres;
  if (*millimetres > kMostMillimetres || *millimetres < -kMostMillimetres) {
    return absl::InvalidArgumentError("beyond a million kilometres");
  }
  return millimetres;
}

absl::StatusOr<std::int64_t> ParseDegrees(Axis axis, absl::string_view text) {
  bool negative = false;
  if (absl::Status status = TakeSense(axis, text, negative); !status.ok()) return status;
  absl::StatusOr<std::int64_t> degrees = ParseSexagesimal(text, kE9);
  if (!degrees.ok()) return degrees;
  if (*degrees > 360 * kE9) {
    return absl::InvalidArgumentError("beyond 360 degrees; is it a position in metres?");
  }
  return negative ? -*degrees : *degrees;
}

absl::StatusOr<std::int64_t> ParseBearing(v1::AngleUnit unit, absl::string_view text) {
  text = TrimText(text);
  if (unit == v1::ANGLE_UNIT_DEGREE_MINUTE) return ParseSexagesimal(text, kE6);
  if (unit == v1::ANGLE_UNIT_DEGREE) absl::ConsumeSuffix(&text, "°");
  std::int64_t circle = 0;
  switch (unit) {
    case v1::ANGLE_UNIT_DEGREE:
      circle = 360;
      break;
    case v1::ANGLE_UNIT_MIL_6000:
      circle = 6000;
      break;
    case v1::ANGLE_UNIT_MIL_6400:
      circle = 6400;
      break;
    case v1::ANGLE_UNIT_MIL_6300:
      circle = 6300;
      break;
    case v1::ANGLE_UNIT_GON:
      circle = 400;
      break;
    default:
      return absl::InvalidArgumentError("a bearing without unit");
  }
  Decimal number;
  if (std::int64_t divisions = 0; circle >= 6000 && TakeDivisions(text, divisions)) {
    number.digits = divisions;
  } else {
    absl::StatusOr<Decimal> taken = TakeDecimal(text, Grouping::kNone);
    if (!taken.ok()) return taken.status();
    if (!TrimText(text).empty()) {
      return absl::InvalidArgumentError(circle >= 6000
                                            ? "expected divisions such as 34-50"
                                            : "expected a number alone; is the unit another one?");
    }
    number = *taken;
  }
  return ScaleDecimal(number, kFullCircle, circle);
}

absl::StatusOr<std::int64_t> ParseDistance(absl::string_view unit, absl::string_view text) {
  if (unit == "m") return ParseQuantity(text, kLengthMUnits);
  if (unit == "pace") return ParseQuantity(text, kPaceUnits);
  if (unit == "map_mm") return ParseQuantity(text, kMapUnits);
  return absl::InvalidArgumentError("the unit of a distance is m, pace or map_mm");
}

}  // namespace cairn::record
