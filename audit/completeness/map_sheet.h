// Names of Soviet map sheets: "J-38-23-А", in Latin or Cyrillic letters or in numbers
// ("10-38-023").
#ifndef CAIRN_AUDIT_COMPLETENESS_MAP_SHEET_H_
#define CAIRN_AUDIT_COMPLETENESS_MAP_SHEET_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace cairn::completeness {

// The sheet of 1:1,000,000 that a name lies in: 4 by 6 degrees.
struct SheetName {
  int row = 0;     // 1 to 22: A is 0 to 4 degrees north.
  int column = 0;  // 1 to 60: 31 is 0 to 6 degrees east.
};

// Nothing if the text is no such name. Reads row and column; what follows is not judged (C-04 is a
// check of its own).
std::optional<SheetName> ParseSheetName(absl::string_view text);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_MAP_SHEET_H_
