// Verifying a file that Cairn makes, offline: what it is, and which of its claims hold.
//
// Trust comes from the caller alone: a policy, a log key, a genesis digest and a copy of the log
// that is checked against them. Nothing beside the file that is judged is ever trusted; an entry
// beside a proof is something to be judged as well. No socket is opened.
//
// Kinds, told by content: receipt (C2SP tlog-proof), entry, signed statement, signed refusal,
// checkpoint note, policy, verifier key, key file (its header), sealed package (its structure),
// opened package, unsigned submission, report, party entry, rule set, evidence, dossier, lodging.
// Where the content fits none, the file's name says what it ought to be; a file that is nothing at
// all has one claim, which does not hold.
//
// Essential claims. A file is verified only if none of its claims fails and each of these was
// checked (claim.h: Weight); what else is said of it stands beside.
//   receipt, entry      form, log's signature, inclusion, statement, author's identity; witnessed,
//                       unless the policy asks for no witness
//   signed statement    form, signature, author's identity
//   signed refusal      form, operator's signature, that the log's rules refuse it for that reason
//   checkpoint note     form, log's signature; witnessed, likewise
//   sealed package      form, that it is what was submitted
//   opened package      form, identity of the holding party
//   unsigned submission form, that it was submitted: nothing in the file can show that
//   report              form, summary, that the checks give it: that takes the packages
//   party entry         form, possession of its keys
//   annex               form, that a signed statement names it
//   dossier             form, log's signature, every entry, the pinned Genesis, the log's rules,
//                       that the handover stands in it, each enclosed paper; witnessed, likewise
//   evidence            form, that it convicts (of a statement not logged: that it is in no leaf)
//   policy, verifier key, key file, rule set, lodging    what they say of themselves
#ifndef CAIRN_AUDIT_DOSSIER_VERIFY_H_
#define CAIRN_AUDIT_DOSSIER_VERIFY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/dossier/claim.h"
#include "audit/dossier/key_history.h"
#include "audit/note/policy.h"
#include "keys/age.h"
#include "keys/bytes.h"
#include "keys/signing.h"

namespace cairn::dossier {

// What the verifier believes. Everything may be missing; what then cannot be checked says so.
struct Trust {
  std::optional<note::Policy>
      policy;                 // Whose log keys are believed, and which witnesses asked for.
  std::string why_no_policy;  // What to do about it, when there is none.
  // What a checkpoint must have to be final: more than `policy`, which is for progress. Nothing: no
  // claim is made about it.
  std::optional<note::Policy> final_policy;
  std::optional<keys::Digest> genesis;  // As pinned: who is who in a dossier starts from it.
  KeyHistory* history = nullptr;        // Not owned; null: no identity can be shown.
  // Why there is none: kFailedPrecondition if something is missing, kDataLoss if the copy or its
  // Genesis is not what was pinned. REQUIRES: not OK where `history` is null.
  absl::Status no_history = absl::FailedPreconditionError("no copy of the log was given");
  std::optional<keys::SigningPublicKey> operator_key;  // Of refusals; else the history's.
};

// Files that go with the one that is judged.
struct Companions {
  std::optional<keys::Bytes> entry;       // Of a receipt; of a sealed package: its submission.
  std::optional<keys::Bytes> proof;       // The receipt of an entry.
  std::optional<keys::Bytes> statement;   // Of a refusal: what was refused. Of an annex: its own.
  std::optional<keys::Bytes> submission;  // Of a sealed package: unsigned, as it was prepared.
};

// The largest file that is read whole: a report. Packages, dossiers and evidence are streamed.
inline constexpr std::uint64_t kMaxWholeFileBytes = std::uint64_t{1} << 30;

// Judges bytes. `name` is only shown, and tells what unknown content ought to be. REQUIRES: what
// `trust` points to outlives the call. Never fails: what is wrong with the bytes is in the claims.
Examination VerifyBytes(const std::string& name, keys::ByteView bytes, const Companions& beside,
                        Trust& trust);

// The same for a file. Companions are `entry_path` if given, else what lies beside: for
// N.tlog-proof N.entry, and the reverse. kNotFound, kUnavailable, kInvalidArgument (no regular
// file), kResourceExhausted (larger than kMaxWholeFileBytes and no package): it could not be read.
absl::StatusOr<Examination> VerifyFile(const std::string& path,
                                       const std::optional<std::string>& entry_path, Trust& trust);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_VERIFY_H_
