// Making proofs, and the roots they lead to, from a NodeSource. Inclusion and consistency are both
// cases of one thing, the proof of a subtree [start, end) (IETF plants, "Merkle Tree Certificates",
// section 4), so there is one generator; RFC 9162, sections 2.1.3.1 and 2.1.4.1, gives the same
// hashes. Nothing read is verified here: whoever answers with a proof read from storage checks it
// against the root that it is for. Pure.
#ifndef CAIRN_AUDIT_MERKLE_PROOF_H_
#define CAIRN_AUDIT_MERKLE_PROOF_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/types.h"

namespace cairn::merkle {

// The leaves [start, end). Valid if start <= end <= kMaxTreeSize and start is a multiple of the
// smallest power of two that is not below end - start: only those are folded the same way in every
// larger tree.
struct Subtree {
  LeafIndex start{};
  TreeSize end{};

  friend bool operator==(const Subtree&, const Subtree&) = default;
};

// kInvalidArgument, naming the bounds, unless `subtree` is valid as said above.
[[nodiscard]] absl::Status CheckSubtree(const Subtree& subtree);

// The root of the first `size` leaves. EmptyRoot() for none, without reading.
// kInvalidArgument: size > kMaxTreeSize. Otherwise what `source` answers.
absl::StatusOr<NodeHash> RootAt(TreeSize size, const NodeSource& source);

// The hash of one subtree. kInvalidArgument: not valid. Otherwise what `source` answers.
absl::StatusOr<NodeHash> SubtreeHash(const Subtree& subtree, const NodeSource& source);

// That `subtree` is part of the tree of `size` leaves; verified by VerifySubtree.
// kInvalidArgument: subtree not valid or it ends after `size`. Otherwise what `source` answers.
absl::StatusOr<std::vector<NodeHash>> ProveSubtree(const Subtree& subtree, TreeSize size,
                                                   const NodeSource& source);

// That the leaf at `index` is in the tree of `size` leaves: from the leaf's sibling upwards.
// kInvalidArgument: index >= size, or size > kMaxTreeSize. Otherwise what `source` answers.
absl::StatusOr<std::vector<NodeHash>> ProveInclusion(LeafIndex index, TreeSize size,
                                                     const NodeSource& source);

// That the tree of `to` leaves begins with the tree of `from` leaves. Empty for from = to, and for
// from = 0, as the first request to a witness wants it: there it proves nothing.
// kInvalidArgument: from > to, or to > kMaxTreeSize. Otherwise what `source` answers.
absl::StatusOr<std::vector<NodeHash>> ProveConsistency(TreeSize from, TreeSize to,
                                                       const NodeSource& source);

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_PROOF_H_
