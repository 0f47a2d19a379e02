// Tiles: a tree cut into rows of up to 256 hashes, the form in which it is stored, served and
// cached (C2SP tlog-tiles, height 8). Hash i of tile n at level l is the root over leaves
// [(256n + i) * 256^l, (256n + i + 1) * 256^l); level 0 holds leaf hashes. A full tile never
// changes; a partial one only grows. Pure.
#ifndef CAIRN_AUDIT_MERKLE_TILE_H_
#define CAIRN_AUDIT_MERKLE_TILE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/merkle/types.h"
#include "keys/bytes.h"

namespace cairn::merkle {

inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kTileWidth = 256;    // Hashes in a full tile, entries in a full bundle.
inline constexpr unsigned kMaxTileLevel = 7;   // The highest that a tree below 2^63 leaves reaches.
inline constexpr unsigned kMaxPathLevel = 63;  // The highest that a path may name.
inline constexpr std::size_t kMaxTileBytes = kTileWidth * keys::kDigestSize;

// Names a hash tile. `width` is how many hashes it has: 1..255 a partial tile, 256 a full one.
struct TileId {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = kTileWidth;

  bool IsFull() const { return width == kTileWidth; }
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// Names an entry bundle: the entries whose leaf hashes are in the level-0 tile of the same index.
struct BundleId {
  std::uint64_t index = 0;
  unsigned width = kTileWidth;

  bool IsFull() const { return width == kTileWidth; }
  friend auto operator<=>(const BundleId&, const BundleId&) = default;
};

// --- Paths
// ----------------------------------------------------------------------------------------

// "tile/0/x001/x234/067", "tile/0/x001/x234/067.p/8"; no leading slash.
std::string TilePath(const TileId& tile);
// "tile/entries/x001/x234/067", "tile/entries/x001/x234/067.p/8".
std::string BundlePath(const BundleId& bundle);

// The inverse of both, strict: one spelling a tile. kInvalidArgument: anything that TilePath or
// BundlePath would not have written for level 0..63, an index whose leaves lie below 2^63 (at
// levels above kMaxTileLevel: index 0) and width 1..256. Whether a tree has the tile is HasTile's
// to say.
absl::StatusOr<std::variant<TileId, BundleId>> ParseTilePath(absl::string_view path);

// --- Which tiles a tree has
// -------------------------------------------------------------------------

// The number of full tiles at `level` in a tree of `size` leaves. 0 above kMaxTileLevel.
std::uint64_t FullTiles(unsigned level, TreeSize size);

// The width of the partial tile that follows them, 0..255; 0 means that there is none.
unsigned PartialWidth(unsigned level, TreeSize size);

// The widest tile (level, index) that the tree has; width 0 if it has none.
TileId TileAt(unsigned level, std::uint64_t index, TreeSize size);
BundleId BundleAt(std::uint64_t index, TreeSize size);

// Whether a tree of `size` leaves, or a smaller one before it, has this tile in this width.
bool HasTile(const TileId& tile, TreeSize size);
bool HasBundle(const BundleId& bundle, TreeSize size);

// The tiles that are new or wider in the tree of `to` leaves, each in its width there, by level and
// index. REQUIRES: from <= to <= kMaxTreeSize. About (to - from) / 255 of them.
std::vector<TileId> ChangedTiles(TreeSize from, TreeSize to);
std::vector<BundleId> ChangedBundles(TreeSize from, TreeSize to);

// The tile, level and index, in which the node lies. Its hash is Tile::Node(sublevel, position).
struct TilePlace {
  unsigned tile_level = 0;
  std::uint64_t tile_index = 0;
  unsigned sublevel = 0;  // 0..7: a node at a multiple of 8 levels is a hash of the row itself.
  unsigned position = 0;
};
TilePlace PlaceOf(const NodeId& node);

// --- The bytes of a tile
// ----------------------------------------------------------------------------

// One tile with the hashes of the perfect subtrees over 16 and more hashes of its row, computed
// once when it is made. Those below are computed when asked for: a proof needs eleven hashes for
// them, and a tile that is kept in memory takes 9 KiB instead of 16. Immutable: threads may share
// it.
class Tile {
 public:
  // From the bytes as stored or served: 1..256 hashes, nothing more.
  // kInvalidArgument for any other length. What the hashes are is not judged.
  static absl::StatusOr<Tile> Parse(keys::ByteView bytes);
  // REQUIRES: 1..256 hashes; stops the process otherwise.
  static Tile FromRow(std::span<const NodeHash> row);

  unsigned width() const { return width_; }
  // The row: width() hashes.
  std::span<const NodeHash> Row() const { return {nodes_.data(), width_}; }
  // The row as bytes, at its full or at a smaller width. REQUIRES: 1 <= width <= this->width().
  keys::Bytes Encode(unsigned width) const;
  keys::Bytes Encode() const { return Encode(width_); }

  // Whether the row is wide enough for node `position` at `sublevel`, 0..8.
  bool HasNode(unsigned sublevel, unsigned position) const;
  // The root over row hashes [position << sublevel, (position + 1) << sublevel).
  // REQUIRES: HasNode(sublevel, position); stops the process otherwise.
  NodeHash Node(unsigned sublevel, unsigned position) const;
  // The root over a full tile: a hash of the next level. REQUIRES: width() == 256.
  NodeHash FullRoot() const { return Node(kTileHeight, 0); }
  // What the object takes in memory, about.
  std::size_t MemoryBytes() const { return sizeof(Tile) + nodes_.capacity() * sizeof(NodeHash); }

 private:
  explicit Tile(std::vector<NodeHash> row);

  unsigned width_;
  std::vector<NodeHash> nodes_;  // The row, then sublevel 4 from left to right, and so on to 8.
};

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_TILE_H_
