#include "audit/log/edge.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle/tile_source.h"

namespace cairn::log {

BatchNodes::BatchNodes(const merkle::Frontier& before) {
  const std::vector<merkle::NodeId> ids = merkle::Frontier::PeakIds(before.size());
  for (std::size_t i = 0; i < ids.size(); ++i) Add(ids[i], before.peaks()[i]);
}

void BatchNodes::Add(const merkle::NodeId& id, const merkle::NodeHash& hash) {
  if (id.level >= levels_.size()) levels_.resize(id.level + 1);
  Level& level = levels_[id.level];
  if (level.nodes.empty()) level.first = id.index;
  level.nodes.push_back(hash);
}

absl::StatusOr<std::vector<merkle::NodeHash>> BatchNodes::ReadNodes(
    std::span<const merkle::NodeId> nodes) const {
  std::vector<merkle::NodeHash> hashes;
  hashes.reserve(nodes.size());
  for (const merkle::NodeId& id : nodes) {
    const Level* level = id.level < levels_.size() ? &levels_[id.level] : nullptr;
    // Below `first` the difference wraps around and is too large.
    if (level == nullptr || id.index - level->first >= level->nodes.size()) {
      return absl::NotFoundError(
          absl::StrCat("node ", id.level, "/", id.index, " is not at the edge of this batch"));
    }
    hashes.push_back(level->nodes[id.index - level->first]);
  }
  return hashes;
}

absl::StatusOr<Edge> Edge::Load(const TreeHead& head, const Reader& reader) {
  Edge edge;
  auto frontier = merkle::Frontier::Load(head.size, merkle::TileSource(head.size, reader));
  if (!frontier.ok()) return frontier.status();
  edge.frontier_ = *std::move(frontier);
  for (unsigned level = 0; level < edge.rows_.size(); ++level) {
    const unsigned width = merkle::PartialWidth(level, head.size);
    if (width == 0) continue;
    auto row = reader.ReadTileRow(level, merkle::FullTiles(level, head.size));
    if (!row.ok()) return row.status();
    if (row->size() != width * keys::kDigestSize) {
      return absl::DataLossError(absl::StrCat("the last tile of level ", level, " has ",
                                              row->size(), " bytes, not ", width, " hashes"));
    }
    edge.rows_[level] = *std::move(row);
  }
  if (edge.head() != head) {
    return absl::DataLossError(absl::StrCat(
        "the stored tiles lead to the root ", edge.head().root.digest.Hex(), ", stored is ",
        head.root.digest.Hex(), " for ", merkle::ToInt(head.size), " leaves"));
  }
  return edge;
}

Edge::Growth Edge::Append(std::span<const merkle::LeafHash> leaves) {
  const merkle::TreeSize before = frontier_.size();
  const auto nodes = std::make_shared<BatchNodes>(frontier_);
  std::vector<std::vector<TileRow>> full(rows_.size());
  for (const merkle::LeafHash& leaf : leaves) {
    frontier_.Append(leaf, [&](const merkle::NodeId& id, const merkle::NodeHash& hash) {
      nodes->Add(id, hash);
      if (id.level % merkle::kTileHeight != 0) return;
      const unsigned level = id.level / merkle::kTileHeight;
      keys::AppendBytes(rows_[level], hash.digest.View());
      if (rows_[level].size() < merkle::kMaxTileBytes) return;
      full[level].push_back({level, id.index / merkle::kTileWidth, std::move(rows_[level])});
      rows_[level].clear();
    });
  }
  Growth growth{.head = head(), .tiles = {}, .nodes = nodes};
  for (unsigned level = 0; level < rows_.size(); ++level) {
    for (TileRow& tile : full[level]) growth.tiles.push_back(std::move(tile));
    // A partial tile is only written where it has changed.
    const std::uint64_t index = merkle::FullTiles(level, growth.head.size);
    const unsigned width = merkle::PartialWidth(level, growth.head.size);
    if (width != merkle::TileAt(level, index, before).width) {
      growth.tiles.push_back({level, index, rows_[level]});
    }
  }
  return growth;
}

}  // namespace cairn::log
