// What names a public key: its type byte and its fingerprint. Public data.
#ifndef CAIRN_KEYS_KEY_ID_H_
#define CAIRN_KEYS_KEY_ID_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::keys {

// The first byte of every public key that is stored, signed or hashed ("typed key"), so that a key
// of one algorithm is never read as one of another. These are the type bytes of typed keys in
// statements; the type byte of a verifier key says something else, namely what its signatures are
// over (NoteKeyType, keys/vkey.h), and agrees only in 01. Values are for ever.
enum class KeyType : std::uint8_t {
  kEd25519 = 0x01,  // Signing.
  kX25519 = 0x02,   // Sealing.
};

inline constexpr std::size_t kRawPublicKeySize = 32;                       // Of both types.
inline constexpr std::size_t kTypedPublicKeySize = 1 + kRawPublicKeySize;  // type byte || raw key

// "Ed25519" or "X25519".
absl::string_view KeyTypeName(KeyType type);
// kInvalidArgument: a byte that is not one of the above.
absl::StatusOr<KeyType> ParseKeyType(std::uint8_t byte);

// A fingerprint: SHA-256(type byte || raw public key). This is what a statement's `key` holds.
// Not to be mistaken for the four bytes of a note's key id (keys/vkey.h).
struct KeyFingerprint {
  Digest digest;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 mistakes the zero inside <=>.
  friend auto operator<=>(const KeyFingerprint&, const KeyFingerprint&) = default;

  ByteView View() const { return digest.View(); }
  Bytes ToBytes() const { return digest.ToBytes(); }
  std::string Hex() const { return digest.Hex(); }
  // kInvalidArgument unless `bytes` is exactly 32 long.
  static absl::StatusOr<KeyFingerprint> FromBytes(ByteView bytes);

  template <typename H>
  friend H AbslHashValue(H h, const KeyFingerprint& f) {
    return H::combine(std::move(h), f.digest);
  }
};

// The fingerprint of a typed key, whatever its type; does not judge the key.
KeyFingerprint FingerprintOf(ByteView typed_key);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_KEY_ID_H_
