// Lines, numbers and hashes as the formats of this folder spell them, each in one way. Internal to
// this folder: what is read here was not verified.
#ifndef CAIRN_AUDIT_NOTE_TEXT_H_
#define CAIRN_AUDIT_NOTE_TEXT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/merkle/types.h"
#include "audit/note/note.h"
#include "keys/bytes.h"

namespace cairn::note {

// kInvalidArgument with the offset unless `text` is UTF-8 (RFC 3629: shortest forms, no surrogates,
// up to U+10FFFF) without bytes below 0x20 but 0A.
absl::Status CheckNoteCharacters(absl::string_view text);

// Takes the first line off `rest` and gives it without its 0A. Nothing if there is no 0A.
std::optional<absl::string_view> TakeLine(absl::string_view& rest);

// ASCII decimal without sign or leading zero, below 2^64.
std::optional<std::uint64_t> ParseDecimal(absl::string_view text);

// Base64 of exactly 32 bytes.
absl::StatusOr<merkle::NodeHash> ParseHash(absl::string_view text);
std::string HashText(const merkle::NodeHash& hash);

// Takes lines of one hash each off `rest`, and the empty line behind them. kInvalidArgument: more
// than merkle::kMaxProofHashes, a line that is no hash, no empty line.
absl::StatusOr<std::vector<merkle::NodeHash>> TakeHashes(absl::string_view& rest);
// The same lines, with the empty one. kInvalidArgument: too many hashes.
absl::StatusOr<std::string> HashLines(std::span<const merkle::NodeHash> hashes);

// A note in its parts; `text` points into the note. Hand `text` to nobody.
struct NoteParts {
  absl::string_view text;
  std::vector<SignatureLine> lines;
};
absl::StatusOr<NoteParts> ParseNoteParts(keys::ByteView note, RepeatedLines repeated);

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_TEXT_H_
