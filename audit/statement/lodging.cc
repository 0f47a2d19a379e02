#include "audit/statement/lodging.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/statement/canonical.h"
#include "keys/digest.h"
#include "keys/dsse.h"

namespace cairn::statement {

absl::StatusOr<keys::Bytes> SignLodging(const v1::Lodging& lodging,
                                        const keys::SigningPrivateKey& key) {
  absl::StatusOr<keys::Bytes> bytes = CanonicalBytes(lodging);
  if (!bytes.ok()) return bytes.status();
  v1::SignedLodging made;
  made.set_lodging(*std::move(bytes));
  made.set_public_key(key.Public().TypedBytes());
  made.set_signature(
      keys::SignPayload(key, keys::kLodgingPayloadType, keys::AsBytes(made.lodging())));
  return CanonicalBytes(made);
}

absl::StatusOr<VerifiedLodging> VerifyLodging(keys::ByteView signed_lodging) {
  v1::SignedLodging wrapper;
  const CanonicalLimits limits{.max_bytes = kMaxLodgingBytes, .max_depth = 3};
  if (absl::Status parsed = ParseCanonical(signed_lodging, wrapper, limits); !parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("lodging: ", parsed.message()));
  }
  const auto key = keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(wrapper.public_key()));
  if (!key.ok()) return key.status();
  const absl::Status signature =
      keys::VerifyPayload(*key, keys::kLodgingPayloadType, keys::AsBytes(wrapper.lodging()),
                          keys::AsBytes(wrapper.signature()));
  if (!signature.ok()) return signature;
  VerifiedLodging verified{.lodging = {}, .public_key = *key};
  const absl::Status parsed =
      ParseCanonical(keys::AsBytes(wrapper.lodging()), verified.lodging, limits);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("lodging: ", parsed.message()));
  }
  const v1::Lodging& lodging = verified.lodging;
  const bool seen_fits =
      !lodging.has_seen() || lodging.seen().root_hash().size() == keys::kDigestSize;
  if (lodging.statement().size() == keys::kDigestSize && seen_fits) return verified;
  return absl::InvalidArgumentError("lodging: a digest that is not 32 bytes");
}

}  // namespace cairn::statement
