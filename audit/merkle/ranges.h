// How ranges of leaves fall into perfect subtrees. Internal to this folder.
#ifndef CAIRN_AUDIT_MERKLE_RANGES_H_
#define CAIRN_AUDIT_MERKLE_RANGES_H_

#include <bit>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/types.h"

namespace cairn::merkle {

// Leaves [start, end), start a multiple of the smallest power of two not below end - start.
struct LeafRange {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
};

// Appends the perfect subtrees of the range, from the largest, leftmost, to the smallest: one for
// each bit set in its length. None for an empty range.
inline void AppendPerfectSubtrees(LeafRange range, std::vector<NodeId>& out) {
  while (range.start < range.end) {
    const std::uint64_t leaves = std::bit_floor(range.end - range.start);
    const auto level = static_cast<unsigned>(std::countr_zero(leaves));
    out.push_back({.level = level, .index = range.start >> level});
    range.start += leaves;
  }
}

inline absl::Status CheckSize(TreeSize size) {
  if (size <= kMaxTreeSize) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a tree has fewer than 2^63 leaves, not ", ToInt(size)));
}

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_RANGES_H_
