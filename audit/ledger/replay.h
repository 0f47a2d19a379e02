// Folding a log again from its entries: what an auditor does, what fsck does, and what shows
// whether a refusal was right.
#ifndef CAIRN_AUDIT_LEDGER_REPLAY_H_
#define CAIRN_AUDIT_LEDGER_REPLAY_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/ledger/view.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"

namespace cairn::ledger {

// What became of one entry. A leaf with a fault changed nothing; that it stands in the log is the
// operator's doing.
struct ReplayStep {
  merkle::LeafIndex leaf{};
  std::uint64_t position = 0;      // The same as objects keep it: a predecessor's leaves counted.
  std::uint64_t logged_at_ms = 0;  // As claimed.
  std::optional<statement::VerifiedStatement> statement;  // Nothing if the entry is malformed.
  absl::Status malformed;                                 // Why, then.
  std::optional<v1::Refusal> refusal;                     // The fold refuses it.

  bool has_fault() const { return !malformed.ok() || refusal.has_value(); }
};

// Folds entries in order, from leaf 0. A successor log is folded over its predecessor's state: see
// GoOnFrom. Not thread-safe.
class Replay {
 public:
  // Verifies and folds the next entry. kUnimplemented: a fold version that this program does not
  // know; from here on nothing can be said, and every further call says so again.
  absl::StatusOr<ReplayStep> Step(keys::ByteView entry);
  // The same for a statement whose signature was verified before (by several threads, say).
  absl::StatusOr<ReplayStep> StepVerified(std::uint64_t logged_at_ms,
                                          const statement::VerifiedStatement& verified);

  // Takes the state of a predecessor that was folded up to the size that the Genesis to come names,
  // and whose root there is `root` (audit/ledger/carry.h). REQUIRES: nothing was folded yet.
  // Errors of CarryOver.
  absl::Status GoOnFrom(Replay predecessor, const merkle::NodeHash& root);

  merkle::TreeSize size() const { return size_; }
  const MemoryState& state() const { return state_; }

 private:
  MemoryState state_;
  merkle::TreeSize size_{};
  std::uint64_t base_ = 0;  // Leaves of predecessors.
  statement::KeyMemo memo_;
};

// Whether `refusal` was right: folds `statement` over `view`, which is the state of
// refusal.tree_size leaves. True if the fold refuses it for that reason. Refusals that rest on more
// than the state (content, another history, an earlier one refused) cannot be judged so:
// kFailedPrecondition. Errors of Fold otherwise.
absl::StatusOr<bool> RefusalHolds(const View& view, const v1::Refusal& refusal,
                                  const statement::VerifiedStatement& statement);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_REPLAY_H_
