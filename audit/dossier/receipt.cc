// Receipts, entries, statements, refusals: what parties and the operator have signed.
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/dossier/examiners.h"
#include "audit/merkle/hash.h"
#include "audit/note/proof_file.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"
#include "keys/encoding.h"

namespace cairn::dossier {
namespace {

constexpr absl::string_view kProofFormSentence =
    "The receipt is a well-formed proof file (C2SP tlog-proof).";
constexpr absl::string_view kLogSignatureSentence =
    "Its tree was signed by the log that you believe.";
constexpr absl::string_view kInclusionSentence =
    "The entry stands in the signed tree, at the leaf that the receipt names.";
constexpr absl::string_view kEntryFormSentence =
    "The entry has the one form that an entry may have.";
constexpr absl::string_view kStatementFormSentence =
    "The statement has the one form that a statement may have.";
constexpr absl::string_view kStatementSignatureSentence =
    "The statement was signed with the key that it names.";
constexpr absl::string_view kStatementLogSentence = "The statement is meant for this log.";
constexpr absl::string_view kRefusalFormSentence =
    "The refusal has the one form that a refusal may have.";
constexpr absl::string_view kRefusalSignatureSentence = "The refusal was signed by the operator.";
constexpr absl::string_view kRefusalRightSentence =
    "The log's rules refuse the statement for the reason given.";

void ShowStatement(const statement::VerifiedStatement& verified, Examination& out) {
  const v1::Statement& said = verified.statement();
  out.Says("act", statement::BodyName(said));
  out.Says("author", said.actor());
  out.Says("key", verified.key().Hex());
  out.Says("statement", verified.id().Hex());
  out.Says("in the key's chain", absl::StrCat("number ", said.sequence()));
  if (!said.handover().empty()) {
    out.Says("handover", keys::Hex(keys::AsBytes(said.handover())));
  }
  out.Says("signed at", absl::StrCat(UtcText(said.issued_at_ms()), ", as its author claims"));
}

// The handover that the entry's statement names; empty if it names none.
keys::Bytes HandoverIn(const keys::Bytes& bytes) {
  const auto entry = statement::ParseEntry(keys::AsBytes(bytes));
  const auto verified =
      entry.ok() ? statement::Verify(keys::AsBytes(entry->signed_statement)) : entry.status();
  return verified.ok() ? verified->statement().handover() : keys::Bytes();
}

// What can be said of a proof file against the logs that are believed.
void ExamineProof(const keys::Bytes& proof, const std::optional<keys::Bytes>& entry, Trust& trust,
                  std::optional<note::ProofReport>& report, Examination& out) {
  const absl::StatusOr<note::ProofFile> parsed = note::ParseProofFile(keys::AsBytes(proof));
  out.Judges(kFormId, kProofFormSentence, parsed.status());
  if (parsed.ok()) out.Says("leaf", absl::StrCat(merkle::ToInt(parsed->index)));
  if (!trust.policy.has_value()) {
    out.Skips("log-signature", kLogSignatureSentence, trust.why_no_policy);
    out.Skips("inclusion", kInclusionSentence, "whether the tree is the log's was not checked");
    return;
  }
  report = note::ExamineProofFile(keys::AsBytes(entry.value_or("")), keys::AsBytes(proof),
                                  *trust.policy);
  if (!report->form.ok()) return;
  out.Judges("log-signature", kLogSignatureSentence, report->log_signature);
  if (!report->log_signature.ok()) {
    out.Skips("inclusion", kInclusionSentence, "the tree is not one that the log has signed");
    return;
  }
  if (!entry.has_value()) {
    out.Skips("inclusion", kInclusionSentence,
              "its entry is not beside it; name it with --entry FILE");
  } else {
    out.Judges("inclusion", kInclusionSentence, report->inclusion);
  }
  std::optional<ActInLog> act;
  if (entry.has_value() && report->inclusion.ok()) {
    act = {.leaf = report->index, .handover = HandoverIn(*entry)};
  }
  ExamineWitnesses(report->quorum, keys::AsBytes(parsed->note), report->opened->log, act, trust,
                   out);
  const note::Checkpoint& checkpoint = report->opened->checkpoint;
  out.Says("log", checkpoint.origin);
  out.Says("tree size", absl::StrCat(merkle::ToInt(checkpoint.size)));
  ExamineHistory(checkpoint, trust, out);
}

void ExamineIdentity(const std::optional<merkle::LeafIndex>& leaf, keys::ByteView entry,
                     const statement::VerifiedStatement& verified, Trust& trust, Examination& out) {
  if (trust.history == nullptr) {
    return out.Judges("identity", kIdentitySentence, trust.no_history);
  }
  const std::string& actor = verified.statement().actor();
  const absl::Status known = leaf.has_value() ? trust.history->CheckLeaf(*leaf, entry)
                                              : trust.history->CheckKey(verified.key(), actor);
  out.Judges("identity", kIdentitySentence, known);
  const std::string name = trust.history->NameOf(actor);
  if (known.ok() && !name.empty()) out.Says("author's name as enrolled", name);
}

}  // namespace

std::optional<statement::VerifiedStatement> ExamineSigned(keys::ByteView signed_statement,
                                                          const std::optional<std::string>& origin,
                                                          const Trust& trust, Examination& out) {
  absl::StatusOr<statement::VerifiedStatement> verified = statement::Verify(signed_statement);
  if (absl::IsDataLoss(verified.status())) {
    out.Fails("statement-signature", kStatementSignatureSentence, verified.status().message());
    return std::nullopt;
  }
  out.Judges("statement-form", kStatementFormSentence, verified.status());
  if (!verified.ok()) {
    out.Skips("statement-signature", kStatementSignatureSentence, "the statement is malformed");
    return std::nullopt;
  }
  out.Holds("statement-signature", kStatementSignatureSentence,
            absl::StrCat("key ", verified->key().Hex()));
  const std::string& meant = verified->statement().log_origin();
  const std::string of = absl::StrCat("it is meant for ", meant);
  if (!origin.has_value() && !trust.policy.has_value()) {
    out.Skips("statement-log", kStatementLogSentence, absl::StrCat(of, "; ", trust.why_no_policy),
              Weight::kBeside);
  } else if (origin.has_value() ? meant == *origin : BelievedLog(trust, meant) != nullptr) {
    out.Holds("statement-log", kStatementLogSentence, of);
  } else {
    out.Fails("statement-log", kStatementLogSentence, of);
  }
  ShowStatement(*verified, out);
  return *std::move(verified);
}

void ExamineReceipt(const std::optional<keys::Bytes>& proof,
                    const std::optional<keys::Bytes>& entry, Trust& trust, Examination& out) {
  std::optional<note::ProofReport> report;
  if (proof.has_value()) ExamineProof(*proof, entry, trust, report, out);
  if (!entry.has_value()) return;
  if (!proof.has_value()) {
    out.Skips("inclusion", kInclusionSentence,
              "its receipt is not beside it (the same name with the ending .tlog-proof)");
  }
  const absl::StatusOr<statement::Entry> parsed = statement::ParseEntry(keys::AsBytes(*entry));
  out.Judges("entry-form", kEntryFormSentence, parsed.status());
  if (!parsed.ok()) return;
  out.Says("logged at",
           absl::StrCat(UtcText(parsed->logged_at_ms), ", by the operator's clock, as claimed"));
  std::optional<std::string> origin;
  std::optional<merkle::LeafIndex> leaf;
  if (report.has_value() && report->log_signature.ok()) {
    origin = report->opened->checkpoint.origin;
    if (report->inclusion.ok()) leaf = report->index;
  }
  const auto verified = ExamineSigned(keys::AsBytes(parsed->signed_statement), origin, trust, out);
  if (!verified.has_value()) return;
  ExamineIdentity(leaf, keys::AsBytes(*entry), *verified, trust, out);
}

void ExamineStatement(keys::ByteView bytes, Trust& trust, Examination& out) {
  const auto verified = ExamineSigned(bytes, std::nullopt, trust, out);
  if (!verified.has_value()) return;
  out.Skips("logged", "The statement is in the log.",
            "a statement alone does not show it: its receipt does", Weight::kBeside);
  ExamineIdentity(std::nullopt, {}, *verified, trust, out);
}

namespace {

// The statement that was refused, from its own file or out of an entry.
absl::StatusOr<statement::VerifiedStatement> RefusedStatement(const Companions& beside) {
  if (!beside.statement.has_value()) {
    return absl::FailedPreconditionError(
        "the refused statement is not at hand; name its file with --entry FILE");
  }
  return statement::Verify(keys::AsBytes(*beside.statement));
}

void ExamineRefusalRight(const v1::Refusal& refusal, const Companions& beside, Trust& trust,
                         Examination& out) {
  const absl::StatusOr<statement::VerifiedStatement> refused = RefusedStatement(beside);
  if (!refused.ok()) {
    return out.Judges("refusal-right", kRefusalRightSentence, refused.status());
  }
  if (refused->id().ToBytes() != refusal.statement()) {
    return out.Fails("refusal-right", kRefusalRightSentence,
                     "the statement given is another than the one refused");
  }
  if (trust.history == nullptr) {
    return out.Judges("refusal-right", kRefusalRightSentence, trust.no_history);
  }
  out.Judges("refusal-right", kRefusalRightSentence,
             trust.history->CheckRefusal(refusal, *refused));
}

void ExamineRefusalSignature(const v1::SignedRefusal& signed_refusal, const Trust& trust,
                             Examination& out) {
  if (signed_refusal.signature().empty()) {
    return out.Skips("operator-signature", kRefusalSignatureSentence,
                     "it has no signature: refusals of malformed statements and of unknown keys "
                     "are answered unsigned");
  }
  std::optional<keys::SigningPublicKey> operator_key = trust.operator_key;
  if (!operator_key.has_value() && trust.history != nullptr) {
    operator_key = trust.history->operator_key();
  }
  if (!operator_key.has_value()) {
    return out.Skips("operator-signature", kRefusalSignatureSentence,
                     absl::StrCat("the operator's key is not known: give it with --operator-key; ",
                                  trust.no_history.message()));
  }
  out.Judges("operator-signature", kRefusalSignatureSentence,
             statement::VerifyRefusal(signed_refusal, *operator_key).status());
}

}  // namespace

void ExamineRefusal(keys::ByteView bytes, const Companions& beside, Trust& trust,
                    Examination& out) {
  v1::SignedRefusal signed_refusal;
  absl::Status form = statement::ParseCanonical(bytes, signed_refusal);
  absl::StatusOr<v1::Refusal> refusal = form.ok() ? statement::ReadRefusalUnverified(signed_refusal)
                                                  : absl::StatusOr<v1::Refusal>(form);
  out.Judges(kFormId, kRefusalFormSentence, refusal.status());
  ExamineRefusalSignature(signed_refusal, trust, out);
  if (!refusal.ok()) return;
  out.Says("log", refusal->log_origin());
  out.Says("refused statement", keys::Hex(keys::AsBytes(refusal->statement())));
  out.Says("reason", v1::RefusalReason_Name(refusal->reason()));
  out.Says("what was wrong", refusal->message());
  out.Says("what would be right", refusal->remedy());
  out.Says("on the state of", absl::StrCat(refusal->tree_size(), " leaves"));
  // What the operator did not sign convicts nobody.
  if (out.claims.back().state == ClaimState::kDoesNotHold) return;
  ExamineRefusalRight(*refusal, beside, trust, out);
}

}  // namespace cairn::dossier
