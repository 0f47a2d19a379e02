// What must be in the content store before a statement about it becomes a leaf.
#ifndef CAIRN_BROKER_CONTENT_GATE_H_
#define CAIRN_BROKER_CONTENT_GATE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "audit/ledger/refusal.h"
#include "audit/statement/statement.h"
#include "broker/content_store.h"

namespace cairn::broker {

// For SubmitPackage: the package, and the persons' file if there is one, were uploaded in whole for
// this handover, in the sizes stated. Nothing for other statements, or when all is there. Quick:
// made on the sequencer's thread. Errors of the store.
absl::StatusOr<std::optional<ledger::Objection>> CheckContentIsHere(
    const ContentStore& content, const statement::VerifiedStatement& verified);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CONTENT_GATE_H_
