// Who asks: the access token of a call (proto/cairn/v1/access.proto), and what a party may read.
#ifndef CAIRN_BROKER_ACCESS_H_
#define CAIRN_BROKER_ACCESS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/view.h"
#include "keys/bytes.h"
#include "keys/key_id.h"

namespace grpc {
class CallbackServerContext;
}  // namespace grpc

namespace cairn::broker {

inline constexpr char kTokenMetadata[] = "cairn-token-bin";

struct Principal {
  std::string party;
  keys::KeyFingerprint key;
};

// Judges the bytes of a SignedAccessToken for one call of `method` ("/cairn.v1.…/Read") at
// `now_ms`. The key must be one that its party may still sign acts with, in the state that `view`
// shows. kUnauthenticated (TOKEN_INVALID) says which part does not hold. Errors of the view
// otherwise.
absl::StatusOr<Principal> JudgeToken(keys::ByteView token, absl::string_view log_origin,
                                     absl::string_view method, std::uint64_t now_ms,
                                     const ledger::View& view);

// The same for the token that came with a call. kUnauthenticated (TOKEN_MISSING): none, or several.
absl::StatusOr<std::string> TokenOf(const grpc::CallbackServerContext& context);

// Whether the party may read content of the handover: the operator, whoever its charter names, and
// for content of no handover anybody enrolled. Errors of the view.
absl::StatusOr<bool> MayRead(const ledger::View& view, absl::string_view operator_party,
                             const Principal& principal, const keys::Bytes& handover);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_ACCESS_H_
