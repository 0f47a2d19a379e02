#include "audit/ledger/fold.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/gate.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/refusal.h"
#include "audit/ledger/step.h"

namespace cairn::ledger {
namespace {

Verdict FoldFirst(Step& step) {
  if (step.statement().has_genesis() && step.index() == 0) return FoldGenesis(step);
  return Object(v1::REFUSAL_REASON_WRONG_STATE, "",
                "The log has no Genesis: nobody is enrolled and nothing can be judged.",
                "The operator's Genesis is the first statement, at leaf 0.");
}

Verdict FoldLater(Step& step) {
  step.clock() = step.Get<v1::ClockObject>(std::string(kClockKey)).value_or(v1::ClockObject());
  const Act* act = nullptr;
  if (Verdict no = PassGate(step, act)) return no;
  return act->fold(step);
}

}  // namespace

absl::StatusOr<FoldOutcome> Fold(const View& view, merkle::LeafIndex leaf,
                                 const statement::VerifiedStatement& statement) {
  Step step(view, leaf, statement);
  std::optional<v1::LogObject> log = step.Get<v1::LogObject>(std::string(kLogKey));
  if (!step.error().ok()) return step.error();
  // The state of a predecessor waits for the Genesis of its successor.
  const bool first = !log.has_value() || log->has_carried();
  if (log.has_value()) {
    const std::uint32_t version = log->fold_version();
    if (version < 1 || version > kFoldVersion) {
      return absl::UnimplementedError(absl::StrCat("the log goes by fold version ", version,
                                                   "; this program knows 1 to ", kFoldVersion));
    }
  }
  if (!first) step.log() = *std::move(log);
  Verdict no = first ? FoldFirst(step) : FoldLater(step);
  if (!step.error().ok()) return step.error();

  FoldOutcome outcome;
  if (no.has_value()) {
    absl::StatusOr<v1::Refusal> refusal =
        MakeRefusal(view, merkle::TreeSize{merkle::ToInt(leaf)}, statement, *std::move(no));
    if (!refusal.ok()) return refusal.status();
    outcome.refusal = *std::move(refusal);
    return outcome;
  }
  AdvanceChain(step);
  outcome.changes = step.TakeChanges();
  return outcome;
}

}  // namespace cairn::ledger
