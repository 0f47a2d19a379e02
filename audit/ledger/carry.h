// What a successor log takes over from its predecessor. A log key lives as long as its origin:
// after a loss or a change of key a new log goes on, and its Genesis is folded over the state of
// the old one. Whoever folds a successor therefore folds the predecessor first, up to the size that
// the Genesis names, checks the root there, and goes on:
//
//   state of the predecessor's first n leaves  -- CarryOver -->  state before the Genesis
//   -- Fold, leaf 0 (the Genesis) -->  state of a log of one leaf ...
//
// audit/mirror/replay_folder.h does this wherever a log is folded out of a copy; a broker keeps the
// state before the Genesis in its store. Pure.
#ifndef CAIRN_AUDIT_LEDGER_CARRY_H_
#define CAIRN_AUDIT_LEDGER_CARRY_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "audit/ledger/view.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// The first fold version that knows successors.
inline constexpr std::uint32_t kSuccessorsSince = 3;

// The change that makes the state of a log's first `size` leaves, whose root is `root`, one over
// which a successor's Genesis can be folded. That these leaves gave this state and have this root
// is for the caller to know. kFailedPrecondition: the log never stood, so nothing is there to be
// carried over.
absl::StatusOr<Change> CarryOver(const View& state, merkle::TreeSize size,
                                 const merkle::NodeHash& root);

// The predecessor whose state this Genesis is folded over; nothing if it is an ordinary one, no
// Genesis at all, or of a fold version that carries nothing over.
std::optional<v1::Predecessor> PredecessorOf(const v1::Statement& genesis);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_CARRY_H_
