#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"
#include "audit/note/policy.h"
#include "keys/key_id.h"

namespace cairn::ledger {
namespace {

int CountRole(const v1::Charter& charter, v1::CharterRole role) {
  return static_cast<int>(
      std::count_if(charter.parties().begin(), charter.parties().end(),
                    [&](const auto& named) { return HasRole(charter, named.party(), role); }));
}

Verdict CheckParties(Step& step, const v1::Charter& charter, const std::string& path) {
  const std::string list = absl::StrCat(path, ".parties");
  if (charter.parties_size() > kMaxParties) {
    return FieldObjection(
        list, {absl::StrCat("it names ", charter.parties_size(), " parties"), "Name at most 64."});
  }
  std::set<absl::string_view> seen;
  for (int i = 0; i < charter.parties_size(); ++i) {
    const v1::CharterParty& named = charter.parties(i);
    if (!step.Has(PartyKey(named.party()))) {
      return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, absl::StrCat(list, "[", i, "].party"),
                    absl::StrCat("The log has no party ", Quoted(named.party()), "."),
                    "Have the registrars enrol it first.");
    }
    if (!seen.insert(named.party()).second) {
      return FieldObjection(absl::StrCat(list, "[", i, "].party"),
                            {"the party is named twice", "Name it once, with all its roles."});
    }
    if (MaybeComplaint complaint = CheckAscendingEnums(named.roles(), 1)) {
      return FieldObjection(absl::StrCat(list, "[", i, "].roles"), *complaint);
    }
  }
  const int mediators = CountRole(charter, v1::CHARTER_ROLE_MEDIATOR);
  if (CountRole(charter, v1::CHARTER_ROLE_HOLDING) < 1 ||
      CountRole(charter, v1::CHARTER_ROLE_RECEIVING) < 1 || mediators < 1 ||
      mediators > kMaxMediators) {
    return FieldObjection(list, {"it lacks a holding party, a receiving party or a mediator, or "
                                 "has more than 16 mediators",
                                 "Name at least one of each, and at most 16 mediators."});
  }
  if (MaybeComplaint complaint =
          CheckCount(charter.mediator_threshold(), 1, static_cast<std::uint64_t>(mediators))) {
    return FieldObjection(absl::StrCat(path, ".mediator_threshold"), *complaint);
  }
  return std::nullopt;
}

// Areas and sources alike: handles, none twice, with a name.
template <typename List, typename HandleOf>
Verdict CheckPlaces(const List& list, int most, const std::string& path, HandleOf handle_of) {
  if (list.empty() || list.size() > most) {
    return FieldObjection(path, {absl::StrCat("it has ", list.size(), " entries"),
                                 absl::StrCat("Give 1 to ", most, ".")});
  }
  std::set<absl::string_view> seen;
  for (int i = 0; i < list.size(); ++i) {
    const std::string entry = absl::StrCat(path, "[", i, "]");
    if (MaybeComplaint complaint = CheckHandle(handle_of(list[i]))) {
      return FieldObjection(entry, *complaint);
    }
    if (!seen.insert(handle_of(list[i])).second) {
      return FieldObjection(entry, {"its handle is there twice", "Give each a handle of its own."});
    }
    if (MaybeComplaint complaint = CheckName(list[i].name())) {
      return FieldObjection(absl::StrCat(entry, ".name"), *complaint);
    }
  }
  return std::nullopt;
}

Verdict CheckRuleSet(const v1::Charter& charter, const std::string& path) {
  const v1::RuleSetRef& rule_set = charter.rule_set();
  if (MaybeComplaint complaint = CheckName(rule_set.id())) {
    return FieldObjection(absl::StrCat(path, ".id"), *complaint);
  }
  if (MaybeComplaint complaint = CheckCount(rule_set.version(), 1, kMaxCount)) {
    return FieldObjection(absl::StrCat(path, ".version"), *complaint);
  }
  if (MaybeComplaint complaint = CheckDigest(rule_set.digest())) {
    return FieldObjection(absl::StrCat(path, ".digest"), *complaint);
  }
  return std::nullopt;
}

// `keys` are sealing keys of the party, in this role, none twice.
template <typename Keys>
Verdict CheckSealingKeys(Step& step, const Keys& keys, absl::string_view party, v1::KeyRole role,
                         const std::string& path) {
  std::set<absl::string_view> seen;
  for (int i = 0; i < keys.size(); ++i) {
    const keys::KeyFingerprint fingerprint = keys::FingerprintOf(keys::AsBytes(keys[i]));
    const auto key = step.Get<v1::KeyObject>(KeyKey(fingerprint.View()));
    const bool fits = key.has_value() && key->party() == party &&
                      KeyServes(*key, role, step.clock().time_ms()) && seen.insert(keys[i]).second;
    if (fits) continue;
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, absl::StrCat(path, "[", i, "]"),
                  absl::StrCat("It is no sealing key of ", Quoted(party),
                               " for this purpose, or it is there twice, revoked or ended."),
                  role == v1::KEY_ROLE_SEALING
                      ? "Have the party add a key with the role SEALING first."
                      : "Have the party add a key with the role SEALING_PERSONS first.");
  }
  return std::nullopt;
}

Verdict CheckRecipient(Step& step, const v1::Recipient& recipient, const std::string& path) {
  if (recipient.keys_size() < kMinRecipientKeys || recipient.keys_size() > kMaxRecipientKeys ||
      recipient.persons_keys_size() > kMaxRecipientKeys) {
    return FieldObjection(
        absl::StrCat(path, ".keys"),
        {absl::StrCat("the recipient has ", recipient.keys_size(), " sealing keys"),
         "Give at least two, so that one may be lost, and at most 16."});
  }
  if (Verdict no = CheckSealingKeys(step, recipient.keys(), recipient.party(), v1::KEY_ROLE_SEALING,
                                    absl::StrCat(path, ".keys"))) {
    return no;
  }
  return CheckSealingKeys(step, recipient.persons_keys(), recipient.party(),
                          v1::KEY_ROLE_SEALING_PERSONS, absl::StrCat(path, ".persons_keys"));
}

Verdict CheckRecipients(Step& step, const v1::Charter& charter, const std::string& path) {
  std::set<absl::string_view> seen;
  bool one_receives = false;
  for (int i = 0; i < charter.recipients_size(); ++i) {
    const v1::Recipient& recipient = charter.recipients(i);
    const std::string entry = absl::StrCat(path, "[", i, "]");
    if (!IsNamed(charter, recipient.party()) || !seen.insert(recipient.party()).second) {
      return FieldObjection(absl::StrCat(entry, ".party"),
                            {"the recipient is no party of this charter, or is there twice",
                             "Name parties of the charter, each once."});
    }
    if (Verdict no = CheckRecipient(step, recipient, entry)) return no;
    one_receives = one_receives || HasRole(charter, recipient.party(), v1::CHARTER_ROLE_RECEIVING);
  }
  if (one_receives) return std::nullopt;
  return FieldObjection(path, {"no receiving party is a recipient",
                               "Name at least one receiving party, so that somebody can open "
                               "what is delivered."});
}

Verdict CheckWitnesses(const v1::Charter& charter, const std::string& path) {
  if (charter.witnesses_size() > kMaxSideWitnesses) {
    return FieldObjection(path, {"it names too many witnesses", "Name at most 15."});
  }
  std::set<absl::string_view> seen;
  for (int i = 0; i < charter.witnesses_size(); ++i) {
    const v1::SideWitness& witness = charter.witnesses(i);
    const bool fits = !CheckName(witness.name()) && seen.insert(witness.name()).second &&
                      (witness.party().empty() || IsNamed(charter, witness.party()));
    if (fits) continue;
    return FieldObjection(absl::StrCat(path, "[", i, "]"),
                          {"the witness has no name or one that is there twice, or its party is "
                           "not in the charter",
                           "Name each witness once, with its party, or without one if neutral."});
  }
  return std::nullopt;
}

// The policy text of the charter, or the log's where it has none.
const std::string& TextOr(const std::string& text, const std::string& fallback) {
  return text.empty() ? fallback : text;
}

// A side's witness that no policy names could never be asked for.
Verdict CheckWitnessNames(Step& step, const v1::Charter& charter, const std::string& path) {
  if (charter.witnesses().empty() || step.log().fold_version() < 2) return std::nullopt;
  const v1::PolicyObject log =
      step.Get<v1::PolicyObject>(std::string(kPolicyKey)).value_or(v1::PolicyObject());
  std::set<std::string> named;
  for (const std::string* text : {&TextOr(charter.progress_policy(), log.progress_policy()),
                                  &TextOr(charter.final_policy(), log.final_policy())}) {
    const auto policy = note::Policy::Parse(*text);
    if (!policy.ok()) continue;
    for (const note::Policy::Witness& witness : policy->witnesses()) named.insert(witness.name);
  }
  for (int i = 0; i < charter.witnesses_size(); ++i) {
    if (named.count(charter.witnesses(i).name()) > 0) continue;
    return FieldObjection(absl::StrCat(path, "[", i, "].name"),
                          {"neither policy has a witness of that name",
                           "Name each witness as the progress or the final policy does."});
  }
  return std::nullopt;
}

Verdict CheckTerms(const v1::Charter& charter, const std::string& path) {
  const v1::Terms& terms = charter.terms();
  const std::pair<const char*, std::uint64_t> all[] = {
      {".custody_ms", terms.custody_ms()},
      {".answer_ms", terms.answer_ms()},
      {".finding_answer_ms", terms.finding_answer_ms()},
      {".witness_ms", terms.witness_ms()},
      {".position_ms", terms.position_ms()},
      {".escrow_ms", terms.escrow_ms()}};
  for (const auto& [name, value] : all) {
    if (MaybeComplaint complaint = CheckCount(value, 0, kMaxTermMs)) {
      return FieldObjection(absl::StrCat(path, name), *complaint);
    }
  }
  if (terms.custody_ms() > 0) return std::nullopt;
  return FieldObjection(absl::StrCat(path, ".custody_ms"),
                        {"the receiving party has no time to acknowledge",
                         "Give a term of at least one millisecond."});
}

Verdict CheckEscrow(const v1::Charter& charter, const std::string& path) {
  const v1::EscrowTerms& escrow = charter.escrow();
  if (escrow.policy() > v1::RELEASE_POLICY_NONE) {
    return Object(v1::REFUSAL_REASON_NOT_IMPLEMENTED, absl::StrCat(path, ".policy"),
                  "Fold version 1 of this program knows no escrow, so a charter that rests on one "
                  "could not be kept.",
                  "Use RELEASE_POLICY_NONE: packages are sealed to the recipients alone.");
  }
  if (escrow.threshold() == 0 && escrow.holders().empty()) return std::nullopt;
  return FieldObjection(path,
                        {"it names a threshold or holders without an escrow", "Leave both out."});
}

Verdict CheckPolicies(const v1::Charter& charter, const std::string& path) {
  // Empty: the log's default.
  const std::pair<const char*, const std::string*> all[] = {
      {".progress_policy", &charter.progress_policy()}, {".final_policy", &charter.final_policy()}};
  for (const auto& [name, text] : all) {
    if (text->empty()) continue;
    if (MaybeComplaint complaint = CheckPolicyText(*text)) {
      return FieldObjection(absl::StrCat(path, name), *complaint);
    }
  }
  return std::nullopt;
}

}  // namespace

Verdict CheckCharter(Step& step, const v1::Charter& charter, const std::string& path) {
  if (MaybeComplaint complaint = CheckName(charter.name())) {
    return FieldObjection(absl::StrCat(path, ".name"), *complaint);
  }
  if (Verdict no = CheckParties(step, charter, path)) return no;
  if (Verdict no =
          CheckPlaces(charter.areas(), kMaxAreas, absl::StrCat(path, ".areas"),
                      [](const v1::CharterArea& a) { return absl::string_view(a.area()); })) {
    return no;
  }
  if (Verdict no =
          CheckPlaces(charter.sources(), kMaxSources, absl::StrCat(path, ".sources"),
                      [](const v1::CharterSource& s) { return absl::string_view(s.source()); })) {
    return no;
  }
  if (Verdict no = CheckRuleSet(charter, absl::StrCat(path, ".rule_set"))) return no;
  if (Verdict no = CheckRecipients(step, charter, absl::StrCat(path, ".recipients"))) return no;
  if (Verdict no = CheckPolicies(charter, path)) return no;
  if (Verdict no = CheckWitnesses(charter, absl::StrCat(path, ".witnesses"))) return no;
  if (Verdict no = CheckWitnessNames(step, charter, absl::StrCat(path, ".witnesses"))) return no;
  if (charter.has_control_history()) {
    if (MaybeComplaint complaint = CheckAnnex(charter.control_history())) {
      return FieldObjection(absl::StrCat(path, ".control_history"), *complaint);
    }
  }
  if (Verdict no = CheckTerms(charter, absl::StrCat(path, ".terms"))) return no;
  return CheckEscrow(charter, absl::StrCat(path, ".escrow"));
}

}  // namespace cairn::ledger
