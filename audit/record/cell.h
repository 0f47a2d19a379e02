// What one cell of the transcription template says: text, or a state in square brackets with what
// may follow it (TEMPLATE.md, 3). Pure.
#ifndef CAIRN_AUDIT_RECORD_CELL_H_
#define CAIRN_AUDIT_RECORD_CELL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/common.pb.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record {

inline constexpr absl::string_view kNotStated = "[not stated]";

struct Cell {
  v1::Presence presence = v1::PRESENCE_UNSPECIFIED;  // Never UNSPECIFIED when ParseCell succeeded.
  bool as_written = false;                           // [as written]: VALUE that no rule may touch.
  std::string text;  // As written, untouched; behind a state, without the space before it.
  v1::Withholding withholding;  // With WITHHELD.
};

// kInvalidArgument, saying what would be right: an empty cell, a formula, an unknown state, text
// behind a state that takes none, a withholding without ground or end.
absl::StatusOr<Cell> ParseCell(absl::string_view text);

// The state of a list: `listed` gives VALUE, `none` NOT_APPLICABLE, each without text.
// kInvalidArgument: other text than these and states; [as written].
absl::StatusOr<Cell> ParseListCell(absl::string_view text);

// The state of a name that is kept elsewhere: `named` gives VALUE without text.
absl::StatusOr<Cell> ParseNamedCell(absl::string_view text);

// "value", "blank", "no box", ...: as in the template's brackets, and how people read them.
absl::string_view PresenceName(v1::Presence presence);

// "[withheld: own forces; 2030-01-31]" and the like; for VALUE the text alone. What ParseCell reads
// back.
std::string CellText(const v1::Leaf& leaf);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_CELL_H_
