#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/acts.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "audit/ledger/said.h"

namespace cairn::ledger {
namespace {

Quorum QuorumOf(const v1::Statement& act) {
  return act.has_close_handover() || act.has_rule() ? Quorum::kMediators : Quorum::kRegistrars;
}

// The key's role for an act is that of whoever made it.
v1::KeyRole RoleFor(const v1::Statement& act) {
  if (act.has_rule()) return v1::KEY_ROLE_DISPUTE;
  return act.has_close_handover() ? v1::KEY_ROLE_CHARTER : v1::KEY_ROLE_IDENTITY;
}

// Nobody rules on its own word.
bool IsOwnWord(Step& step, const v1::Statement& act) {
  if (!act.has_rule()) return false;
  const auto said = GetSaid(step, act.rule().statement());
  return said.has_value() && said->author() == step.actor();
}

template <typename Handles>
bool IsOneOf(const Handles& handles, absl::string_view party) {
  return std::find(handles.begin(), handles.end(), party) != handles.end();
}

bool Counts(Step& step, Quorum quorum, const v1::Statement& act) {
  if (quorum == Quorum::kMediators) {
    return HasRole(step.charter(), step.actor(), v1::CHARTER_ROLE_MEDIATOR) &&
           !IsOwnWord(step, act);
  }
  return IsOneOf(step.log().registrars(), step.actor()) ||
         (act.has_genesis() && IsOneOf(step.log().former().registrars(), step.actor()));
}

std::uint32_t ThresholdOf(Step& step, Quorum quorum) {
  return quorum == Quorum::kMediators ? step.charter().mediator_threshold()
                                      : step.log().registrar_threshold();
}

// A successor's Genesis needs its own registrars' threshold and the predecessor's.
bool IsReached(Step& step, Quorum quorum, const v1::Statement& act,
               const v1::PendingObject& pending) {
  if (!act.has_genesis() || !step.log().has_former()) {
    return static_cast<std::uint32_t>(pending.endorsements_size()) >= ThresholdOf(step, quorum);
  }
  std::uint32_t own = 0;
  std::uint32_t former = 0;
  for (const v1::Endorsement& given : pending.endorsements()) {
    if (IsOneOf(step.log().registrars(), given.party())) ++own;
    if (IsOneOf(step.log().former().registrars(), given.party())) ++former;
  }
  return own >= step.log().registrar_threshold() && former >= step.log().former().threshold();
}

void AddEndorsement(const Step& step, v1::PendingObject& pending) {
  v1::Endorsement& endorsement = *pending.add_endorsements();
  endorsement.set_party(step.actor());
  endorsement.set_key(step.statement().key());
  endorsement.set_leaf(step.leaf());
}

Verdict TakeEffect(Step& step, absl::string_view id, const v1::Statement& act) {
  switch (act.body_case()) {
    case v1::Statement::kGenesis:
      return TakeEffectGenesis(step);
    case v1::Statement::kFreeze:
      return TakeEffectFreeze(step, id, act);
    case v1::Statement::kEnrolParty:
      return TakeEffectEnrolParty(step, act.enrol_party());
    case v1::Statement::kCloseHandover:
      return TakeEffectCloseHandover(step, act.close_handover());
    case v1::Statement::kRule:
      return TakeEffectRule(step, id, act.rule());
    default:
      return std::nullopt;
  }
}

// Either the act takes effect and is pending no longer, or it waits on.
Verdict SettleOrWait(Step& step, absl::string_view id, const v1::Statement& act, Quorum quorum,
                     const v1::PendingObject& pending) {
  const std::string key = PendingKey(step.handover(), keys::AsBytes(id));
  if (!IsReached(step, quorum, act, pending)) {
    step.Put(key, pending);
    return std::nullopt;
  }
  if (Verdict no = TakeEffect(step, id, act)) return no;
  if (step.Has(key)) step.Remove(key);
  return std::nullopt;
}

}  // namespace

Verdict FoldThresholdAct(Step& step, Quorum quorum) {
  v1::PendingObject pending;
  pending.set_statement(step.verified().statement_bytes());
  pending.set_leaf(step.leaf());
  if (Counts(step, quorum, step.statement())) AddEndorsement(step, pending);
  return SettleOrWait(step, step.id(), step.statement(), quorum, pending);
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
  if (!KeyServes(step.key(), RoleFor(act), step.clock().time_ms())) {
    return Object(v1::REFUSAL_REASON_KEY_ROLE, "key",
                  absl::StrCat("The key may not endorse \"", statement::BodyName(act), "\"."),
                  absl::StrCat("Sign with a key that has the role ", KeyRoleName(RoleFor(act)),
                               " or ALL_ACTS."));
  }
  if (!Counts(step, quorum, act)) {
    return Object(
        v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
        absl::StrCat(Quoted(step.actor()), " may not endorse \"", statement::BodyName(act), "\"."),
        quorum == Quorum::kMediators
            ? "The mediators of the charter endorse it, but none a ruling on its own word."
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
  return SettleOrWait(step, body.statement(), act, quorum, *pending);
}

}  // namespace cairn::ledger
