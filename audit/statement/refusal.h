// Signed refusals: the operator's word that a statement got no leaf, why, and on which state. Who
// runs the fold at Refusal.tree_size again sees whether that was right. Pure, thread-safe.
#ifndef CAIRN_AUDIT_STATEMENT_REFUSAL_H_
#define CAIRN_AUDIT_STATEMENT_REFUSAL_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"
#include "keys/signing.h"

namespace cairn::statement {

inline constexpr std::size_t kMaxRefusalBytes = std::size_t{96} * 1024;  // A note included.

// Signs the canonical bytes of `refusal` under the refusals' DSSE type. `note` goes with
// OTHER_HISTORY: the log's own signed note at the size that the author had seen.
// kInvalidArgument: `refusal` has no canonical form.
absl::StatusOr<v1::SignedRefusal> SignRefusal(const v1::Refusal& refusal,
                                              const keys::SigningPrivateKey& operator_key,
                                              absl::string_view note = {});

// The same without a signature, for what nobody enrolled has signed (MALFORMED, UNKNOWN_KEY).
absl::StatusOr<v1::SignedRefusal> UnsignedRefusal(const v1::Refusal& refusal);

// Checks the signature under `operator_key`, then reads. kInvalidArgument: malformed, unsigned, or
// of another key than `operator_key`. kDataLoss: the signature does not verify.
absl::StatusOr<v1::Refusal> VerifyRefusal(const v1::SignedRefusal& signed_refusal,
                                          const keys::SigningPublicKey& operator_key);

// Reads without checking any signature: what an unsigned refusal says, or a signed one before its
// operator is known. kInvalidArgument: malformed.
absl::StatusOr<v1::Refusal> ReadRefusalUnverified(const v1::SignedRefusal& signed_refusal);

}  // namespace cairn::statement

#endif  // CAIRN_AUDIT_STATEMENT_REFUSAL_H_
