#include "audit/completeness/map_sheet.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cairn::completeness {
namespace {

constexpr std::int64_t kDegree = 3600;  // Seconds.
constexpr int kRows = 22;
constexpr int kColumns = 60;
constexpr std::size_t kMostSheetText = 64;

// Cyrillic letters as typed for the Latin row letters that they look like or stand for.
constexpr auto kCyrillicRows = std::to_array<std::pair<absl::string_view, int>>({
    {"А", 1},
    {"В", 2},
    {"С", 3},
    {"Е", 5},
    {"Н", 8},
    {"К", 11},
    {"М", 13},
    {"О", 15},
    {"Р", 16},
    {"Т", 20},
    {"Ј", 10},
    {"І", 9},
    {"Ѕ", 19},
    // No look-alike: these stand for the sound.
    {"Д", 4},
    {"Ф", 6},
    {"Г", 7},
    {"И", 9},
    {"Й", 10},
    {"Л", 12},
});

std::optional<int> SheetNumber(absl::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<int> RowOf(absl::string_view text) {
  if (text.size() == 1 && text[0] >= 'A' && text[0] <= 'V') return text[0] - 'A' + 1;
  if (text.size() == 1 && text[0] >= 'a' && text[0] <= 'v') return text[0] - 'a' + 1;
  for (const auto& [letter, row] : kCyrillicRows) {
    if (text == letter) return row;
  }
  return SheetNumber(text);
}

// The name in parts, whatever kind of hyphen or space stands between them.
std::vector<std::string> PartsOf(absl::string_view text) {
  std::string plain;
  while (!text.empty()) {
    bool hyphen = false;
    for (const absl::string_view mark :
         {"-", " ", "‐", "‑", "‒", "–", "—", "−", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"}) {
      if (!absl::ConsumePrefix(&text, mark)) continue;
      hyphen = true;
      break;
    }
    if (hyphen) {
      plain += '-';
    } else {
      plain += text[0];
      text.remove_prefix(1);
    }
  }
  return absl::StrSplit(plain, '-', absl::SkipEmpty());
}

// One of four, as a bit of a set: 1, 2, 4, 8; 0 if it is none. Case says nothing: the place in the
// name does.
struct QuarterName {
  absl::string_view text;
  unsigned quarters;
};
constexpr auto kQuarters = std::to_array<QuarterName>({
    {"1", 1}, {"2", 2}, {"3", 4}, {"4", 8}, {"А", 1}, {"а", 1}, {"Б", 2},
    {"б", 2}, {"В", 4}, {"в", 4}, {"Г", 8}, {"г", 8}, {"A", 1}, {"a", 1},
    {"B", 6}, {"b", 6}, {"V", 4}, {"v", 4}, {"G", 8}, {"g", 8},
});
unsigned QuartersOf(absl::string_view text, bool by_sound) {
  for (const QuarterName& name : kQuarters) {
    if (name.text == text) return name.quarters == 6 && by_sound ? 2 : name.quarters;
  }
  return 0;
}

// "XXIII", in Latin letters or Cyrillic ones that look so; 0 if it is none of 1 to 36.
int RomanNumber(absl::string_view text) {
  std::string latin;
  while (!text.empty()) {
    if (absl::ConsumePrefix(&text, "Х")) {
      latin += 'X';
    } else if (absl::ConsumePrefix(&text, "І")) {
      latin += 'I';
    } else {
      latin += text[0];
      text.remove_prefix(1);
    }
  }
  constexpr std::array<absl::string_view, 10> kOnes = {"",  "I",  "II",  "III",  "IV",
                                                       "V", "VI", "VII", "VIII", "IX"};
  for (int value = 1; value <= 36; ++value) {
    const absl::string_view ones = kOnes[static_cast<std::size_t>(value % 10)];
    if (latin == absl::StrCat(std::string(static_cast<std::size_t>(value / 10), 'X'), ones)) {
      return value;
    }
  }
  return 0;
}

// The n-th (from 1, row by row from the north-west) of across x across parts.
MapSheet PartOf(const MapSheet& whole, int n, int across, std::int64_t scale) {
  const std::int64_t height = (whole.north - whole.south) / across;
  const std::int64_t width = (whole.east - whole.west) / across;
  const std::int64_t north = whole.north - (n - 1) / across * height;
  const std::int64_t west = whole.west + (n - 1) % across * width;
  return {scale, north - height, west, north, west + width};
}

MapSheet Millionth(int row, int column) {
  const std::int64_t south = std::int64_t{row - 1} * 4 * kDegree;
  const std::int64_t west = std::int64_t{column - 31} * 6 * kDegree;
  return {1'000'000, south, west, south + 4 * kDegree, west + 6 * kDegree};
}

// Each of the sheets divided by what the part may name.
std::vector<MapSheet> Divided(const std::vector<MapSheet>& sheets, unsigned quarters,
                              std::int64_t scale) {
  std::vector<MapSheet> out;
  for (int n = 1; n <= 4; ++n) {
    if ((quarters & (1U << (n - 1))) == 0) continue;
    for (const MapSheet& sheet : sheets) out.push_back(PartOf(sheet, n, 2, scale));
  }
  return out;
}

// What the third part of a name divides the sheet of 1:1,000,000 into. More parts may follow only
// behind 1:100,000.
std::vector<MapSheet> ThirdPart(const MapSheet& million, absl::string_view part, bool in_numbers,
                                bool last, bool by_sound) {
  const int roman = RomanNumber(part);
  // "V" is 5 of 1:200,000, not В of 1:500,000.
  if (roman > 0)
    return last ? std::vector{PartOf(million, roman, 6, 200'000)} : std::vector<MapSheet>();
  if (const std::optional<int> number = SheetNumber(part); number.has_value()) {
    if (*number < 1 || *number > 144) return {};
    std::vector<MapSheet> out = {PartOf(million, *number, 12, 100'000)};
    const bool may_be_200 = in_numbers && last && part.size() <= 2 && *number <= 36;
    if (may_be_200) out.push_back(PartOf(million, *number, 6, 200'000));
    return out;
  }
  const unsigned quarters = QuartersOf(part, by_sound);
  if (quarters == 0 || !last) return {};
  return Divided({million}, quarters, 500'000);
}

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// From 1, row by row from the north-west: which of across x across parts holds the place.
int PlaceIn(const MapSheet& whole, int across, std::int64_t latitude, std::int64_t longitude) {
  const std::int64_t height = (whole.north - whole.south) / across;
  const std::int64_t width = (whole.east - whole.west) / across;
  const std::int64_t down = across - 1 - (latitude - whole.south) / height;
  return static_cast<int>(down * across + (longitude - whole.west) / width) + 1;
}

}  // namespace

std::optional<SheetName> ParseSheetName(absl::string_view text) {
  if (text.size() > kMostSheetText) return std::nullopt;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  if (parts.size() < 2 || parts.size() > 8) return std::nullopt;
  const std::optional<int> row = RowOf(absl::StripAsciiWhitespace(parts[0]));
  const std::optional<int> column = SheetNumber(absl::StripAsciiWhitespace(parts[1]));
  if (!row.has_value() || !column.has_value()) return std::nullopt;
  if (*row < 1 || *row > kRows || *column < 1 || *column > kColumns) return std::nullopt;
  return SheetName{*row, *column};
}

std::vector<MapSheet> ReadSheet(absl::string_view text) {
  if (text.size() > kMostSheetText) return {};
  const std::vector<std::string> parts = PartsOf(text);
  if (parts.size() < 2 || parts.size() > 6) return {};
  const std::optional<int> row = RowOf(parts[0]);
  const std::optional<int> column = SheetNumber(parts[1]);
  if (!row.has_value() || !column.has_value()) return {};
  if (*row < 1 || *row > kRows || *column < 1 || *column > kColumns) return {};
  std::vector<MapSheet> sheets = {Millionth(*row, *column)};
  if (parts.size() == 2) return sheets;
  bool by_sound = false;  // A Latin V or G behind the number shows how the writer means B.
  for (std::size_t i = 3; i < parts.size(); ++i) {
    by_sound = by_sound || parts[i] == "V" || parts[i] == "v" || parts[i] == "G" || parts[i] == "g";
  }
  const bool in_numbers = SheetNumber(parts[0]).has_value();
  sheets = ThirdPart(sheets[0], parts[2], in_numbers, parts.size() == 3, by_sound);
  constexpr std::array<std::int64_t, 3> kScales = {50'000, 25'000, 10'000};
  for (std::size_t i = 3; i < parts.size(); ++i) {
    const bool digit = SheetNumber(parts[i]).has_value();
    if (digit && !in_numbers && i < 5) return {};  // "J-38-23-1": 1:10,000 comes after а to г.
    if (!digit && i == 5) return {};
    sheets = Divided(sheets, QuartersOf(parts[i], by_sound), kScales[i - 3]);
  }
  return sheets;
}

std::optional<MapSheet> SheetAt(std::int64_t latitude_e9, std::int64_t longitude_e9,
                                std::int64_t scale) {
  constexpr std::int64_t kE9 = 1'000'000'000;
  if (latitude_e9 < 0 || latitude_e9 >= std::int64_t{kRows} * 4 * kE9 ||
      longitude_e9 < -180 * kE9 || longitude_e9 >= 180 * kE9) {
    return std::nullopt;
  }
  const std::int64_t latitude = FloorDivide(latitude_e9 * 36, kE9 / 100);
  const std::int64_t longitude = FloorDivide(longitude_e9 * 36, kE9 / 100);
  MapSheet sheet = Millionth(static_cast<int>(latitude / (4 * kDegree)) + 1,
                             static_cast<int>(FloorDivide(longitude, 6 * kDegree)) + 31);
  const auto divide = [&](int across, std::int64_t to) {
    sheet = PartOf(sheet, PlaceIn(sheet, across, latitude, longitude), across, to);
  };
  if (scale == 500'000) divide(2, scale);
  if (scale == 200'000) divide(6, scale);
  if (scale == 100'000 || scale == 50'000 || scale == 25'000 || scale == 10'000) {
    divide(12, 100'000);
  }
  for (const std::int64_t next : {50'000, 25'000, 10'000}) {
    if (scale < 100'000 && scale <= next) divide(2, next);
  }
  return sheet.scale == scale ? std::optional(sheet) : std::nullopt;
}

std::string SheetText(const MapSheet& sheet) {
  constexpr std::array<absl::string_view, 4> kUpper = {"А", "Б", "В", "Г"};
  constexpr std::array<absl::string_view, 4> kLower = {"а", "б", "в", "г"};
  MapSheet at = Millionth(static_cast<int>(sheet.south / (4 * kDegree)) + 1,
                          static_cast<int>(FloorDivide(sheet.west, 6 * kDegree)) + 31);
  std::string out = absl::StrCat(std::string(1, static_cast<char>('A' + at.south / (4 * kDegree))),
                                 "-", FloorDivide(sheet.west, 6 * kDegree) + 31);
  const auto divide = [&](int across, std::int64_t to) {
    const int n = PlaceIn(at, across, sheet.south, sheet.west);
    at = PartOf(at, n, across, to);
    return n;
  };
  const auto quarter = [&](const std::array<absl::string_view, 4>& names, std::int64_t to) {
    absl::StrAppend(&out, "-", names[static_cast<std::size_t>(divide(2, to) - 1)]);
  };
  if (sheet.scale == 500'000) quarter(kUpper, 500'000);
  if (sheet.scale == 200'000) {
    const int n = divide(6, 200'000);
    for (const absl::string_view roman : {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"}) {
      if (RomanNumber(roman) == n % 10) {
        absl::StrAppend(&out, "-", std::string(static_cast<std::size_t>(n / 10), 'X'), roman);
        return out;
      }
    }
    absl::StrAppend(&out, "-", std::string(static_cast<std::size_t>(n / 10), 'X'));
  }
  if (sheet.scale <= 100'000) absl::StrAppend(&out, "-", divide(12, 100'000));
  if (sheet.scale <= 50'000) quarter(kUpper, 50'000);
  if (sheet.scale <= 25'000) quarter(kLower, 25'000);
  if (sheet.scale <= 10'000) absl::StrAppend(&out, "-", divide(2, 10'000));
  return out;
}

BeyondSheet HowFarBeyond(const MapSheet& sheet, std::int64_t latitude_e9,
                         std::int64_t longitude_e9) {
  // Compared in 1/36 of 1e-9 degree x 36, so that the seconds stay exact; given back rounded away
  // from the sheet.
  const auto beyond = [](std::int64_t at_e9, std::int64_t low, std::int64_t high) -> std::int64_t {
    constexpr std::int64_t kSecond = 10'000'000;  // 1e9 / 100.
    const std::int64_t at = at_e9 * 36;
    if (at > high * kSecond) return (at - high * kSecond + 35) / 36;
    if (at < low * kSecond) return -((low * kSecond - at + 35) / 36);
    return 0;
  };
  return {beyond(latitude_e9, sheet.south, sheet.north),
          beyond(longitude_e9, sheet.west, sheet.east)};
}

}  // namespace cairn::completeness
