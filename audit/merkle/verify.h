// Judging proofs. Every argument of every function here may come from an adversary: nothing is
// hashed before the lengths are bounded, and a proof with a hash too many fails like one with a
// hash too few. RFC 9162, sections 2.1.3.2 and 2.1.4.2, through the one routine for subtrees of
// which both are cases. Pure.
//
// Codes, the same for all of them:
//   kInvalidArgument  bounds that no tree has, or a proof of a length that these bounds cannot
//   have. kDataLoss         the proof is well formed and leads elsewhere: an alarm, not a retry.
#ifndef CAIRN_AUDIT_MERKLE_VERIFY_H_
#define CAIRN_AUDIT_MERKLE_VERIFY_H_

#include <span>

#include "absl/status/status.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/types.h"

namespace cairn::merkle {

// Checks that `leaf` is at `index` in the tree of `size` leaves under `root`. `path` runs from the
// leaf's sibling upwards.
[[nodiscard]] absl::Status VerifyInclusion(const LeafHash& leaf, LeafIndex index, TreeSize size,
                                           std::span<const NodeHash> path, const NodeHash& root);

// Checks that the tree of `to` leaves under `to_root` begins with all of the tree of `from` leaves
// under `from_root`. Equal sizes need equal roots and an empty proof. from = 0 < to proves nothing
// and is kInvalidArgument: a witness that sees an origin for the first time asks for an empty proof
// and does not call this.
[[nodiscard]] absl::Status VerifyConsistency(TreeSize from, const NodeHash& from_root, TreeSize to,
                                             const NodeHash& to_root,
                                             std::span<const NodeHash> proof);

// Checks that the leaves of `subtree` in the tree of `size` leaves under `root` hash to `hash`.
[[nodiscard]] absl::Status VerifySubtree(const Subtree& subtree, const NodeHash& hash,
                                         TreeSize size, std::span<const NodeHash> proof,
                                         const NodeHash& root);

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_VERIFY_H_
