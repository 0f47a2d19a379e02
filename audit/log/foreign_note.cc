#include "audit/log/foreign_note.h"

#include "absl/strings/str_cat.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/note/checkpoint.h"

namespace cairn::log {

absl::Status JudgeForeignNote(const Reader& store, const keys::VerifierKey& log_key,
                              keys::ByteView note) {
  const auto opened = note::OpenCheckpoint(note, log_key);
  if (!opened.ok()) return absl::UnauthenticatedError(opened.status().message());
  const note::Checkpoint& theirs = opened->checkpoint;
  const auto head = store.ReadHead();
  if (!head.ok()) return head.status();
  if (theirs.size > head->size) {
    return absl::DataLossError(
        absl::StrCat("this log's key has signed a tree of ", merkle::ToInt(theirs.size),
                     " leaves, and the database has ", merkle::ToInt(head->size),
                     ": it was restored from an older copy, or the key is used elsewhere"));
  }
  const auto root = merkle::RootAt(theirs.size, merkle::TileSource(theirs.size, store));
  if (!root.ok()) return root.status();
  if (*root == theirs.root) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("this log's key has signed the root ", theirs.root.digest.Hex(), " for ",
                   merkle::ToInt(theirs.size), " leaves, and the database has ", root->digest.Hex(),
                   ": there is another history"));
}

}  // namespace cairn::log
