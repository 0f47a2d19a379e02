// The right edge of the log's tree, kept in memory: what is needed to grow it and to write its
// tiles without reading. Internal to this folder.
#ifndef CAIRN_AUDIT_LOG_EDGE_H_
#define CAIRN_AUDIT_LOG_EDGE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/log/store.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/tile.h"
#include "audit/merkle/types.h"
#include "keys/bytes.h"

namespace cairn::log {

// The nodes that proofs of the leaves of one batch need, in the tree that the batch made: those
// that the batch completed, and the peaks of the tree before it. (A left sibling of an ancestor of
// a new leaf is either completed by the batch, or it was complete before while its parent was not:
// then it was a peak.) Immutable once made: threads may share it.
class BatchNodes final : public merkle::NodeSource {
 public:
  explicit BatchNodes(const merkle::Frontier& before);

  // In ascending order of index within a level, as a frontier completes them.
  void Add(const merkle::NodeId& id, const merkle::NodeHash& hash);

  // kNotFound for any other node.
  absl::StatusOr<std::vector<merkle::NodeHash>> ReadNodes(
      std::span<const merkle::NodeId> nodes) const override;

 private:
  struct Level {
    std::uint64_t first = 0;  // Index of nodes.front().
    std::vector<merkle::NodeHash> nodes;
  };
  std::vector<Level> levels_;
};

class Edge {
 public:
  // The tree of no leaves.
  Edge() = default;
  // Reads the edge of the tree `head`, a few values however large it is. kDataLoss: the tiles do
  // not lead to the root of `head`. Otherwise the reader's.
  static absl::StatusOr<Edge> Load(const TreeHead& head, const Reader& reader);

  // What grew: the head of the new tree, every changed tile in the order of merkle::ChangedTiles,
  // and the nodes for proofs.
  struct Growth {
    TreeHead head;
    std::vector<TileRow> tiles;
    std::shared_ptr<const BatchNodes> nodes;
  };
  Growth Append(std::span<const merkle::LeafHash> leaves);

  TreeHead head() const { return {frontier_.size(), frontier_.Root()}; }

 private:
  merkle::Frontier frontier_;
  // The rows of the partial tiles, one a level; empty where the last tile is full.
  std::array<keys::Bytes, merkle::kMaxTileLevel + 1> rows_;
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_EDGE_H_
