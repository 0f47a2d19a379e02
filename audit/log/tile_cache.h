// Tiles that were read lately, parsed: what makes proofs cheap. A tile only ever grows, so a cached
// one is never wrong, at most too narrow, and then it is read again.
#ifndef CAIRN_AUDIT_LOG_TILE_CACHE_H_
#define CAIRN_AUDIT_LOG_TILE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/store.h"
#include "audit/merkle/tile_source.h"

namespace cairn::log {

// Thread-safe. Drops what was not asked for longest.
class TileCache final : public merkle::TileReader {
 public:
  // What the cache holds, and nothing else: kUnavailable where the source would have to be read.
  // For threads that must not wait for a disk.
  class InMemory final : public merkle::TileReader {
   public:
    // `cache` must outlive this.
    explicit InMemory(const TileCache& cache) : cache_(cache) {}
    absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> ReadTiles(
        std::span<const merkle::TileId> tiles) const override;

   private:
    const TileCache& cache_;
  };

  // `source` must outlive this. Holds about `capacity_bytes`, and always the tile read last.
  TileCache(const merkle::TileReader& source, std::size_t capacity_bytes)
      : source_(source), capacity_bytes_(capacity_bytes) {}

  // As `source` answers.
  absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> ReadTiles(
      std::span<const merkle::TileId> tiles) const override;

 private:
  using Key = std::pair<unsigned, std::uint64_t>;  // Level and index.
  using Item = std::pair<Key, std::shared_ptr<const merkle::Tile>>;

  std::shared_ptr<const merkle::Tile> Find(const merkle::TileId& id) const;
  void Keep(const merkle::TileId& id, std::shared_ptr<const merkle::Tile> tile) const;

  const merkle::TileReader& source_;
  const std::size_t capacity_bytes_;
  mutable Mutex mutex_;
  mutable std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable std::list<Item> recent_ ABSL_GUARDED_BY(mutex_);  // The last used first.
  mutable absl::flat_hash_map<Key, std::list<Item>::iterator> index_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_TILE_CACHE_H_
