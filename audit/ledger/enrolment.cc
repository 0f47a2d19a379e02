#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "keys/key_id.h"
#include "keys/possession.h"
#include "keys/sealing.h"
#include "keys/signing.h"

namespace cairn::ledger {
namespace {

bool IsSealingRole(int role) {
  return role == v1::KEY_ROLE_SEALING || role == v1::KEY_ROLE_SEALING_PERSONS;
}

bool IsSigningKey(absl::string_view typed_key) {
  return !typed_key.empty() && static_cast<std::uint8_t>(typed_key[0]) ==
                                   static_cast<std::uint8_t>(keys::KeyType::kEd25519);
}

bool HasRecoveryRole(const v1::KeyGrant& grant) {
  return std::find(grant.roles().begin(), grant.roles().end(), v1::KEY_ROLE_RECOVERY) !=
         grant.roles().end();
}

keys::Bytes FingerprintBytes(absl::string_view typed_key) {
  return keys::FingerprintOf(keys::AsBytes(typed_key)).ToBytes();
}

absl::Status IsValidKey(absl::string_view typed_key) {
  if (IsSigningKey(typed_key)) {
    return keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(typed_key)).status();
  }
  return keys::SealingPublicKey::FromTypedBytes(keys::AsBytes(typed_key)).status();
}

MaybeComplaint CheckRoles(const v1::KeyGrant& grant) {
  if (MaybeComplaint complaint = CheckAscendingEnums(grant.roles(), 1)) return complaint;
  const bool is_signing = IsSigningKey(grant.key());
  for (const int role : grant.roles()) {
    if (IsSealingRole(role) != is_signing) continue;
    return Complaint{
        is_signing ? "a signing key has a sealing role" : "a sealing key has a signing role",
        "Keep separate keys for signing (Ed25519) and for sealing (X25519)."};
  }
  if (HasRecoveryRole(grant) && grant.roles_size() > 1) {
    return Complaint{"the recovery key has other roles as well",
                     "A recovery key lies in a vault and has no other role."};
  }
  return std::nullopt;
}

Verdict CheckProof(const v1::KeyGrant& grant, absl::string_view log_origin, absl::string_view party,
                   absl::string_view voucher, const std::string& path) {
  const absl::string_view prover = IsSigningKey(grant.key()) ? grant.key() : voucher;
  const auto signer = keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(prover));
  const absl::Status proof =
      signer.ok() ? keys::CheckPossession(*signer, log_origin, party, keys::AsBytes(grant.key()),
                                          keys::AsBytes(grant.possession()))
                  : signer.status();
  if (proof.ok()) return std::nullopt;
  return FieldObjection(
      absl::StrCat(path, ".possession"),
      {absl::StrCat("the proof that the party has this key does not hold: ", proof.message()),
       "Make the proof with the key itself, for this log and this party; for a "
       "sealing key with the party's signing key."});
}

}  // namespace

Verdict CheckGrant(const v1::KeyGrant& grant, absl::string_view log_origin, absl::string_view party,
                   absl::string_view voucher, const std::string& path) {
  if (absl::Status key = IsValidKey(grant.key()); !key.ok()) {
    return FieldObjection(
        absl::StrCat(path, ".key"),
        {absl::StrCat("it is no valid key: ", key.message()),
         "Give the type byte and the 32 bytes of a key that a key program made."});
  }
  if (MaybeComplaint complaint = CheckName(grant.name())) {
    return FieldObjection(absl::StrCat(path, ".name"), *complaint);
  }
  if (MaybeComplaint complaint = CheckRoles(grant)) {
    return FieldObjection(absl::StrCat(path, ".roles"), *complaint);
  }
  if (grant.has_end_ms() && grant.end_ms() == 0) {
    return FieldObjection(absl::StrCat(path, ".end_ms"),
                          {"the key ends before it begins", "Leave it out, or give a later time."});
  }
  return CheckProof(grant, log_origin, party, voucher, path);
}

Verdict CheckEntry(const v1::PartyEntry& entry, absl::string_view log_origin,
                   const std::string& path) {
  if (MaybeComplaint complaint = CheckHandle(entry.party())) {
    return FieldObjection(absl::StrCat(path, ".party"), *complaint);
  }
  if (MaybeComplaint complaint = CheckName(entry.name())) {
    return FieldObjection(absl::StrCat(path, ".name"), *complaint);
  }
  const std::string keys_path = absl::StrCat(path, ".keys");
  if (entry.keys_size() < 2 || entry.keys_size() > kMaxEntryKeys) {
    return FieldObjection(keys_path,
                          {absl::StrCat("it has ", entry.keys_size(), " keys"),
                           "Give a signing key, a recovery key, and at most 16 in all."});
  }
  const v1::KeyGrant& first = entry.keys(0);
  if (!IsSigningKey(first.key()) || HasRecoveryRole(first)) {
    return FieldObjection(keys_path, {"the first key is not one that the party signs with",
                                      "Put an Ed25519 key with signing roles first."});
  }
  if (std::count_if(entry.keys().begin(), entry.keys().end(), HasRecoveryRole) != 1) {
    return FieldObjection(keys_path, {"it does not have exactly one recovery key",
                                      "Give one Ed25519 key with the role RECOVERY."});
  }
  for (int i = 0; i < entry.keys_size(); ++i) {
    const std::string key_path = absl::StrCat(keys_path, "[", i, "]");
    if (Verdict no = CheckGrant(entry.keys(i), log_origin, entry.party(), first.key(), key_path)) {
      return no;
    }
  }
  return std::nullopt;
}

Verdict Enrol(Step& step, const v1::PartyEntry& entry, const std::string& path) {
  if (step.Has(PartyKey(entry.party()))) {
    return Object(v1::REFUSAL_REASON_DUPLICATE_NAME, absl::StrCat(path, ".party"),
                  absl::StrCat("The handle ", Quoted(entry.party()), " is taken."),
                  "Choose another handle; one names the same party for ever.");
  }
  std::set<keys::Bytes> own;
  for (int i = 0; i < entry.keys_size(); ++i) {
    const keys::Bytes fingerprint = FingerprintBytes(entry.keys(i).key());
    if (own.insert(fingerprint).second && !step.Has(KeyKey(keys::AsBytes(fingerprint)))) continue;
    return Object(v1::REFUSAL_REASON_DUPLICATE_NAME, absl::StrCat(path, ".keys[", i, "].key"),
                  "The key is enrolled already.", "Give every role of every party its own key.");
  }
  v1::PartyObject party;
  party.set_party(entry.party());
  party.set_name(entry.name());
  party.set_leaf(step.leaf());
  for (const v1::KeyGrant& grant : entry.keys()) {
    party.add_keys(FingerprintBytes(grant.key()));
    if (HasRecoveryRole(grant)) party.set_recovery_key(FingerprintBytes(grant.key()));
    PutGrant(step, grant, entry.party(), "");
  }
  step.Put(PartyKey(entry.party()), party);
  return std::nullopt;
}

void PutGrant(Step& step, const v1::KeyGrant& grant, absl::string_view party,
              absl::string_view added_by) {
  v1::KeyObject key;
  key.set_key(grant.key());
  key.set_party(std::string(party));
  key.set_name(grant.name());
  *key.mutable_roles() = grant.roles();
  if (grant.has_end_ms()) key.set_end_ms(grant.end_ms());
  key.set_leaf(step.leaf());
  key.set_added_by(std::string(added_by));
  step.Put(KeyKey(keys::AsBytes(FingerprintBytes(grant.key()))), key);
}

}  // namespace cairn::ledger
