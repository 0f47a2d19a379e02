// The end of a log, and what is published against it.
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"

namespace cairn::ledger {

Verdict FoldFreeze(Step& step) {
  if (MaybeComplaint complaint = CheckChosen(step.statement().freeze().reason())) {
    return FieldObjection("freeze.reason", *complaint);
  }
  return FoldThresholdAct(step, Quorum::kRegistrars);
}

// `act` waits perhaps since before a predecessor ended: it was about that log.
Verdict TakeEffectFreeze(Step& step, absl::string_view id, const v1::Statement& act) {
  if (act.log_origin() != step.log().log_origin()) {
    return Object(v1::REFUSAL_REASON_WRONG_LOG, "endorse.statement",
                  "This Freeze was meant for the log that this one goes on from.",
                  "Propose a Freeze of this log if it is to end.");
  }
  step.log().set_frozen_at(step.leaf());
  step.log().set_freeze_reason(act.freeze().reason());
  step.log().set_freeze(std::string(id));
  step.Put(std::string(kLogKey), step.log());
  return std::nullopt;
}

Verdict FoldPublishEvidence(Step& step) {
  const v1::PublishEvidence& body = step.statement().publish_evidence();
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("publish_evidence.kind", *complaint);
  }
  if (MaybeComplaint complaint = CheckAnnex(body.evidence())) {
    return FieldObjection("publish_evidence.evidence", *complaint);
  }
  if (step.log().evidence() < kMaxEvidenceKept) {
    v1::EvidenceObject kept;
    kept.set_author(step.actor());
    kept.set_leaf(step.leaf());
    kept.set_statement(step.id());
    kept.set_kind(body.kind());
    *kept.mutable_evidence() = body.evidence();
    step.Put(EvidenceKey(step.leaf()), kept);
  }
  step.log().set_evidence(step.log().evidence() + 1);
  step.Put(std::string(kLogKey), step.log());
  return std::nullopt;
}

}  // namespace cairn::ledger
