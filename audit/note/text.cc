#include "audit/note/text.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "keys/encoding.h"

namespace cairn::note {
namespace {

using Octet = unsigned char;

bool IsContinuation(Octet c) { return (c & 0xC0) == 0x80; }

// Reads one character of `text` at `at`. Its length in bytes, or 0 if it is not UTF-8. The table is
// that of RFC 3629, section 4: what the second byte may be depends on the first.
std::size_t CharacterLength(absl::string_view text, std::size_t at) {
  const auto octet = [&](std::size_t i) -> Octet {
    return at + i < text.size() ? static_cast<Octet>(text[at + i]) : 0;
  };
  const Octet first = octet(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  Octet least = 0x80;
  Octet most = 0xBF;
  if (first == 0xE0) least = 0xA0;  // Below is an overlong form.
  if (first == 0xED) most = 0x9F;   // Above is a surrogate.
  if (first == 0xF0) least = 0x90;  // Below is an overlong form.
  if (first == 0xF4) most = 0x8F;   // Above is beyond U+10FFFF.
  if (octet(1) < least || octet(1) > most) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (std::size_t i = 2; i < length; ++i) {
    if (!IsContinuation(octet(i))) return 0;
  }
  return length;
}

}  // namespace

absl::Status CheckNoteCharacters(absl::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto octet = static_cast<Octet>(text[at]);
    if (octet < 0x20 && octet != '\n') {
      return absl::InvalidArgumentError(absl::StrCat("control character at byte ", at));
    }
    const std::size_t length = CharacterLength(text, at);
    if (length == 0) return absl::InvalidArgumentError(absl::StrCat("not UTF-8 at byte ", at));
    at += length;
  }
  return absl::OkStatus();
}

std::optional<absl::string_view> TakeLine(absl::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == absl::string_view::npos) return std::nullopt;
  const absl::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> ParseDecimal(absl::string_view text) {
  std::uint64_t number = 0;
  // SimpleAtoi allows spaces, signs and zeros in front: so write it again and compare.
  if (!absl::SimpleAtoi(text, &number) || absl::StrCat(number) != text) return std::nullopt;
  return number;
}

absl::StatusOr<merkle::NodeHash> ParseHash(absl::string_view text) {
  absl::StatusOr<keys::Bytes> bytes = keys::ParseBase64(text, keys::kDigestSize);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(keys::AsBytes(*bytes));
  if (!digest.ok()) return digest.status();
  return merkle::NodeHash{*digest};
}

std::string HashText(const merkle::NodeHash& hash) { return keys::Base64(hash.digest.View()); }

absl::StatusOr<std::vector<merkle::NodeHash>> TakeHashes(absl::string_view& rest) {
  std::vector<merkle::NodeHash> hashes;
  while (true) {
    const std::optional<absl::string_view> line = TakeLine(rest);
    if (!line) return absl::InvalidArgumentError("no empty line behind the hashes");
    if (line->empty()) return hashes;
    if (hashes.size() == merkle::kMaxProofHashes) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", merkle::kMaxProofHashes, " hashes"));
    }
    absl::StatusOr<merkle::NodeHash> hash = ParseHash(*line);
    if (!hash.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("hash ", hashes.size(), ": ", hash.status().message()));
    }
    hashes.push_back(*hash);
  }
}

absl::StatusOr<std::string> HashLines(std::span<const merkle::NodeHash> hashes) {
  if (hashes.size() > merkle::kMaxProofHashes) {
    return absl::InvalidArgumentError(absl::StrCat("a proof has at most ", merkle::kMaxProofHashes,
                                                   " hashes, not ", hashes.size()));
  }
  std::string lines;
  for (const merkle::NodeHash& hash : hashes) absl::StrAppend(&lines, HashText(hash), "\n");
  lines.push_back('\n');
  return lines;
}

}  // namespace cairn::note
