// How a party says something: sign, keep, send, verify the receipt.
//
//   1. Ask for the key's chain head and the newest note; verify the note (client/notes.h).
//   2. Sign the statement with sequence, previous and what was seen.
//   3. Sync the signed bytes to the outbox.           From here on these bytes are sent, no others.
//   4. Submit.                                        A broken call leaves them in the outbox.
//   5. Verify the receipt: the entry holds these bytes, and is in the tree of a verified note.
//   6. Write receipts/N.tlog-proof and N.entry; take the statement out of the outbox.
//
// What an earlier run left in the outbox is sent first, so that no sequence is ever signed twice.
// If that says what is about to be said, it is not said again: a command that was broken off and
// given once more makes one statement.
#ifndef CAIRN_CLIENT_SPEAK_H_
#define CAIRN_CLIENT_SPEAK_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/statement/statement.h"
#include "client/context.h"

namespace cairn::v1 {
class Receipt;
class SignedRefusal;
class Statement;
}  // namespace cairn::v1

namespace cairn::client {

inline constexpr std::uint64_t kStatementLifetimeMs = std::uint64_t{30} * 24 * 3600 * 1000;

// A statement that is in the log.
struct Spoken {
  statement::StatementId id;
  std::uint64_t leaf_index = 0;
  std::uint64_t tree_size = 0;  // Of the note that covers it.
  std::string receipt_path;
  bool already_logged = false;
  bool waited = false;  // An earlier run had signed it; nothing was signed now.
};

// `statement` has its handover (where it belongs to one) and body; the rest is filled in. `key`
// names the key file that signs; empty: the option --key. kFailedPrecondition: refused by the fold;
// the message gives reason, place and remedy; a signed refusal is kept as receipts/ID.refusal with
// the statement that it refuses, receipts/ID.signed, so that it can be judged.
// kUnavailable: not sent; the bytes wait in the outbox. kDataLoss: the broker's receipt does not
// hold.
absl::StatusOr<Spoken> Speak(Context& context, v1::Statement statement,
                             const std::string& key = {});

// Whether an earlier run signed just this and it waits in the outbox: Speak will send that. Errors
// of the disk.
absl::StatusOr<bool> IsWaiting(Context& context, const v1::Statement& act);

// Signs without sending: the SignedStatement's bytes, for another to carry. The bytes are kept in
// the outbox as well, and until they are logged or refused for good Speak answers
// kFailedPrecondition: the key signs nothing past them. The same act again gives the same bytes.
// kAlreadyExists: it waited in the outbox to be sent, and is logged now.
absl::StatusOr<keys::Bytes> SignForCarrier(Context& context, v1::Statement statement,
                                           const std::string& key = {});

// Submits what somebody signed elsewhere, verbatim, and keeps its receipt.
absl::StatusOr<Spoken> Carry(Context& context, const keys::Bytes& signed_statement);

// Verifies a receipt for a statement and writes its two files.
absl::StatusOr<Spoken> KeepReceipt(Context& context, const v1::Receipt& receipt,
                                   const keys::Bytes& signed_statement);

// An answer that says what was logged: "logged as leaf 17 ..." and the same in JSON, with the
// members of `more`.
Answer SpokenAnswer(absl::string_view what, const Spoken& spoken);
Answer SpokenAnswer(absl::string_view what, const Spoken& spoken, const nlohmann::json& more);
// The JSON alone, for an answer that says more.
nlohmann::json SpokenJson(absl::string_view what, const Spoken& spoken);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_SPEAK_H_
