// Text as people write it on forms: what may stand in a field, and what counts as the same.
// All functions are pure; which Unicode version decides is libutf8proc's (2.8: Unicode 15.0).
#ifndef CAIRN_AUDIT_RECORD_TEXT_H_
#define CAIRN_AUDIT_RECORD_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace cairn::record {

// Why `text` may not stand in a cell, a field or a name: not UTF-8, control characters (line breaks
// are allowed if `line_breaks`), marks that change the direction of text or are invisible. Empty
// if it may.
std::string TextFault(absl::string_view text, bool line_breaks);

// Without white space (and no-break spaces) at both ends.
absl::string_view TrimText(absl::string_view text);

// Unicode normalisation form C, white space at the ends removed. REQUIRES: TextFault is empty.
std::string NormalText(absl::string_view text);

// What spellings of a code are compared by: NFC, case folded, without white space, dots and
// hyphens of any kind, Latin and Cyrillic letters that look alike made one: "ТМ-62М" (Cyrillic),
// "TM 62 M" (Latin) and "tm-62m" are the same. REQUIRES: TextFault is empty.
std::string AliasKey(absl::string_view text);

// Lowercase ASCII key of a word: trimmed, ASCII letters small.
std::string WordKey(absl::string_view text);

// The length in bytes of a character that may stand between the digits of a number: spaces of all
// kinds, point, comma, the marks of degrees, minutes and seconds. 0 if `text` begins otherwise.
std::size_t NumberMarkLength(absl::string_view text);

// The length in bytes of a space (ordinary, no-break, thin) that `text` begins with, or 0.
std::size_t SpaceLength(absl::string_view text);

// A key, as in column `row`: 1 to 64 of A to Z, a to z, 0 to 9, '-', '_', '.'.
bool IsRowKey(absl::string_view text);
// An id of an entry: 1 to 64 characters, letters of any script, digits, '-', '_', '.', '/'.
// REQUIRES: TextFault is empty.
bool IsEntryId(absl::string_view text);
// A handle of the log: 1 to 63 of a to z, 0 to 9 and '-', a letter or digit at both ends.
bool IsHandle(absl::string_view text);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_TEXT_H_
