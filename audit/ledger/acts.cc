#include "audit/ledger/acts.h"

#include "audit/ledger/bodies.h"

namespace cairn::ledger {
namespace {

using S = v1::Statement;

// Genesis is not here: no key is known before it, so it has a gate of its own.
constexpr Act kActs[] = {
    {S::kWitnessed, Scope::kLog, v1::KEY_ROLE_ALL_ACTS, Entitled::kOperator, FoldWitnessed},
    {S::kFreeze, Scope::kLog, v1::KEY_ROLE_IDENTITY, Entitled::kRegistrars, FoldFreeze, 3},
    {S::kPublishEvidence, Scope::kLog, v1::KEY_ROLE_DISPUTE, Entitled::kAnyone, FoldPublishEvidence,
     3},
    {S::kRelodge, Scope::kAround, v1::KEY_ROLE_DISPUTE, Entitled::kAnyone, FoldRelodge, 3},
    {S::kEndorse, Scope::kEndorsing, v1::KEY_ROLE_UNSPECIFIED, Entitled::kByBody, FoldEndorse},
    {S::kEnrolParty, Scope::kLog, v1::KEY_ROLE_IDENTITY, Entitled::kRegistrars, FoldEnrolParty},
    {S::kAddKey, Scope::kLog, v1::KEY_ROLE_IDENTITY, Entitled::kAnyone, FoldAddKey},
    {S::kRevokeKey, Scope::kLog, v1::KEY_ROLE_IDENTITY, Entitled::kAnyone, FoldRevokeKey},
    {S::kOpenHandover, Scope::kLog, v1::KEY_ROLE_CHARTER, Entitled::kByBody, FoldOpenHandover},
    {S::kAcceptCharter, Scope::kOpened, v1::KEY_ROLE_CHARTER, Entitled::kNamed, FoldAcceptCharter},
    {S::kCloseHandover, Scope::kInForce, v1::KEY_ROLE_CHARTER, Entitled::kMediator,
     FoldCloseHandover},
    {S::kDeclareHolding, Scope::kInForce, v1::KEY_ROLE_DELIVERY, Entitled::kHolding,
     FoldDeclareHolding},
    {S::kSubmitPackage, Scope::kDelivery, v1::KEY_ROLE_DELIVERY, Entitled::kByBody,
     FoldSubmitPackage},
    {S::kTranscribe, Scope::kInForce, v1::KEY_ROLE_DELIVERY, Entitled::kTranscribing,
     FoldTranscribe},
    {S::kTransmit, Scope::kInForce, v1::KEY_ROLE_DELIVERY, Entitled::kMediator, FoldTransmit},
    {S::kAcknowledge, Scope::kInForce, v1::KEY_ROLE_DELIVERY, Entitled::kReceiving,
     FoldAcknowledge},
    {S::kAcceptContent, Scope::kInForce, v1::KEY_ROLE_DELIVERY, Entitled::kReceiving,
     FoldAcceptContent},
    {S::kReserve, Scope::kInForce, v1::KEY_ROLE_DELIVERY, Entitled::kReceiving, FoldReserve},
    {S::kReject, Scope::kInForce, v1::KEY_ROLE_DELIVERY, Entitled::kReceiving, FoldReject},
    {S::kAssess, Scope::kInForce, v1::KEY_ROLE_ASSESSMENT, Entitled::kAssessing, FoldAssess},
    {S::kRequest, Scope::kInForce, v1::KEY_ROLE_ASSESSMENT, Entitled::kNamed, FoldRequest},
    {S::kAnswer, Scope::kInForce, v1::KEY_ROLE_ASSESSMENT, Entitled::kNamed, FoldAnswer},
    {S::kClaim, Scope::kEither, v1::KEY_ROLE_GROUND, Entitled::kAnyone, FoldClaim},
    {S::kFinding, Scope::kAfterwards, v1::KEY_ROLE_GROUND, Entitled::kFinding, FoldFinding, 2},
    {S::kReply, Scope::kAfterwards, v1::KEY_ROLE_GROUND, Entitled::kHolding, FoldReply, 2},
    {S::kLocate, Scope::kInForce, v1::KEY_ROLE_GROUND, Entitled::kLocating, FoldLocate, 2},
    {S::kPropose, Scope::kInForce, v1::KEY_ROLE_GROUND, Entitled::kReceiving, FoldPropose, 2},
    {S::kIncident, Scope::kAfterwards, v1::KEY_ROLE_GROUND, Entitled::kNamed, FoldIncident, 2},
    {S::kContest, Scope::kInForce, v1::KEY_ROLE_DISPUTE, Entitled::kNamed, FoldContest, 2},
    {S::kRule, Scope::kInForce, v1::KEY_ROLE_DISPUTE, Entitled::kMediator, FoldRule, 2},
    {S::kSupersede, Scope::kInForce, v1::KEY_ROLE_DISPUTE, Entitled::kByBody, FoldSupersede, 2},
    {S::kWithdraw, Scope::kInForce, v1::KEY_ROLE_DISPUTE, Entitled::kByBody, FoldWithdraw, 2},
};

}  // namespace

const Act* FindAct(v1::Statement::BodyCase body, std::uint32_t fold_version) {
  for (const Act& act : kActs) {
    if (act.body == body && act.since <= fold_version) return &act;
  }
  return nullptr;
}

absl::string_view KeyRoleName(v1::KeyRole role) {
  switch (role) {
    case v1::KEY_ROLE_IDENTITY:
      return "IDENTITY";
    case v1::KEY_ROLE_CHARTER:
      return "CHARTER";
    case v1::KEY_ROLE_DELIVERY:
      return "DELIVERY";
    case v1::KEY_ROLE_ASSESSMENT:
      return "ASSESSMENT";
    case v1::KEY_ROLE_GROUND:
      return "GROUND";
    case v1::KEY_ROLE_ESCROW:
      return "ESCROW";
    case v1::KEY_ROLE_DISPUTE:
      return "DISPUTE";
    default:
      return "ALL_ACTS";
  }
}

}  // namespace cairn::ledger
