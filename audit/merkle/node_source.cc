#include "audit/merkle/node_source.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"

namespace cairn::merkle {

TreeSize MemoryTree::size() const { return TreeSize{levels_.empty() ? 0 : levels_.front().size()}; }

LeafIndex MemoryTree::Append(const LeafHash& leaf) {
  const LeafIndex index = NextLeaf(size());
  NodeHash hash = AsNode(leaf);
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    std::vector<NodeHash>& row = levels_[level];
    row.push_back(hash);
    if (row.size() % 2 != 0) return index;
    hash = HashChildren(row[row.size() - 2], row.back());
  }
}

absl::StatusOr<std::vector<NodeHash>> MemoryTree::ReadNodes(std::span<const NodeId> nodes) const {
  std::vector<NodeHash> hashes;
  hashes.reserve(nodes.size());
  for (const NodeId& node : nodes) {
    if (node.level >= levels_.size() || node.index >= levels_[node.level].size()) {
      return absl::NotFoundError(absl::StrCat("a tree of ", ToInt(size()), " leaves has no node ",
                                              node.index, " at level ", node.level));
    }
    hashes.push_back(levels_[node.level][node.index]);
  }
  return hashes;
}

}  // namespace cairn::merkle
