// What the broker says of statements: outcomes of the sequencer as messages of the wire.
#ifndef CAIRN_BROKER_ANSWERS_H_
#define CAIRN_BROKER_ANSWERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/outcome.h"
#include "audit/log/store.h"
#include "audit/statement/statement.h"
#include "cairn/v1/broker.pb.h"
#include "keys/signing.h"

namespace cairn::broker {

// The answer for `id`. Errors: those of an outcome that is one, explained; the store's, where the
// proof of an earlier leaf cannot be made.
absl::Status FillResponse(const statement::StatementId& id, log::Outcome outcome,
                          v1::SubmitResponse& response);

// The receipt of the leaf at `index` of `reader`, at the size of `head`, with the signed statement.
// kNotFound: no such leaf. Errors of the store otherwise.
absl::Status FillReceipt(const log::Reader& reader, const merkle::TileReader& tiles,
                         const log::SignedHead& head, merkle::LeafIndex index,
                         v1::Receipt& receipt);

// For bytes that are no valid signed statement: the unsigned refusal MALFORMED.
absl::StatusOr<v1::SignedRefusal> RefuseMalformed(const std::string& origin,
                                                  const absl::Status& why);

// `refusal` by the fold, signed again as PREVIOUS_REFUSED: for what followed a refused statement of
// the same key in one stream.
absl::StatusOr<v1::SignedRefusal> RefuseFollower(const v1::SignedRefusal& refusal,
                                                 const keys::SigningPrivateKey& operator_key);

// kInvalidArgument or kDataLoss of statement::Verify as callers get it: always an invalid argument,
// with the field of SubmitRequest.
absl::Status ExplainMalformed(const absl::Status& why);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_ANSWERS_H_
