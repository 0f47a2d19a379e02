#include "audit/ledger/refusal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "cairn/v1/state.pb.h"
#include "keys/encoding.h"

namespace cairn::ledger {

absl::StatusOr<v1::Refusal> MakeRefusal(const View& view, merkle::TreeSize size,
                                        const statement::VerifiedStatement& statement,
                                        Objection objection) {
  absl::StatusOr<std::optional<v1::LogObject>> log = ReadLog(view);
  if (!log.ok()) return log.status();
  absl::StatusOr<v1::ChainObject> chain = ReadChain(view, statement.key().View());
  if (!chain.ok()) return chain.status();
  v1::Refusal refusal;
  // The state of a predecessor is not yet that of a log.
  if (log->has_value() && !(*log)->has_carried()) refusal.set_log_origin((*log)->log_origin());
  refusal.set_statement(statement.id().ToBytes());
  refusal.set_reason(objection.reason);
  refusal.set_field(std::move(objection.field));
  refusal.set_message(std::move(objection.message));
  refusal.set_remedy(std::move(objection.remedy));
  refusal.set_tree_size(merkle::ToInt(size));
  refusal.set_chain_head(chain->head());
  refusal.set_chain_sequence(chain->sequence());
  return refusal;
}

bool IsSigned(v1::RefusalReason reason) {
  return reason != v1::REFUSAL_REASON_MALFORMED && reason != v1::REFUSAL_REASON_UNKNOWN_KEY;
}

bool RestsOnMore(const v1::Refusal& refusal) {
  const bool size = refusal.reason() == v1::REFUSAL_REASON_FIELD &&
                    (refusal.field() == "submit_package.size" ||
                     refusal.field() == "submit_package.persons_size");
  return size || refusal.reason() == v1::REFUSAL_REASON_CONTENT_MISSING ||
         refusal.reason() == v1::REFUSAL_REASON_PREVIOUS_REFUSED || !IsSigned(refusal.reason());
}

Objection ContentMissing(absl::string_view field, keys::ByteView digest, std::uint64_t missing,
                         std::uint64_t chunks) {
  return {.reason = v1::REFUSAL_REASON_CONTENT_MISSING,
          .field = std::string(field),
          .message = absl::StrCat("Of the file ", keys::Hex(digest), ", ", missing, " of ", chunks,
                                  " chunks are not in the store."),
          .remedy = "Upload the file to its end, then submit the same signed bytes again."};
}

Objection OtherHistory(const v1::Seen& seen, keys::ByteView own_root) {
  return {
      .reason = v1::REFUSAL_REASON_OTHER_HISTORY,
      .field = "seen",
      .message = absl::StrCat(
          "The author saw a log of ", seen.tree_size(), " leaves with the root ",
          keys::Hex(keys::AsBytes(seen.root_hash())), "; this log had another root at that size",
          own_root.empty() ? " or does not reach it" : absl::StrCat(": ", keys::Hex(own_root)),
          "."),
      .remedy =
          "Keep the note that you saw and the one that comes with this refusal: the two "
          "show that the operator signed two histories. Take them to an auditor."};
}

Objection PreviousRefused() {
  return {.reason = v1::REFUSAL_REASON_PREVIOUS_REFUSED,
          .field = "previous",
          .message =
              "An earlier statement of this key in this stream was refused, so this one "
              "stands on nothing.",
          .remedy = "Put right what was refused first, then sign this one again behind it."};
}

Objection Malformed(const absl::Status& why) {
  return {.reason = v1::REFUSAL_REASON_MALFORMED,
          .field = "",
          .message = absl::StrCat("These bytes are no signed statement: ", why.message(), "."),
          .remedy = "Send the bytes exactly as the signing program wrote them."};
}

}  // namespace cairn::ledger
