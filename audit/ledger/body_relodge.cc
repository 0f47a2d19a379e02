// A statement that was lost with the predecessor, said again with its old receipt.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/acts.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/gate.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/note/policy.h"
#include "audit/note/proof_file.h"
#include "audit/statement/entry.h"

namespace cairn::ledger {
namespace {

constexpr char kInsidePath[] = "relodge.signed_statement";

Verdict CheckRelodgeSizes(const v1::Relodge& body) {
  if (body.signed_statement().empty() ||
      body.signed_statement().size() > kMaxRelodgedStatementBytes) {
    return FieldObjection(kInsidePath,
                          {absl::StrCat("it has ", body.signed_statement().size(), " bytes"),
                           "Give the lost statement's bytes, at most 16 KiB."});
  }
  if (body.old_receipt().empty() || body.old_receipt().size() > kMaxRelodgedReceiptBytes) {
    return FieldObjection("relodge.old_receipt",
                          {absl::StrCat("it has ", body.old_receipt().size(), " bytes"),
                           "Give its old proof file, at most 8 KiB."});
  }
  return std::nullopt;
}

// The leaf at which it stood in the predecessor, by that log's signature.
Verdict CheckOldReceipt(const v1::Relodge& body, const v1::Predecessor& before,
                        std::uint64_t& old_leaf) {
  const auto vkey = keys::VerifierKey::Parse(before.log_vkey());
  const auto policy = vkey.ok() ? note::Policy::Create({{*vkey, ""}}, {}, {}, "")
                                : absl::StatusOr<note::Policy>(vkey.status());
  const keys::Bytes entry =
      statement::EncodeEntry(body.logged_at_ms(), keys::AsBytes(body.signed_statement()));
  const auto proven =
      policy.ok()
          ? note::VerifyProofFile(keys::AsBytes(entry), keys::AsBytes(body.old_receipt()), *policy)
          : absl::StatusOr<note::VerifiedEntry>(policy.status());
  if (!proven.ok()) {
    return FieldObjection("relodge.old_receipt",
                          {absl::StrCat("it does not show that the predecessor had this leaf: ",
                                        proven.status().message()),
                           "Give the receipt of just this statement, and the time that its entry "
                           "has."});
  }
  old_leaf = merkle::ToInt(proven->index);
  if (old_leaf >= before.tree_size()) return std::nullopt;
  return FieldObjection("relodge.old_receipt",
                        {absl::StrCat("leaf ", old_leaf,
                                      " of the predecessor was carried over, "
                                      "with all that are below ",
                                      before.tree_size()),
                         "Nothing is left to do: what it says stands."});
}

bool MayBeRelodged(const v1::Statement& inside) {
  return !inside.has_genesis() && !inside.has_witnessed() && !inside.has_freeze() &&
         !inside.has_relodge();
}

Verdict CheckInside(const Step& step, const statement::VerifiedStatement& inside) {
  if (!MayBeRelodged(inside.statement())) {
    return FieldObjection(kInsidePath,
                          {absl::StrCat("a statement \"", statement::BodyName(inside.statement()),
                                        "\" belongs to its own log alone"),
                           "Leave it where it was."});
  }
  if (inside.key() == step.verified().key()) {
    return FieldObjection(kInsidePath,
                          {"its key is the one that signs this statement, and in the key's chain "
                           "both would be next",
                           "Have it lodged again with another key, or by another party."});
  }
  if (inside.statement().handover() == step.statement().handover()) return std::nullopt;
  return FieldObjection("handover",
                        {"it is not the one that the lost statement names",
                         "Name the lost statement's handover, or none if it has none."});
}

// The same gate and the same effects as in the log that lost it. Its objections say where they are
// from.
Verdict FoldInside(Step& inner) {
  const Act* act = nullptr;
  Verdict no = PassGate(inner, act);
  if (!no.has_value()) no = act->fold(inner);
  if (!no.has_value()) return no;
  no->field = no->field.empty() ? kInsidePath : absl::StrCat(kInsidePath, ": ", no->field);
  no->message = absl::StrCat("The lost statement has no effect here: ", no->message);
  return no;
}

bool IsAdmitted(const v1::Predecessor& before, std::uint64_t leaf) {
  return std::any_of(before.lost().begin(), before.lost().end(), [leaf](const auto& lost) {
    return leaf >= lost.first() && leaf < lost.end();
  });
}

}  // namespace

Verdict FoldRelodge(Step& step) {
  const v1::Relodge& body = step.statement().relodge();
  const auto policy = step.Get<v1::PolicyObject>(std::string(kPolicyKey));
  if (!policy.has_value() || !policy->has_predecessor()) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "relodge",
                  "This log goes on from no other: nothing can have been lost before it.",
                  "Send it to the log that goes on from the one that lost it.");
  }
  if (Verdict no = CheckRelodgeSizes(body)) return no;
  const auto inside = statement::Verify(keys::AsBytes(body.signed_statement()));
  if (!inside.ok()) {
    return FieldObjection(kInsidePath,
                          {absl::StrCat("it is no signed statement: ", inside.status().message()),
                           "Give the bytes as they were signed."});
  }
  std::uint64_t old_leaf = 0;
  if (Verdict no = CheckOldReceipt(body, policy->predecessor(), old_leaf)) return no;
  if (Verdict no = CheckInside(step, *inside)) return no;

  Step inner(step.view(), merkle::LeafIndex{step.index()}, *inside);
  inner.log() = step.log();
  inner.clock() = step.clock();
  inner.set_relodged_from(policy->predecessor().log_origin());
  Verdict no = FoldInside(inner);
  step.Keep(inner.error());
  if (no.has_value()) return no;
  AdvanceChain(inner);
  v1::RelodgedObject relodged;
  relodged.set_statement(inside->id().ToBytes());
  relodged.set_author(inside->statement().actor());
  relodged.set_by(step.actor());
  relodged.set_leaf(step.leaf());
  relodged.set_admitted(IsAdmitted(policy->predecessor(), old_leaf));
  step.Put(RelodgedKey(old_leaf), relodged);
  step.Merge(inner);
  return std::nullopt;
}

}  // namespace cairn::ledger
