#include "audit/log/published.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/note/checkpoint.h"

namespace cairn::log {

Published::Published(Store& store, const keys::VerifierKey& log_key)
    : store_(store), log_key_(log_key) {}

absl::StatusOr<std::unique_ptr<Published>> Published::Load(Store& store,
                                                           const keys::VerifierKey& log_key) {
  auto notes = store.ReadNotes();
  if (!notes.ok()) return notes.status();
  std::unique_ptr<Published> published(new Published(store, log_key));
  if (!notes->published) return published;
  auto opened = note::OpenCheckpoint(keys::AsBytes(notes->published->note), log_key);
  if (!opened.ok()) {
    return absl::DataLossError(
        absl::StrCat("the stored published note: ", opened.status().message()));
  }
  const MutexLock lock(published->mutex_);
  published->current_ = std::make_shared<const SignedHead>(
      SignedHead{{opened->checkpoint.size, opened->checkpoint.root}, notes->published->note});
  return published;
}

absl::Status Published::Publish(const keys::Bytes& note) {
  auto opened = note::OpenCheckpoint(keys::AsBytes(note), log_key_);
  if (!opened.ok()) return opened.status();
  const TreeHead head{opened->checkpoint.size, opened->checkpoint.root};
  const MutexLock publishing(publish_mutex_);
  auto stored = store_.ReadHead();
  if (!stored.ok()) return stored.status();
  if (head.size > stored->size) {
    return absl::FailedPreconditionError("a note larger than the tree cannot be published");
  }
  auto root = merkle::RootAt(head.size, merkle::TileSource(head.size, store_));
  if (!root.ok()) return root.status();
  if (*root != head.root) {
    return absl::DataLossError(
        absl::StrCat("the log's key has signed the root ", head.root.digest.Hex(), " for ",
                     merkle::ToInt(head.size), " leaves; the tree has ", root->digest.Hex()));
  }
  absl::Status status = store_.PutPublishedNote({head.size, note});
  if (!status.ok()) return status;
  const MutexLock lock(mutex_);
  current_ = std::make_shared<const SignedHead>(SignedHead{head, note});
  return absl::OkStatus();
}

std::shared_ptr<const SignedHead> Published::Current() const {
  const MutexLock lock(mutex_);
  return current_;
}

}  // namespace cairn::log
