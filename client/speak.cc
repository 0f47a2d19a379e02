#include "client/speak.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/verify.h"
#include "audit/note/proof_file.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"
#include "cairn/v1/statement.pb.h"
#include "client/clock.h"
#include "client/commands/choices.h"
#include "client/connection.h"
#include "client/notes.h"
#include "client/same_act.h"

namespace cairn::client {
namespace {

constexpr absl::string_view kWaited =
    "It was signed by an earlier run and waited in the outbox; nothing was signed again. To say "
    "the "
    "same a second time, give the command once more.\n";
constexpr absl::string_view kStatementSuffix = ".statement";
// Signed for a carrier, who may be under way for weeks: nothing is signed past it, or its sequence
// would be used twice.
constexpr absl::string_view kCarriedSuffix = ".carried";

bool IsCarried(const std::string& path) {
  return absl::EndsWith(path, absl::StrCat(kCarriedSuffix, kStatementSuffix));
}

// Outbox names sort in the order in which they were signed: key first, then sequence.
std::string OutboxPath(const Home& home, const v1::Statement& statement, bool carried) {
  const std::string fingerprint =
      keys::KeyFingerprint::FromBytes(keys::AsBytes(statement.key()))->Hex();
  std::string sequence = std::to_string(statement.sequence());
  sequence.insert(0, sequence.size() < 20 ? 20 - sequence.size() : 0, '0');
  return absl::StrCat(home.Outbox(), "/", fingerprint.substr(0, 16), "-", sequence,
                      carried ? kCarriedSuffix : "", kStatementSuffix);
}

// Where a signed refusal and the statement that it refuses are kept: one is judged by the other.
struct KeptRefusal {
  std::string refusal;
  std::string statement;
};

absl::StatusOr<KeptRefusal> KeepRefusal(const Home& home, const v1::SignedRefusal& signed_refusal,
                                        const keys::Bytes& signed_statement) {
  absl::StatusOr<statement::VerifiedStatement> refused =
      statement::Verify(keys::AsBytes(signed_statement));
  if (!refused.ok()) return refused.status();
  const std::string stem = absl::StrCat(home.Receipts(), "/", refused->id().Hex());
  KeptRefusal kept{stem + ".refusal", stem + ".signed"};
  absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(signed_refusal);
  if (!bytes.ok()) return bytes.status();
  absl::Status done = MakeFolder(home.Receipts());
  if (done.ok()) done = WriteFileDurably(kept.statement, keys::AsBytes(signed_statement));
  if (done.ok()) done = WriteFileDurably(kept.refusal, keys::AsBytes(*bytes));
  if (!done.ok()) return done;
  return kept;
}

// Whether the refused statement is done with. One that a carrier has under way is not, as long as
// only its content has not arrived; what nobody signed for settles nothing of a carrier's.
bool Settles(const v1::SignedRefusal& signed_refusal, const v1::Refusal& refusal, bool carried) {
  if (!carried) return true;
  return !signed_refusal.signature().empty() &&
         refusal.reason() != v1::REFUSAL_REASON_CONTENT_MISSING;
}

std::string AsSentence(absl::string_view text) {
  return absl::StrCat(text, absl::EndsWith(text, ".") ? "" : ".");
}

// Keeps the refusal before the statement leaves the outbox.
absl::Status Refused(const Home& home, const v1::SignedRefusal& signed_refusal,
                     const keys::Bytes& signed_statement, const std::string& outbox_path) {
  absl::StatusOr<v1::Refusal> refusal = statement::ReadRefusalUnverified(signed_refusal);
  if (!refusal.ok()) return refusal.status();
  std::string judged;
  if (!signed_refusal.signature().empty()) {
    absl::StatusOr<KeptRefusal> kept = KeepRefusal(home, signed_refusal, signed_statement);
    if (!kept.ok()) return kept.status();
    judged = absl::StrCat("\nThe broker has signed this. Whether it was right says: cairn verify ",
                          kept->refusal);
  }
  if (!outbox_path.empty() && Settles(signed_refusal, *refusal, IsCarried(outbox_path))) {
    unlink(outbox_path.c_str());
  }
  const std::string where =
      refusal->field().empty() ? "" : absl::StrCat(" (in ", refusal->field(), ")");
  const std::string remedy =
      refusal->remedy().empty() ? "" : absl::StrCat(" What to do: ", AsSentence(refusal->remedy()));
  return absl::FailedPreconditionError(
      absl::StrCat("refused (", ChoiceName(refusal->reason(), *v1::RefusalReason_descriptor()),
                   "): ", AsSentence(refusal->message()), where, remedy, judged));
}

// Step 4 to 6. A refusal takes the statement out of the outbox: its sequence is free again.
absl::StatusOr<Spoken> Send(Context& context, const keys::Bytes& signed_statement,
                            const std::string& outbox_path) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  v1::SubmitRequest request;
  request.set_signed_statement(signed_statement);
  absl::StatusOr<v1::SubmitResponse> answer =
      (*connection)
          ->Call(&v1::StatementService::Stub::Submit, (*connection)->statements(), request);
  if (!answer.ok()) {
    if (absl::IsInvalidArgument(answer.status()) && !outbox_path.empty() &&
        !IsCarried(outbox_path)) {
      unlink(outbox_path.c_str());
    }
    return answer.status();
  }
  if (answer->has_refusal()) {
    return Refused(*home, answer->refusal(), signed_statement, outbox_path);
  }
  absl::StatusOr<Spoken> spoken = KeepReceipt(context, answer->receipt(), signed_statement);
  if (spoken.ok() && !outbox_path.empty()) unlink(outbox_path.c_str());
  return spoken;
}

absl::StatusOr<std::vector<std::pair<std::string, keys::Bytes>>> ReadOutbox(const Home& home) {
  std::vector<std::pair<std::string, keys::Bytes>> waiting;
  absl::StatusOr<std::vector<std::string>> names = ListFiles(home.Outbox());
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!absl::EndsWith(name, kStatementSuffix)) continue;
    const std::string path = absl::StrCat(home.Outbox(), "/", name);
    absl::StatusOr<keys::Bytes> bytes = ReadFile(path, statement::kMaxSignedStatementBytes);
    // One too large is none of ours; what it is says Verify.
    if (absl::IsResourceExhausted(bytes.status())) bytes = keys::Bytes();
    if (!bytes.ok()) return bytes.status();
    waiting.emplace_back(path, *std::move(bytes));
  }
  return waiting;
}

absl::Status StillWithTheCarrier(const std::string& path, const absl::Status& why) {
  return absl::FailedPreconditionError(absl::StrCat(
      "a statement signed for a carrier is not logged yet, and this key signs nothing past it. ",
      "Submit it (cairn package carry, cairn statement import), or give it up for good by ",
      "removing ", path, " (", why.message(), ")"));
}

// Sends what waits. If `act` was among it, it is made by that: the answer is where it was logged,
// or as an error why it was refused.
absl::StatusOr<std::optional<Spoken>> EmptyOutbox(Context& context, const Home& home,
                                                  const v1::Statement& act) {
  auto waiting = ReadOutbox(home);
  if (!waiting.ok()) return waiting.status();
  std::optional<Spoken> made;
  for (const auto& [path, bytes] : *waiting) {
    const auto before = statement::Verify(keys::AsBytes(bytes));
    if (!before.ok() && IsCarried(path)) return StillWithTheCarrier(path, before.status());
    if (!before.ok()) {
      context.console.Talk(absl::StrCat(path, " is no signed statement (",
                                        before.status().message(),
                                        "); it is neither sent nor removed"));
      continue;
    }
    const bool same = IsSameAct(home, before->statement(), act);
    const std::string what(statement::BodyName(before->statement()));
    absl::StatusOr<Spoken> sent = Send(context, bytes, path);
    if (sent.ok()) {
      context.console.Talk(absl::StrCat("what waited in the outbox was sent again: ", what,
                                        ", logged as leaf ", sent->leaf_index));
      if (same) made = *sent;
      continue;
    }
    const bool still_there = access(path.c_str(), F_OK) == 0;
    if (still_there && IsCarried(path)) return StillWithTheCarrier(path, sent.status());
    // A refusal settles it: the next statement is signed afresh.
    if (same || still_there || !absl::IsFailedPrecondition(sent.status())) return sent.status();
    context.console.Talk(absl::StrCat("what waited in the outbox was sent again: ", what, ": ",
                                      sent.status().message()));
  }
  if (made.has_value()) made->waited = true;
  return made;
}

// The bytes that a carrier was given for the same act, if they are not logged yet.
absl::StatusOr<std::optional<keys::Bytes>> FindCarried(const Home& home, const v1::Statement& act) {
  auto waiting = ReadOutbox(home);
  if (!waiting.ok()) return waiting.status();
  for (const auto& [path, bytes] : *waiting) {
    if (!IsCarried(path)) continue;
    const auto before = statement::Verify(keys::AsBytes(bytes));
    if (before.ok() && IsSameAct(home, before->statement(), act)) return std::optional(bytes);
  }
  return std::optional<keys::Bytes>();
}

struct Signed {
  keys::Bytes bytes;
  std::string outbox_path;
};

// Steps 1 to 3.
absl::StatusOr<Signed> SignIntoOutbox(Context& context, const Home& home, v1::Statement statement,
                                      const std::string& key_name, bool carried) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<keys::SigningPrivateKey> key =
      context.LoadSigningKey(key_name.empty() ? context.options.signing_key : key_name);
  if (!key.ok()) return key.status();
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();

  v1::GetChainHeadRequest ask;
  ask.set_key(key->Public().Fingerprint().ToBytes());
  absl::StatusOr<v1::GetChainHeadResponse> head =
      (*connection)
          ->Call(&v1::StatementService::Stub::GetChainHead, (*connection)->statements(), ask);
  if (!head.ok()) return head.status();
  if (!head->note().empty()) {
    absl::StatusOr<note::OpenedCheckpoint> newest = AdvanceNote(context, head->note());
    if (!newest.ok()) return newest.status();
    if (merkle::ToInt(newest->checkpoint.size) > 0) {
      statement.mutable_seen()->set_tree_size(merkle::ToInt(newest->checkpoint.size));
      statement.mutable_seen()->set_root_hash(newest->checkpoint.root.digest.ToBytes());
    }
  }
  statement.set_log_origin(profile->log_origin);
  statement.set_actor(profile->party);
  statement.set_key(key->Public().Fingerprint().ToBytes());
  statement.set_sequence(head->sequence() + 1);
  statement.set_previous(head->previous());
  statement.set_issued_at_ms(NowMs());
  statement.set_expires_at_ms(statement.issued_at_ms() + kStatementLifetimeMs);
  absl::StatusOr<keys::Bytes> bytes = statement::Sign(statement, *key);
  if (!bytes.ok()) return bytes.status();
  const std::string path = OutboxPath(home, statement, carried);
  if (absl::Status kept = WriteFileDurably(path, keys::AsBytes(*bytes)); !kept.ok()) return kept;
  return Signed{*std::move(bytes), path};
}

absl::StatusOr<std::pair<Home, FileLock>> LockOutbox(Context& context) {
  absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  if (absl::Status made = MakeFolder(home->Outbox()); !made.ok()) return made;
  absl::StatusOr<FileLock> lock = FileLock::Acquire(home->Outbox() + "/lock");
  if (!lock.ok()) return lock.status();
  return std::make_pair(*std::move(home), *std::move(lock));
}

}  // namespace

absl::StatusOr<Spoken> Speak(Context& context, v1::Statement statement, const std::string& key) {
  auto locked = LockOutbox(context);
  if (!locked.ok()) return locked.status();
  absl::StatusOr<std::optional<Spoken>> empty = EmptyOutbox(context, locked->first, statement);
  if (!empty.ok()) return empty.status();
  if (empty->has_value()) return **empty;
  absl::StatusOr<Signed> made = SignIntoOutbox(context, locked->first, std::move(statement), key,
                                               /*carried=*/false);
  if (!made.ok()) return made.status();
  return Send(context, made->bytes, made->outbox_path);
}

absl::StatusOr<bool> IsWaiting(Context& context, const v1::Statement& act) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  auto waiting = ReadOutbox(*home);
  if (!waiting.ok()) return waiting.status();
  for (const auto& [path, bytes] : *waiting) {
    const auto before = statement::Verify(keys::AsBytes(bytes));
    if (before.ok() && IsSameAct(*home, before->statement(), act)) return true;
  }
  return false;
}

absl::StatusOr<keys::Bytes> SignForCarrier(Context& context, v1::Statement statement,
                                           const std::string& key) {
  auto locked = LockOutbox(context);
  if (!locked.ok()) return locked.status();
  absl::StatusOr<std::optional<keys::Bytes>> carried = FindCarried(locked->first, statement);
  if (!carried.ok()) return carried.status();
  if (carried->has_value()) return **carried;
  absl::StatusOr<std::optional<Spoken>> empty = EmptyOutbox(context, locked->first, statement);
  if (!empty.ok()) return empty.status();
  if (empty->has_value()) {
    return absl::AlreadyExistsError(
        absl::StrCat("the same statement waited in the outbox and is logged now, as leaf ",
                     (*empty)->leaf_index, "; nothing else was signed"));
  }
  absl::StatusOr<Signed> made = SignIntoOutbox(context, locked->first, std::move(statement), key,
                                               /*carried=*/true);
  if (!made.ok()) return made.status();
  return made->bytes;
}

absl::StatusOr<Spoken> Carry(Context& context, const keys::Bytes& signed_statement) {
  return Send(context, signed_statement, "");
}

absl::StatusOr<Spoken> KeepReceipt(Context& context, const v1::Receipt& receipt,
                                   const keys::Bytes& signed_statement) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<statement::VerifiedStatement> ours =
      statement::Verify(keys::AsBytes(signed_statement));
  if (!ours.ok()) return ours.status();
  absl::StatusOr<note::OpenedCheckpoint> opened = AdvanceNote(context, receipt.note());
  if (!opened.ok()) return opened.status();

  const keys::Bytes entry =
      statement::EncodeEntry(receipt.logged_at_ms(), keys::AsBytes(signed_statement));
  note::ProofFile proof;
  proof.index = merkle::LeafIndex{receipt.leaf_index()};
  proof.note = receipt.note();
  for (const std::string& hash : receipt.inclusion_proof()) {
    absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(keys::AsBytes(hash));
    if (!digest.ok()) return digest.status();
    proof.path.push_back({*digest});
  }
  const absl::Status included =
      merkle::VerifyInclusion(merkle::HashLeaf(keys::AsBytes(entry)), proof.index,
                              opened->checkpoint.size, proof.path, opened->checkpoint.root);
  if (!included.ok()) {
    return absl::DataLossError(absl::StrCat(
        "the broker answered with a receipt that does not hold: ", included.message()));
  }
  absl::StatusOr<std::string> file = note::FormatProofFile(proof);
  if (!file.ok()) return file.status();
  if (absl::Status made = MakeFolder(home->Receipts()); !made.ok()) return made;
  const std::string stem = absl::StrCat(home->Receipts(), "/", receipt.leaf_index());
  absl::Status kept = WriteFileDurably(stem + ".entry", keys::AsBytes(entry));
  if (kept.ok()) kept = WriteFileDurably(stem + ".tlog-proof", keys::AsBytes(*file));
  if (!kept.ok()) return kept;
  return Spoken{ours->id(), receipt.leaf_index(), merkle::ToInt(opened->checkpoint.size),
                stem + ".tlog-proof", receipt.already_logged()};
}

nlohmann::json SpokenJson(absl::string_view what, const Spoken& spoken) {
  return {{"act", std::string(what)},       {"statement", spoken.id.Hex()},
          {"leaf", spoken.leaf_index},      {"tree_size", spoken.tree_size},
          {"receipt", spoken.receipt_path}, {"already_logged", spoken.already_logged},
          {"waited", spoken.waited}};
}

Answer SpokenAnswer(absl::string_view what, const Spoken& spoken) {
  return SpokenAnswer(what, spoken, nlohmann::json::object());
}

Answer SpokenAnswer(absl::string_view what, const Spoken& spoken, const nlohmann::json& more) {
  nlohmann::json json = SpokenJson(what, spoken);
  json.update(more);
  return {.text = absl::StrCat(what, ": ", spoken.already_logged ? "was logged before" : "logged",
                               " as leaf ", spoken.leaf_index, ", statement ", spoken.id.Hex(),
                               "\n", spoken.waited ? kWaited : ""),
          .json = JsonText(json),
          .code = ExitCode::kHolds,
          .next = absl::StrCat("cairn verify ", spoken.receipt_path)};
}

}  // namespace cairn::client
