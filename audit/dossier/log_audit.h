// Auditing a whole log out of a copy of it: every tile, every entry, every signature, the fold from
// the Genesis on, and what each author says that it had seen. What a broker answers about the
// log's state can then be compared with the state that was folded here.
#ifndef CAIRN_AUDIT_DOSSIER_LOG_AUDIT_H_
#define CAIRN_AUDIT_DOSSIER_LOG_AUDIT_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "audit/dossier/claim.h"
#include "audit/ledger/replay.h"
#include "audit/mirror/source.h"
#include "audit/note/policy.h"
#include "keys/digest.h"
#include "keys/vkey.h"

namespace cairn::dossier {

// How many leaves with a fault are named; all are counted.
inline constexpr std::uint64_t kFaultsNamed = 10;

struct AuditOptions {
  std::optional<note::Policy> policy;   // Whose witnesses are asked for.
  std::optional<keys::Digest> genesis;  // As pinned; without it every identity is not checked.
  // Called for each leaf after it was folded, if set: for what else is to be said of the log.
  std::function<void(const ledger::ReplayStep&)> on_leaf = {};
};

struct LogAudit {
  Examination found;
  ledger::Replay replay;  // As far as the log could be folded.
};

// Called as leaves were folded.
using OnAudited = absl::FunctionRef<void(std::uint64_t done, std::uint64_t total)>;

// Audits the log at `source` under the key `log`. A log that was altered, or that does not follow
// its own rules, is no error but claims that do not hold. kNotFound, kUnavailable and others of the
// source: there is no checkpoint to begin with.
absl::StatusOr<LogAudit> AuditLog(mirror::Source& source, const keys::VerifierKey& log,
                                  const AuditOptions& options, OnAudited on_audited);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_LOG_AUDIT_H_
