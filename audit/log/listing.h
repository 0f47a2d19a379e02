// Which handover's listing a leaf belongs to: one rule for whoever writes the listing and whoever
// checks it. Internal to this folder.
#ifndef CAIRN_AUDIT_LOG_LISTING_H_
#define CAIRN_AUDIT_LOG_LISTING_H_

#include <optional>

#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"

namespace cairn::log {

// The handover that the statement names; for OpenHandover, the one that it opens; else none.
inline std::optional<statement::StatementId> ListedUnder(
    const statement::VerifiedStatement& verified) {
  const v1::Statement& statement = verified.statement();
  if (statement.has_open_handover()) return verified.id();
  auto handover = statement::StatementId::FromBytes(keys::AsBytes(statement.handover()));
  if (!handover.ok()) return std::nullopt;
  return *handover;
}

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_LISTING_H_
