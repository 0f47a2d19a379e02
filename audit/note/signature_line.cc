// Signature lines, and notes in their parts (C2SP signed-note, "Format").
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/note/note.h"
#include "audit/note/text.h"
#include "keys/encoding.h"

namespace cairn::note {
namespace {

constexpr absl::string_view kLineStart = "\xE2\x80\x94 ";  // U+2014 and a space.
constexpr std::size_t kKeyIdSize = 4;

absl::Status BadLine(std::size_t number, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("signature line ", number, ": ", what));
}

absl::StatusOr<SignatureLine> ParseLine(absl::string_view line, std::size_t number) {
  if (!absl::ConsumePrefix(&line, kLineStart)) {
    return BadLine(number, "does not begin with an em dash and a space");
  }
  const std::size_t space = line.find(' ');
  if (space == absl::string_view::npos) return BadLine(number, "has no signature");
  const absl::string_view name = line.substr(0, space);
  if (absl::Status status = keys::CheckKeyName(name); !status.ok()) {
    return BadLine(number, status.message());
  }
  absl::StatusOr<keys::Bytes> decoded = keys::ParseBase64(line.substr(space + 1), kMaxNoteBytes);
  if (!decoded.ok()) return BadLine(number, decoded.status().message());
  if (decoded->size() <= kKeyIdSize) return BadLine(number, "the signature is too short");
  SignatureLine parsed{.name = std::string(name), .key_id = {}, .signature = {}};
  std::copy_n(keys::AsBytes(*decoded).begin(), kKeyIdSize, parsed.key_id.bytes.begin());
  parsed.signature = decoded->substr(kKeyIdSize);
  return parsed;
}

bool IsOfSameKey(const SignatureLine& a, const SignatureLine& b) {
  return a.name == b.name && a.key_id == b.key_id;
}

absl::StatusOr<std::vector<SignatureLine>> ParseLines(absl::string_view text,
                                                      RepeatedLines repeated) {
  std::vector<SignatureLine> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    if (number > kMaxSignatureLines) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", kMaxSignatureLines, " signature lines"));
    }
    const std::optional<absl::string_view> line = TakeLine(text);
    if (!line) return BadLine(number, "is cut off");
    absl::StatusOr<SignatureLine> parsed = ParseLine(*line, number);
    if (!parsed.ok()) return parsed.status();
    const bool is_repeat = std::any_of(lines.begin(), lines.end(), [&](const SignatureLine& known) {
      return IsOfSameKey(known, *parsed);
    });
    if (is_repeat && repeated == RepeatedLines::kRefuse) {
      return BadLine(number, "a second one by the same key");
    }
    if (!is_repeat) lines.push_back(*std::move(parsed));
  }
  if (lines.empty()) return absl::InvalidArgumentError("no signature line");
  return lines;
}

absl::Status CheckNoteSize(std::size_t size) {
  if (size <= kMaxNoteBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a note has at most ", kMaxNoteBytes, " bytes, not ", size));
}

}  // namespace

absl::StatusOr<NoteParts> ParseNoteParts(keys::ByteView note, RepeatedLines repeated) {
  const absl::string_view bytes = keys::AsText(note);
  if (absl::Status status = CheckNoteSize(bytes.size()); !status.ok()) return status;
  if (absl::Status status = CheckNoteCharacters(bytes); !status.ok()) return status;
  // The last empty line: the text may have others.
  const std::size_t blank = bytes.rfind("\n\n");
  if (blank == absl::string_view::npos) {
    return absl::InvalidArgumentError("no empty line between text and signatures");
  }
  absl::StatusOr<std::vector<SignatureLine>> lines = ParseLines(bytes.substr(blank + 2), repeated);
  if (!lines.ok()) return lines.status();
  return NoteParts{.text = bytes.substr(0, blank + 1), .lines = *std::move(lines)};
}

std::string FormatSignatureLine(const SignatureLine& line) {
  const keys::Bytes payload = keys::ToBytes(line.key_id.View()) + line.signature;
  return absl::StrCat(kLineStart, line.name, " ", keys::Base64(keys::AsBytes(payload)), "\n");
}

absl::StatusOr<std::vector<SignatureLine>> ParseSignatureLines(absl::string_view lines) {
  if (absl::Status status = CheckNoteSize(lines.size()); !status.ok()) return status;
  if (absl::Status status = CheckNoteCharacters(lines); !status.ok()) return status;
  return ParseLines(lines, RepeatedLines::kRefuse);
}

absl::StatusOr<std::vector<SignatureLine>> ListSignatureLines(keys::ByteView note) {
  absl::StatusOr<NoteParts> parts = ParseNoteParts(note, RepeatedLines::kDrop);
  if (!parts.ok()) return parts.status();
  return std::move(parts->lines);
}

absl::StatusOr<std::string> MergeSignatureLines(keys::ByteView note,
                                                std::span<const SignatureLine> lines) {
  absl::StatusOr<NoteParts> parts = ParseNoteParts(note, RepeatedLines::kDrop);
  if (!parts.ok()) return parts.status();
  for (const SignatureLine& line : lines) {
    const auto old = std::find_if(parts->lines.begin(), parts->lines.end(),
                                  [&](const SignatureLine& l) { return IsOfSameKey(l, line); });
    if (old == parts->lines.end()) {
      parts->lines.push_back(line);
    } else {
      *old = line;
    }
  }
  std::string merged = absl::StrCat(parts->text, "\n");
  for (const SignatureLine& line : parts->lines) {
    absl::StrAppend(&merged, FormatSignatureLine(line));
  }
  // What was put together is read again: names, lengths, the number of lines.
  absl::StatusOr<NoteParts> check = ParseNoteParts(keys::AsBytes(merged), RepeatedLines::kRefuse);
  if (!check.ok()) return check.status();
  return merged;
}

}  // namespace cairn::note
