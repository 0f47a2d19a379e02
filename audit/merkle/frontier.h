// The right edge of a tree: all that is needed to append to it and to know its root, at most 63
// hashes however large it is. For starting up, for auditors, for hashing offline. Pure.
#ifndef CAIRN_AUDIT_MERKLE_FRONTIER_H_
#define CAIRN_AUDIT_MERKLE_FRONTIER_H_

#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/types.h"

namespace cairn::merkle {

// Holds the perfect subtrees ("peaks") that a tree of this size falls into, the largest and
// leftmost first: one for each bit set in the size. A value: copy it to try something out.
class Frontier {
 public:
  // Called for each node that a leaf completes, the leaf itself {0, index} first, then upwards.
  using OnNode = absl::FunctionRef<void(NodeId id, const NodeHash& hash)>;

  // The tree of no leaves.
  Frontier() = default;

  // kInvalidArgument: size > kMaxTreeSize, or peaks not as many as bits are set in `size`. Whether
  // they are the right ones shows in Root().
  static absl::StatusOr<Frontier> Create(TreeSize size, std::span<const NodeHash> peaks);

  // Reads the peaks of the first `size` leaves, in one call. kInvalidArgument: size > kMaxTreeSize;
  // otherwise what `source` answers. Unverified: compare Root() with a signed one.
  static absl::StatusOr<Frontier> Load(TreeSize size, const NodeSource& source);

  // The nodes that Load reads, in the order of peaks(). REQUIRES: size <= kMaxTreeSize.
  static std::vector<NodeId> PeakIds(TreeSize size);

  // Appends one leaf; amortised one hash. Stops the process at kMaxTreeSize leaves.
  LeafIndex Append(const LeafHash& leaf);
  LeafIndex Append(const LeafHash& leaf, OnNode on_node);

  TreeSize size() const { return size_; }
  std::span<const NodeHash> peaks() const { return peaks_; }

  // The root at this size; at most 62 hashes.
  NodeHash Root() const;

 private:
  TreeSize size_{};
  std::vector<NodeHash> peaks_;
};

// The hash of adjoining subtrees, each at least as large as the next, from the largest to the
// smallest: how RFC 6962 joins the right edge. EmptyRoot() for none.
NodeHash JoinPeaks(std::span<const NodeHash> peaks);

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_FRONTIER_H_
