#include "audit/ledger/gate.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"

namespace cairn::ledger {
namespace {

Verdict CheckOrigin(Step& step) {
  if (step.statement().log_origin() == step.expected_origin()) return std::nullopt;
  return Object(v1::REFUSAL_REASON_WRONG_LOG, "log_origin",
                absl::StrCat("The statement is meant for another log; this one is \"",
                             step.expected_origin(), "\"."),
                "Send it to the log that it names, or sign it anew for this one.");
}

// The recovery key revokes and recovers, and does nothing else; all others need the act's role.
bool MaySign(const v1::KeyObject& key, const v1::Statement& statement, const Act* act,
             std::uint64_t time_ms) {
  if (KeyServes(key, v1::KEY_ROLE_RECOVERY, time_ms)) {
    return statement.has_revoke_key() || statement.has_recover_party();
  }
  // An endorsement's role is that of the act it supports: the body looks at it.
  if (act == nullptr || act->key_role == v1::KEY_ROLE_UNSPECIFIED) {
    return std::any_of(key.roles().begin(), key.roles().end(), [](int role) {
      return role >= v1::KEY_ROLE_ALL_ACTS && role <= v1::KEY_ROLE_DISPUTE;
    });
  }
  return KeyServes(key, act->key_role, time_ms);
}

Verdict CheckKey(Step& step, const Act* act) {
  const keys::ByteView fingerprint = step.verified().key().View();
  std::optional<v1::KeyObject> key = step.Get<v1::KeyObject>(KeyKey(fingerprint));
  if (!key.has_value()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_KEY, "key",
                  absl::StrCat("No party of this log has enrolled the key ",
                               Short(keys::AsText(fingerprint)), "."),
                  "Have the registrars enrol the party, or the party add this key, first.");
  }
  step.key() = *std::move(key);
  if (step.key().party() != step.actor()) {
    return Object(v1::REFUSAL_REASON_KEY_NOT_OF_ACTOR, "actor",
                  absl::StrCat("The key belongs to ", Quoted(step.key().party()), ", not to ",
                               Quoted(step.actor()), "."),
                  "Name the party that the key belongs to, or sign with a key of the other.");
  }
  if (step.key().has_revoked_at()) {
    return Object(v1::REFUSAL_REASON_KEY_REVOKED, "key",
                  absl::StrCat("The key was revoked at leaf ", step.key().revoked_at(),
                               "; what it signs later does not count."),
                  "Sign with another key of the party.");
  }
  const std::uint64_t now = step.clock().time_ms();
  if (step.key().has_end_ms() && now >= step.key().end_ms()) {
    return Object(v1::REFUSAL_REASON_KEY_REVOKED, "key",
                  absl::StrCat("The key ended at ", step.key().end_ms(), " ms; the log's time is ",
                               now, " ms."),
                  "Sign with another key of the party.");
  }
  if (!MaySign(step.key(), step.statement(), act, now)) {
    return Object(
        v1::REFUSAL_REASON_KEY_ROLE, "key",
        absl::StrCat("The key has no role for \"", statement::BodyName(step.statement()),
                     "\"; that needs ",
                     KeyRoleName(act == nullptr ? v1::KEY_ROLE_ALL_ACTS : act->key_role), "."),
        "Sign with a key of the party that has this role or ALL_ACTS.");
  }
  return std::nullopt;
}

// Replays stop here: a sequence that was used is never accepted again.
Verdict CheckChain(Step& step) {
  const keys::ByteView fingerprint = step.verified().key().View();
  const v1::ChainObject chain =
      step.Get<v1::ChainObject>(ChainKey(fingerprint)).value_or(v1::ChainObject());
  const std::uint64_t sequence = step.statement().sequence();
  if (sequence != chain.sequence() + 1) {
    return Object(v1::REFUSAL_REASON_SEQUENCE, "sequence",
                  absl::StrCat("It is ", sequence, "; the key's next is ", chain.sequence() + 1,
                               sequence <= chain.sequence()
                                   ? ", so this one was logged before, or another in its place."
                                   : ", so one before it was left out."),
                  "Send what was left out first, or sign again with the next sequence.");
  }
  if (step.statement().previous() != chain.head()) {
    return Object(v1::REFUSAL_REASON_PREVIOUS, "previous",
                  absl::StrCat("It names ", Short(step.statement().previous()),
                               "; the key's last logged statement is ",
                               chain.head().empty() ? "none" : Short(chain.head()), "."),
                  "Sign again on top of the chain's head that comes with this refusal.");
  }
  return std::nullopt;
}

Verdict CheckNotFrozen(Step& step) {
  if (!step.log().has_frozen_at()) return std::nullopt;
  return Object(
      v1::REFUSAL_REASON_FROZEN, "",
      absl::StrCat("The log was frozen at leaf ", step.log().frozen_at() - step.log().base(),
                   ", its last: nothing more is accepted."),
      "Ask the registrars for the log that goes on from this one, and say it there.");
}

Verdict CheckStanding(Step& step) {
  if (step.log().has_standing_since() || step.statement().has_endorse() ||
      step.statement().has_witnessed()) {
    return std::nullopt;
  }
  return Object(
      v1::REFUSAL_REASON_WRONG_STATE, "",
      absl::StrCat("The log does not stand yet: fewer than ", step.log().registrar_threshold(),
                   " registrars have endorsed its Genesis."),
      "Have the registrars endorse the Genesis first.");
}

Verdict NotInAHandover(const Step& step) {
  if (step.handover().empty()) return std::nullopt;
  return Object(v1::REFUSAL_REASON_FIELD, "handover",
                absl::StrCat("A statement \"", statement::BodyName(step.statement()),
                             "\" concerns the whole log and names no handover."),
                "Leave the field empty.");
}

Verdict CheckPhase(Scope scope, const v1::HandoverObject& handover) {
  const bool in_force = handover.has_in_force_since();
  if (scope == Scope::kEither) return std::nullopt;
  const bool also_closed = scope == Scope::kDelivery || scope == Scope::kAfterwards;
  if (scope == Scope::kOpened) {
    if (!in_force) return std::nullopt;
    return Object(
        v1::REFUSAL_REASON_WRONG_STATE, "handover",
        absl::StrCat("The charter is in force since leaf ", handover.in_force_since(), "."),
        "Nothing is left to accept.");
  }
  if (!in_force) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "handover",
                  "The charter is not in force: not every party that it names has accepted it.",
                  "Wait until all have accepted, then submit the same again.");
  }
  if (!also_closed && handover.has_closed_at()) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "handover",
                  absl::StrCat("The handover was closed at leaf ", handover.closed_at(), "."),
                  "After the end only supplements, findings, incidents, claims and replies are "
                  "taken.");
  }
  return std::nullopt;
}

Verdict CheckHandover(Step& step, const Act& act) {
  if (act.scope == Scope::kAround) return std::nullopt;
  if (act.scope == Scope::kLog) return NotInAHandover(step);
  const bool may_be_log_wide = act.scope == Scope::kEither || act.scope == Scope::kEndorsing;
  if (step.handover().empty() && may_be_log_wide) return std::nullopt;
  if (MaybeComplaint complaint = CheckDigest(step.statement().handover())) {
    return FieldObjection("handover", *complaint);
  }
  const auto handover = step.Get<v1::HandoverObject>(HandoverKey(step.handover()));
  if (!handover.has_value()) {
    return Object(
        v1::REFUSAL_REASON_UNKNOWN_HANDOVER, "handover",
        absl::StrCat("This log has no handover ", Short(step.statement().handover()), "."),
        "Give the id of the OpenHandover statement, 32 bytes.");
  }
  return CheckPhase(act.scope, *handover);
}

bool IsEntitled(Step& step, Entitled entitled) {
  const auto has = [&step](v1::CharterRole role) {
    return HasRole(step.charter(), step.actor(), role);
  };
  switch (entitled) {
    case Entitled::kAnyone:
    case Entitled::kByBody:
      return true;
    case Entitled::kOperator:
      return step.actor() == step.log().operator_party();
    case Entitled::kRegistrars:
      return std::find(step.log().registrars().begin(), step.log().registrars().end(),
                       step.actor()) != step.log().registrars().end();
    case Entitled::kNamed:
      return IsNamed(step.charter(), step.actor());
    case Entitled::kHolding:
      return has(v1::CHARTER_ROLE_HOLDING);
    case Entitled::kReceiving:
      return has(v1::CHARTER_ROLE_RECEIVING);
    case Entitled::kMediator:
      return has(v1::CHARTER_ROLE_MEDIATOR);
    case Entitled::kTranscribing:
      return has(v1::CHARTER_ROLE_HOLDING) || has(v1::CHARTER_ROLE_RECEIVING) ||
             has(v1::CHARTER_ROLE_TRANSCRIBER);
    case Entitled::kAssessing:
      return has(v1::CHARTER_ROLE_HOLDING) || has(v1::CHARTER_ROLE_RECEIVING) ||
             has(v1::CHARTER_ROLE_ASSESSOR);
    case Entitled::kFinding:
      return has(v1::CHARTER_ROLE_RECEIVING) || has(v1::CHARTER_ROLE_FINDER) ||
             has(v1::CHARTER_ROLE_SURVEYOR);
    case Entitled::kLocating:
      return has(v1::CHARTER_ROLE_RECEIVING) || has(v1::CHARTER_ROLE_SURVEYOR);
  }
  return false;
}

absl::string_view WhoMay(Entitled entitled) {
  switch (entitled) {
    case Entitled::kOperator:
      return "the operator of the log";
    case Entitled::kRegistrars:
      return "a registrar of the log";
    case Entitled::kHolding:
      return "a holding party of the charter";
    case Entitled::kReceiving:
      return "a receiving party of the charter";
    case Entitled::kMediator:
      return "a mediator of the charter";
    case Entitled::kTranscribing:
      return "a holding party, a receiving party or a transcriber of the charter";
    case Entitled::kAssessing:
      return "a holding party, a receiving party or an assessor of the charter";
    case Entitled::kFinding:
      return "a receiving party, a finder or a surveyor of the charter";
    case Entitled::kLocating:
      return "a receiving party or a surveyor of the charter";
    default:
      return "a party that the charter names";
  }
}

Verdict CheckEntitled(Step& step, Entitled entitled) {
  if (IsEntitled(step, entitled)) return std::nullopt;
  return Object(
      v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
      absl::StrCat(Quoted(step.actor()), " may not make the statement \"",
                   statement::BodyName(step.statement()), "\" here; ", WhoMay(entitled), " may."),
      "Leave it to a party that has the role.");
}

Verdict CheckKnown(const Step& step, const Act* act, std::uint32_t version) {
  if (act != nullptr) return std::nullopt;
  if (step.statement().has_genesis()) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "genesis", "This log has its Genesis already.",
                  "A log has one Genesis, its leaf 0. A new log needs a new origin.");
  }
  return Object(v1::REFUSAL_REASON_NOT_IMPLEMENTED,
                std::string(statement::BodyName(step.statement())),
                absl::StrCat("The rules of this log (fold version ", version,
                             " in this program) give no effect to a statement \"",
                             statement::BodyName(step.statement()), "\" yet."),
                "Keep what you wanted to say. It can be signed once the log has adopted rules "
                "that know it.");
}

}  // namespace

Verdict CheckEnvelope(const Step& step, std::uint64_t time_ms) {
  const v1::Statement& statement = step.statement();
  if (statement.expires_at_ms() <= statement.issued_at_ms() ||
      statement.expires_at_ms() - statement.issued_at_ms() > kMaxValidityMs) {
    return Object(v1::REFUSAL_REASON_FIELD, "expires_at_ms",
                  "The statement expires before it was issued, or more than 90 days after.",
                  "Let it expire at most 90 days after issued_at_ms.");
  }
  if (step.is_relodged()) return std::nullopt;
  if (time_ms > statement.expires_at_ms()) {
    return Object(v1::REFUSAL_REASON_EXPIRED, "expires_at_ms",
                  absl::StrCat("The statement expired at ", statement.expires_at_ms(),
                               " ms; the log's time is ", time_ms, " ms."),
                  "Sign it again if it is still meant.");
  }
  if (!statement.has_seen()) return std::nullopt;
  if (MaybeComplaint complaint = CheckDigest(statement.seen().root_hash())) {
    return FieldObjection("seen.root_hash", *complaint);
  }
  // The root at that size is compared by whoever has the tree; a size beyond it needs none.
  if (statement.seen().tree_size() > step.index()) {
    Objection objection = OtherHistory(statement.seen(), {});
    objection.field = "seen.tree_size";
    return objection;
  }
  return std::nullopt;
}

Verdict PassGate(Step& step, const Act*& act) {
  const std::uint32_t version = step.log().fold_version();
  act = FindAct(step.statement().body_case(), version);
  if (Verdict no = CheckOrigin(step)) return no;
  if (Verdict no = CheckKey(step, act)) return no;
  if (Verdict no = CheckNotFrozen(step)) return no;
  if (Verdict no = CheckChain(step)) return no;
  if (Verdict no = CheckEnvelope(step, step.clock().time_ms())) return no;
  if (Verdict no = CheckStanding(step)) return no;
  if (Verdict no = CheckKnown(step, act, version)) return no;
  if (Verdict no = CheckHandover(step, *act)) return no;
  return CheckEntitled(step, act->entitled);
}

}  // namespace cairn::ledger
