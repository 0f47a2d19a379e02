#include "audit/merkle/tile.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/require.h"

namespace cairn::merkle {
namespace {

// How many hashes the rows of `level` have together: one for each 256^level leaves.
std::uint64_t HashesAt(unsigned level, TreeSize size) {
  if (level > kMaxTileLevel) return 0;  // A shift by 64 or more would be undefined.
  return ToInt(size) >> (kTileHeight * level);
}

unsigned WidthAt(std::uint64_t index, std::uint64_t hashes) {
  const std::uint64_t full = hashes / kTileWidth;
  if (index < full) return kTileWidth;
  return index == full ? static_cast<unsigned>(hashes % kTileWidth) : 0;
}

bool HasWidth(std::uint64_t index, unsigned width, std::uint64_t hashes) {
  return width >= 1 && width <= WidthAt(index, hashes);
}

constexpr unsigned kKeptSublevel = 4;  // The lowest that a tile keeps.

// The root over a power of two of hashes.
NodeHash RootOver(std::span<const NodeHash> row) {
  if (row.size() == 1) return row.front();
  const std::size_t half = row.size() / 2;
  return HashChildren(RootOver(row.first(half)), RootOver(row.last(half)));
}

}  // namespace

std::uint64_t FullTiles(unsigned level, TreeSize size) {
  return HashesAt(level, size) / kTileWidth;
}

unsigned PartialWidth(unsigned level, TreeSize size) {
  return static_cast<unsigned>(HashesAt(level, size) % kTileWidth);
}

TileId TileAt(unsigned level, std::uint64_t index, TreeSize size) {
  return {.level = level, .index = index, .width = WidthAt(index, HashesAt(level, size))};
}

BundleId BundleAt(std::uint64_t index, TreeSize size) {
  return {.index = index, .width = WidthAt(index, ToInt(size))};
}

bool HasTile(const TileId& tile, TreeSize size) {
  return HasWidth(tile.index, tile.width, HashesAt(tile.level, size));
}

bool HasBundle(const BundleId& bundle, TreeSize size) {
  return HasWidth(bundle.index, bundle.width, ToInt(size));
}

std::vector<TileId> ChangedTiles(TreeSize from, TreeSize to) {
  std::vector<TileId> tiles;
  for (unsigned level = 0; level <= kMaxTileLevel; ++level) {
    const std::uint64_t before = HashesAt(level, from);
    const std::uint64_t after = HashesAt(level, to);
    if (before >= after) break;  // Nothing new here, so nothing new above.
    for (std::uint64_t i = before / kTileWidth; i <= (after - 1) / kTileWidth; ++i) {
      tiles.push_back(TileAt(level, i, to));
    }
  }
  return tiles;
}

std::vector<BundleId> ChangedBundles(TreeSize from, TreeSize to) {
  std::vector<BundleId> bundles;
  if (from >= to) return bundles;
  for (std::uint64_t i = ToInt(from) / kTileWidth; i <= (ToInt(to) - 1) / kTileWidth; ++i) {
    bundles.push_back(BundleAt(i, to));
  }
  return bundles;
}

TilePlace PlaceOf(const NodeId& node) {
  const unsigned sublevel = node.level % kTileHeight;
  const unsigned per_tile = kTileWidth >> sublevel;  // Nodes of this sublevel in one tile.
  return {.tile_level = node.level / kTileHeight,
          .tile_index = node.index / per_tile,
          .sublevel = sublevel,
          .position = static_cast<unsigned>(node.index % per_tile)};
}

Tile::Tile(std::vector<NodeHash> row)
    : width_(static_cast<unsigned>(row.size())), nodes_(std::move(row)) {
  nodes_.reserve(width_ + 2 * std::size_t{width_ >> kKeptSublevel});  // Row() stays where it is.
  for (unsigned i = 0; i < width_ >> kKeptSublevel; ++i) {
    nodes_.push_back(RootOver(Row().subspan(i << kKeptSublevel, 1U << kKeptSublevel)));
  }
  std::size_t below = width_;  // Where the sublevel below begins.
  for (unsigned count = width_ >> (kKeptSublevel + 1); count > 0; count /= 2) {
    const std::size_t here = nodes_.size();
    for (std::size_t i = 0; i < count; ++i) {
      nodes_.push_back(HashChildren(nodes_[below + 2 * i], nodes_[below + 2 * i + 1]));
    }
    below = here;
  }
}

absl::StatusOr<Tile> Tile::Parse(keys::ByteView bytes) {
  if (bytes.empty() || bytes.size() > kMaxTileBytes || bytes.size() % keys::kDigestSize != 0) {
    return absl::InvalidArgumentError(absl::StrCat("a tile is 1 to ", kTileWidth, " hashes of ",
                                                   keys::kDigestSize, " bytes, not ", bytes.size(),
                                                   " bytes"));
  }
  std::vector<NodeHash> row(bytes.size() / keys::kDigestSize);
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * keys::kDigestSize),
                keys::kDigestSize, row[i].digest.bytes.begin());
  }
  return Tile(std::move(row));
}

Tile Tile::FromRow(std::span<const NodeHash> row) {
  Require(!row.empty() && row.size() <= kTileWidth, "a tile has 1 to 256 hashes");
  return Tile(std::vector<NodeHash>(row.begin(), row.end()));
}

keys::Bytes Tile::Encode(unsigned width) const {
  Require(width >= 1 && width <= width_, "a tile is cut to what it has");
  keys::Bytes bytes;
  bytes.reserve(width * keys::kDigestSize);
  for (const NodeHash& hash : Row().first(width)) {
    bytes.append(keys::AsText(hash.digest.bytes).data(), keys::kDigestSize);
  }
  return bytes;
}

bool Tile::HasNode(unsigned sublevel, unsigned position) const {
  return sublevel <= kTileHeight && position < (width_ >> sublevel);
}

NodeHash Tile::Node(unsigned sublevel, unsigned position) const {
  Require(HasNode(sublevel, position), "a tile gives the nodes that it has");
  if (sublevel < kKeptSublevel)
    return RootOver(Row().subspan(position << sublevel, 1U << sublevel));
  std::size_t begin = width_;
  for (unsigned below = kKeptSublevel; below < sublevel; ++below) begin += width_ >> below;
  return nodes_[begin + position];
}

}  // namespace cairn::merkle
