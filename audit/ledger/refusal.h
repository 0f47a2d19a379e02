// Refusals: why a statement gets no leaf, in words for whoever signed it. One builder for all, so
// that what the fold refuses and what the broker refuses before it read alike.
#ifndef CAIRN_AUDIT_LEDGER_REFUSAL_H_
#define CAIRN_AUDIT_LEDGER_REFUSAL_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/view.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"

namespace cairn::ledger {

// What is wrong with one statement, before the log's own fields are added.
struct Objection {
  v1::RefusalReason reason = v1::REFUSAL_REASON_UNSPECIFIED;
  std::string field;    // Path: "open_handover.charter.areas[3].area"; empty if it is none.
  std::string message;  // What was wrong, a sentence: expected and found.
  std::string remedy;   // What would be right, a sentence.
};

// The refusal of `statement` on the state of `size` leaves, with the head of its key's chain, so
// that the client can sign again. Errors are the view's.
absl::StatusOr<v1::Refusal> MakeRefusal(const View& view, merkle::TreeSize size,
                                        const statement::VerifiedStatement& statement,
                                        Objection objection);

// Whether the operator signs refusals for this reason: all that the fold gives to an enrolled key.
// MALFORMED and UNKNOWN_KEY are answered unsigned, so that nobody can make the operator sign.
bool IsSigned(v1::RefusalReason reason);

// Whether a refusal that the fold does not give may still be right, because it rests on more than
// the leaves: on content that is not there or has another size than stated, on what came before in
// the same stream, or on what is not signed. Only of others does the fold show that they are wrong.
// OTHER_HISTORY is not among them: who has the tree can judge it.
bool RestsOnMore(const v1::Refusal& refusal);

// --- What the broker refuses before the fold, because it needs more than the state ---------------

// SubmitPackage: `missing` of `chunks` chunks of the file `digest` are not in the store.
// `field` is the path of the digest: "submit_package.digest" or "submit_package.persons_digest".
Objection ContentMissing(absl::string_view field, keys::ByteView digest, std::uint64_t missing,
                         std::uint64_t chunks);
// Statement.seen is not a prefix of this log. SignedRefusal.note carries the log's own.
Objection OtherHistory(const v1::Seen& seen, keys::ByteView own_root);
// An earlier statement of the same key in the same stream was refused.
Objection PreviousRefused();
// The bytes are no valid signed statement: what statement::Verify said.
Objection Malformed(const absl::Status& why);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_REFUSAL_H_
