#include "audit/dossier/evidence.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/dossier/evidence_parts.h"
#include "audit/dossier/examiners.h"
#include "audit/ledger/refusal.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/verify.h"
#include "audit/statement/entry.h"
#include "audit/statement/lodging.h"
#include "audit/statement/statement.h"
#include "keys/encoding.h"

namespace cairn::dossier {
namespace {

constexpr std::size_t kMostHashes = 63;  // Of a proof, and peaks of a tree.

absl::StatusOr<keys::VerifierKey> KeyOf(const std::string& text, keys::NoteKeyType type) {
  absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(text);
  if (key.ok() && key->type() == type) return key;
  return absl::InvalidArgumentError(absl::StrCat(
      "it names no key of a ", type == keys::NoteKeyType::kEd25519 ? "log" : "witness"));
}

// A signature that does not verify is a verdict about the evidence, and no error of the caller's.
absl::Status AsVerdict(const absl::Status& status) {
  return absl::IsUnauthenticated(status) ? absl::DataLossError(status.message()) : status;
}

absl::Status JudgeNotes(const Evidence& evidence, const keys::VerifierKey& log,
                        const std::vector<keys::VerifierKey>& witnesses) {
  const auto first = SignedNote(evidence.first, log, witnesses);
  if (!first.ok()) return first.status();
  const auto second = SignedNote(evidence.second, log, witnesses);
  if (!second.ok()) return second.status();
  if (first->checkpoint.size != second->checkpoint.size) {
    return absl::DataLossError(
        "the two notes are of different sizes: alone they do not show two histories");
  }
  if (first->checkpoint.root != second->checkpoint.root) return absl::OkStatus();
  return absl::DataLossError("the two notes have one root");
}

absl::Status JudgeReceipts(const Evidence& evidence, const keys::VerifierKey& log) {
  const auto first = ProvenEntry(evidence.first, evidence.first_entry, log);
  if (!first.ok()) return first.status();
  const auto second = ProvenEntry(evidence.second, evidence.second_entry, log);
  if (!second.ok()) return second.status();
  if (first->index != second->index) return absl::DataLossError("the receipts are of two indices");
  if (first->leaf == second->leaf) return absl::DataLossError("the receipts are of one leaf");
  return absl::OkStatus();
}

// The larger tree provably begins with another root than the receipt's tree had: no proof of
// consistency between the two that the log has signed can exist.
absl::Status JudgeContradiction(const Evidence& evidence, const keys::VerifierKey& log) {
  const auto receipt = ProvenEntry(evidence.first, evidence.first_entry, log);
  if (!receipt.ok()) return receipt.status();
  const auto later = SignedNote(evidence.second, log, {});
  if (!later.ok()) return later.status();
  const auto root = HashesIn(evidence.root);
  const auto hashes = HashesIn(evidence.hashes);
  if (!root.ok() || !hashes.ok() || root->size() != 1) {
    return absl::InvalidArgumentError("its root or hashes are not 32 bytes each");
  }
  const note::Checkpoint& then = receipt->opened.checkpoint;
  if (later->checkpoint.size <= then.size) {
    return absl::DataLossError("the note is of no larger tree than the receipt's");
  }
  const absl::Status begins = merkle::VerifyConsistency(
      then.size, root->front(), later->checkpoint.size, later->checkpoint.root, *hashes);
  if (!begins.ok()) return absl::DataLossError(begins.message());
  if (root->front() != then.root) return absl::OkStatus();
  return absl::DataLossError("the larger tree begins with the receipt's: nothing contradicts it");
}

absl::StatusOr<statement::VerifiedStatement> StatementOf(const keys::Bytes& entry_bytes) {
  const auto entry = statement::ParseEntry(keys::AsBytes(entry_bytes));
  if (!entry.ok()) return entry.status();
  return statement::Verify(keys::AsBytes(entry->signed_statement));
}

// Two leaves suffice. A revocation that may not stand where it stands convicts the operator as
// well: what the log's rules refuse gets no leaf. In two trees that are not one history the two
// notes would.
absl::Status JudgeRevokedKey(const Evidence& evidence, const keys::VerifierKey& log) {
  const auto first = ProvenEntry(evidence.first, evidence.first_entry, log);
  if (!first.ok()) return first.status();
  const auto second = ProvenEntry(evidence.second, evidence.second_entry, log);
  if (!second.ok()) return second.status();
  const auto revocation = StatementOf(evidence.first_entry);
  if (!revocation.ok()) return revocation.status();
  const auto use = StatementOf(evidence.second_entry);
  if (!use.ok()) return use.status();
  if (!revocation->statement().has_revoke_key()) {
    return absl::DataLossError("the first leaf revokes no key");
  }
  if (revocation->statement().revoke_key().key() != use->key().ToBytes()) {
    return absl::DataLossError("the second leaf was signed with another key than the one revoked");
  }
  if (second->index > first->index) return absl::OkStatus();
  return absl::DataLossError("the key was used before it was revoked, which it might be");
}

}  // namespace

std::vector<EvidencePart> PartsOf(EvidenceKind kind) {
  const EvidencePart log{"log", &Evidence::log};
  const EvidencePart first{"first", &Evidence::first};
  const EvidencePart first_entry{"first-entry", &Evidence::first_entry};
  const EvidencePart second{"second", &Evidence::second};
  const EvidencePart second_entry{"second-entry", &Evidence::second_entry};
  const EvidencePart hashes{"hashes", &Evidence::hashes, true};
  switch (kind) {
    case EvidenceKind::kTwoRoots:
    case EvidenceKind::kGrowthAfterFreeze:
      return {log, first, second};
    case EvidenceKind::kTwoLeaves:
    case EvidenceKind::kRevokedKeyUsed:
      return {log, first, first_entry, second, second_entry};
    case EvidenceKind::kWitnessSignedBoth:
      return {log, {"witness", &Evidence::witness}, first, second};
    case EvidenceKind::kReceiptContradicted:
      return {log, first, first_entry, second, {"root", &Evidence::root}, hashes};
    case EvidenceKind::kWrongfulRefusal:
      return {log, first, {"refusal", &Evidence::refusal}, {"statement", &Evidence::statement}};
    case EvidenceKind::kNotLogged:
      return {
          log, first, {"statement", &Evidence::statement}, {"lodging", &Evidence::lodging}, hashes};
  }
  return {};
}

absl::StatusOr<note::OpenedCheckpoint> SignedNote(const keys::Bytes& note,
                                                  const keys::VerifierKey& log,
                                                  const std::vector<keys::VerifierKey>& witnesses) {
  auto opened = note::OpenCheckpoint(keys::AsBytes(note), log, witnesses);
  if (!opened.ok()) return AsVerdict(opened.status());
  if (opened->cosignatures.size() != witnesses.size()) {
    return absl::DataLossError("the witness has not cosigned it");
  }
  return opened;
}

absl::StatusOr<note::VerifiedEntry> ProvenEntry(const keys::Bytes& proof, const keys::Bytes& entry,
                                                const keys::VerifierKey& log) {
  const auto policy = note::Policy::Create({{log, ""}}, {}, {}, "");
  if (!policy.ok()) return policy.status();
  auto verified = note::VerifyProofFile(keys::AsBytes(entry), keys::AsBytes(proof), *policy);
  if (!verified.ok()) return AsVerdict(verified.status());
  return verified;
}

absl::StatusOr<std::vector<merkle::NodeHash>> HashesIn(const keys::Bytes& bytes) {
  std::vector<merkle::NodeHash> hashes;
  if (bytes.size() % keys::kDigestSize != 0 || bytes.size() / keys::kDigestSize > kMostHashes) {
    return absl::InvalidArgumentError("its hashes are not 32 bytes each, or too many");
  }
  for (std::size_t at = 0; at < bytes.size(); at += keys::kDigestSize) {
    const auto digest =
        keys::Digest::FromBytes(keys::AsBytes(bytes).subspan(at, keys::kDigestSize));
    if (!digest.ok()) return digest.status();
    hashes.push_back({*digest});
  }
  return hashes;
}

absl::string_view EvidenceName(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kTwoRoots:
      return "two-roots";
    case EvidenceKind::kTwoLeaves:
      return "two-leaves";
    case EvidenceKind::kWitnessSignedBoth:
      return "witness-signed-both";
    case EvidenceKind::kReceiptContradicted:
      return "receipt-contradicted";
    case EvidenceKind::kGrowthAfterFreeze:
      return "growth-after-freeze";
    case EvidenceKind::kRevokedKeyUsed:
      return "revoked-key-used";
    case EvidenceKind::kWrongfulRefusal:
      return "wrongful-refusal";
    case EvidenceKind::kNotLogged:
      return "not-logged";
  }
  return "unknown";
}

v1::EvidenceKind PublishedKind(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kTwoRoots:
      return v1::EVIDENCE_KIND_TWO_ROOTS;
    case EvidenceKind::kTwoLeaves:
      return v1::EVIDENCE_KIND_TWO_LEAVES;
    case EvidenceKind::kWitnessSignedBoth:
      return v1::EVIDENCE_KIND_WITNESS_SIGNED_BOTH;
    case EvidenceKind::kReceiptContradicted:
      return v1::EVIDENCE_KIND_RECEIPT_CONTRADICTED;
    case EvidenceKind::kGrowthAfterFreeze:
      return v1::EVIDENCE_KIND_GROWTH_AFTER_FREEZE;
    case EvidenceKind::kRevokedKeyUsed:
      return v1::EVIDENCE_KIND_REVOKED_KEY_USED;
    case EvidenceKind::kWrongfulRefusal:
      return v1::EVIDENCE_KIND_WRONGFUL_REFUSAL;
    case EvidenceKind::kNotLogged:
      return v1::EVIDENCE_KIND_NOT_LOGGED;
  }
  return v1::EVIDENCE_KIND_UNSPECIFIED;
}

bool HasEntries(EvidenceKind kind) {
  return kind == EvidenceKind::kGrowthAfterFreeze || kind == EvidenceKind::kWrongfulRefusal ||
         kind == EvidenceKind::kNotLogged;
}

absl::Status JudgeEvidence(const Evidence& evidence, EntryLists& entries) {
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
    case EvidenceKind::kReceiptContradicted:
      return JudgeContradiction(evidence, *log);
    case EvidenceKind::kRevokedKeyUsed:
      return JudgeRevokedKey(evidence, *log);
    case EvidenceKind::kGrowthAfterFreeze:
      return JudgeGrowth(evidence, *log, entries);
    case EvidenceKind::kWrongfulRefusal:
      return JudgeWrongfulRefusal(evidence, *log, entries);
    case EvidenceKind::kNotLogged:
      return JudgeNotLogged(evidence, *log, entries);
  }
  return absl::InternalError("a kind of evidence without a judge");
}

absl::Status JudgeEvidence(const Evidence& evidence) {
  const std::vector<std::vector<keys::Bytes>> none;
  EntriesInMemory entries(none);
  return JudgeEvidence(evidence, entries);
}

absl::StatusOr<Evidence> MakeEvidence(Evidence parts) {
  if (absl::Status judged = JudgeEvidence(parts); !judged.ok()) return judged;
  return parts;
}

}  // namespace cairn::dossier
