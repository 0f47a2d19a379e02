#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"

namespace cairn::ledger {
namespace {

Quorum QuorumOf(const v1::Statement& act) {
  return act.has_close_handover() ? Quorum::kMediators : Quorum::kRegistrars;
}

// The key's role for an act is that of whoever made it.
v1::KeyRole RoleFor(Quorum quorum) {
  return quorum == Quorum::kMediators ? v1::KEY_ROLE_CHARTER : v1::KEY_ROLE_IDENTITY;
}

bool Counts(Step& step, Quorum quorum) {
  if (quorum == Quorum::kMediators) {
    return HasRole(step.charter(), step.actor(), v1::CHARTER_ROLE_MEDIATOR);
  }
  const auto& registrars = step.log().registrars();
  return std::find(registrars.begin(), registrars.end(), step.actor()) != registrars.end();
}

std::uint32_t ThresholdOf(Step& step, Quorum quorum) {
  return quorum == Quorum::kMediators ? step.charter().mediator_threshold()
                                      : step.log().registrar_threshold();
}

void AddEndorsement(const Step& step, v1::PendingObject& pending) {
  v1::Endorsement& endorsement = *pending.add_endorsements();
  endorsement.set_party(step.actor());
  endorsement.set_key(step.statement().key());
  endorsement.set_leaf(step.leaf());
}

Verdict TakeEffect(Step& step, const v1::Statement& act) {
  switch (act.body_case()) {
    case v1::Statement::kGenesis:
      return TakeEffectGenesis(step);
    case v1::Statement::kEnrolParty:
      return TakeEffectEnrolParty(step, act.enrol_party());
    case v1::Statement::kCloseHandover:
      return TakeEffectCloseHandover(step, act.close_handover());
    default:
      return std::nullopt;
  }
}

// Either the act takes effect and is pending no longer, or it waits on.
Verdict SettleOrWait(Step& step, const v1::Statement& act, Quorum quorum, const std::string& key,
                     const v1::PendingObject& pending) {
  if (static_cast<std::uint32_t>(pending.endorsements_size()) < ThresholdOf(step, quorum)) {
    step.Put(key, pending);
    return std::nullopt;
  }
  if (Verdict no = TakeEffect(step, act)) return no;
  if (step.Has(key)) step.Remove(key);
  return std::nullopt;
}

}  // namespace

Verdict FoldThresholdAct(Step& step, Quorum quorum) {
  v1::PendingObject pending;
  pending.set_statement(step.verified().statement_bytes());
  pending.set_leaf(step.leaf());
  if (Counts(step, quorum)) AddEndorsement(step, pending);
  return SettleOrWait(step, step.statement(), quorum,
                      PendingKey(step.handover(), keys::AsBytes(step.id())), pending);
}

Verdict FoldEndorse(Step& step) {
  const v1::Endorse& body = step.statement().endorse();
  if (MaybeComplaint complaint = CheckDigest(body.statement())) {
    return FieldObjection("endorse.statement", *complaint);
  }
  const std::string key = PendingKey(step.handover(), keys::AsBytes(body.statement()));
  std::optional<v1::PendingObject> pending = step.Get<v1::PendingObject>(key);
  v1::Statement act;
  if (!pending.has_value() || !act.ParseFromString(pending->statement())) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "endorse.statement",
                  absl::StrCat("No act ", Short(body.statement()),
                               " waits for endorsements here: it is unknown, of another handover, "
                               "or has taken effect."),
                  "Give the id of an act that waits, and its handover if it has one.");
  }
  const Quorum quorum = QuorumOf(act);
  if (!KeyServes(step.key(), RoleFor(quorum), step.clock().time_ms())) {
    return Object(v1::REFUSAL_REASON_KEY_ROLE, "key",
                  absl::StrCat("The key may not endorse \"", statement::BodyName(act), "\"."),
                  quorum == Quorum::kMediators
                      ? "Sign with a key that has the role CHARTER or ALL_ACTS."
                      : "Sign with a key that has the role IDENTITY or ALL_ACTS.");
  }
  if (!Counts(step, quorum)) {
    return Object(
        v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
        absl::StrCat(Quoted(step.actor()), " may not endorse \"", statement::BodyName(act), "\"."),
        quorum == Quorum::kMediators ? "The mediators of the charter endorse it."
                                     : "The registrars of the log endorse it.");
  }
  // One party counts once, whatever number of keys it has; a key belongs to one party.
  for (const v1::Endorsement& given : pending->endorsements()) {
    if (given.party() != step.actor()) continue;
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "endorse.statement",
                  absl::StrCat(Quoted(step.actor()), " has endorsed it at leaf ", given.leaf(),
                               "; a party counts once."),
                  "Nothing is left to do for this party.");
  }
  AddEndorsement(step, *pending);
  return SettleOrWait(step, act, quorum, key, *pending);
}

}  // namespace cairn::ledger
