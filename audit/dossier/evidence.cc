#include "audit/dossier/evidence.h"

#include <array>
#include <charconv>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/dossier/examiners.h"
#include "audit/merkle/hash.h"
#include "audit/note/checkpoint.h"
#include "audit/note/proof_file.h"

namespace cairn::dossier {
namespace {

using Member = keys::Bytes Evidence::*;
struct Part {
  absl::string_view name;
  Member member;
};

// The parts of a kind, in their order.
std::vector<Part> PartsOf(EvidenceKind kind) {
  const Part log{"log", &Evidence::log};
  const Part first{"first", &Evidence::first};
  const Part second{"second", &Evidence::second};
  switch (kind) {
    case EvidenceKind::kTwoRoots:
      return {log, first, second};
    case EvidenceKind::kTwoLeaves:
      return {log,
              first,
              {"first-entry", &Evidence::first_entry},
              second,
              {"second-entry", &Evidence::second_entry}};
    case EvidenceKind::kWitnessSignedBoth:
      return {log, {"witness", &Evidence::witness}, first, second};
  }
  return {};
}

absl::Status NoEvidence(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not an evidence file: ", what));
}

// "part <name> <length>\n", the bytes, and one 0A.
absl::Status TakePart(absl::string_view& rest, const Part& part, Evidence& evidence) {
  const std::string head = absl::StrCat("part ", part.name, " ");
  const std::size_t end = rest.find('\n');
  if (!absl::StartsWith(rest, head) || end == absl::string_view::npos) {
    return NoEvidence(absl::StrCat("the part \"", part.name, "\" does not come next"));
  }
  const absl::string_view number = rest.substr(head.size(), end - head.size());
  std::size_t length = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), length);
  const bool plain = error == std::errc() && stop == number.data() + number.size() &&
                     absl::StrCat(length) == number;
  rest.remove_prefix(end + 1);
  if (!plain || length == 0 || length >= rest.size() || rest[length] != '\n') {
    return NoEvidence(absl::StrCat("the part \"", part.name, "\" is not as long as it says"));
  }
  evidence.*part.member = keys::Bytes(rest.substr(0, length));
  rest.remove_prefix(length + 1);
  return absl::OkStatus();
}

absl::StatusOr<keys::VerifierKey> KeyOf(const std::string& text, keys::NoteKeyType type) {
  absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(text);
  if (key.ok() && key->type() == type) return key;
  return absl::InvalidArgumentError(absl::StrCat(
      "it names no key of a ", type == keys::NoteKeyType::kEd25519 ? "log" : "witness"));
}

// A checkpoint that the log, and the witness if there is one, have signed.
absl::StatusOr<note::OpenedCheckpoint> Signed(const keys::Bytes& note, const keys::VerifierKey& log,
                                              const std::vector<keys::VerifierKey>& witnesses) {
  auto opened = note::OpenCheckpoint(keys::AsBytes(note), log, witnesses);
  if (absl::IsUnauthenticated(opened.status())) {
    return absl::DataLossError(opened.status().message());
  }
  if (opened.ok() && opened->cosignatures.size() != witnesses.size()) {
    return absl::DataLossError("the witness has not cosigned it");
  }
  return opened;
}

absl::Status JudgeNotes(const Evidence& evidence, const keys::VerifierKey& log,
                        const std::vector<keys::VerifierKey>& witnesses) {
  const auto first = Signed(evidence.first, log, witnesses);
  if (!first.ok()) return first.status();
  const auto second = Signed(evidence.second, log, witnesses);
  if (!second.ok()) return second.status();
  if (first->checkpoint.size != second->checkpoint.size) {
    return absl::DataLossError(
        "the two notes are of different sizes: alone they do not show two histories");
  }
  if (first->checkpoint.root != second->checkpoint.root) return absl::OkStatus();
  return absl::DataLossError("the two notes have one root");
}

absl::StatusOr<note::VerifiedEntry> Proven(const keys::Bytes& proof, const keys::Bytes& entry,
                                           const note::Policy& policy) {
  auto verified = note::VerifyProofFile(keys::AsBytes(entry), keys::AsBytes(proof), policy);
  if (absl::IsUnauthenticated(verified.status())) {
    return absl::DataLossError(verified.status().message());
  }
  return verified;
}

absl::Status JudgeReceipts(const Evidence& evidence, const keys::VerifierKey& log) {
  const auto policy = note::Policy::Create({{log, ""}}, {}, {}, "");
  if (!policy.ok()) return policy.status();
  const auto first = Proven(evidence.first, evidence.first_entry, *policy);
  if (!first.ok()) return first.status();
  const auto second = Proven(evidence.second, evidence.second_entry, *policy);
  if (!second.ok()) return second.status();
  if (first->index != second->index) return absl::DataLossError("the receipts are of two indices");
  if (first->leaf == second->leaf) return absl::DataLossError("the receipts are of one leaf");
  return absl::OkStatus();
}

}  // namespace

absl::string_view EvidenceName(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kTwoRoots:
      return "two-roots";
    case EvidenceKind::kTwoLeaves:
      return "two-leaves";
    case EvidenceKind::kWitnessSignedBoth:
      return "witness-signed-both";
  }
  return "unknown";
}

absl::StatusOr<Evidence> ParseEvidence(keys::ByteView file) {
  if (file.size() > kMaxEvidenceBytes) return NoEvidence("too large");
  absl::string_view rest = keys::AsText(file);
  if (!absl::ConsumePrefix(&rest, kEvidenceMagic)) return NoEvidence("another beginning");
  for (const EvidenceKind kind :
       {EvidenceKind::kTwoRoots, EvidenceKind::kTwoLeaves, EvidenceKind::kWitnessSignedBoth}) {
    if (!absl::ConsumePrefix(&rest, absl::StrCat(EvidenceName(kind), "\n"))) continue;
    Evidence evidence;
    evidence.kind = kind;
    for (const Part& part : PartsOf(kind)) {
      if (absl::Status taken = TakePart(rest, part, evidence); !taken.ok()) return taken;
    }
    if (!rest.empty()) return NoEvidence("something follows its last part");
    return evidence;
  }
  return NoEvidence("a kind that this program does not know");
}

keys::Bytes FormatEvidence(const Evidence& evidence) {
  keys::Bytes out = absl::StrCat(kEvidenceMagic, EvidenceName(evidence.kind), "\n");
  for (const Part& part : PartsOf(evidence.kind)) {
    const keys::Bytes& bytes = evidence.*part.member;
    absl::StrAppend(&out, "part ", part.name, " ", bytes.size(), "\n", bytes, "\n");
  }
  return out;
}

absl::Status JudgeEvidence(const Evidence& evidence) {
  const auto log = KeyOf(evidence.log, keys::NoteKeyType::kEd25519);
  if (!log.ok()) return log.status();
  switch (evidence.kind) {
    case EvidenceKind::kTwoRoots:
      return JudgeNotes(evidence, *log, {});
    case EvidenceKind::kTwoLeaves:
      return JudgeReceipts(evidence, *log);
    case EvidenceKind::kWitnessSignedBoth: {
      const auto witness = KeyOf(evidence.witness, keys::NoteKeyType::kCosignature);
      if (!witness.ok()) return witness.status();
      return JudgeNotes(evidence, *log, {*witness});
    }
  }
  return absl::InternalError("a kind of evidence without a judge");
}

absl::StatusOr<Evidence> MakeEvidence(Evidence parts) {
  if (absl::Status judged = JudgeEvidence(parts); !judged.ok()) return judged;
  return parts;
}

void ExamineEvidence(keys::ByteView bytes, const Trust& trust, Examination& out) {
  constexpr absl::string_view kForm = "It is a well-formed evidence file.";
  constexpr absl::string_view kConvictsLog =
      "It convicts the log: its key has signed two things that no one tree can have.";
  constexpr absl::string_view kConvictsWitness =
      "It convicts the witness: it has cosigned two trees of one size that differ.";
  constexpr absl::string_view kBelieved = "It is about a log that you believe.";
  const absl::StatusOr<Evidence> evidence = ParseEvidence(bytes);
  out.Judges(kFormId, kForm, evidence.status());
  if (!evidence.ok()) return;
  const bool witness = evidence->kind == EvidenceKind::kWitnessSignedBoth;
  out.Says("what it shows", EvidenceName(evidence->kind));
  out.Says("log", evidence->log);
  if (witness) out.Says("witness", evidence->witness);
  out.Judges("convicts", witness ? kConvictsWitness : kConvictsLog, JudgeEvidence(*evidence));
  if (!trust.policy.has_value()) {
    return out.Skips("believed", kBelieved, trust.why_no_policy, Weight::kBeside);
  }
  for (const note::Policy::Log& log : trust.policy->logs()) {
    if (log.key.ToString() == evidence->log) {
      return out.Holds("believed", kBelieved, "", Weight::kBeside);
    }
  }
  out.Skips("believed", kBelieved, "your policy lists other logs only", Weight::kBeside);
}

}  // namespace cairn::dossier
