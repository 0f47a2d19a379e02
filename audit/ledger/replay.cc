#include "audit/ledger/replay.h"

#include <utility>

#include "audit/ledger/carry.h"
#include "audit/ledger/fold.h"
#include "audit/ledger/refusal.h"
#include "audit/statement/entry.h"

namespace cairn::ledger {

absl::StatusOr<ReplayStep> Replay::Step(keys::ByteView entry) {
  absl::StatusOr<statement::Entry> parsed = statement::ParseEntry(entry);
  absl::Status malformed = parsed.status();
  if (parsed.ok()) {
    absl::StatusOr<statement::VerifiedStatement> verified =
        statement::Verify(keys::AsBytes(parsed->signed_statement), &memo_);
    if (verified.ok()) return StepVerified(parsed->logged_at_ms, *verified);
    malformed = verified.status();
  }
  ReplayStep step;
  step.leaf = merkle::NextLeaf(size_);
  step.position = base_ + merkle::ToInt(step.leaf);
  step.logged_at_ms = parsed.ok() ? parsed->logged_at_ms : 0;
  step.malformed = std::move(malformed);
  size_ = merkle::SizeThrough(step.leaf);
  return step;
}

absl::StatusOr<ReplayStep> Replay::StepVerified(std::uint64_t logged_at_ms,
                                                const statement::VerifiedStatement& verified) {
  ReplayStep step;
  step.leaf = merkle::NextLeaf(size_);
  step.position = base_ + merkle::ToInt(step.leaf);
  step.logged_at_ms = logged_at_ms;
  absl::StatusOr<FoldOutcome> outcome = Fold(state_, step.leaf, verified);
  if (!outcome.ok()) return outcome.status();
  state_.Apply(outcome->changes);
  step.statement = verified;
  step.refusal = std::move(outcome->refusal);
  size_ = merkle::SizeThrough(step.leaf);
  return step;
}

absl::Status Replay::GoOnFrom(Replay predecessor, const merkle::NodeHash& root) {
  const absl::StatusOr<Change> change = CarryOver(predecessor.state_, predecessor.size_, root);
  if (!change.ok()) return change.status();
  base_ = predecessor.base_ + merkle::ToInt(predecessor.size_);
  state_ = std::move(predecessor.state_);
  state_.Apply({*change});
  return absl::OkStatus();
}

absl::StatusOr<bool> RefusalHolds(const View& view, const v1::Refusal& refusal,
                                  const statement::VerifiedStatement& statement) {
  if (refusal.statement() != statement.id().ToBytes()) return false;
  absl::StatusOr<FoldOutcome> outcome =
      Fold(view, merkle::LeafIndex{refusal.tree_size()}, statement);
  if (!outcome.ok()) return outcome.status();
  if (!outcome->accepted() && outcome->refusal->reason() == refusal.reason()) return true;
  if (!RestsOnMore(refusal) && refusal.reason() != v1::REFUSAL_REASON_OTHER_HISTORY) return false;
  return absl::FailedPreconditionError(
      "this refusal rests on more than the leaves: the fold alone cannot judge it");
}

}  // namespace cairn::ledger
