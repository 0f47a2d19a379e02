#include "audit/log/tile_cache.h"

#include "audit/merkle/tile.h"

namespace cairn::log {
namespace {

constexpr std::size_t kOverheadOfTile = 160;  // Of the list, the map and the pointer, roughly.

std::size_t CostOf(const merkle::Tile& tile) { return tile.MemoryBytes() + kOverheadOfTile; }

}  // namespace

std::shared_ptr<const merkle::Tile> TileCache::Find(const merkle::TileId& id) const {
  const MutexLock lock(mutex_);
  const auto found = index_.find({id.level, id.index});
  if (found == index_.end() || found->second->second->width() < id.width) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->second;
}

void TileCache::Keep(const merkle::TileId& id, std::shared_ptr<const merkle::Tile> tile) const {
  const MutexLock lock(mutex_);
  const Key key(id.level, id.index);
  if (const auto found = index_.find(key); found != index_.end()) {
    // Another thread may have read a wider one meanwhile.
    std::shared_ptr<const merkle::Tile>& kept = found->second->second;
    if (kept->width() >= tile->width()) return;
    bytes_ += CostOf(*tile) - CostOf(*kept);
    kept = std::move(tile);
  } else {
    bytes_ += CostOf(*tile);
    recent_.emplace_front(key, std::move(tile));
    index_.emplace(key, recent_.begin());
  }
  while (bytes_ > capacity_bytes_ && recent_.size() > 1) {
    bytes_ -= CostOf(*recent_.back().second);
    index_.erase(recent_.back().first);
    recent_.pop_back();
  }
}

absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> TileCache::InMemory::ReadTiles(
    std::span<const merkle::TileId> tiles) const {
  std::vector<std::shared_ptr<const merkle::Tile>> out;
  out.reserve(tiles.size());
  for (const merkle::TileId& id : tiles) {
    std::shared_ptr<const merkle::Tile> tile = cache_.Find(id);
    if (tile == nullptr) return absl::UnavailableError("a tile is not in memory");
    out.push_back(std::move(tile));
  }
  return out;
}

absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> TileCache::ReadTiles(
    std::span<const merkle::TileId> tiles) const {
  std::vector<std::shared_ptr<const merkle::Tile>> out;
  out.reserve(tiles.size());
  for (const merkle::TileId& id : tiles) {
    std::shared_ptr<const merkle::Tile> tile = Find(id);
    if (tile == nullptr) {
      auto read = source_.ReadTiles({&id, 1});
      if (!read.ok()) return read.status();
      tile = read->front();
      Keep(id, tile);
    }
    out.push_back(std::move(tile));
  }
  return out;
}

}  // namespace cairn::log
