#include "audit/merkle/verify.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/ranges.h"

namespace cairn::merkle {
namespace {

absl::Status TooShort(std::size_t length) {
  return absl::InvalidArgumentError(
      absl::StrCat("a proof of ", length, " hashes ends below the root"));
}

absl::Status TooLong(std::size_t length) {
  return absl::InvalidArgumentError(
      absl::StrCat("a proof of ", length, " hashes goes on above the root"));
}

absl::Status AnotherHash(absl::string_view what, const NodeHash& expected, const NodeHash& found) {
  return absl::DataLossError(absl::StrCat("the proof leads to another ", what, ": expected ",
                                          expected.digest.Hex(), ", found ", found.digest.Hex()));
}

absl::Status CheckBounds(const Subtree& subtree, TreeSize size, std::size_t proof_length) {
  if (absl::Status status = CheckSubtree(subtree); !status.ok()) return status;
  if (absl::Status status = CheckSize(size); !status.ok()) return status;
  if (subtree.end > size) {
    return absl::InvalidArgumentError(
        absl::StrCat("leaves to ", ToInt(subtree.end), " in a tree of ", ToInt(size)));
  }
  if (proof_length > kMaxProofHashes) return TooLong(proof_length);
  return absl::OkStatus();
}

// Where the walk up the tree stands, each a node's position at the present level.
struct Climb {
  std::uint64_t first;     // Of the subtree's first leaf.
  std::uint64_t last;      // Of its last leaf.
  std::uint64_t tree_end;  // Of the tree's last leaf.

  void Up() {
    first >>= 1;
    last >>= 1;
    tree_end >>= 1;
  }
  // A subtree that ends where the tree ends has that edge in common with it all the way up.
  bool AtRightEdge() const { return last == tree_end; }
};

// To the node from which the proof goes on: the largest that ends with the subtree's last leaf and
// lies within it.
void SkipCommonLevels(Climb& at) {
  const bool at_edge = at.AtRightEdge();
  while (at.first != at.last && (at_edge || (at.last & 1) != 0)) at.Up();
}

}  // namespace

// RFC 9162, 2.1.4.2, begun at [start, end) instead of [0, m). Each hash is joined twice: to what
// must become the subtree's hash while still within it, and to what must become the root.
absl::Status VerifySubtree(const Subtree& subtree, const NodeHash& hash, TreeSize size,
                           std::span<const NodeHash> proof, const NodeHash& root) {
  if (absl::Status status = CheckBounds(subtree, size, proof.size()); !status.ok()) return status;
  if (ToInt(subtree.start) == ToInt(subtree.end)) {
    if (!proof.empty()) return TooLong(proof.size());
    if (hash != EmptyRoot()) return AnotherHash("subtree", hash, EmptyRoot());
    if (size == TreeSize{0} && root != EmptyRoot()) return AnotherHash("root", root, EmptyRoot());
    return absl::OkStatus();
  }
  Climb at{
      .first = ToInt(subtree.start), .last = ToInt(subtree.end) - 1, .tree_end = ToInt(size) - 1};
  SkipCommonLevels(at);
  std::span<const NodeHash> rest = proof;
  NodeHash subtree_hash = hash;
  if (at.first != at.last) {
    if (rest.empty()) return TooShort(proof.size());
    subtree_hash = rest.front();
    rest = rest.subspan(1);
  }
  NodeHash tree_hash = subtree_hash;
  for (const NodeHash& next : rest) {
    if (at.tree_end == 0) return TooLong(proof.size());
    if ((at.last & 1) != 0 || at.AtRightEdge()) {
      if (at.first < at.last) subtree_hash = HashChildren(next, subtree_hash);
      tree_hash = HashChildren(next, tree_hash);
      // A lone node at the right edge has no sibling; it goes up unchanged. Never beyond zero.
      while ((at.last & 1) == 0 && at.last != 0) at.Up();
    } else {
      tree_hash = HashChildren(tree_hash, next);
    }
    at.Up();
  }
  if (at.tree_end != 0) return TooShort(proof.size());
  if (subtree_hash != hash) return AnotherHash("subtree", hash, subtree_hash);
  if (tree_hash != root) return AnotherHash("root", root, tree_hash);
  return absl::OkStatus();
}

absl::Status VerifyInclusion(const LeafHash& leaf, LeafIndex index, TreeSize size,
                             std::span<const NodeHash> path, const NodeHash& root) {
  if (!Holds(size, index)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a tree of ", ToInt(size), " leaves has no leaf ", ToInt(index)));
  }
  if (absl::Status status = CheckSize(size); !status.ok()) return status;
  return VerifySubtree({.start = index, .end = SizeThrough(index)}, AsNode(leaf), size, path, root);
}

absl::Status VerifyConsistency(TreeSize from, const NodeHash& from_root, TreeSize to,
                               const NodeHash& to_root, std::span<const NodeHash> proof) {
  if (from == TreeSize{0} && to != TreeSize{0}) {
    return absl::InvalidArgumentError("nothing can be proven of the empty tree");
  }
  return VerifySubtree({.start = LeafIndex{0}, .end = from}, from_root, to, proof, to_root);
}

}  // namespace cairn::merkle
