// What is said of an evidence file, and of a lodging.
#include "absl/strings/str_cat.h"
#include "audit/dossier/evidence.h"
#include "audit/dossier/examiners.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/canonical.h"
#include "audit/statement/lodging.h"
#include "audit/statement/refusal.h"
#include "keys/encoding.h"

namespace cairn::dossier {
namespace {

constexpr absl::string_view kEvidenceForm = "It is a well-formed evidence file.";
constexpr absl::string_view kEvidenceBelieved = "It is about a log that you believe.";
constexpr absl::string_view kLodgedByParty = "Whoever lodged it signed with a key of that party.";

absl::string_view SentenceOf(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kTwoRoots:
    case EvidenceKind::kTwoLeaves:
      return "It convicts the log: its key has signed two things that no one tree can have.";
    case EvidenceKind::kWitnessSignedBoth:
      return "It convicts the witness: it has cosigned two trees of one size that differ.";
    case EvidenceKind::kReceiptContradicted:
      return "It convicts the log: a tree that it signed later does not begin with that of the "
             "receipt.";
    case EvidenceKind::kGrowthAfterFreeze:
      return "It convicts the log: it was frozen by its own rules, and its key has signed a larger "
             "tree.";
    case EvidenceKind::kRevokedKeyUsed:
      return "It convicts the log: it has taken a statement under a key that an earlier leaf "
             "revokes.";
    case EvidenceKind::kWrongfulRefusal:
      return "It convicts the operator: it has signed a refusal of a statement that the log's "
             "rules "
             "accept.";
    case EvidenceKind::kNotLogged:
      return "The statement is in none of the log's leaves up to the note's size. That alone is "
             "nobody's fault.";
  }
  return "";
}

// "not-logged" is a finding and no conviction: a claim of its own, for programs too.
absl::string_view ClaimOf(EvidenceKind kind) {
  return kind == EvidenceKind::kNotLogged ? "not-logged" : "convicts";
}

void ExamineLodger(const statement::VerifiedLodging& lodged, const Trust& trust, Examination& out) {
  const v1::Lodging& lodging = lodged.lodging;
  out.Says("lodged by", lodging.party());
  out.Says("lodged at", absl::StrCat(UtcText(lodging.lodged_at_ms()), ", as it claims, when it ",
                                     "had seen ", lodging.seen().tree_size(), " leaves"));
  out.Says("statement", keys::Hex(keys::AsBytes(lodging.statement())));
  if (trust.history == nullptr) {
    return out.Judges("lodger", kLodgedByParty, trust.no_history, Weight::kBeside);
  }
  out.Judges("lodger", kLodgedByParty,
             trust.history->CheckKey(lodged.public_key.Fingerprint(), lodging.party()),
             Weight::kBeside);
}

void SayParts(const Evidence& evidence, const Trust& trust, Examination& out) {
  out.Says("what it shows", EvidenceName(evidence.kind));
  out.Says("log", evidence.log);
  if (!evidence.witness.empty()) out.Says("witness", evidence.witness);
  if (!evidence.refusal.empty()) {
    v1::SignedRefusal wrapper;
    const absl::Status parsed = statement::ParseCanonical(keys::AsBytes(evidence.refusal), wrapper);
    const auto refusal = parsed.ok() ? statement::ReadRefusalUnverified(wrapper)
                                     : absl::StatusOr<v1::Refusal>(parsed);
    if (refusal.ok()) out.Says("what the operator gave as wrong", refusal->message());
  }
  if (evidence.lodging.empty()) return;
  const auto lodged = statement::VerifyLodging(keys::AsBytes(evidence.lodging));
  if (lodged.ok()) ExamineLodger(*lodged, trust, out);
}

}  // namespace

void ExamineEvidence(const OpenSource& open, const Trust& trust, Examination& out) {
  const absl::StatusOr<keys::Source> source = open();
  const absl::StatusOr<JudgedEvidence> judged =
      source.ok() ? JudgeEvidenceFile(*source) : absl::StatusOr<JudgedEvidence>(source.status());
  out.Judges(kFormId, kEvidenceForm, judged.status());
  if (!judged.ok()) return;
  const Evidence& evidence = judged->evidence;
  out.Judges(ClaimOf(evidence.kind), SentenceOf(evidence.kind), judged->verdict);
  SayParts(evidence, trust, out);
  if (!trust.policy.has_value()) {
    return out.Skips("believed", kEvidenceBelieved, trust.why_no_policy, Weight::kBeside);
  }
  for (const note::Policy::Log& log : trust.policy->logs()) {
    if (log.key.ToString() == evidence.log) {
      return out.Holds("believed", kEvidenceBelieved, "", Weight::kBeside);
    }
  }
  out.Skips("believed", kEvidenceBelieved, "your policy lists other logs only", Weight::kBeside);
}

void ExamineLodging(keys::ByteView bytes, const Trust& trust, Examination& out) {
  const auto lodged = statement::VerifyLodging(bytes);
  out.Judges(kFormId, "It is a party's signed word that it gave a statement to a log.",
             lodged.status());
  if (!lodged.ok()) return;
  out.Says("log", lodged->lodging.log_origin());
  ExamineLodger(*lodged, trust, out);
  out.Skips("not-logged", "The log has not logged the statement.",
            "a lodging alone does not show it: `cairn log evidence --lodging` does",
            Weight::kBeside);
}

}  // namespace cairn::dossier
