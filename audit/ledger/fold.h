// The fold: what a leaf does to the state. All of Cairn's state is this function applied to the
// leaves in order; a broker steps it before it logs, an auditor steps it again and compares.
//
// Total: every verified statement either changes objects or is refused, never anything else.
// Pure: its result depends on the view, the leaf index and the statement, and on no clock, file or
// chance. Versioned: the state names the version that goes on from it. Version 2 knows the
// statements about the ground and the disputes; version 3 the end of a log, its successor and
// published evidence; all else is as in version 1.
//
// Checks run in one order, and the first that fails is the refusal:
//   the log's origin; the key: known, of the actor, not revoked, not ended, in a role for this act;
//   the log is not frozen; sequence; previous; expiry against the fold's time; what was seen; the
//   registrars' threshold of the log; the body is one that this version knows; the handover: there,
//   in force, not closed; entitlement by role; then the body's references and fields, in the order
//   of its fields.
//
// It keeps no list of ids: the same statement again fails at its sequence, and an id may be named
// only where the thing that it names is kept (audit/ledger/README.md).
#ifndef CAIRN_AUDIT_LEDGER_FOLD_H_
#define CAIRN_AUDIT_LEDGER_FOLD_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/ledger/view.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// The newest that this program knows; it knows all before it as well.
inline constexpr std::uint32_t kFoldVersion = 3;

// What one leaf does: either `changes`, each key once, ascending, never none; or a refusal.
struct FoldOutcome {
  std::vector<Change> changes;
  std::optional<v1::Refusal> refusal;

  bool accepted() const { return !refusal.has_value(); }
};

// Folds `statement` at `leaf` over the state of the leaves before it. Thread-safe as far as the
// view is. `leaf` is also the tree size that a refusal names.
// Errors: those of the view; kDataLoss: an object in it cannot be read; kUnimplemented: the state
// is of a fold version that this program does not know, so nothing can be said about this leaf.
absl::StatusOr<FoldOutcome> Fold(const View& view, merkle::LeafIndex leaf,
                                 const statement::VerifiedStatement& statement);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_FOLD_H_
