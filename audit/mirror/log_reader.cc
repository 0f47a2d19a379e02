#include "audit/mirror/log_reader.h"

#include "absl/strings/str_cat.h"
#include "audit/merkle/bundle.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/proof.h"

namespace cairn::mirror {
namespace {

absl::Status NoSuch(absl::string_view what, merkle::TreeSize size) {
  return absl::InvalidArgumentError(
      absl::StrCat("a tree of ", merkle::ToInt(size), " leaves has no ", what));
}

}  // namespace

// Verified tiles for proofs. Reading fills the reader's cache, which is why it is not const there;
// the reader is used by one thread.
class LogReader::Tiles final : public merkle::TileReader {
 public:
  explicit Tiles(LogReader& reader) : reader_(reader) {}

  absl::StatusOr<std::vector<TilePointer>> ReadTiles(
      std::span<const merkle::TileId> tiles) const override {
    std::vector<TilePointer> read;
    read.reserve(tiles.size());
    for (const merkle::TileId& id : tiles) {
      absl::StatusOr<TilePointer> tile = reader_.ReadTile(id.level, id.index);
      if (!tile.ok()) return tile.status();
      read.push_back(*std::move(tile));
    }
    return read;
  }

 private:
  LogReader& reader_;
};

absl::StatusOr<std::unique_ptr<LogReader>> LogReader::Open(
    Source& source, const keys::VerifierKey& log, std::span<const keys::VerifierKey> witnesses) {
  absl::StatusOr<keys::Bytes> note = FetchCheckpoint(source);
  if (!note.ok()) return note.status();
  absl::StatusOr<note::OpenedCheckpoint> opened =
      note::OpenCheckpoint(keys::AsBytes(*note), log, witnesses);
  if (!opened.ok()) {
    return absl::Status(opened.status().code(), absl::StrCat("the checkpoint of ", source.Name(),
                                                             ": ", opened.status().message()));
  }
  return OpenAt(source, *std::move(opened));
}

absl::StatusOr<std::unique_ptr<LogReader>> LogReader::OpenAt(Source& source,
                                                             note::OpenedCheckpoint checkpoint) {
  std::unique_ptr<LogReader> reader(new LogReader(source, std::move(checkpoint)));
  if (absl::Status edge = reader->ReadEdge(); !edge.ok()) return edge;
  return reader;
}

// The partial tiles hold all hashes from which the root is joined, and no others: their rows fall
// into exactly the peaks of the tree.
absl::Status LogReader::ReadEdge() {
  std::string paths;
  for (unsigned level = 0; level <= merkle::kMaxTileLevel; ++level) {
    if (merkle::PartialWidth(level, size()) == 0) continue;
    const std::uint64_t index = merkle::FullTiles(level, size());
    const merkle::TileId id = merkle::TileAt(level, index, size());
    absl::StatusOr<merkle::Tile> tile = FetchTile(source_, id);
    if (!tile.ok()) return tile.status();
    edge_[{level, index}] = std::make_shared<const merkle::Tile>(*std::move(tile));
    absl::StrAppend(&paths, paths.empty() ? "" : ", ", merkle::TilePath(id));
  }
  std::vector<merkle::NodeHash> peaks;
  for (const merkle::NodeId& id : merkle::Frontier::PeakIds(size())) {
    const merkle::TilePlace place = merkle::PlaceOf(id);
    const auto tile = edge_.find({place.tile_level, place.tile_index});
    if (tile == edge_.end()) return absl::InternalError("a peak lies outside the partial tiles");
    peaks.push_back(tile->second->Node(place.sublevel, place.position));
  }
  if (merkle::JoinPeaks(peaks) == checkpoint().root) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      source_.Name(), ": the tree of ", merkle::ToInt(size()), " leaves is not the one signed: ",
      paths.empty() ? "a tree without leaves has another root"
                    : absl::StrCat("the hashes of ", paths, " do not give the checkpoint's root")));
}

void LogReader::Keep(const Place& place, TilePointer tile) {
  if (cache_.size() >= kCachedTiles) {
    cache_.erase(order_.front());
    order_.pop_front();
  }
  cache_[place] = std::move(tile);
  order_.push_back(place);
}

absl::StatusOr<std::shared_ptr<const merkle::Tile>> LogReader::ReadTile(unsigned level,
                                                                        std::uint64_t index) {
  const merkle::TileId id = merkle::TileAt(level, index, size());
  if (id.width == 0) return NoSuch(absl::StrCat("tile ", index, " at level ", level), size());
  const Place place{level, index};
  if (const auto edge = edge_.find(place); edge != edge_.end()) return edge->second;
  if (const auto kept = cache_.find(place); kept != cache_.end()) return kept->second;

  // A full tile: the tile above has its root as one hash. At most eight levels up, and the last of
  // them is at the edge.
  absl::StatusOr<TilePointer> above = ReadTile(level + 1, index / merkle::kTileWidth);
  if (!above.ok()) return above.status();
  absl::StatusOr<merkle::Tile> tile = FetchTile(source_, id);
  if (!tile.ok()) return tile.status();
  if (tile->FullRoot() != (*above)->Row()[index % merkle::kTileWidth]) {
    return absl::DataLossError(absl::StrCat(source_.Name(), ": ", merkle::TilePath(id),
                                            " is not the one that the checkpoint commits to"));
  }
  auto pointer = std::make_shared<const merkle::Tile>(*std::move(tile));
  Keep(place, pointer);
  return pointer;
}

absl::StatusOr<std::vector<keys::Bytes>> LogReader::ReadBundle(std::uint64_t index) {
  const merkle::BundleId id = merkle::BundleAt(index, size());
  if (id.width == 0) return NoSuch(absl::StrCat("bundle ", index), size());
  absl::StatusOr<TilePointer> tile = ReadTile(0, index);
  if (!tile.ok()) return tile.status();
  absl::StatusOr<std::vector<keys::Bytes>> entries = FetchBundle(source_, id);
  if (!entries.ok()) return entries.status();
  std::vector<keys::ByteView> views;
  views.reserve(entries->size());
  for (const keys::Bytes& entry : *entries) views.push_back(keys::AsBytes(entry));
  if (absl::Status same = merkle::CheckBundle(views, **tile); !same.ok()) {
    return absl::Status(same.code(), absl::StrCat(source_.Name(), ": ", merkle::BundlePath(id),
                                                  ": ", same.message()));
  }
  return entries;
}

absl::StatusOr<keys::Bytes> LogReader::ReadEntry(merkle::LeafIndex index) {
  if (!merkle::Holds(size(), index)) {
    return NoSuch(absl::StrCat("leaf ", merkle::ToInt(index)), size());
  }
  const std::uint64_t bundle = merkle::ToInt(index) / merkle::kTileWidth;
  if (bundle_.empty() || bundle_index_ != bundle) {
    absl::StatusOr<std::vector<keys::Bytes>> entries = ReadBundle(bundle);
    if (!entries.ok()) return entries.status();
    bundle_ = *std::move(entries);
    bundle_index_ = bundle;
  }
  return bundle_[merkle::ToInt(index) % merkle::kTileWidth];
}

absl::StatusOr<merkle::NodeHash> LogReader::RootAt(merkle::TreeSize at) {
  if (at > size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no tree of ", merkle::ToInt(at), " leaves here: there are ", merkle::ToInt(size())));
  }
  return merkle::RootAt(at, *this);
}

absl::StatusOr<std::vector<merkle::NodeHash>> LogReader::ReadNodes(
    std::span<const merkle::NodeId> nodes) const {
  // The object is never const itself: it is made by OpenAt. See Tiles.
  const Tiles tiles(const_cast<LogReader&>(*this));
  return merkle::TileSource(size(), tiles).ReadNodes(nodes);
}

}  // namespace cairn::mirror
