#include "audit/completeness/map_sheet.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cairn::completeness {
namespace {

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

}  // namespace

std::optional<SheetName> ParseSheetName(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  if (parts.size() < 2 || parts.size() > 8) return std::nullopt;
  const std::optional<int> row = RowOf(absl::StripAsciiWhitespace(parts[0]));
  const std::optional<int> column = SheetNumber(absl::StripAsciiWhitespace(parts[1]));
  if (!row.has_value() || !column.has_value()) return std::nullopt;
  if (*row < 1 || *row > 22 || *column < 1 || *column > 60) return std::nullopt;
  return SheetName{*row, *column};
}

}  // namespace cairn::completeness
