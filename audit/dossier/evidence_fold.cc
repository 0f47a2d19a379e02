// Evidence that rests on the log's own entries: hashed up to a root that it has signed, and folded
// by its rules where these decide.
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/dossier/evidence_parts.h"
#include "audit/ledger/carry.h"
#include "audit/ledger/fold.h"
#include "audit/ledger/read.h"
#include "audit/ledger/replay.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/lodging.h"
#include "audit/statement/refusal.h"

namespace cairn::dossier {
namespace {

constexpr char kTooFewLists[] = "the entries of the log are not all there";

// A log, and before it its predecessors, folded from their first leaves on.
class FoldedLogs {
 public:
  explicit FoldedLogs(EntryLists& entries) : entries_(entries) {}

  // All lists to their end. `look` is called for the state before each leaf of the last log, and
  // once after its last. An error of it ends the folding.
  absl::Status Fold(const std::function<absl::Status(const ledger::Replay&)>& look);

  const ledger::Replay& replay() const { return replay_; }
  const merkle::Frontier& frontier() const { return frontier_; }
  // Of the last log: its first leaf, the Genesis.
  const v1::Genesis& genesis() const { return genesis_; }
  // Of the last log: the root that it had at `size`, noted on the way.
  void NoteRootAt(std::uint64_t size) { noted_size_ = size; }
  const std::optional<merkle::NodeHash>& noted_root() const { return noted_root_; }

 private:
  absl::Status BeginLog(keys::ByteView first);
  void NoteRoot() {
    if (merkle::ToInt(frontier_.size()) == noted_size_) noted_root_ = frontier_.Root();
  }

  EntryLists& entries_;
  ledger::Replay replay_;
  merkle::Frontier frontier_;
  v1::Genesis genesis_;
  std::uint64_t noted_size_ = 0;
  std::optional<merkle::NodeHash> noted_root_;
};

// Goes on from what was folded before, if the log does; and only then may something be before it.
absl::Status FoldedLogs::BeginLog(keys::ByteView first) {
  const auto entry = statement::ParseEntry(first);
  if (!entry.ok()) return absl::DataLossError("the log does not begin with a Genesis");
  const auto verified = statement::Verify(keys::AsBytes(entry->signed_statement));
  if (!verified.ok() || !verified->statement().has_genesis()) {
    return absl::DataLossError("the log does not begin with a Genesis");
  }
  const bool goes_on = merkle::ToInt(frontier_.size()) > 0;
  const auto before = ledger::PredecessorOf(verified->statement());
  if (before.has_value() != goes_on) {
    return absl::InvalidArgumentError(
        goes_on ? "entries of another log stand before those of a log that goes on from none"
                : "the log goes on from another, whose entries are not there");
  }
  genesis_ = verified->statement().genesis();
  if (!goes_on) return absl::OkStatus();
  const auto old = ledger::ReadLog(replay_.state());
  if (!old.ok()) return old.status();
  if (before->tree_size() != merkle::ToInt(frontier_.size()) ||
      before->root_hash() != frontier_.Root().digest.ToBytes() || !old->has_value() ||
      (*old)->genesis() != before->genesis()) {
    return absl::DataLossError("the entries of the predecessor are not those carried over");
  }
  ledger::Replay replay;
  if (absl::Status on = replay.GoOnFrom(std::move(replay_), frontier_.Root()); !on.ok()) return on;
  replay_ = std::move(replay);
  frontier_ = merkle::Frontier();
  return absl::OkStatus();
}

absl::Status FoldedLogs::Fold(const std::function<absl::Status(const ledger::Replay&)>& look) {
  bool any = false;
  for (;;) {
    const auto count = entries_.NextList();
    if (!count.ok()) return count.status();
    if (!count->has_value()) break;
    any = true;
    noted_root_.reset();
    for (std::uint64_t i = 0; i < **count; ++i) {
      const absl::StatusOr<keys::ByteView> entry = entries_.NextEntry();
      if (!entry.ok()) return entry.status();
      if (i == 0) {
        if (absl::Status begun = BeginLog(*entry); !begun.ok()) return begun;
      }
      NoteRoot();
      if (absl::Status looked = look(replay_); !looked.ok()) return looked;
      frontier_.Append(merkle::HashLeaf(*entry));
      if (absl::Status step = replay_.Step(*entry).status(); !step.ok()) return step;
    }
  }
  if (!any || merkle::ToInt(frontier_.size()) == 0) {
    return absl::InvalidArgumentError(kTooFewLists);
  }
  NoteRoot();
  return look(replay_);
}

// The entries are the whole tree that the log signed in `note`, and name that log as theirs.
absl::Status CheckWhole(const FoldedLogs& logs, const note::Checkpoint& checkpoint,
                        const keys::VerifierKey& log) {
  if (logs.frontier().size() != checkpoint.size || logs.frontier().Root() != checkpoint.root) {
    return absl::DataLossError("the entries are not those of the tree that the log has signed");
  }
  if (logs.genesis().log_vkey() == log.ToString()) return absl::OkStatus();
  return absl::DataLossError("the Genesis names another log key");
}

absl::StatusOr<keys::SigningPublicKey> OperatorKey(const v1::Genesis& genesis) {
  if (genesis.operator_().keys().empty()) return absl::DataLossError("the log has no operator");
  return keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(genesis.operator_().keys(0).key()));
}

// What the refusal itself says, before anything is folded.
absl::StatusOr<v1::Refusal> ReadRefusal(const keys::Bytes& bytes, v1::SignedRefusal& wrapper) {
  absl::Status parsed = statement::ParseCanonical(keys::AsBytes(bytes), wrapper,
                                                  {.max_bytes = statement::kMaxRefusalBytes});
  if (!parsed.ok()) return parsed;
  return statement::ReadRefusalUnverified(wrapper);
}

// The state of the refusal's size, and what its rules say of the statement there.
class RefusalTrial {
 public:
  RefusalTrial(const v1::Refusal& refusal, const statement::VerifiedStatement& statement)
      : refusal_(refusal), statement_(statement) {}

  absl::Status Look(const ledger::Replay& replay) {
    if (merkle::ToInt(replay.size()) != refusal_.tree_size() || tried_) return absl::OkStatus();
    // A log that goes on has an earlier one of the same size before it.
    const auto log = ledger::ReadLog(replay.state());
    if (!log.ok()) return log.status();
    if (!log->has_value() || (*log)->has_carried() ||
        (*log)->log_origin() != refusal_.log_origin()) {
      return absl::OkStatus();
    }
    const auto outcome =
        ledger::Fold(replay.state(), merkle::LeafIndex{refusal_.tree_size()}, statement_);
    if (!outcome.ok()) return outcome.status();
    tried_ = true;
    if (!outcome->accepted()) refused_ = outcome->refusal;
    return absl::OkStatus();
  }
  bool tried() const { return tried_; }
  const std::optional<v1::Refusal>& refused() const { return refused_; }

 private:
  const v1::Refusal& refusal_;
  const statement::VerifiedStatement& statement_;
  bool tried_ = false;
  std::optional<v1::Refusal> refused_;
};

// What the author says it had seen is what the log was then.
bool SeenFits(const v1::Statement& said, const FoldedLogs& logs) {
  if (!said.has_seen()) return true;
  return logs.noted_root().has_value() &&
         logs.noted_root()->digest.ToBytes() == said.seen().root_hash();
}

}  // namespace

absl::Status JudgeGrowth(const Evidence& evidence, const keys::VerifierKey& log,
                         EntryLists& entries) {
  const auto end = SignedNote(evidence.first, log, {});
  if (!end.ok()) return end.status();
  const auto beyond = SignedNote(evidence.second, log, {});
  if (!beyond.ok()) return beyond.status();
  FoldedLogs logs(entries);
  absl::Status folded = logs.Fold([](const ledger::Replay&) { return absl::OkStatus(); });
  if (folded.ok()) folded = CheckWhole(logs, end->checkpoint, log);
  if (!folded.ok()) return folded;
  const auto state = ledger::ReadLog(logs.replay().state());
  if (!state.ok()) return state.status();
  if (!state->has_value() || !(*state)->has_frozen_at()) {
    return absl::DataLossError("by its own rules the log is not frozen at the first note");
  }
  const std::uint64_t ended = (*state)->frozen_at() - (*state)->base() + 1;
  if (merkle::ToInt(end->checkpoint.size) > ended) return absl::OkStatus();
  if (beyond->checkpoint.size > end->checkpoint.size) return absl::OkStatus();
  return absl::DataLossError("no note is of a larger tree than the one that the log ended with");
}

absl::Status JudgeWrongfulRefusal(const Evidence& evidence, const keys::VerifierKey& log,
                                  EntryLists& entries) {
  const auto at = SignedNote(evidence.first, log, {});
  if (!at.ok()) return at.status();
  v1::SignedRefusal wrapper;
  const auto refusal = ReadRefusal(evidence.refusal, wrapper);
  if (!refusal.ok()) return refusal.status();
  const auto refused = statement::Verify(keys::AsBytes(evidence.statement));
  if (!refused.ok()) return refused.status();
  if (refused->id().ToBytes() != refusal->statement()) {
    return absl::DataLossError("the statement is another than the one refused");
  }
  if (ledger::RestsOnMore(*refusal)) {
    return absl::DataLossError(
        "this refusal rests on more than the leaves: the log's rules cannot judge it");
  }
  if (refusal->tree_size() > merkle::ToInt(at->checkpoint.size)) {
    return absl::DataLossError("the refusal is of a larger tree than the note");
  }
  FoldedLogs logs(entries);
  logs.NoteRootAt(refused->statement().seen().tree_size());
  RefusalTrial trial(*refusal, *refused);
  absl::Status folded =
      logs.Fold([&trial](const ledger::Replay& replay) { return trial.Look(replay); });
  if (folded.ok()) folded = CheckWhole(logs, at->checkpoint, log);
  if (!folded.ok()) return folded;
  const auto operator_key = OperatorKey(logs.genesis());
  if (!operator_key.ok()) return operator_key.status();
  const absl::Status signature = statement::VerifyRefusal(wrapper, *operator_key).status();
  if (!signature.ok()) return absl::DataLossError(signature.message());
  if (!trial.tried()) {
    return absl::DataLossError("the log has no state of the size that the refusal names");
  }
  if (trial.refused().has_value()) {
    return absl::DataLossError(
        absl::StrCat("the log's rules refuse the statement there: ", trial.refused()->message()));
  }
  if (SeenFits(refused->statement(), logs)) return absl::OkStatus();
  return absl::DataLossError("its author had seen another history: that it was refused is right");
}

absl::Status JudgeNotLogged(const Evidence& evidence, const keys::VerifierKey& log,
                            EntryLists& entries) {
  const auto at = SignedNote(evidence.first, log, {});
  if (!at.ok()) return at.status();
  const auto missing = statement::Verify(keys::AsBytes(evidence.statement));
  if (!missing.ok()) return missing.status();
  const auto lodged = statement::VerifyLodging(keys::AsBytes(evidence.lodging));
  if (!lodged.ok()) return lodged.status();
  if (lodged->lodging.statement() != missing->id().ToBytes() ||
      lodged->lodging.log_origin() != log.name() ||
      missing->statement().log_origin() != log.name()) {
    return absl::DataLossError("what was lodged is another statement, or meant for another log");
  }
  const std::uint64_t size = merkle::ToInt(at->checkpoint.size);
  if (lodged->lodging.seen().tree_size() > size) {
    return absl::DataLossError("it was lodged after the note: that shows nothing");
  }
  const auto count = entries.NextList();
  if (!count.ok()) return count.status();
  const v1::Seen& seen = missing->statement().seen();
  if (!count->has_value() || **count > size || size - **count > seen.tree_size()) {
    return absl::DataLossError(
        "its entries do not reach back to what the statement's author had seen");
  }
  const auto peaks = HashesIn(evidence.hashes);
  if (!peaks.ok()) return peaks.status();
  auto frontier = merkle::Frontier::Create(merkle::TreeSize{size - **count}, *peaks);
  if (!frontier.ok()) return frontier.status();
  std::optional<merkle::NodeHash> seen_root;
  bool found = false;
  const auto note_root = [&] {
    if (merkle::ToInt(frontier->size()) == seen.tree_size()) seen_root = frontier->Root();
  };
  note_root();
  for (std::uint64_t i = 0; i < **count; ++i) {
    const absl::StatusOr<keys::ByteView> bytes = entries.NextEntry();
    if (!bytes.ok()) return bytes.status();
    const auto entry = statement::ParseEntry(*bytes);
    const auto stands = entry.ok() ? statement::Verify(keys::AsBytes(entry->signed_statement))
                                   : absl::StatusOr<statement::VerifiedStatement>(entry.status());
    found = found || (stands.ok() && stands->id() == missing->id());
    frontier->Append(merkle::HashLeaf(*bytes));
    note_root();
  }
  const auto more = entries.NextList();
  if (!more.ok()) return more.status();
  if (more->has_value()) return absl::InvalidArgumentError("it has more than one list of entries");
  if (frontier->Root() != at->checkpoint.root) {
    return absl::DataLossError("the entries are not those of the tree that the log has signed");
  }
  if (found) return absl::DataLossError("the statement is in the log");
  if (!missing->statement().has_seen() ||
      (seen_root.has_value() && seen_root->digest.ToBytes() == seen.root_hash())) {
    return absl::OkStatus();
  }
  return absl::DataLossError("its author had seen another history than this one");
}

}  // namespace cairn::dossier
