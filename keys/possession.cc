#include "keys/possession.h"

#include "keys/dsse.h"
#include "keys/sealing.h"

namespace cairn::keys {
namespace {

// Protocol Buffers wire format: tag byte (field number << 3 | 2), length as varint, bytes.
void AppendPossessionField(Bytes& out, std::uint8_t number, absl::string_view bytes) {
  if (bytes.empty()) return;
  out.push_back(static_cast<char>(number << 3 | 2));
  std::size_t length = bytes.size();
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(length | 0x80));
  out.push_back(static_cast<char>(length));
  out.append(bytes.data(), bytes.size());
}

// Valid by its type, and what its type allows to prove.
absl::Status CheckEnrolledKey(const SigningPublicKey& signer, ByteView typed_key) {
  if (!typed_key.empty() && typed_key[0] == static_cast<std::uint8_t>(KeyType::kX25519)) {
    return SealingPublicKey::FromTypedBytes(typed_key).status();
  }
  absl::StatusOr<SigningPublicKey> key = SigningPublicKey::FromTypedBytes(typed_key);
  if (!key.ok()) return key.status();
  if (*key != signer) {
    return absl::InvalidArgumentError("a signing key proves its possession by its own signature");
  }
  return absl::OkStatus();
}

}  // namespace

Bytes PossessionBody(absl::string_view log_origin, absl::string_view party, ByteView typed_key) {
  Bytes body;
  AppendPossessionField(body, 1, log_origin);
  AppendPossessionField(body, 2, party);
  AppendPossessionField(body, 3, AsText(typed_key));
  return body;
}

Bytes ProvePossession(const SigningPrivateKey& signer, absl::string_view log_origin,
                      absl::string_view party, ByteView typed_key) {
  return SignPayload(signer, kPossessionPayloadType,
                     AsBytes(PossessionBody(log_origin, party, typed_key)));
}

absl::Status CheckPossession(const SigningPublicKey& signer, absl::string_view log_origin,
                             absl::string_view party, ByteView typed_key, ByteView proof) {
  if (log_origin.empty() || party.empty()) {
    return absl::InvalidArgumentError("a proof of possession names a log origin and a party");
  }
  absl::Status status = CheckEnrolledKey(signer, typed_key);
  if (!status.ok()) return status;
  return VerifyPayload(signer, kPossessionPayloadType,
                       AsBytes(PossessionBody(log_origin, party, typed_key)), proof);
}

}  // namespace cairn::keys
