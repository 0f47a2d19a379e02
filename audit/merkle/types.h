// What the tree arithmetic speaks of: places, sizes and hashes, each with a type of its own, so
// that a last index is never taken for a size nor a leaf for a node. RFC 6962, section 2.1. Pure.
#ifndef CAIRN_AUDIT_MERKLE_TYPES_H_
#define CAIRN_AUDIT_MERKLE_TYPES_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "keys/digest.h"

namespace cairn::merkle {

enum class LeafIndex : std::uint64_t {};  // Position of a leaf, from zero, fixed for ever.
enum class TreeSize : std::uint64_t {};   // Number of leaves; the last one is at size - 1.

// Sizes are below 2^63, so a tree is at most 63 levels high and no proof is longer than 63 hashes.
inline constexpr TreeSize kMaxTreeSize{(std::uint64_t{1} << 63) - 1};
inline constexpr std::size_t kMaxProofHashes = 63;

constexpr std::uint64_t ToInt(LeafIndex index) { return static_cast<std::uint64_t>(index); }
constexpr std::uint64_t ToInt(TreeSize size) { return static_cast<std::uint64_t>(size); }

// The index that the next leaf appended to a tree of `size` leaves gets.
constexpr LeafIndex NextLeaf(TreeSize size) { return LeafIndex{ToInt(size)}; }

// The size of the smallest tree that holds the leaf at `index`. REQUIRES: index < kMaxTreeSize.
constexpr TreeSize SizeThrough(LeafIndex index) { return TreeSize{ToInt(index) + 1}; }

// Whether a tree of `size` leaves has a leaf at `index`.
constexpr bool Holds(TreeSize size, LeafIndex index) { return ToInt(index) < ToInt(size); }

// SHA-256(0x00 || entry).
struct LeafHash {
  keys::Digest digest;

  friend auto operator<=>(const LeafHash&, const LeafHash&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const LeafHash& hash) {
    return H::combine(std::move(h), hash.digest);
  }
};

// The hash of a subtree: SHA-256(0x01 || left || right); of one leaf, its leaf hash; of none,
// SHA-256 of nothing. The hash of the whole tree is its root.
struct NodeHash {
  keys::Digest digest;

  friend auto operator<=>(const NodeHash&, const NodeHash&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const NodeHash& hash) {
    return H::combine(std::move(h), hash.digest);
  }
};

// A leaf as the subtree of one leaf that it is.
inline NodeHash AsNode(const LeafHash& leaf) { return NodeHash{leaf.digest}; }

// Names the perfect subtree over leaves [index * 2^level, (index + 1) * 2^level). Once those leaves
// are there, its hash never changes again. REQUIRES everywhere: level < 63 and the last leaf named
// is below kMaxTreeSize.
struct NodeId {
  unsigned level = 0;
  std::uint64_t index = 0;

  friend auto operator<=>(const NodeId&, const NodeId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const NodeId& id) {
    return H::combine(std::move(h), id.level, id.index);
  }
};

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_TYPES_H_
