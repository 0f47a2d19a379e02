#include "keys/vkey.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "keys/digest.h"
#include "keys/encoding.h"

namespace cairn::keys {
namespace {

constexpr std::size_t kTypedBase64Size = 44;  // 33 bytes.

// Unicode's White_Space property outside ASCII.
bool IsUnicodeSpace(std::uint32_t c) {
  return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
         c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool IsContinuation(std::uint8_t byte) { return (byte & 0xc0) == 0x80; }

// Takes one code point off the front. Nothing if what is there is not UTF-8 in its shortest form
// (Unicode 15, table 3-7: no surrogates, nothing above 10FFFF).
std::optional<std::uint32_t> TakeCodePoint(absl::string_view& text) {
  ByteView bytes = AsBytes(text);
  std::uint8_t first = bytes[0];
  std::size_t length = first < 0x80   ? 1
                       : first < 0xc2 ? 0
                       : first < 0xe0 ? 2
                       : first < 0xf0 ? 3
                       : first < 0xf5 ? 4
                                      : 0;
  if (length == 0 || bytes.size() < length) return std::nullopt;
  std::uint32_t value = length == 1 ? first : first & (0x7f >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(bytes[i])) return std::nullopt;
    value = value << 6 | (bytes[i] & 0x3f);
  }
  bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

absl::StatusOr<NoteKeyType> ParseNoteKeyType(std::uint8_t byte) {
  if (byte == static_cast<std::uint8_t>(NoteKeyType::kEd25519)) return NoteKeyType::kEd25519;
  if (byte == static_cast<std::uint8_t>(NoteKeyType::kCosignature)) {
    return NoteKeyType::kCosignature;
  }
  return absl::InvalidArgumentError(absl::StrCat("verifier key of type ",
                                                 absl::Hex(byte, absl::kZeroPad2),
                                                 ": only 01 and 04 (Ed25519) are supported"));
}

absl::Status NotAVkey(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a verifier key (name+id+key): ", why));
}

}  // namespace

std::string NoteKeyId::Hex() const { return keys::Hex(bytes); }

absl::Status CheckKeyName(absl::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("a key name cannot be empty");
  if (name.size() > kMaxKeyNameSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a key name has at most 255 bytes; this one has ", name.size()));
  }
  while (!name.empty()) {
    std::optional<std::uint32_t> c = TakeCodePoint(name);
    if (!c.has_value()) return absl::InvalidArgumentError("a key name must be valid UTF-8");
    if (*c == '+') return absl::InvalidArgumentError("a key name cannot hold '+'");
    if (*c == ' ' || IsUnicodeSpace(*c)) {
      return absl::InvalidArgumentError("a key name cannot hold white space");
    }
    if (*c < 0x20 || (*c >= 0x7f && *c <= 0x9f)) {
      return absl::InvalidArgumentError("a key name cannot hold control characters");
    }
  }
  return absl::OkStatus();
}

NoteKeyId ComputeNoteKeyId(absl::string_view name, std::uint8_t type, ByteView raw) {
  const std::array<std::uint8_t, 2> separator = {'\n', type};
  Digest digest = Sha256({AsBytes(name), separator, raw});
  NoteKeyId id;
  std::copy_n(digest.bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

VerifierKey::VerifierKey(std::string name, NoteKeyType type, const SigningPublicKey& key)
    : name_(std::move(name)),
      type_(type),
      id_(ComputeNoteKeyId(name_, static_cast<std::uint8_t>(type), key.Raw())),
      key_(key) {}

absl::StatusOr<VerifierKey> VerifierKey::Create(absl::string_view name, NoteKeyType type,
                                                const SigningPublicKey& key) {
  absl::Status status = CheckKeyName(name);
  if (!status.ok()) return status;
  return VerifierKey(std::string(name), type, key);
}

absl::StatusOr<VerifierKey> VerifierKey::Parse(absl::string_view text) {
  if (text.size() > kMaxVkeySize) return NotAVkey("too long");
  // From the left: base64 may hold '+', a name may not.
  std::size_t first = text.find('+');
  std::size_t second = first == text.npos ? text.npos : text.find('+', first + 1);
  if (second == text.npos) return NotAVkey("it has fewer than two '+'");
  absl::string_view name = text.substr(0, first);
  absl::string_view id = text.substr(first + 1, second - first - 1);
  absl::string_view base64 = text.substr(second + 1);
  if (base64.size() != kTypedBase64Size) return NotAVkey("its key is not 33 bytes in base64");
  absl::StatusOr<Bytes> typed = ParseBase64(base64, kTypedPublicKeySize);
  if (!typed.ok()) return NotAVkey(typed.status().message());
  absl::StatusOr<NoteKeyType> type = ParseNoteKeyType(static_cast<std::uint8_t>((*typed)[0]));
  if (!type.ok()) return type.status();
  absl::StatusOr<SigningPublicKey> key = SigningPublicKey::Create(AsBytes(*typed).subspan(1));
  if (!key.ok()) return key.status();
  absl::StatusOr<VerifierKey> vkey = Create(name, *type, *key);
  if (!vkey.ok()) return vkey.status();
  if (vkey->id().Hex() != id) {
    return NotAVkey(absl::StrCat("its id should be ", vkey->id().Hex(),
                                 "; name, id and key do not belong together"));
  }
  return vkey;
}

std::string VerifierKey::ToString() const {
  Bytes typed(1, static_cast<char>(type_));
  AppendBytes(typed, key_.Raw());
  return absl::StrCat(name_, "+", id_.Hex(), "+", Base64(AsBytes(typed)));
}

}  // namespace cairn::keys
