#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"
#include "keys/key_id.h"

namespace cairn::ledger {
namespace {

bool IsRecoveryKey(const v1::KeyObject& key) {
  return std::find(key.roles().begin(), key.roles().end(), v1::KEY_ROLE_RECOVERY) !=
         key.roles().end();
}

void PutRevoked(Step& step, absl::string_view fingerprint, v1::KeyObject key) {
  key.set_revoked_at(step.leaf());
  key.set_reason(step.statement().revoke_key().reason());
  key.set_revoked_by(step.statement().key());
  step.Put(KeyKey(keys::AsBytes(fingerprint)), key);
}

// A thief may have added keys with the stolen one, and more with those: the recovery key takes them
// all along. Bounded by the keys of one party.
void RevokeWithDescendants(Step& step, const keys::Bytes& fingerprint) {
  std::vector<keys::Bytes> waiting = {fingerprint};
  std::set<keys::Bytes> seen;
  while (!waiting.empty()) {
    const keys::Bytes next = std::move(waiting.back());
    waiting.pop_back();
    if (!seen.insert(next).second) continue;
    std::optional<v1::KeyObject> key = step.Get<v1::KeyObject>(KeyKey(keys::AsBytes(next)));
    if (!key.has_value()) continue;
    waiting.insert(waiting.end(), key->added().begin(), key->added().end());
    if (!key->has_revoked_at()) PutRevoked(step, next, *std::move(key));
  }
}

}  // namespace

Verdict FoldEnrolParty(Step& step) {
  if (Verdict no = CheckEntry(step.statement().enrol_party().entry(), step.expected_origin(),
                              "enrol_party.entry")) {
    return no;
  }
  return FoldThresholdAct(step, Quorum::kRegistrars);
}

Verdict TakeEffectEnrolParty(Step& step, const v1::EnrolParty& act) {
  return Enrol(step, act.entry(), "enrol_party.entry");
}

Verdict FoldAddKey(Step& step) {
  const v1::KeyGrant& grant = step.statement().add_key().grant();
  if (Verdict no = CheckGrant(grant, step.expected_origin(), step.actor(), step.key().key(),
                              "add_key.grant")) {
    return no;
  }
  if (std::find(grant.roles().begin(), grant.roles().end(), v1::KEY_ROLE_RECOVERY) !=
      grant.roles().end()) {
    return FieldObjection(
        "add_key.grant.roles",
        {"a party has one recovery key, the one of its enrolment",
         "Leave the role out; a lost recovery key is replaced by the registrars."});
  }
  const keys::Bytes fingerprint = keys::FingerprintOf(keys::AsBytes(grant.key())).ToBytes();
  if (step.Has(KeyKey(keys::AsBytes(fingerprint)))) {
    return Object(v1::REFUSAL_REASON_DUPLICATE_NAME, "add_key.grant.key",
                  "The key is enrolled already; a revoked one never comes back.",
                  "Make a new key and add that.");
  }
  v1::PartyObject party =
      step.Get<v1::PartyObject>(PartyKey(step.actor())).value_or(v1::PartyObject());
  if (party.keys_size() >= kMaxPartyKeys) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "add_key",
                  absl::StrCat("The party has had ", kMaxPartyKeys, " keys."),
                  "A party has at most so many in its whole life; use those that it has.");
  }
  party.add_keys(fingerprint);
  step.Put(PartyKey(step.actor()), party);
  step.key().add_added(fingerprint);
  step.Put(KeyKey(step.verified().key().View()), step.key());
  PutGrant(step, grant, step.actor(), step.statement().key());
  return std::nullopt;
}

Verdict FoldRevokeKey(Step& step) {
  const v1::RevokeKey& body = step.statement().revoke_key();
  if (MaybeComplaint complaint = CheckDigest(body.key())) {
    return FieldObjection("revoke_key.key", *complaint);
  }
  std::optional<v1::KeyObject> key = step.Get<v1::KeyObject>(KeyKey(keys::AsBytes(body.key())));
  if (!key.has_value() || key->party() != step.actor()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "revoke_key.key",
                  absl::StrCat(Quoted(step.actor()), " has no key ", Short(body.key()), "."),
                  "Give the fingerprint of one of the party's own keys.");
  }
  if (key->has_revoked_at()) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "revoke_key.key",
                  absl::StrCat("The key was revoked at leaf ", key->revoked_at(), "."),
                  "Nothing is left to do.");
  }
  if (IsRecoveryKey(*key)) {
    return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "revoke_key.key",
                  "The recovery key cannot be revoked: who has stolen another key would lock the "
                  "party out.",
                  "Ask the registrars to recover the party if its recovery key is lost.");
  }
  if (MaybeComplaint complaint = CheckChosen(body.reason())) {
    return FieldObjection("revoke_key.reason", *complaint);
  }
  if (IsRecoveryKey(step.key())) {
    RevokeWithDescendants(step, body.key());
  } else {
    PutRevoked(step, body.key(), *std::move(key));
  }
  return std::nullopt;
}

}  // namespace cairn::ledger
