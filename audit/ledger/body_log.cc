#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/fold.h"
#include "audit/ledger/gate.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/note/checkpoint.h"
#include "audit/note/policy.h"
#include "keys/key_id.h"
#include "keys/vkey.h"

namespace cairn::ledger {
namespace {

constexpr std::uint32_t kWitnessesSince = 2;  // Fold version.

// The envelope of leaf 0, where no key is enrolled that could be looked up.
Verdict CheckGenesisEnvelope(Step& step, const keys::VerifierKey& vkey) {
  const v1::Statement& statement = step.statement();
  const v1::PartyEntry& entry = statement.genesis().operator_();
  if (statement.log_origin() != vkey.name()) {
    return Object(v1::REFUSAL_REASON_WRONG_LOG, "log_origin",
                  "The origin is not the name of the log's verifier key.",
                  "Use the name of genesis.log_vkey as origin.");
  }
  if (statement.actor() != entry.party()) {
    return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
                  "Genesis is made by the operator that it names.", "Name the operator as actor.");
  }
  if (entry.keys().empty() ||
      keys::FingerprintOf(keys::AsBytes(entry.keys(0).key())).ToBytes() != statement.key()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_KEY, "key",
                  "Genesis is not signed by the operator's first key.",
                  "Sign with the key that genesis.operator lists first.");
  }
  // In a successor log the operator's key may have signed in the predecessor.
  const v1::ChainObject chain =
      step.Get<v1::ChainObject>(ChainKey(step.verified().key().View())).value_or(v1::ChainObject());
  if (statement.sequence() != chain.sequence() + 1 || statement.previous() != chain.head() ||
      statement.has_seen() || !statement.handover().empty()) {
    return Object(v1::REFUSAL_REASON_SEQUENCE, "sequence",
                  "Genesis comes before everything else: its sequence is 1, and it has no "
                  "previous, no note seen and no handover. Only where its key has signed in a "
                  "predecessor does it follow the last statement there.",
                  "Leave these fields empty.");
  }
  return CheckEnvelope(step, 0);
}

Verdict CheckPolicies(const v1::Genesis& genesis) {
  if (MaybeComplaint complaint = CheckPolicyText(genesis.progress_policy())) {
    return FieldObjection("genesis.progress_policy", *complaint);
  }
  if (MaybeComplaint complaint = CheckPolicyText(genesis.final_policy())) {
    return FieldObjection("genesis.final_policy", *complaint);
  }
  const bool progress = note::Policy::Parse(genesis.progress_policy())->WantsWitnesses();
  if (genesis.fold_version() < kWitnessesSince) {
    if (!progress) return std::nullopt;
    return Object(v1::REFUSAL_REASON_NOT_IMPLEMENTED, "genesis.progress_policy",
                  "Fold version 1 takes the log's time from the operator's clock only.",
                  "Use fold version 2, or the line \"quorum none\".");
  }
  // What is final has at least made progress; and without a progress policy nobody gives the time.
  const bool at_last = note::Policy::Parse(genesis.final_policy())->WantsWitnesses();
  if (progress == at_last) return std::nullopt;
  return FieldObjection("genesis.final_policy",
                        {"one of the two policies asks for witnesses and the other for none",
                         "Let both ask for witnesses, or both have the line \"quorum none\"."});
}

Verdict CheckGenesisFields(const v1::Genesis& genesis) {
  if (genesis.registrars_size() < 1 || genesis.registrars_size() > kMaxRegistrars) {
    return FieldObjection(
        "genesis.registrars",
        {absl::StrCat("it names ", genesis.registrars_size(), " registrars"), "Name 1 to 16."});
  }
  if (MaybeComplaint complaint =
          CheckCount(genesis.registrar_threshold(), 1,
                     static_cast<std::uint64_t>(genesis.registrars_size()))) {
    return FieldObjection("genesis.registrar_threshold", *complaint);
  }
  if (genesis.fold_version() < 1 || genesis.fold_version() > kFoldVersion) {
    return Object(v1::REFUSAL_REASON_NOT_IMPLEMENTED, "genesis.fold_version",
                  absl::StrCat("It is ", genesis.fold_version(), "; this program knows 1 to ",
                               kFoldVersion, "."),
                  absl::StrCat("Use ", kFoldVersion, "."));
  }
  return CheckPolicies(genesis);
}

Verdict EnrolFounders(Step& step, const v1::Genesis& genesis, const std::string& origin) {
  if (Verdict no = CheckEntry(genesis.operator_(), origin, "genesis.operator")) return no;
  if (Verdict no = EnrolFounder(step, genesis.operator_(), "genesis.operator")) return no;
  for (int i = 0; i < genesis.registrars_size(); ++i) {
    const std::string path = absl::StrCat("genesis.registrars[", i, "]");
    if (Verdict no = CheckEntry(genesis.registrars(i), origin, path)) return no;
    if (Verdict no = EnrolFounder(step, genesis.registrars(i), path)) return no;
  }
  return std::nullopt;
}

void PutLog(Step& step, const v1::Genesis& genesis, const std::string& origin) {
  v1::LogObject& log = step.log();
  log.clear_registrars();
  log.set_log_origin(origin);
  log.set_log_vkey(genesis.log_vkey());
  log.set_genesis(step.id());
  log.set_operator_party(genesis.operator_().party());
  for (const v1::PartyEntry& entry : genesis.registrars()) log.add_registrars(entry.party());
  std::sort(log.mutable_registrars()->begin(), log.mutable_registrars()->end());
  log.set_registrar_threshold(genesis.registrar_threshold());
  log.set_fold_version(genesis.fold_version());
  step.Put(std::string(kLogKey), log);

  v1::PolicyObject policy;
  policy.set_progress_policy(genesis.progress_policy());
  policy.set_final_policy(genesis.final_policy());
  if (genesis.has_predecessor()) *policy.mutable_predecessor() = genesis.predecessor();
  step.Put(std::string(kPolicyKey), policy);
}

// The policy by whose witnesses the fold's time goes: the log's own, for progress. These witnesses
// are the neutral ones; a charter's policies decide about receipts, and the time is the log's.
std::optional<note::Policy> TimePolicy(Step& step) {
  const auto stored = step.Get<v1::PolicyObject>(std::string(kPolicyKey));
  if (!stored.has_value()) return std::nullopt;
  auto policy = note::Policy::Parse(stored->progress_policy());
  if (!policy.ok() || !policy->WantsWitnesses()) return std::nullopt;
  return *std::move(policy);
}

// The lower median of the times at which the witnesses of `policy` have cosigned: a minority of
// clocks that run ahead, or half of those that lag, does not move it beyond an honest one.
struct WitnessedTime {
  std::uint64_t ms = 0;
  bool satisfied = false;
};
WitnessedTime LowerMedian(const note::Policy& policy, const note::OpenedCheckpoint& opened) {
  std::vector<std::uint64_t> times;
  for (const note::VerifiedSignature& signature : opened.cosignatures) {
    times.push_back(note::ToInt(*signature.time));
  }
  if (times.empty() || !policy.IsSatisfiedBy(opened.cosignatures)) return {};
  std::sort(times.begin(), times.end());
  const std::uint64_t median = times[(times.size() - 1) / 2];
  return {.ms = std::min(median, kMaxTimeMs / 1000) * 1000, .satisfied = true};
}

// By the witnesses' clocks where the log's policy asks for witnesses, else by the operator's.
Verdict ReadTime(const v1::Witnessed& body, const std::optional<note::Policy>& policy,
                 const note::OpenedCheckpoint& opened, std::uint64_t& time_ms) {
  if (!policy.has_value()) {
    time_ms = body.operator_time_ms();
    if (time_ms > 0 && time_ms <= kMaxTimeMs) return std::nullopt;
    return FieldObjection(
        "witnessed.operator_time_ms",
        {time_ms == 0 ? "it is not given, and under \"quorum none\" nothing else gives the time"
                      : "it lies beyond the year 9999",
         "Give the operator's time in milliseconds since 1970."});
  }
  if (body.has_operator_time_ms()) {
    return FieldObjection(
        "witnessed.operator_time_ms",
        {"the log's policy asks for witnesses, and they give the time", "Leave it out."});
  }
  const WitnessedTime time = LowerMedian(*policy, opened);
  time_ms = time.ms;
  if (time.satisfied) return std::nullopt;
  return FieldObjection(
      "witnessed.note",
      {absl::StrCat("it has ", opened.cosignatures.size(),
                    " cosignatures of the log's witnesses, which is not what the log's policy "
                    "for progress asks for"),
       "Give a note that enough of the witnesses have cosigned."});
}

}  // namespace

Verdict FoldGenesis(Step& step) {
  const v1::Genesis& genesis = step.statement().genesis();
  const auto vkey = keys::VerifierKey::Parse(genesis.log_vkey());
  if (!vkey.ok() || vkey->type() != keys::NoteKeyType::kEd25519) {
    return FieldObjection("genesis.log_vkey", {"it is no verifier key of a log (type 01)",
                                               "Give the text that the key program printed."});
  }
  if (Verdict no = CheckGenesisEnvelope(step, *vkey)) return no;
  if (Verdict no = CheckGenesisFields(genesis)) return no;
  if (Verdict no = CheckPredecessor(step, genesis, vkey->name())) return no;
  CarryLog(step);
  if (Verdict no = EnrolFounders(step, genesis, vkey->name())) return no;
  PutLog(step, genesis, vkey->name());
  // The operator is no registrar, so the first endorsement is still to come.
  return FoldThresholdAct(step, Quorum::kRegistrars);
}

Verdict TakeEffectGenesis(Step& step) {
  step.log().set_standing_since(step.leaf());
  step.log().clear_former();
  step.Put(std::string(kLogKey), step.log());
  return std::nullopt;
}

Verdict FoldWitnessed(Step& step) {
  const v1::Witnessed& body = step.statement().witnessed();
  if (body.note().size() > kMaxWitnessedNoteBytes) {
    return FieldObjection("witnessed.note", {absl::StrCat("it has ", body.note().size(), " bytes"),
                                             "A note here has at most 16 KiB."});
  }
  const auto vkey = keys::VerifierKey::Parse(step.log().log_vkey());
  const std::optional<note::Policy> policy = TimePolicy(step);
  const auto witnesses =
      policy.has_value() ? policy->WitnessKeys() : std::vector<keys::VerifierKey>();
  const auto opened = vkey.ok() ? note::OpenCheckpoint(keys::AsBytes(body.note()), *vkey, witnesses)
                                : absl::StatusOr<note::OpenedCheckpoint>(vkey.status());
  if (!opened.ok()) {
    return FieldObjection("witnessed.note", {absl::StrCat("it is no checkpoint of this log: ",
                                                          opened.status().message()),
                                             "Give a checkpoint that this log's key has signed."});
  }
  const std::uint64_t size = merkle::ToInt(opened->checkpoint.size);
  v1::ClockObject& clock = step.clock();
  const v1::TimeMark last =
      clock.marks() == 0
          ? v1::TimeMark()
          : step.Get<v1::TimeMark>(TimeKey(clock.marks() - 1)).value_or(v1::TimeMark());
  const std::uint64_t base = step.log().base();
  if (size == 0 || size > step.index() || base + size < last.note_size()) {
    const std::uint64_t last_here = last.note_size() > base ? last.note_size() - base : 0;
    return FieldObjection("witnessed.note",
                          {absl::StrCat("its tree has ", size,
                                        " leaves; before this leaf there "
                                        "are ",
                                        step.index(), ", and the last such note had ", last_here),
                           "Give the newest note."});
  }
  std::uint64_t said_ms = 0;
  if (Verdict no = ReadTime(body, policy, *opened, said_ms)) return no;
  // Never back: a clock that was set back costs accuracy, not order.
  const std::uint64_t time_ms = std::max(clock.time_ms(), said_ms);
  if (time_ms > last.time_ms() || base + size > last.note_size()) {
    v1::TimeMark mark;
    mark.set_leaf(step.leaf());
    mark.set_time_ms(time_ms);
    mark.set_note_size(base + size);
    step.Put(TimeKey(clock.marks()), mark);
    clock.set_marks(clock.marks() + 1);
  }
  clock.set_time_ms(time_ms);
  clock.set_kind(policy.has_value() ? v1::TIME_KIND_WITNESSED : v1::TIME_KIND_OPERATOR_CLOCK);
  step.Put(std::string(kClockKey), clock);
  return std::nullopt;
}

}  // namespace cairn::ledger
