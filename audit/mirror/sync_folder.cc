#include "audit/mirror/sync_folder.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/bundle.h"
#include "audit/mirror/files.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/replay_folder.h"
#include "keys/digest.h"

namespace cairn::mirror {
namespace {

// Up to so many files are synced one by one; beyond, their file system is once. What a log gets in
// a minute is a few files, and a file system may have much else to write.
constexpr std::size_t kFilesSyncedAlone = 16;
constexpr absl::string_view kTwoHistoriesPayload = "cairn.mirror/two-histories";

// A note as it came, and opened.
struct SyncNote {
  keys::Bytes bytes;
  note::OpenedCheckpoint opened;

  merkle::TreeSize size() const { return opened.checkpoint.size; }
  const merkle::NodeHash& root() const { return opened.checkpoint.root; }
};

// One run of SyncFolder: the steps of its header, in their order.
class FolderSync {
 public:
  FolderSync(std::string folder, Source& remote, const keys::VerifierKey& log,
             std::span<const keys::VerifierKey> witnesses)
      : folder_(std::move(folder)),
        copy_(folder_),
        remote_(remote),
        log_(log),
        witnesses_(witnesses) {}

  absl::StatusOr<SyncResult> Run(OnLeaves on_leaves);

 private:
  absl::StatusOr<SyncNote> ReadNote(Source& source) const;
  absl::Status ReadOld();
  absl::Status CheckSameHistory();
  absl::Status CheckPrefix(LogReader& larger, const SyncNote& small, const SyncNote& large) const;
  absl::Status KeepEvidence(const SyncNote& small, const SyncNote& large) const;
  absl::Status Grow(OnLeaves on_leaves);
  absl::Status TakeBundle(const merkle::BundleId& bundle);
  absl::Status WriteTiles();
  absl::Status Write(const std::string& path, keys::ByteView bytes) const {
    return sync_alone_ ? WriteDurably(path, bytes) : WriteWhole(path, bytes);
  }
  absl::Status MoveCheckpoint();
  void RemoveOutgrown() const;
  std::string Path(absl::string_view path) const { return absl::StrCat(folder_, "/", path); }

  const std::string folder_;
  FolderSource copy_;
  Source& remote_;
  const keys::VerifierKey& log_;
  std::span<const keys::VerifierKey> witnesses_;
  std::optional<SyncNote> old_;  // Nothing: no copy yet.
  std::optional<SyncNote> shown_;
  std::unique_ptr<LogReader> old_tree_;    // The copy, at the size it had.
  std::unique_ptr<LogReader> shown_tree_;  // What is offered, at the size that is shown.
  SyncResult result_;
  bool sync_alone_ = false;
};

absl::StatusOr<SyncNote> FolderSync::ReadNote(Source& source) const {
  absl::StatusOr<keys::Bytes> bytes = FetchCheckpoint(source);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<note::OpenedCheckpoint> opened =
      note::OpenCheckpoint(keys::AsBytes(*bytes), log_, witnesses_);
  if (!opened.ok()) {
    return absl::Status(opened.status().code(), absl::StrCat("the checkpoint of ", source.Name(),
                                                             ": ", opened.status().message()));
  }
  return SyncNote{*std::move(bytes), *std::move(opened)};
}

absl::Status FolderSync::ReadOld() {
  absl::StatusOr<SyncNote> old = ReadNote(copy_);
  if (absl::IsNotFound(old.status())) return absl::OkStatus();
  if (!old.ok()) return old.status();
  old_ = *std::move(old);
  result_.from = old_->size();
  absl::StatusOr<std::unique_ptr<LogReader>> tree = LogReader::OpenAt(copy_, old_->opened);
  if (!tree.ok()) return tree.status();
  old_tree_ = *std::move(tree);
  return absl::OkStatus();
}

absl::Status FolderSync::KeepEvidence(const SyncNote& small, const SyncNote& large) const {
  std::string kept;
  for (const SyncNote* note : {&small, &large}) {
    const std::string path =
        Path(absl::StrCat("evidence/", keys::Sha256(keys::AsBytes(note->bytes)).Hex(), ".note"));
    if (absl::Status written = WriteDurably(path, keys::AsBytes(note->bytes)); !written.ok()) {
      return written;
    }
    absl::StrAppend(&kept, kept.empty() ? "" : " and ", path);
  }
  absl::Status status = absl::DataLossError(absl::StrCat(
      "the log ", log_.name(), " shows two histories: its key has signed a tree of ",
      merkle::ToInt(small.size()), " leaves that is not the beginning of the tree of ",
      merkle::ToInt(large.size()), " leaves that it has signed as well. Both notes are kept (",
      kept, "); show them to every party of the log. The copy was left as it is"));
  status.SetPayload(kTwoHistoriesPayload, absl::Cord());
  return status;
}

// Judges whether `small` is a prefix of `large`, whose verified tree is `larger`. Every hash that
// it reads leads up to a root that the log has signed. So where the root at the smaller size is not
// the one signed for it, the log has signed both: nobody else can have made them differ.
absl::Status FolderSync::CheckPrefix(LogReader& larger, const SyncNote& small,
                                     const SyncNote& large) const {
  if (merkle::ToInt(small.size()) == 0) return absl::OkStatus();
  absl::StatusOr<merkle::NodeHash> root = larger.RootAt(small.size());
  if (!root.ok()) return root.status();
  return *root == small.root() ? absl::OkStatus() : KeepEvidence(small, large);
}

absl::Status FolderSync::CheckSameHistory() {
  if (!old_.has_value()) return absl::OkStatus();
  if (shown_->size() == old_->size()) {
    return shown_->root() == old_->root() ? absl::OkStatus() : KeepEvidence(*old_, *shown_);
  }
  if (shown_->size() < old_->size()) return CheckPrefix(*old_tree_, *shown_, *old_);
  return CheckPrefix(*shown_tree_, *old_, *shown_);
}

absl::Status FolderSync::TakeBundle(const merkle::BundleId& bundle) {
  const std::string path = Path(merkle::BundlePath(bundle));
  absl::StatusOr<std::shared_ptr<const merkle::Tile>> tile = shown_tree_->ReadTile(0, bundle.index);
  if (!tile.ok()) return tile.status();
  // What an earlier run has left is checked like what comes fresh.
  absl::StatusOr<keys::Bytes> kept = ReadFileUpTo(path, merkle::kMaxBundleBytes);
  if (kept.ok()) {
    const auto views = merkle::ParseBundle(keys::AsBytes(*kept), bundle.width);
    if (views.ok() && merkle::CheckBundle(*views, **tile).ok()) {
      ++result_.bundles_kept;
      return absl::OkStatus();
    }
  }
  absl::StatusOr<std::vector<keys::Bytes>> entries = shown_tree_->ReadBundle(bundle.index);
  if (!entries.ok()) return entries.status();
  keys::Bytes bytes;
  for (const keys::Bytes& entry : *entries) {
    if (absl::Status added = merkle::AppendToBundle(keys::AsBytes(entry), bytes); !added.ok()) {
      return added;
    }
  }
  ++result_.bundles_fetched;
  return Write(path, keys::AsBytes(bytes));
}

absl::Status FolderSync::WriteTiles() {
  for (const merkle::TileId& id : merkle::ChangedTiles(result_.from, shown_->size())) {
    absl::StatusOr<std::shared_ptr<const merkle::Tile>> tile =
        shown_tree_->ReadTile(id.level, id.index);
    if (!tile.ok()) return tile.status();
    const keys::Bytes bytes = (*tile)->Encode();
    const std::string path = Path(merkle::TilePath(id));
    const absl::StatusOr<keys::Bytes> kept = ReadFileUpTo(path, merkle::kMaxTileBytes);
    if (kept.ok() && *kept == bytes) continue;
    if (absl::Status written = Write(path, keys::AsBytes(bytes)); !written.ok()) {
      return written;
    }
  }
  return absl::OkStatus();
}

absl::Status FolderSync::Grow(OnLeaves on_leaves) {
  const std::uint64_t from = merkle::ToInt(result_.from);
  const std::uint64_t total = merkle::ToInt(shown_->size()) - from;
  const auto bundles = merkle::ChangedBundles(result_.from, shown_->size());
  sync_alone_ = bundles.size() <= kFilesSyncedAlone / 2;  // About as many tiles as bundles.
  for (const merkle::BundleId& bundle : bundles) {
    if (absl::Status taken = TakeBundle(bundle); !taken.ok()) return taken;
    on_leaves(bundle.index * merkle::kTileWidth + bundle.width - from, total);
  }
  if (absl::Status written = WriteTiles(); !written.ok()) return written;
  return sync_alone_ ? absl::OkStatus() : SyncAll(folder_);
}

// A note of the same size is taken if it says more: a fork was ruled out before.
absl::Status FolderSync::MoveCheckpoint() {
  const bool newer = !old_.has_value() || shown_->size() > old_->size() ||
                     (shown_->size() == old_->size() &&
                      shown_->opened.cosignatures.size() >= old_->opened.cosignatures.size());
  result_.checkpoint = newer ? shown_->opened.checkpoint : old_->opened.checkpoint;
  if (!newer || (old_.has_value() && old_->bytes == shown_->bytes)) return absl::OkStatus();
  return WriteDurably(Path("checkpoint"), keys::AsBytes(shown_->bytes));
}

// Clients of the older checkpoints go on with the full ones (C2SP tlog-tiles, "Partial tiles").
void FolderSync::RemoveOutgrown() const {
  const auto drop = [this](const std::string& full) {
    std::error_code ignored;
    std::filesystem::remove_all(Path(absl::StrCat(full, ".p")), ignored);
  };
  for (const merkle::TileId& id : merkle::ChangedTiles(result_.from, shown_->size())) {
    if (id.IsFull()) drop(merkle::TilePath(id));
  }
  for (const merkle::BundleId& id : merkle::ChangedBundles(result_.from, shown_->size())) {
    if (id.IsFull()) drop(merkle::BundlePath(id));
  }
}

absl::StatusOr<SyncResult> FolderSync::Run(OnLeaves on_leaves) {
  if (absl::Status old = ReadOld(); !old.ok()) return old;
  absl::StatusOr<SyncNote> shown = ReadNote(remote_);
  if (!shown.ok()) return shown.status();
  shown_ = *std::move(shown);
  result_.shown = shown_->size();
  const bool grows = !old_.has_value() || shown_->size() > old_->size();
  if (grows) {
    absl::StatusOr<std::unique_ptr<LogReader>> tree = LogReader::OpenAt(remote_, shown_->opened);
    if (!tree.ok()) return tree.status();
    shown_tree_ = *std::move(tree);
  }
  if (absl::Status same = CheckSameHistory(); !same.ok()) return same;
  if (grows) {
    if (absl::Status grown = Grow(on_leaves); !grown.ok()) return grown;
  }
  if (absl::Status moved = MoveCheckpoint(); !moved.ok()) return moved;
  if (grows) RemoveOutgrown();
  return result_;
}

// The leaves carried over never change, so what is there once is there for good. Recursion ends
// with the oldest log, or where the source has no more.
absl::Status SyncPredecessor(const std::string& folder, const Source& source,
                             const keys::VerifierKey& log) {
  FolderSource copy(folder);
  const auto reader = LogReader::Open(copy, log);
  if (!reader.ok()) return reader.status();
  const auto before = ReadPredecessor(**reader);
  if (!before.ok() || !before->has_value()) return before.status();
  const auto old_key = keys::VerifierKey::Parse((*before)->log_vkey());
  if (!old_key.ok()) return absl::DataLossError("the Genesis names no key of its predecessor");
  const std::string old_folder = absl::StrCat(folder, "/", kPredecessorFolder);
  FolderSource old_copy(old_folder);
  const auto here = LogReader::Open(old_copy, *old_key);
  if (here.ok() && merkle::ToInt((*here)->size()) >= (*before)->tree_size())
    return absl::OkStatus();
  const std::unique_ptr<Source> old_source = source.Predecessor();
  if (old_source == nullptr) return absl::OkStatus();
  if (absl::IsNotFound(FetchCheckpoint(*old_source).status())) return absl::OkStatus();
  return SyncFolder(old_folder, *old_source, *old_key).status();
}

}  // namespace

absl::StatusOr<SyncResult> SyncFolder(const std::string& folder, Source& source,
                                      const keys::VerifierKey& log,
                                      std::span<const keys::VerifierKey> witnesses,
                                      OnLeaves on_leaves) {
  if (absl::Status made = MakeFolders(folder); !made.ok()) return made;
  const absl::StatusOr<FolderLock> lock = FolderLock::Acquire(absl::StrCat(folder, "/lock"));
  if (!lock.ok()) return lock.status();
  absl::StatusOr<SyncResult> result = FolderSync(folder, source, log, witnesses).Run(on_leaves);
  if (!result.ok()) return result;
  if (absl::Status old = SyncPredecessor(folder, source, log); !old.ok()) return old;
  return result;
}

absl::StatusOr<SyncResult> SyncFolder(const std::string& folder, Source& source,
                                      const keys::VerifierKey& log) {
  return SyncFolder(folder, source, log, {}, [](std::uint64_t, std::uint64_t) {});
}

bool ShowsTwoHistories(const absl::Status& status) {
  return status.GetPayload(kTwoHistoriesPayload).has_value();
}

}  // namespace cairn::mirror
