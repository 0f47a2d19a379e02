// Names of Soviet map sheets: "J-38-23-А-б", in Latin or Cyrillic letters or in numbers
// ("10-38-023-1-2").
//
// A sheet of 1:1,000,000 is 4 degrees of latitude (the row) by 6 of longitude (the column). It has
// 4 sheets of 1:500,000 (А to Г), 36 of 1:200,000 (I to XXXVI), 144 of 1:100,000 (1 to 144); each
// of the latter has 4 of 1:50,000 (А to Г), these 4 of 1:25,000 (а to г), these 4 of 1:10,000 (1 to
// 4). Counted from the north-west, row by row. North of the equator only; the double sheets above
// 60 degrees are read as the single ones that they join. The graticule is that of the datum of the
// map, SK-42 here. Pure.
#ifndef CAIRN_AUDIT_COMPLETENESS_MAP_SHEET_H_
#define CAIRN_AUDIT_COMPLETENESS_MAP_SHEET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cairn::completeness {

// The sheet of 1:1,000,000 that a name lies in: 4 by 6 degrees.
struct SheetName {
  int row = 0;     // 1 to 22: A is 0 to 4 degrees north.
  int column = 0;  // 1 to 60: 31 is 0 to 6 degrees east.
};

// Nothing if the text is no such name. Reads row and column; what follows is not judged.
std::optional<SheetName> ParseSheetName(absl::string_view text);

// A sheet with its neat lines, in seconds of arc of the map's own datum. Seconds are exact: the
// smallest sheet is 2'30" by 3'45".
struct MapSheet {
  std::int64_t scale = 0;  // 1000000, 500000, 200000, 100000, 50000, 25000 or 10000.
  std::int64_t south = 0;
  std::int64_t west = 0;
  std::int64_t north = 0;
  std::int64_t east = 0;
  friend bool operator==(const MapSheet&, const MapSheet&) = default;
};

// What the whole name can mean; empty if it is not well-formed. More than one where the writing
// leaves it open, and nobody is to guess: a Latin B stands for Б (by sound) or for В (by look),
// "10- 38-12" is a sheet of 1:200,000 or has lost the 0 of "10-38-012". Best-known reading first:
// by sound, 1:100,000.
std::vector<MapSheet> ReadSheet(absl::string_view text);

// The sheet of that scale on which a place of the map's datum lies (on a line: the one to the north
// and east); nothing if the scale has no sheets, or off the rows. 1e-9 degree.
std::optional<MapSheet> SheetAt(std::int64_t latitude_e9, std::int64_t longitude_e9,
                                std::int64_t scale);

// As it is printed on the sheet: row in Latin, the rest in Cyrillic: "J-38-23-А-б". REQUIRES: the
// sheet came from the functions above.
std::string SheetText(const MapSheet& sheet);

// How far a place lies outside, 1e-9 degree to the north (south negative) and east (west negative);
// 0, 0 inside and on the neat lines.
struct BeyondSheet {
  std::int64_t north_e9 = 0;
  std::int64_t east_e9 = 0;
  friend bool operator==(const BeyondSheet&, const BeyondSheet&) = default;
};
BeyondSheet HowFarBeyond(const MapSheet& sheet, std::int64_t latitude_e9,
                         std::int64_t longitude_e9);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_MAP_SHEET_H_
