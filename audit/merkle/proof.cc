#include "audit/merkle/proof.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/ranges.h"

namespace cairn::merkle {
namespace {

// The largest power of two strictly below n: where RFC 6962 parts a tree of n leaves. REQUIRES: n
// > 1.
std::uint64_t SplitPoint(std::uint64_t n) { return std::bit_floor(n - 1); }

// The ranges whose hashes make up the proof, from the leaf upwards. Walks down from the root to
// the subtree and notes what is left aside at each step; RFC 9162, 2.1.4.1, does so recursively.
// REQUIRES: a valid, non-empty subtree that ends within size.
std::vector<LeafRange> PlanProof(const Subtree& subtree, TreeSize size) {
  std::vector<LeafRange> aside;
  LeafRange wanted{.start = ToInt(subtree.start), .end = ToInt(subtree.end)};
  LeafRange tree{.start = 0, .end = ToInt(size)};
  bool whole = true;  // `wanted` is still all of the subtree, whose hash the verifier has.
  while (wanted.start != tree.start || wanted.end != tree.end) {
    const std::uint64_t middle = tree.start + SplitPoint(tree.end - tree.start);
    if (wanted.end <= middle) {
      aside.push_back({.start = middle, .end = tree.end});
      tree.end = middle;
      continue;
    }
    aside.push_back({.start = tree.start, .end = middle});
    tree.start = middle;
    if (wanted.start < middle) {  // It straddles: of a valid subtree, from the very left.
      wanted.start = middle;
      whole = false;
    }
  }
  if (!whole) aside.push_back(tree);
  std::reverse(aside.begin(), aside.end());
  return aside;
}

// The hash of each range, with one call to the source.
absl::StatusOr<std::vector<NodeHash>> HashRanges(const std::vector<LeafRange>& ranges,
                                                 const NodeSource& source) {
  std::vector<NodeId> ids;
  for (const LeafRange& range : ranges) AppendPerfectSubtrees(range, ids);
  if (ids.empty()) return std::vector<NodeHash>(ranges.size(), JoinPeaks({}));
  absl::StatusOr<std::vector<NodeHash>> nodes = source.ReadNodes(ids);
  if (!nodes.ok()) return nodes.status();
  if (nodes->size() != ids.size()) {
    return absl::DataLossError(
        absl::StrCat("asked for ", ids.size(), " hashes, got ", nodes->size()));
  }
  std::vector<NodeHash> hashes;
  hashes.reserve(ranges.size());
  std::span<const NodeHash> rest = *nodes;
  for (const LeafRange& range : ranges) {
    const auto count = static_cast<std::size_t>(std::popcount(range.end - range.start));
    hashes.push_back(JoinPeaks(rest.first(count)));
    rest = rest.subspan(count);
  }
  return hashes;
}

}  // namespace

absl::Status CheckSubtree(const Subtree& subtree) {
  const std::uint64_t start = ToInt(subtree.start);
  const std::uint64_t end = ToInt(subtree.end);
  if (absl::Status status = CheckSize(subtree.end); !status.ok()) return status;
  // bit_ceil(0) is 1, as wanted; a length below 2^63 has a bit_ceil that fits.
  if (start <= end && (start & (std::bit_ceil(end - start) - 1)) == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("leaves [", start, ", ", end, ") are not a subtree"));
}

absl::StatusOr<NodeHash> RootAt(TreeSize size, const NodeSource& source) {
  return SubtreeHash({.start = LeafIndex{0}, .end = size}, source);
}

absl::StatusOr<NodeHash> SubtreeHash(const Subtree& subtree, const NodeSource& source) {
  if (absl::Status status = CheckSubtree(subtree); !status.ok()) return status;
  absl::StatusOr<std::vector<NodeHash>> hashes =
      HashRanges({{.start = ToInt(subtree.start), .end = ToInt(subtree.end)}}, source);
  if (!hashes.ok()) return hashes.status();
  return hashes->front();
}

absl::StatusOr<std::vector<NodeHash>> ProveSubtree(const Subtree& subtree, TreeSize size,
                                                   const NodeSource& source) {
  if (absl::Status status = CheckSubtree(subtree); !status.ok()) return status;
  if (absl::Status status = CheckSize(size); !status.ok()) return status;
  if (subtree.end > size) {
    return absl::InvalidArgumentError(
        absl::StrCat("a tree of ", ToInt(size), " leaves ends before ", ToInt(subtree.end)));
  }
  if (ToInt(subtree.start) == ToInt(subtree.end)) return std::vector<NodeHash>();
  const std::vector<LeafRange> plan = PlanProof(subtree, size);
  if (plan.empty()) return std::vector<NodeHash>();
  return HashRanges(plan, source);
}

absl::StatusOr<std::vector<NodeHash>> ProveInclusion(LeafIndex index, TreeSize size,
                                                     const NodeSource& source) {
  if (!Holds(size, index)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a tree of ", ToInt(size), " leaves has no leaf ", ToInt(index)));
  }
  if (absl::Status status = CheckSize(size); !status.ok()) return status;
  return ProveSubtree({.start = index, .end = SizeThrough(index)}, size, source);
}

absl::StatusOr<std::vector<NodeHash>> ProveConsistency(TreeSize from, TreeSize to,
                                                       const NodeSource& source) {
  return ProveSubtree({.start = LeafIndex{0}, .end = from}, to, source);
}

}  // namespace cairn::merkle
