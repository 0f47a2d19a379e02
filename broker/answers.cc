#include "broker/answers.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "audit/ledger/refusal.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/merkle/verify.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"
#include "broker/errors.h"
#include "broker/pipeline.h"

namespace cairn::broker {
namespace {

absl::Status FillLogged(const statement::StatementId& id, const log::Logged& logged,
                        v1::Receipt& receipt) {
  const absl::StatusOr<std::vector<merkle::NodeHash>> proof = logged.ProveInclusion();
  if (!proof.ok()) return proof.status();
  receipt.set_statement(id.ToBytes());
  receipt.set_leaf_index(merkle::ToInt(logged.index));
  receipt.set_logged_at_ms(logged.logged_at_ms);
  receipt.set_already_logged(logged.already_logged);
  for (const merkle::NodeHash& hash : *proof) {
    receipt.add_inclusion_proof(hash.digest.bytes.data(), hash.digest.bytes.size());
  }
  receipt.set_note(logged.head->note);
  return absl::OkStatus();
}

}  // namespace

absl::Status FillResponse(const statement::StatementId& id, log::Outcome outcome,
                          v1::SubmitResponse& response) {
  if (const auto* logged = std::get_if<log::Logged>(&outcome)) {
    return FillLogged(id, *logged, *response.mutable_receipt());
  }
  if (auto* refusal = std::get_if<v1::SignedRefusal>(&outcome)) {
    *response.mutable_refusal() = std::move(*refusal);
    return absl::OkStatus();
  }
  return ExplainLogError(std::get<absl::Status>(std::move(outcome)));
}

absl::Status FillReceipt(const log::Reader& reader, const merkle::TileReader& tiles,
                         const log::SignedHead& head, merkle::LeafIndex index,
                         v1::Receipt& receipt) {
  if (!merkle::Holds(head.head.size, index)) {
    return WithReason(absl::NotFoundError("the log has no such leaf yet"), reason::kNotLogged);
  }
  const absl::StatusOr<keys::Bytes> bytes = reader.ReadEntry(index);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<statement::Entry> entry = statement::ParseEntry(keys::AsBytes(*bytes));
  if (!entry.ok()) return absl::DataLossError(entry.status().message());
  v1::SignedStatement wrapper;
  if (!wrapper.ParseFromString(entry->signed_statement)) {
    return absl::DataLossError("a leaf does not hold a signed statement");
  }
  const merkle::TileSource nodes(head.head.size, tiles);
  const absl::StatusOr<std::vector<merkle::NodeHash>> proof =
      merkle::ProveInclusion(index, head.head.size, nodes);
  if (!proof.ok()) return proof.status();
  const absl::Status holds = merkle::VerifyInclusion(merkle::HashLeaf(keys::AsBytes(*bytes)), index,
                                                     head.head.size, *proof, head.head.root);
  if (!holds.ok()) return absl::DataLossError(holds.message());
  receipt.set_statement(statement::IdOf(keys::AsBytes(wrapper.statement())).ToBytes());
  receipt.set_leaf_index(merkle::ToInt(index));
  receipt.set_logged_at_ms(entry->logged_at_ms);
  receipt.set_already_logged(true);
  for (const merkle::NodeHash& hash : *proof) {
    receipt.add_inclusion_proof(hash.digest.bytes.data(), hash.digest.bytes.size());
  }
  receipt.set_note(head.note);
  receipt.set_signed_statement(std::move(entry->signed_statement));
  return absl::OkStatus();
}

absl::StatusOr<v1::SignedRefusal> RefuseMalformed(const std::string& origin,
                                                  const absl::Status& why) {
  ledger::Objection objection = ledger::Malformed(why);
  v1::Refusal refusal;
  refusal.set_log_origin(origin);
  refusal.set_reason(objection.reason);
  refusal.set_field(std::move(objection.field));
  refusal.set_message(std::move(objection.message));
  refusal.set_remedy(std::move(objection.remedy));
  return statement::UnsignedRefusal(refusal);
}

absl::StatusOr<v1::SignedRefusal> RefuseFollower(const v1::SignedRefusal& refusal,
                                                 const keys::SigningPrivateKey& operator_key) {
  absl::StatusOr<v1::Refusal> told = statement::ReadRefusalUnverified(refusal);
  if (!told.ok()) return told.status();
  ledger::Objection objection = ledger::PreviousRefused();
  told->set_reason(objection.reason);
  told->set_field(std::move(objection.field));
  told->set_message(std::move(objection.message));
  told->set_remedy(std::move(objection.remedy));
  return statement::SignRefusal(*told, operator_key);
}

absl::Status ExplainMalformed(const absl::Status& why) {
  const bool signature = absl::IsDataLoss(why);
  absl::Status status = absl::InvalidArgumentError(why.message());
  status = WithReason(std::move(status),
                      signature ? reason::kSignatureWrong : reason::kStatementMalformed);
  // The message says where and what; the violation adds what to do.
  return WithField(std::move(status), "signed_statement", ledger::Malformed(why).remedy);
}

}  // namespace cairn::broker
