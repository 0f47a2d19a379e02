#include "audit/record/grid_reference.h"

#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

constexpr std::int64_t kMetre = 1000;
constexpr std::int64_t kSquare = 100'000 * kMetre;
constexpr std::int64_t kCycle = 20 * kSquare;  // The letters of northings repeat.
constexpr std::int64_t kZonePrefix = 1'000'000 * kMetre;
constexpr std::int64_t kSouthernFalseNorthing = 10'000'000 * kMetre;
constexpr absl::string_view kRowLetters = "ABCDEFGHJKLMNPQRSTUV";

// Where a band of latitude begins, in hundreds of kilometres of the grid (southern ones with the
// false northing of 10,000 km), rounded down. Each is 8 degrees, the last 12.
struct Band {
  char letter;
  std::int64_t begins;
};
constexpr auto kBands = std::to_array<Band>(
    {{'C', 11}, {'D', 20}, {'E', 28}, {'F', 37}, {'G', 46}, {'H', 55}, {'J', 64},
     {'K', 73}, {'L', 82}, {'M', 91}, {'N', 0},  {'P', 8},  {'Q', 17}, {'R', 26},
     {'S', 35}, {'T', 44}, {'U', 53}, {'V', 62}, {'W', 70}, {'X', 79}});
constexpr std::int64_t kBandHeight = 11;  // Hundreds of kilometres that a band may reach up.
constexpr std::int64_t kLastBandHeight = 16;

absl::Status BadReference(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, "; a grid reference is such as 38S PK 64532 28548"));
}

// Capital letters and digits alone; Cyrillic letters that look like Latin ones taken for these.
std::string PlainReference(absl::string_view text) {
  constexpr auto kTwins = std::to_array<std::pair<absl::string_view, char>>(
      {{"А", 'A'}, {"В", 'B'}, {"С", 'C'}, {"Е", 'E'}, {"Н", 'H'}, {"К", 'K'},
       {"М", 'M'}, {"Р", 'P'}, {"Т", 'T'}, {"Х", 'X'}, {"а", 'A'}, {"в", 'B'},
       {"с", 'C'}, {"е", 'E'}, {"н", 'H'}, {"к", 'K'}, {"м", 'M'}, {"р", 'P'},
       {"т", 'T'}, {"х", 'X'}, {"Ѕ", 'S'}, {"Ј", 'J'}});
  std::string out;
  while (!text.empty()) {
    if (const std::size_t space = SpaceLength(text); space > 0) {
      text.remove_prefix(space);
      continue;
    }
    bool twin = false;
    for (const auto& [letter, latin] : kTwins) {
      if (!absl::ConsumePrefix(&text, letter)) continue;
      out += latin;
      twin = true;
      break;
    }
    if (twin) continue;
    out += absl::ascii_toupper(static_cast<unsigned char>(text[0]));
    text.remove_prefix(1);
  }
  return out;
}

// Up to two digits off the front; 0 if there are none.
std::int64_t TakeZone(absl::string_view& text) {
  std::int64_t zone = 0;
  for (int i = 0; i < 2 && !text.empty() && absl::ascii_isdigit(text[0]); ++i) {
    zone = zone * 10 + (text[0] - '0');
    text.remove_prefix(1);
  }
  return zone;
}

// Hundreds of kilometres of easting, 1 to 8; 0 if the zone does not have the letter.
std::int64_t ColumnOf(std::int64_t zone, char letter) {
  constexpr std::array<absl::string_view, 3> kColumns = {"STUVWXYZ", "ABCDEFGH", "JKLMNPQR"};
  const std::size_t at = kColumns[static_cast<std::size_t>(zone % 3)].find(letter);
  return at == absl::string_view::npos ? 0 : static_cast<std::int64_t>(at) + 1;
}

// The northing of a row of squares in its band; negative if the band does not have the row.
std::int64_t NorthingOf(std::int64_t zone, const Band& band, char letter) {
  const std::size_t at = kRowLetters.find(letter);
  if (at == absl::string_view::npos) return -1;
  // In even zones the letters begin at F.
  const std::int64_t row = (static_cast<std::int64_t>(at) + (zone % 2 == 0 ? 15 : 0)) % 20;
  std::int64_t northing = row * kSquare;
  while (northing < band.begins * kSquare) northing += kCycle;
  const std::int64_t height = band.letter == 'X' ? kLastBandHeight : kBandHeight;
  return northing < (band.begins + height) * kSquare ? northing : -1;
}

std::int64_t DigitsOf(absl::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

absl::StatusOr<GridReference> ParseGridReference(absl::string_view text) {
  if (text.size() > 64) return BadReference("too long");
  const std::string plain = PlainReference(text);
  absl::string_view rest = plain;
  const std::int64_t zone = TakeZone(rest);
  if (zone < 1 || zone > 60 || rest.size() < 3) return BadReference("no zone of 1 to 60");
  const Band* band = nullptr;
  for (const Band& one : kBands) {
    if (one.letter == rest[0]) band = &one;
  }
  if (band == nullptr) return BadReference("no band of C to X behind the zone");
  const std::int64_t column = ColumnOf(zone, rest[1]);
  const std::int64_t row_mm = NorthingOf(zone, *band, rest[2]);
  if (column == 0 || row_mm < 0) {
    return BadReference("the square of 100 km does not lie in this zone and band");
  }
  rest.remove_prefix(3);
  for (const char c : rest) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return BadReference("something other than digits behind the square");
    }
  }
  if (rest.empty()) return BadReference("a square of 100 km is no place");
  if (rest.size() % 2 != 0 || rest.size() > 10) {
    return BadReference("the digits are not two equal groups of one to five");
  }
  GridReference out;
  out.side_mm = kSquare;
  for (std::size_t i = 0; i < rest.size() / 2; ++i) out.side_mm /= 10;
  out.easting_mm = zone * kZonePrefix + column * kSquare +
                   DigitsOf(rest.substr(0, rest.size() / 2)) * out.side_mm;
  out.northing_mm = row_mm + DigitsOf(rest.substr(rest.size() / 2)) * out.side_mm;
  if (band->letter < 'N') out.northing_mm -= kSouthernFalseNorthing;
  return out;
}

std::string GridReferenceRule(const GridReference& reference) {
  const std::int64_t metres = reference.side_mm / kMetre;
  return metres < 1000 ? absl::StrCat("mgrs-", metres, "m/1")
                       : absl::StrCat("mgrs-", metres / 1000, "km/1");
}

std::int64_t GridSquareMm(absl::string_view norm_rule) {
  for (std::int64_t side = kMetre; side < kSquare; side *= 10) {
    if (norm_rule == GridReferenceRule({0, 0, side})) return side;
  }
  return 0;
}

}  // namespace cairn::record
