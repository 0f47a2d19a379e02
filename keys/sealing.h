// X25519 keys to which content is sealed (RFC 7748; text forms of C2SP age).
//
// A sealing key is never a signing key in another form: separate keys for separate roles.
#ifndef CAIRN_KEYS_SEALING_H_
#define CAIRN_KEYS_SEALING_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/key_id.h"
#include "keys/secret.h"

namespace cairn::keys {

inline constexpr std::size_t kSealingSecretSize = 32;

// A recipient. Immutable value; copying is cheap and thread-safe.
class SealingPublicKey {
 public:
  // From the 32 raw bytes. kInvalidArgument: another length; a point of low order (everybody would
  // know the shared secret); not canonical (u >= 2^255 - 19, or the top bit set), because a key
  // must have one fingerprint.
  static absl::StatusOr<SealingPublicKey> Create(ByteView raw);
  // From type byte || raw key. kInvalidArgument as above, or if the type is not kX25519.
  static absl::StatusOr<SealingPublicKey> FromTypedBytes(ByteView typed);
  // From age1... text, lowercase, without surrounding space. kInvalidArgument otherwise.
  static absl::StatusOr<SealingPublicKey> ParseRecipient(absl::string_view text);

  std::string Recipient() const;  // age1..., 62 characters

  ByteView Raw() const { return raw_; }
  Bytes TypedBytes() const;  // 0x02 || raw, 33 bytes
  KeyFingerprint Fingerprint() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 mistakes the zero inside <=>.
  friend auto operator<=>(const SealingPublicKey&, const SealingPublicKey&) = default;

 private:
  explicit SealingPublicKey(ByteView raw);
  std::array<std::uint8_t, kRawPublicKeySize> raw_{};
};

// An identity. Movable, not copyable. All const members are thread-safe.
class SealingPrivateKey {
 public:
  static SealingPrivateKey Generate();
  // From the 32 bytes of the scalar as stored (clamped when used). kInvalidArgument: other length.
  static absl::StatusOr<SealingPrivateKey> FromSecret(const SecretBytes& scalar);
  // From AGE-SECRET-KEY-1... text, uppercase, as age-keygen writes it, without surrounding space.
  // kInvalidArgument otherwise; the message quotes nothing of it.
  static absl::StatusOr<SealingPrivateKey> ParseIdentity(const SecretBytes& text);

  // AGE-SECRET-KEY-1..., 74 characters, for the stock age program.
  SecretBytes Identity() const;
  SecretBytes Secret() const;
  const SealingPublicKey& Public() const { return public_key_; }

  // X25519(scalar, point), 32 bytes. For keys/age; a raw shared secret is not yet a key.
  // kInvalidArgument: `point` is not 32 bytes, or the result is zero (point of low order).
  absl::StatusOr<SecretBytes> SharedSecret(ByteView point) const;

 private:
  SealingPrivateKey(SecretBytes scalar, const SealingPublicKey& public_key);
  SecretBytes scalar_;
  SealingPublicKey public_key_;
};

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_SEALING_H_
