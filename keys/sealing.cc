#include "keys/sealing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "keys/encoding.h"
#include "sodium.h"

namespace cairn::keys {
namespace {

constexpr absl::string_view kRecipientPrefix = "age";
constexpr absl::string_view kIdentityPrefix = "AGE-SECRET-KEY-";

static_assert(kSealingSecretSize == crypto_scalarmult_SCALARBYTES);
static_assert(kRawPublicKeySize == crypto_scalarmult_BYTES);

// u < 2^255 - 19, little-endian, and so the top bit clear.
bool IsCanonicalPoint(ByteView raw) {
  if ((raw[31] & 0x80) != 0) return false;
  if (raw[31] != 0x7f || raw[0] < 0xed) return true;
  return !std::all_of(raw.begin() + 1, raw.begin() + 31,
                      [](std::uint8_t byte) { return byte == 0xff; });
}

// Every scalar, once clamped, is a multiple of the cofactor: it takes every point of low order to
// zero, and no other point.
bool IsLowOrder(ByteView raw) {
  const std::array<std::uint8_t, kSealingSecretSize> any_scalar{};
  std::array<std::uint8_t, kRawPublicKeySize> product;
  return crypto_scalarmult(product.data(), any_scalar.data(), raw.data()) != 0;
}

}  // namespace

SealingPublicKey::SealingPublicKey(ByteView raw) {
  std::copy(raw.begin(), raw.end(), raw_.begin());
}

absl::StatusOr<SealingPublicKey> SealingPublicKey::Create(ByteView raw) {
  if (raw.size() != kRawPublicKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an X25519 public key has 32 bytes, not ", raw.size()));
  }
  InitSodium();
  if (!IsCanonicalPoint(raw)) {
    return absl::InvalidArgumentError("not a valid X25519 public key: not in its canonical form");
  }
  if (IsLowOrder(raw)) {
    return absl::InvalidArgumentError("not a valid X25519 public key: a point of low order");
  }
  return SealingPublicKey(raw);
}

absl::StatusOr<SealingPublicKey> SealingPublicKey::FromTypedBytes(ByteView typed) {
  if (typed.size() != kTypedPublicKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a public key with its type byte has 33 bytes, not ", typed.size()));
  }
  absl::StatusOr<KeyType> type = ParseKeyType(typed[0]);
  if (!type.ok()) return type.status();
  if (*type != KeyType::kX25519) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a sealing key (X25519), found ", KeyTypeName(*type)));
  }
  return Create(typed.subspan(1));
}

absl::StatusOr<SealingPublicKey> SealingPublicKey::ParseRecipient(absl::string_view text) {
  std::array<std::uint8_t, kRawPublicKeySize> raw;
  absl::Status status = ParseBech32Into(kRecipientPrefix, text, raw);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("not an age recipient (age1...): ", status.message()));
  }
  return Create(raw);
}

std::string SealingPublicKey::Recipient() const { return EncodeBech32(kRecipientPrefix, raw_); }

Bytes SealingPublicKey::TypedBytes() const {
  Bytes typed(1, static_cast<char>(KeyType::kX25519));
  AppendBytes(typed, raw_);
  return typed;
}

KeyFingerprint SealingPublicKey::Fingerprint() const {
  return FingerprintOf(AsBytes(TypedBytes()));
}

SealingPrivateKey::SealingPrivateKey(SecretBytes scalar, const SealingPublicKey& public_key)
    : scalar_(std::move(scalar)), public_key_(public_key) {}

SealingPrivateKey SealingPrivateKey::Generate() {
  // The base point times a clamped scalar is never of low order, so this cannot fail.
  return *FromSecret(RandomSecret(kSealingSecretSize));
}

absl::StatusOr<SealingPrivateKey> SealingPrivateKey::FromSecret(const SecretBytes& scalar) {
  if (scalar.size() != kSealingSecretSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an X25519 secret has 32 bytes, not ", scalar.size()));
  }
  std::array<std::uint8_t, kRawPublicKeySize> raw;
  crypto_scalarmult_base(raw.data(), scalar.View().data());
  absl::StatusOr<SealingPublicKey> public_key = SealingPublicKey::Create(raw);
  if (!public_key.ok()) return public_key.status();
  return SealingPrivateKey(scalar.Clone(), *public_key);
}

absl::StatusOr<SealingPrivateKey> SealingPrivateKey::ParseIdentity(const SecretBytes& text) {
  SecretBytes scalar(kSealingSecretSize);
  absl::Status status = ParseBech32Into(kIdentityPrefix, AsText(text.View()), scalar.MutableView());
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("not an age identity (AGE-SECRET-KEY-1...): ", status.message()));
  }
  return FromSecret(scalar);
}

SecretBytes SealingPrivateKey::Identity() const {
  SecretBytes text(Bech32Length(kIdentityPrefix, kSealingSecretSize));
  std::span<std::uint8_t> out = text.MutableView();
  EncodeBech32Into(kIdentityPrefix, scalar_.View(),
                   {reinterpret_cast<char*>(out.data()), out.size()});
  return text;
}

SecretBytes SealingPrivateKey::Secret() const { return scalar_.Clone(); }

absl::StatusOr<SecretBytes> SealingPrivateKey::SharedSecret(ByteView point) const {
  if (point.size() != kRawPublicKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an X25519 share has 32 bytes, not ", point.size()));
  }
  SecretBytes shared(crypto_scalarmult_BYTES);
  if (crypto_scalarmult(shared.MutableView().data(), scalar_.View().data(), point.data()) != 0) {
    return absl::InvalidArgumentError("the X25519 share is a point of low order");
  }
  return shared;
}

}  // namespace cairn::keys
