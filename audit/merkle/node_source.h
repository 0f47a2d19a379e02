// Where proofs get their hashes from: whoever can name perfect subtrees of a tree can prove
// anything about it. Pure; implementations decide where the bytes lie.
#ifndef CAIRN_AUDIT_MERKLE_NODE_SOURCE_H_
#define CAIRN_AUDIT_MERKLE_NODE_SOURCE_H_

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/merkle/types.h"

namespace cairn::merkle {

// Gives hashes of perfect subtrees. Each generator makes one call with everything it needs, so
// that a store can answer from one snapshot and read each stored value once.
class NodeSource {
 public:
  virtual ~NodeSource() = default;

  // The hashes of `nodes`, in the same order and number; the same node may be asked for twice.
  // Errors are the implementation's: kNotFound where the tree has not that many leaves (yet),
  // kDataLoss for stored bytes that cannot be hashes, whatever its storage answers otherwise.
  virtual absl::StatusOr<std::vector<NodeHash>> ReadNodes(std::span<const NodeId> nodes) const = 0;
};

// A whole small tree in memory, two hashes a leaf: records of a package, items of a holding, tests.
// Not thread-safe while appending.
class MemoryTree final : public NodeSource {
 public:
  // REQUIRES: size() < kMaxTreeSize, which memory sees to.
  LeafIndex Append(const LeafHash& leaf);
  TreeSize size() const;

  // kNotFound for a node that is not complete yet.
  absl::StatusOr<std::vector<NodeHash>> ReadNodes(std::span<const NodeId> nodes) const override;

 private:
  std::vector<std::vector<NodeHash>> levels_;  // levels_[l][i] is the node {l, i}.
};

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_NODE_SOURCE_H_
