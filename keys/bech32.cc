// Bech32 (BIP 173), written without the heap: it carries secret keys.
#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "keys/encoding.h"
#include "sodium.h"

namespace cairn::keys {
namespace {

constexpr absl::string_view kBech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kBech32ChecksumSize = 6;
constexpr std::size_t kMaxBech32Prefix = 83;

// BIP 173, "Checksum": the BCH code over GF(32).
class Bech32Checksum {
 public:
  void Add(std::uint8_t value) {
    constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                         0x3d4233dd, 0x2a1462b3};
    std::uint32_t top = state_ >> 25;
    state_ = (state_ & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1) != 0) state_ ^= kGenerator[i];
    }
  }
  // The high bits of each character, a zero, the low bits; always of the lowercase form.
  void AddPrefix(absl::string_view prefix) {
    for (char c : prefix) Add(static_cast<std::uint8_t>(absl::ascii_tolower(c)) >> 5);
    Add(0);
    for (char c : prefix) Add(static_cast<std::uint8_t>(absl::ascii_tolower(c)) & 31);
  }
  std::uint32_t state() const { return state_; }

 private:
  std::uint32_t state_ = 1;
};

bool IsUpperPrefix(absl::string_view prefix) {
  for (char c : prefix) {
    if (absl::ascii_isupper(c)) return true;
  }
  return false;
}

// The value of one character in the case that is wanted, or -1.
int Bech32Value(char c, bool upper) {
  if (upper ? absl::ascii_islower(c) : absl::ascii_isupper(c)) return -1;
  std::size_t at = kBech32Digits.find(absl::ascii_tolower(c));
  return at == absl::string_view::npos ? -1 : static_cast<int>(at);
}

void RequireBech32(bool holds) {
  if (!holds) std::abort();
}

// Reads the digits of the data and its checksum. Position is counted from the start of the text.
absl::Status ReadBech32Digits(absl::string_view digits, std::size_t offset, bool upper,
                              Bech32Checksum& checksum, std::span<std::uint8_t> out) {
  std::uint32_t bits = 0;
  int bit_count = 0;
  std::size_t filled = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = Bech32Value(digits[i], upper);
    if (value < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("no bech32 character of the right case at position ", offset + i));
    }
    checksum.Add(static_cast<std::uint8_t>(value));
    if (i + kBech32ChecksumSize >= digits.size()) continue;
    bits = (bits << 5 | static_cast<std::uint32_t>(value)) & 0xfff;
    bit_count += 5;
    if (bit_count < 8) continue;
    bit_count -= 8;
    out[filled++] = static_cast<std::uint8_t>(bits >> bit_count);
  }
  if (checksum.state() != 1) {
    return absl::InvalidArgumentError("the bech32 checksum is wrong: mistyped, or cut");
  }
  if ((bits & ((1u << bit_count) - 1)) != 0) {
    return absl::InvalidArgumentError("bech32 text ends in bits that belong to no byte");
  }
  return absl::OkStatus();
}

}  // namespace

std::size_t Bech32Length(absl::string_view prefix, std::size_t byte_count) {
  return prefix.size() + 1 + (byte_count * 8 + 4) / 5 + kBech32ChecksumSize;
}

void EncodeBech32Into(absl::string_view prefix, ByteView bytes, std::span<char> out) {
  RequireBech32(!prefix.empty() && prefix.size() <= kMaxBech32Prefix &&
                out.size() == Bech32Length(prefix, bytes.size()));
  bool upper = IsUpperPrefix(prefix);
  Bech32Checksum checksum;
  checksum.AddPrefix(prefix);
  std::size_t at = 0;
  auto put = [&](std::uint32_t value) {
    char digit = kBech32Digits[value & 31];
    out[at++] = upper ? absl::ascii_toupper(digit) : digit;
  };
  for (char c : prefix) out[at++] = c;
  out[at++] = '1';
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (std::uint8_t byte : bytes) {
    bits = (bits << 8 | byte) & 0xfff;
    bit_count += 8;
    for (; bit_count >= 5; bit_count -= 5) {
      std::uint32_t value = bits >> (bit_count - 5) & 31;
      checksum.Add(static_cast<std::uint8_t>(value));
      put(value);
    }
  }
  if (bit_count > 0) {
    std::uint32_t value = bits << (5 - bit_count) & 31;
    checksum.Add(static_cast<std::uint8_t>(value));
    put(value);
  }
  for (std::size_t i = 0; i < kBech32ChecksumSize; ++i) checksum.Add(0);
  std::uint32_t sum = checksum.state() ^ 1;
  for (int shift = 25; shift >= 0; shift -= 5) put(sum >> shift);
}

std::string EncodeBech32(absl::string_view prefix, ByteView bytes) {
  std::string text(Bech32Length(prefix, bytes.size()), '\0');
  EncodeBech32Into(prefix, bytes, std::span<char>(text.data(), text.size()));
  return text;
}

absl::Status ParseBech32Into(absl::string_view prefix, absl::string_view text,
                             std::span<std::uint8_t> out) {
  RequireBech32(!prefix.empty() && prefix.size() <= kMaxBech32Prefix);
  sodium_memzero(out.data(), out.size());
  if (text.size() != Bech32Length(prefix, out.size())) {
    return absl::InvalidArgumentError(absl::StrCat("expected ", Bech32Length(prefix, out.size()),
                                                   " characters, found ", text.size()));
  }
  if (text.substr(0, prefix.size()) != prefix || text[prefix.size()] != '1') {
    return absl::InvalidArgumentError(absl::StrCat("does not begin with ", prefix, "1"));
  }
  Bech32Checksum checksum;
  checksum.AddPrefix(prefix);
  absl::Status status = ReadBech32Digits(text.substr(prefix.size() + 1), prefix.size() + 1,
                                         IsUpperPrefix(prefix), checksum, out);
  if (!status.ok()) sodium_memzero(out.data(), out.size());
  return status;
}

}  // namespace cairn::keys
