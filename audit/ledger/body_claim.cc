#include <string>
#include <vector>

#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/said.h"

namespace cairn::ledger {
namespace {

Verdict CheckClaim(Step& step, const v1::Claim& body) {
  if (MaybeComplaint complaint = CheckName(body.speaker())) {
    return FieldObjection("claim.speaker", *complaint);
  }
  if (!body.reporter().empty()) {
    if (MaybeComplaint complaint = CheckName(body.reporter())) {
      return FieldObjection("claim.reporter", *complaint);
    }
  }
  if (MaybeComplaint complaint = CheckDigest(body.source_digest())) {
    return FieldObjection("claim.source_digest", *complaint);
  }
  if (MaybeComplaint complaint = CheckChosen(body.subject())) {
    return FieldObjection("claim.subject", *complaint);
  }
  if (!body.areas().empty()) {
    std::vector<absl::string_view> areas;
    if (!step.handover().empty()) {
      for (const v1::CharterArea& area : step.charter().areas()) areas.push_back(area.area());
    }
    if (MaybeComplaint complaint = CheckSubsetInOrder(body.areas(), areas)) {
      return FieldObjection("claim.areas", *complaint);
    }
  }
  if (MaybeComplaint complaint = CheckQuantity(body.quantity())) {
    return FieldObjection("claim.quantity", *complaint);
  }
  if (!body.has_text()) return std::nullopt;
  if (MaybeComplaint complaint = CheckAnnex(body.text())) {
    return FieldObjection("claim.text", *complaint);
  }
  return std::nullopt;
}

}  // namespace

Verdict FoldClaim(Step& step) {
  const v1::Claim& body = step.statement().claim();
  if (Verdict no = CheckClaim(step, body)) return no;
  // Log-wide claims stand in their leaves and nowhere else.
  if (step.handover().empty()) return std::nullopt;
  const std::string key = HandoverKey(step.handover());
  v1::HandoverObject handover = step.Get<v1::HandoverObject>(key).value_or(v1::HandoverObject());
  if (handover.claims() < kMaxClaimsKept) {
    v1::ClaimObject claim;
    claim.set_author(step.actor());
    *claim.mutable_claim() = body;
    if (step.log().fold_version() >= 2) claim.set_statement(step.id());
    step.Put(ClaimKey(step.handover(), step.leaf()), claim);
    PutSaid(step);
  }
  handover.set_claims(handover.claims() + 1);
  step.Put(key, handover);
  return std::nullopt;
}

}  // namespace cairn::ledger
