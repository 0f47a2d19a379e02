#include "audit/dossier/key_history.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "audit/ledger/witness_term.h"
#include "audit/merkle/hash.h"
#include "audit/mirror/replay_folder.h"
#include "audit/statement/entry.h"

namespace cairn::dossier {

absl::StatusOr<std::unique_ptr<KeyHistory>> KeyHistory::Create(mirror::LogReader& log,
                                                               const keys::Digest& genesis) {
  if (merkle::ToInt(log.size()) == 0) {
    return absl::OutOfRangeError("the copy of the log has no leaf yet");
  }
  absl::StatusOr<keys::Bytes> bytes = log.ReadEntry(merkle::LeafIndex{0});
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<statement::Entry> entry = statement::ParseEntry(keys::AsBytes(*bytes));
  if (!entry.ok()) return absl::DataLossError(absl::StrCat("leaf 0: ", entry.status().message()));
  absl::StatusOr<statement::VerifiedStatement> first =
      statement::Verify(keys::AsBytes(entry->signed_statement));
  if (!first.ok()) return absl::DataLossError(absl::StrCat("leaf 0: ", first.status().message()));
  if (first->id().digest != genesis || !first->statement().has_genesis()) {
    return absl::DataLossError(absl::StrCat("leaf 0 of the copy has the id ", first->id().Hex(),
                                            ", and the pinned genesis digest is ", genesis.Hex()));
  }
  // The Genesis is signed by the operator's first key: the fold refuses any other.
  return std::unique_ptr<KeyHistory>(new KeyHistory(log, first->public_key()));
}

absl::Status KeyHistory::FoldTo(merkle::TreeSize size) {
  if (size > log_.size()) {
    return absl::OutOfRangeError(
        absl::StrCat("your copy of the log ends at ", merkle::ToInt(log_.size()),
                     " leaves: bring it up to date with `cairn log sync`"));
  }
  if (size <= replay_.size()) return absl::OkStatus();
  return mirror::ReplayLog(log_, size, replay_,
                           [this](const ledger::ReplayStep& step, keys::ByteView) {
                             accepted_.push_back(!step.has_fault());
                             return absl::OkStatus();
                           });
}

absl::Status KeyHistory::CheckLeaf(merkle::LeafIndex leaf, keys::ByteView entry) {
  if (absl::Status folded = FoldTo(merkle::SizeThrough(leaf)); !folded.ok()) return folded;
  absl::StatusOr<keys::Bytes> own = log_.ReadEntry(leaf);
  if (!own.ok()) return own.status();
  if (*own != keys::AsText(entry)) {
    return absl::DataLossError(
        absl::StrCat("your copy of the log has another entry at leaf ", merkle::ToInt(leaf)));
  }
  if (accepted_[merkle::ToInt(leaf)]) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the log's rules refuse leaf ", merkle::ToInt(leaf),
                   ": it changed nothing, and the operator should not have logged it"));
}

absl::Status KeyHistory::CheckKey(const keys::KeyFingerprint& fingerprint,
                                  const std::string& party) {
  if (absl::Status folded = FoldTo(log_.size()); !folded.ok()) return folded;
  absl::StatusOr<std::optional<v1::KeyObject>> key =
      ledger::ReadKey(replay_.state(), fingerprint.View());
  if (!key.ok()) return key.status();
  const std::string at = absl::StrCat(" after ", merkle::ToInt(log_.size()), " leaves");
  if (!key->has_value()) return absl::DataLossError(absl::StrCat("nobody had this key", at));
  if ((*key)->party() != party) {
    return absl::DataLossError(
        absl::StrCat("the key is one of ", (*key)->party(), ", not of ", party, at));
  }
  if ((*key)->has_revoked_at()) {
    return absl::DataLossError(absl::StrCat("the key was revoked at leaf ", (*key)->revoked_at()));
  }
  absl::StatusOr<v1::ClockObject> clock = ledger::ReadClock(replay_.state());
  if (!clock.ok()) return clock.status();
  if ((*key)->has_end_ms() && (*key)->end_ms() <= clock->time_ms()) {
    return absl::DataLossError("the key's term has ended");
  }
  return absl::OkStatus();
}

absl::Status KeyHistory::CheckCheckpoint(const note::Checkpoint& checkpoint) {
  if (checkpoint.origin != log_.checkpoint().origin) {
    return absl::FailedPreconditionError("your copy is of another log");
  }
  if (checkpoint.size > log_.size()) {
    return absl::OutOfRangeError(
        absl::StrCat("your copy of the log ends at ", merkle::ToInt(log_.size()),
                     " leaves: bring it up to date with `cairn log sync`"));
  }
  absl::StatusOr<merkle::NodeHash> root = log_.RootAt(checkpoint.size);
  if (!root.ok()) return root.status();
  if (*root == checkpoint.root) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("your copy of the log had another root at ", merkle::ToInt(checkpoint.size),
                   " leaves. The log's key has signed two histories: keep both notes, they convict "
                   "its operator"));
}

std::string KeyHistory::NameOf(const std::string& party) const {
  const absl::StatusOr<std::optional<v1::PartyObject>> found =
      ledger::ReadPartyObject(replay_.state(), party);
  return found.ok() && found->has_value() ? (*found)->name() : std::string();
}

absl::StatusOr<bool> KeyHistory::IsWitnessTermOver(keys::ByteView handover,
                                                   merkle::LeafIndex leaf) {
  if (absl::Status folded = FoldTo(log_.size()); !folded.ok()) return folded;
  return ledger::IsWitnessTermOver(replay_.state(), handover, leaf);
}

absl::Status KeyHistory::CheckRefusal(const v1::Refusal& refusal,
                                      const statement::VerifiedStatement& statement) {
  const merkle::TreeSize at{refusal.tree_size()};
  if (at > log_.size()) return FoldTo(at);
  // The state at an earlier size is folded apart: a refusal is a rare thing to ask about.
  ledger::Replay replay;
  if (absl::Status folded = mirror::ReplayLog(log_, at, replay); !folded.ok()) return folded;
  absl::StatusOr<bool> right = ledger::RefusalHolds(replay.state(), refusal, statement);
  if (!right.ok()) return right.status();
  if (*right) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "after ", refusal.tree_size(),
      " leaves the log's rules do not refuse this statement for this reason: the operator's own "
      "signature shows that it was refused wrongly"));
}

}  // namespace cairn::dossier
