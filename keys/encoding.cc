#include "keys/encoding.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace cairn::keys {
namespace {

constexpr absl::string_view kHexDigits = "0123456789abcdef";
constexpr absl::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::int8_t kNoDigit = -1;

constexpr std::array<std::int8_t, 256> ReverseOf(absl::string_view digits) {
  std::array<std::int8_t, 256> table{};
  for (std::int8_t& value : table) value = kNoDigit;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    table[static_cast<std::uint8_t>(digits[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}
constexpr std::array<std::int8_t, 256> kHexValues = ReverseOf(kHexDigits);
constexpr std::array<std::int8_t, 256> kBase64Values = ReverseOf(kBase64Digits);

absl::Status TooLongText(absl::string_view what, std::size_t max_bytes) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, " of more than the ", max_bytes, " bytes allowed here"));
}

void AppendBase64Digits(std::string& out, ByteView bytes) {
  std::size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3) {
    std::uint32_t group = bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2];
    out.push_back(kBase64Digits[group >> 18]);
    out.push_back(kBase64Digits[group >> 12 & 63]);
    out.push_back(kBase64Digits[group >> 6 & 63]);
    out.push_back(kBase64Digits[group & 63]);
  }
  if (at == bytes.size()) return;
  bool two = bytes.size() - at == 2;
  std::uint32_t group = bytes[at] << 16 | (two ? bytes[at + 1] << 8 : 0);
  out.push_back(kBase64Digits[group >> 18]);
  out.push_back(kBase64Digits[group >> 12 & 63]);
  if (two) out.push_back(kBase64Digits[group >> 6 & 63]);
}

}  // namespace

std::string Hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 15]);
  }
  return text;
}

absl::StatusOr<Bytes> ParseHex(absl::string_view text, std::size_t max_bytes) {
  if (text.size() % 2 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("hexadecimal text has an odd length of ", text.size()));
  }
  if (text.size() / 2 > max_bytes) return TooLongText("hexadecimal text", max_bytes);
  Bytes bytes(text.size() / 2, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::int8_t value = kHexValues[static_cast<std::uint8_t>(text[i])];
    if (value == kNoDigit) {
      return absl::InvalidArgumentError(
          absl::StrCat("no lowercase hexadecimal digit at position ", i));
    }
    bytes[i / 2] = static_cast<char>(bytes[i / 2] << 4 | value);
  }
  return bytes;
}

std::string Base64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  AppendBase64Digits(text, bytes);
  while (text.size() % 4 != 0) text.push_back('=');
  return text;
}

absl::StatusOr<Bytes> ParseBase64(absl::string_view text, std::size_t max_bytes) {
  if (text.size() % 4 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("base64 must be padded to a multiple of 4 characters; it has ", text.size()));
  }
  // At most two, or unpadded base64 of a length that no bytes give is left, and refused below.
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
    text.remove_suffix(1);
  }
  return ParseUnpaddedBase64(text, max_bytes);
}

std::string UnpaddedBase64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  AppendBase64Digits(text, bytes);
  return text;
}

absl::StatusOr<Bytes> ParseUnpaddedBase64(absl::string_view text, std::size_t max_bytes) {
  if (text.size() % 4 == 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("base64 text cannot have ", text.size(), " characters"));
  }
  // Quarters first: text.size() * 3 could overflow for no real text, but costs nothing to avoid.
  std::size_t byte_count = text.size() / 4 * 3 + (text.size() % 4 == 0 ? 0 : text.size() % 4 - 1);
  if (byte_count > max_bytes) return TooLongText("base64", max_bytes);
  Bytes bytes;
  bytes.reserve(byte_count);
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::int8_t value = kBase64Values[static_cast<std::uint8_t>(text[i])];
    if (value == kNoDigit) {
      return absl::InvalidArgumentError(absl::StrCat("no base64 character at position ", i));
    }
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffff;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes.push_back(static_cast<char>(bits >> bit_count));
  }
  if ((bits & ((1u << bit_count) - 1)) != 0) {
    return absl::InvalidArgumentError("base64 text ends in bits that belong to no byte");
  }
  return bytes;
}

}  // namespace cairn::keys
