// Nodes out of tiles, so that a store and a mirror prove from the same bytes that they serve. Pure;
// where tiles lie is the reader's.
#ifndef CAIRN_AUDIT_MERKLE_TILE_SOURCE_H_
#define CAIRN_AUDIT_MERKLE_TILE_SOURCE_H_

#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/tile.h"
#include "audit/merkle/types.h"

namespace cairn::merkle {

// Reads tiles from wherever they are kept. Tiles are shared, so that a reader may keep a cache.
class TileReader {
 public:
  virtual ~TileReader() = default;

  // The tiles named, in the same order and number, each at least as wide as named: where the tree
  // has grown on, the wider one will do. kNotFound, kUnavailable, kDataLoss: the reader's to say.
  virtual absl::StatusOr<std::vector<std::shared_ptr<const Tile>>> ReadTiles(
      std::span<const TileId> tiles) const = 0;
};

// Answers for the tree of `size` leaves: never asks for a tile that this tree does not imply, and
// for no tile twice in one call. Verifies nothing. Thread-safe as far as the reader is.
class TileSource final : public NodeSource {
 public:
  // `reader` must outlive this object. REQUIRES: size <= kMaxTreeSize.
  TileSource(TreeSize size, const TileReader& reader) : size_(size), reader_(reader) {}

  // kNotFound: a node that the tree of this size does not complete. kDataLoss: the reader gave
  // another number of tiles, or one narrower than asked for. Otherwise what the reader answers.
  absl::StatusOr<std::vector<NodeHash>> ReadNodes(std::span<const NodeId> nodes) const override;

 private:
  TreeSize size_;
  const TileReader& reader_;
};

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_TILE_SOURCE_H_
