#include "audit/merkle/frontier.h"

#include <bit>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/ranges.h"
#include "audit/merkle/require.h"

namespace cairn::merkle {

NodeHash JoinPeaks(std::span<const NodeHash> peaks) {
  if (peaks.empty()) return EmptyRoot();
  NodeHash joined = peaks.back();
  for (std::size_t i = peaks.size() - 1; i-- > 0;) joined = HashChildren(peaks[i], joined);
  return joined;
}

std::vector<NodeId> Frontier::PeakIds(TreeSize size) {
  std::vector<NodeId> ids;
  AppendPerfectSubtrees({.start = 0, .end = ToInt(size)}, ids);
  return ids;
}

absl::StatusOr<Frontier> Frontier::Create(TreeSize size, std::span<const NodeHash> peaks) {
  if (absl::Status status = CheckSize(size); !status.ok()) return status;
  const auto wanted = static_cast<std::size_t>(std::popcount(ToInt(size)));
  if (peaks.size() != wanted) {
    return absl::InvalidArgumentError(absl::StrCat("a tree of ", ToInt(size), " leaves has ",
                                                   wanted, " peaks, given ", peaks.size()));
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.peaks_.assign(peaks.begin(), peaks.end());
  return frontier;
}

absl::StatusOr<Frontier> Frontier::Load(TreeSize size, const NodeSource& source) {
  if (absl::Status status = CheckSize(size); !status.ok()) return status;
  const std::vector<NodeId> ids = PeakIds(size);
  if (ids.empty()) return Frontier();
  absl::StatusOr<std::vector<NodeHash>> peaks = source.ReadNodes(ids);
  if (!peaks.ok()) return peaks.status();
  return Create(size, *peaks);
}

LeafIndex Frontier::Append(const LeafHash& leaf) {
  return Append(leaf, [](NodeId, const NodeHash&) {});
}

LeafIndex Frontier::Append(const LeafHash& leaf, OnNode on_node) {
  Require(size_ < kMaxTreeSize, "a tree has fewer than 2^63 leaves");
  const LeafIndex index = NextLeaf(size_);
  NodeId id{.level = 0, .index = ToInt(index)};
  NodeHash hash = AsNode(leaf);
  on_node(id, hash);
  // As in counting: each set bit at the low end is a peak that this leaf completes a parent for.
  while ((id.index & 1) != 0) {
    hash = HashChildren(peaks_.back(), hash);
    peaks_.pop_back();
    id = {.level = id.level + 1, .index = id.index >> 1};
    on_node(id, hash);
  }
  peaks_.push_back(hash);
  size_ = SizeThrough(index);
  return index;
}

NodeHash Frontier::Root() const { return JoinPeaks(peaks_); }

}  // namespace cairn::merkle
