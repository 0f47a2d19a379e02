// Ed25519 signing (RFC 8032, plain: neither Ed25519ph nor Ed25519ctx).
//
// A SigningPublicKey that exists is a canonical encoding of a point of the main subgroup. Keys of
// small order are refused because one signature under them fits many messages, in some verifiers;
// keys of mixed order because verifiers with and without the cofactor then disagree.
#ifndef CAIRN_KEYS_SIGNING_H_
#define CAIRN_KEYS_SIGNING_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keys/bytes.h"
#include "keys/key_id.h"
#include "keys/secret.h"

namespace cairn::keys {

inline constexpr std::size_t kSignatureSize = 64;
inline constexpr std::size_t kSigningSeedSize = 32;

// Immutable value; copying is cheap and thread-safe.
class SigningPublicKey {
 public:
  // From the 32 raw bytes. Costs about as much as one verification: do it once a key and keep it.
  // kInvalidArgument: another length; not a canonical encoding of a point of the main subgroup
  // (off the curve, small order, mixed order, y >= 2^255 - 19).
  static absl::StatusOr<SigningPublicKey> Create(ByteView raw);
  // From type byte || raw key. kInvalidArgument as above, or if the type is not kEd25519.
  static absl::StatusOr<SigningPublicKey> FromTypedBytes(ByteView typed);

  // kInvalidArgument: `signature` is not 64 bytes. kDataLoss: it is not this key's signature of
  // `message` (this includes S >= L and R of small order or not canonical). Thread-safe; the hot
  // path: no allocation unless it fails.
  absl::Status Verify(ByteView message, ByteView signature) const;

  ByteView Raw() const { return raw_; }
  Bytes TypedBytes() const;  // 0x01 || raw, 33 bytes
  KeyFingerprint Fingerprint() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 mistakes the zero inside <=>.
  friend auto operator<=>(const SigningPublicKey&, const SigningPublicKey&) = default;

 private:
  explicit SigningPublicKey(ByteView raw);
  std::array<std::uint8_t, kRawPublicKeySize> raw_{};
};

// Movable, not copyable. Signing is const and thread-safe.
class SigningPrivateKey {
 public:
  static SigningPrivateKey Generate();
  // kInvalidArgument: `seed` is not 32 bytes.
  static absl::StatusOr<SigningPrivateKey> FromSeed(const SecretBytes& seed);

  // 64 bytes. Deterministic: the same message gives the same bytes.
  Bytes Sign(ByteView message) const;

  const SigningPublicKey& Public() const { return public_key_; }
  // The 32 bytes that FromSeed takes, to be stored encrypted (keys/key_file.h).
  SecretBytes Seed() const;

 private:
  SigningPrivateKey(SecretBytes expanded, SigningPublicKey public_key);
  SecretBytes expanded_;  // seed || public key, as libsodium wants it.
  SigningPublicKey public_key_;
};

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_SIGNING_H_
