// Checkpoints, policies and verifier keys.
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/dossier/examiners.h"
#include "audit/note/checkpoint.h"
#include "audit/note/note.h"
#include "audit/note/policy.h"
#include "keys/encoding.h"
#include "keys/vkey.h"

namespace cairn::dossier {

const keys::VerifierKey* BelievedLog(const Trust& trust, absl::string_view origin) {
  if (!trust.policy.has_value()) return nullptr;
  const auto& logs = trust.policy->logs();
  const auto found = std::find_if(logs.begin(), logs.end(), [&](const note::Policy::Log& log) {
    return log.key.name() == origin;
  });
  return found == logs.end() ? nullptr : &found->key;
}

void ExamineHistory(const note::Checkpoint& checkpoint, Trust& trust, Examination& out) {
  constexpr absl::string_view kSentence =
      "The tree is of the same history as your own copy of the log.";
  if (trust.history == nullptr) {
    return out.Judges("same-history", kSentence, trust.no_history, Weight::kBeside);
  }
  out.Judges("same-history", kSentence, trust.history->CheckCheckpoint(checkpoint),
             Weight::kBeside);
}

namespace {

// Whether progress has become final because the charter's witness term is over.
bool IsFinalByTerm(const std::optional<ActInLog>& act, const Trust& trust) {
  if (!act.has_value() || act->handover.empty() || trust.history == nullptr) return false;
  const auto over = trust.history->IsWitnessTermOver(keys::AsBytes(act->handover), act->leaf);
  return over.ok() && *over;
}

// Whether the checkpoint is final under the policy for that. A cosignature that fails spoils it.
bool ExamineFinal(keys::ByteView note, const keys::VerifierKey& log, bool progress,
                  const std::optional<ActInLog>& act, const Trust& trust, Examination& out) {
  const note::Policy& policy = *trust.final_policy;
  constexpr absl::string_view kSentence = "The tree is final: witnessed as your final policy asks.";
  if (!policy.WantsWitnesses()) {
    out.Skips("final", kSentence, "your final policy asks for no witness (quorum none)",
              Weight::kBeside);
    return false;
  }
  const auto opened = note::OpenCheckpoint(note, log, policy.WitnessKeys());
  if (!opened.ok()) {
    out.Fails("final", kSentence, opened.status().message());
    return false;
  }
  if (policy.IsSatisfiedBy(opened->cosignatures)) {
    out.Holds("final", kSentence);
    return true;
  }
  if (progress && IsFinalByTerm(act, trust)) {
    out.Holds("final", kSentence,
              "by progress alone: the charter's witness term is over, and witnesses of a side have "
              "not signed; their silence holds nothing up");
    return true;
  }
  out.Fails("final", kSentence,
            absl::StrCat(opened->cosignatures.size(),
                         " of its witnesses have signed, which is not enough; fetch the receipt "
                         "again later"));
  return false;
}

}  // namespace

void ExamineWitnesses(const absl::Status& quorum, keys::ByteView note, const keys::VerifierKey& log,
                      const std::optional<ActInLog>& act, const Trust& trust, Examination& out) {
  constexpr absl::string_view kSentence = "The tree was witnessed as your policy asks.";
  if (!trust.policy.has_value()) return;
  const bool wanted = trust.policy->WantsWitnesses();
  if (!wanted) {
    out.Skips("witnessed", kSentence, "your policy asks for no witness (quorum none)",
              Weight::kBeside);
  } else if (quorum.ok()) {
    // Not Judges: too few cosignatures is a verdict, not something that could not be looked at.
    out.Holds("witnessed", kSentence);
  } else {
    out.Fails("witnessed", kSentence, quorum.message());
  }
  const bool progress = wanted && quorum.ok();
  const bool at_last =
      trust.final_policy.has_value() && ExamineFinal(note, log, progress, act, trust, out);
  out.Says("level", at_last ? "2, final" : progress ? "1, progress" : "0, the log alone");
}

void ExamineNote(keys::ByteView bytes, Trust& trust, Examination& out) {
  constexpr absl::string_view kForm = "It is a well-formed signed note (C2SP signed-note).";
  constexpr absl::string_view kSigned = "It was signed by the log that you believe.";
  const absl::StatusOr<std::vector<note::SignatureLine>> lines = note::ListSignatureLines(bytes);
  out.Judges(kFormId, kForm, lines.status());
  if (!lines.ok()) return;
  if (!trust.policy.has_value()) return out.Skips("log-signature", kSigned, trust.why_no_policy);
  const absl::StatusOr<std::string> origin = note::ClaimedOrigin(bytes);
  if (!origin.ok()) return out.Fails("log-signature", kSigned, origin.status().message());
  const keys::VerifierKey* log = BelievedLog(trust, *origin);
  if (log == nullptr) {
    return out.Fails("log-signature", kSigned, "it names a log that you do not believe");
  }
  const absl::StatusOr<note::OpenedCheckpoint> opened =
      note::OpenCheckpoint(bytes, *log, trust.policy->WitnessKeys());
  out.Judges("log-signature", kSigned, opened.status());
  if (!opened.ok()) return;
  ExamineWitnesses(trust.policy->IsSatisfiedBy(opened->cosignatures)
                       ? absl::OkStatus()
                       : absl::UnauthenticatedError("too few of the policy's witnesses signed it"),
                   bytes, *log, std::nullopt, trust, out);
  out.Says("log", opened->checkpoint.origin);
  out.Says("tree size", absl::StrCat(merkle::ToInt(opened->checkpoint.size)));
  out.Says("root", opened->checkpoint.root.digest.Hex());
  ExamineHistory(opened->checkpoint, trust, out);
}

void ExaminePolicy(keys::ByteView bytes, const Trust& trust, Examination& out) {
  constexpr absl::string_view kForm = "It is a well-formed policy (C2SP tlog-policy).";
  constexpr absl::string_view kLists = "It names the log key that you believe.";
  const absl::StatusOr<note::Policy> policy = note::Policy::Parse(keys::AsText(bytes));
  out.Judges(kFormId, kForm, policy.status());
  if (!policy.ok()) return;
  for (const note::Policy::Log& log : policy->logs()) out.Says("log", log.key.ToString());
  for (const note::Policy::Witness& witness : policy->witnesses()) {
    out.Says("witness", absl::StrCat(witness.name, " ", witness.key.ToString()));
  }
  out.Says("quorum", policy->WantsWitnesses() ? policy->quorum() : "none: no witness is asked for");
  if (!trust.policy.has_value()) {
    return out.Skips("policy-log", kLists, trust.why_no_policy, Weight::kBeside);
  }
  const bool listed = std::any_of(
      trust.policy->logs().begin(), trust.policy->logs().end(), [&](const note::Policy::Log& own) {
        return std::any_of(policy->logs().begin(), policy->logs().end(),
                           [&](const note::Policy::Log& log) { return log.key == own.key; });
      });
  if (listed) return out.Holds("policy-log", kLists, "", Weight::kBeside);
  out.Fails("policy-log", kLists, "it lists other logs only", Weight::kBeside);
}

void ExamineVkey(keys::ByteView bytes, const Trust& trust, Examination& out) {
  constexpr absl::string_view kForm = "It is a well-formed verifier key (C2SP signed-note).";
  constexpr absl::string_view kBelieved = "It is the log key that you believe.";
  const absl::StatusOr<keys::VerifierKey> key =
      keys::VerifierKey::Parse(absl::StripSuffix(keys::AsText(bytes), "\n"));
  out.Judges(kFormId, kForm, key.status());
  if (!key.ok()) return;
  out.Says("name", key->name());
  out.Says("type", key->type() == keys::NoteKeyType::kEd25519 ? "log" : "witness");
  out.Says("public key", keys::Hex(key->key().Raw()));
  if (key->type() != keys::NoteKeyType::kEd25519) return;
  if (!trust.policy.has_value()) {
    return out.Skips("believed", kBelieved, trust.why_no_policy, Weight::kBeside);
  }
  const keys::VerifierKey* log = BelievedLog(trust, key->name());
  if (log != nullptr && *log == *key) return out.Holds("believed", kBelieved, "", Weight::kBeside);
  out.Fails("believed", kBelieved, "you believe another key", Weight::kBeside);
}

}  // namespace cairn::dossier
