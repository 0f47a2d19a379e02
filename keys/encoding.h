// Text forms of bytes: hex, base64, bech32. One value has one spelling: every parser here refuses
// what its own printer would not have written, so that text can be compared instead of bytes.
//
// All functions are pure and thread-safe. Every parser takes the largest size that the caller
// wants and checks it before it allocates. Errors are kInvalidArgument and name the position, never
// the content (the text may have been a secret pasted into the wrong place).
#ifndef CAIRN_KEYS_ENCODING_H_
#define CAIRN_KEYS_ENCODING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"

namespace cairn::keys {

// What a parser takes when the caller names no limit: larger than any statement or note.
inline constexpr std::size_t kDefaultParseLimit = std::size_t{128} * 1024;

// Lowercase hexadecimal, two digits a byte.
std::string Hex(ByteView bytes);
// kInvalidArgument: odd length, a digit other than 0-9 a-f, more than `max_bytes` bytes.
absl::StatusOr<Bytes> ParseHex(absl::string_view text, std::size_t max_bytes = kDefaultParseLimit);

// RFC 4648 section 4, alphabet with + and /, padded with =.
std::string Base64(ByteView bytes);
// kInvalidArgument: padding missing, superfluous or inside; white space; a character outside the
// alphabet; bits behind the last byte that are not zero; more than `max_bytes` bytes.
absl::StatusOr<Bytes> ParseBase64(absl::string_view text,
                                  std::size_t max_bytes = kDefaultParseLimit);

// The same without padding, as age headers have it (C2SP age, "base64"); = is refused.
std::string UnpaddedBase64(ByteView bytes);
absl::StatusOr<Bytes> ParseUnpaddedBase64(absl::string_view text,
                                          std::size_t max_bytes = kDefaultParseLimit);

// Bech32 with the checksum of BIP 173 (constant 1, not Bech32m's), without its limit of 90
// characters, as age uses it. `prefix` is the human-readable part; it is given, and the text is
// printed, in one case: "age" gives age1..., "AGE-SECRET-KEY-" gives AGE-SECRET-KEY-1....
// REQUIRES: prefix is 1 to 83 characters from '!' to '~', not of mixed case.
std::size_t Bech32Length(absl::string_view prefix, std::size_t byte_count);

// Writes the text of `bytes` to `out`, and nothing to the heap, so that it serves for secrets.
// REQUIRES: out.size() == Bech32Length(prefix, bytes.size()).
void EncodeBech32Into(absl::string_view prefix, ByteView bytes, std::span<char> out);
std::string EncodeBech32(absl::string_view prefix, ByteView bytes);

// Fills `out` exactly, without the heap. kInvalidArgument: another prefix or another case than
// `prefix`, a wrong checksum, non-zero padding bits, another number of bytes than out.size().
// After an error `out` holds zeros.
absl::Status ParseBech32Into(absl::string_view prefix, absl::string_view text,
                             std::span<std::uint8_t> out);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_ENCODING_H_
