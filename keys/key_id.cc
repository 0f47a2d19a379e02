#include "keys/key_id.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cairn::keys {

absl::string_view KeyTypeName(KeyType type) {
  switch (type) {
    case KeyType::kEd25519:
      return "Ed25519";
    case KeyType::kX25519:
      return "X25519";
  }
  return "unknown";
}

absl::StatusOr<KeyType> ParseKeyType(std::uint8_t byte) {
  switch (byte) {
    case static_cast<std::uint8_t>(KeyType::kEd25519):
      return KeyType::kEd25519;
    case static_cast<std::uint8_t>(KeyType::kX25519):
      return KeyType::kX25519;
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("key type 0x", absl::Hex(byte, absl::kZeroPad2), " is not known"));
  }
}

absl::StatusOr<KeyFingerprint> KeyFingerprint::FromBytes(ByteView bytes) {
  absl::StatusOr<Digest> digest = Digest::FromBytes(bytes);
  if (!digest.ok()) return digest.status();
  return KeyFingerprint{*digest};
}

KeyFingerprint FingerprintOf(ByteView typed_key) { return {Sha256(typed_key)}; }

}  // namespace cairn::keys
