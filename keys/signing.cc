#include "keys/signing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sodium.h"

namespace cairn::keys {

static_assert(kRawPublicKeySize == crypto_sign_PUBLICKEYBYTES);
static_assert(kSignatureSize == crypto_sign_BYTES);
static_assert(kSigningSeedSize == crypto_sign_SEEDBYTES);

SigningPublicKey::SigningPublicKey(ByteView raw) {
  std::copy(raw.begin(), raw.end(), raw_.begin());
}

absl::StatusOr<SigningPublicKey> SigningPublicKey::Create(ByteView raw) {
  if (raw.size() != kRawPublicKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an Ed25519 public key has 32 bytes, not ", raw.size()));
  }
  InitSodium();
  if (crypto_core_ed25519_is_valid_point(raw.data()) != 1) {
    return absl::InvalidArgumentError(
        "not a valid Ed25519 public key: not a canonical point of the main subgroup");
  }
  return SigningPublicKey(raw);
}

absl::StatusOr<SigningPublicKey> SigningPublicKey::FromTypedBytes(ByteView typed) {
  if (typed.size() != kTypedPublicKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a public key with its type byte has 33 bytes, not ", typed.size()));
  }
  absl::StatusOr<KeyType> type = ParseKeyType(typed[0]);
  if (!type.ok()) return type.status();
  if (*type != KeyType::kEd25519) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a signing key (Ed25519), found ", KeyTypeName(*type)));
  }
  return Create(typed.subspan(1));
}

absl::Status SigningPublicKey::Verify(ByteView message, ByteView signature) const {
  if (signature.size() != kSignatureSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an Ed25519 signature has 64 bytes, not ", signature.size()));
  }
  if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(), raw_.data()) !=
      0) {
    return absl::DataLossError("the signature does not verify under this key");
  }
  return absl::OkStatus();
}

Bytes SigningPublicKey::TypedBytes() const {
  Bytes typed(1, static_cast<char>(KeyType::kEd25519));
  AppendBytes(typed, raw_);
  return typed;
}

KeyFingerprint SigningPublicKey::Fingerprint() const {
  return FingerprintOf(AsBytes(TypedBytes()));
}

SigningPrivateKey::SigningPrivateKey(SecretBytes expanded, SigningPublicKey public_key)
    : expanded_(std::move(expanded)), public_key_(public_key) {}

SigningPrivateKey SigningPrivateKey::Generate() {
  // A key of an honest seed is always a valid point, so this cannot fail.
  return *FromSeed(RandomSecret(kSigningSeedSize));
}

absl::StatusOr<SigningPrivateKey> SigningPrivateKey::FromSeed(const SecretBytes& seed) {
  if (seed.size() != kSigningSeedSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an Ed25519 seed has 32 bytes, not ", seed.size()));
  }
  SecretBytes expanded(crypto_sign_SECRETKEYBYTES);
  std::array<std::uint8_t, kRawPublicKeySize> raw;
  crypto_sign_seed_keypair(raw.data(), expanded.MutableView().data(), seed.View().data());
  absl::StatusOr<SigningPublicKey> public_key = SigningPublicKey::Create(raw);
  if (!public_key.ok()) return public_key.status();
  return SigningPrivateKey(std::move(expanded), *public_key);
}

Bytes SigningPrivateKey::Sign(ByteView message) const {
  Bytes signature(kSignatureSize, '\0');
  crypto_sign_detached(reinterpret_cast<std::uint8_t*>(signature.data()), nullptr, message.data(),
                       message.size(), expanded_.View().data());
  return signature;
}

SecretBytes SigningPrivateKey::Seed() const {
  return SecretBytes::CopyOf(expanded_.View().first(kSigningSeedSize));
}

}  // namespace cairn::keys
