#include "audit/statement/refusal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/statement/canonical.h"
#include "keys/dsse.h"

namespace cairn::statement {

absl::StatusOr<v1::SignedRefusal> UnsignedRefusal(const v1::Refusal& refusal) {
  absl::StatusOr<keys::Bytes> bytes = CanonicalBytes(refusal);
  if (!bytes.ok()) return bytes.status();
  v1::SignedRefusal made;
  made.set_refusal(*std::move(bytes));
  return made;
}

absl::StatusOr<v1::SignedRefusal> SignRefusal(const v1::Refusal& refusal,
                                              const keys::SigningPrivateKey& operator_key,
                                              absl::string_view note) {
  absl::StatusOr<v1::SignedRefusal> made = UnsignedRefusal(refusal);
  if (!made.ok()) return made;
  made->set_public_key(operator_key.Public().TypedBytes());
  made->set_signature(
      keys::SignPayload(operator_key, keys::kRefusalPayloadType, keys::AsBytes(made->refusal())));
  made->set_note(std::string(note));
  return made;
}

absl::StatusOr<v1::Refusal> VerifyRefusal(const v1::SignedRefusal& signed_refusal,
                                          const keys::SigningPublicKey& operator_key) {
  if (signed_refusal.ByteSizeLong() > kMaxRefusalBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a refusal is at most ", kMaxRefusalBytes, " bytes"));
  }
  if (signed_refusal.signature().empty()) {
    return absl::InvalidArgumentError("the refusal is not signed");
  }
  if (signed_refusal.public_key() != operator_key.TypedBytes()) {
    return absl::InvalidArgumentError("public_key: it is not the operator's key");
  }
  absl::Status status = keys::VerifyPayload(operator_key, keys::kRefusalPayloadType,
                                            keys::AsBytes(signed_refusal.refusal()),
                                            keys::AsBytes(signed_refusal.signature()));
  if (!status.ok()) return status;
  return ReadRefusalUnverified(signed_refusal);
}

absl::StatusOr<v1::Refusal> ReadRefusalUnverified(const v1::SignedRefusal& signed_refusal) {
  v1::Refusal refusal;
  absl::Status status = ParseCanonical(keys::AsBytes(signed_refusal.refusal()), refusal,
                                       {.max_bytes = kMaxRefusalBytes});
  if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat("refusal: ", status.message()));
  return refusal;
}

}  // namespace cairn::statement
