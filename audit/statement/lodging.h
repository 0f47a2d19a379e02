// Lodgings: a party's signed word that it gave somebody's statement to the log, for the case that
// the log is silent about it. Pure, thread-safe.
#ifndef CAIRN_AUDIT_STATEMENT_LODGING_H_
#define CAIRN_AUDIT_STATEMENT_LODGING_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"
#include "keys/signing.h"

namespace cairn::statement {

inline constexpr std::size_t kMaxLodgingBytes = std::size_t{2} * 1024;

// A lodging whose signature was checked: who holds the key says so. Whether the key is the party's
// is for the log's key history to say.
struct VerifiedLodging {
  v1::Lodging lodging;
  keys::SigningPublicKey public_key;
};

// The canonical bytes of a SignedLodging. kInvalidArgument: `lodging` has no canonical form.
absl::StatusOr<keys::Bytes> SignLodging(const v1::Lodging& lodging,
                                        const keys::SigningPrivateKey& key);

// kInvalidArgument: malformed. kDataLoss: the signature does not verify.
absl::StatusOr<VerifiedLodging> VerifyLodging(keys::ByteView signed_lodging);

}  // namespace cairn::statement

#endif  // CAIRN_AUDIT_STATEMENT_LODGING_H_
