#include "audit/merkle/tile_source.h"

#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cairn::merkle {
namespace {

// Whether all leaves of the node are in a tree of `size` leaves.
bool IsComplete(const NodeId& node, TreeSize size) {
  return node.level < 63 && node.index < (ToInt(size) >> node.level);
}

// The tiles to read, each once, and for each node which of them it is in.
struct ReadPlan {
  std::vector<TileId> tiles;
  std::vector<std::size_t> tile_of_node;
};

ReadPlan PlanReads(std::span<const NodeId> nodes, TreeSize size) {
  ReadPlan plan;
  absl::flat_hash_map<std::pair<unsigned, std::uint64_t>, std::size_t> known;
  for (const NodeId& node : nodes) {
    const TilePlace place = PlaceOf(node);
    const auto [it, is_new] =
        known.try_emplace({place.tile_level, place.tile_index}, plan.tiles.size());
    if (is_new) plan.tiles.push_back(TileAt(place.tile_level, place.tile_index, size));
    plan.tile_of_node.push_back(it->second);
  }
  return plan;
}

absl::Status CheckTiles(std::span<const TileId> asked,
                        std::span<const std::shared_ptr<const Tile>> got) {
  if (asked.size() != got.size()) {
    return absl::DataLossError(
        absl::StrCat("asked for ", asked.size(), " tiles, got ", got.size()));
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (got[i] != nullptr && got[i]->width() >= asked[i].width) continue;
    return absl::DataLossError(absl::StrCat(TilePath(asked[i]), " has only ",
                                            got[i] == nullptr ? 0 : got[i]->width(), " hashes"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<NodeHash>> TileSource::ReadNodes(std::span<const NodeId> nodes) const {
  for (const NodeId& node : nodes) {
    if (IsComplete(node, size_)) continue;
    return absl::NotFoundError(absl::StrCat("a tree of ", ToInt(size_), " leaves has no node ",
                                            node.index, " at level ", node.level));
  }
  const ReadPlan plan = PlanReads(nodes, size_);
  absl::StatusOr<std::vector<std::shared_ptr<const Tile>>> tiles = reader_.ReadTiles(plan.tiles);
  if (!tiles.ok()) return tiles.status();
  if (absl::Status status = CheckTiles(plan.tiles, *tiles); !status.ok()) return status;
  std::vector<NodeHash> hashes;
  hashes.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const TilePlace place = PlaceOf(nodes[i]);
    hashes.push_back((*tiles)[plan.tile_of_node[i]]->Node(place.sublevel, place.position));
  }
  return hashes;
}

}  // namespace cairn::merkle
