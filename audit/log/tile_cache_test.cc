#include "audit/log/tile_cache.h"

#include <memory>
#include <span>
#include <vector>

#include "audit/merkle/tile.h"
#include "gmock/gmock.h"
#include "tests/testing/status.h"

namespace cairn::log {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;

// Makes the tiles that it is asked for, and counts how often.
class CountingTiles final : public merkle::TileReader {
 public:
  absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> ReadTiles(
      std::span<const merkle::TileId> tiles) const override {
    std::vector<std::shared_ptr<const merkle::Tile>> out;
    for (const merkle::TileId& id : tiles) {
      ++reads;
      out.push_back(std::make_shared<const merkle::Tile>(
          merkle::Tile::FromRow(std::vector<merkle::NodeHash>(id.width))));
    }
    return out;
  }
  mutable int reads = 0;
};

merkle::TileId FullTile(std::uint64_t index) { return {.level = 0, .index = index}; }

TEST(TileCache, ReadsATileOnceUntilAWiderOneIsWanted) {
  const CountingTiles source;
  const TileCache cache(source, 1 << 20);
  const merkle::TileId narrow{.level = 0, .index = 3, .width = 10};
  const merkle::TileId wide{.level = 0, .index = 3, .width = 11};
  for (int i = 0; i < 3; ++i) ASSERT_THAT(cache.ReadTiles({&narrow, 1}), IsOk());
  EXPECT_EQ(source.reads, 1);
  for (int i = 0; i < 3; ++i) ASSERT_THAT(cache.ReadTiles({&wide, 1}), IsOk());
  EXPECT_EQ(source.reads, 2);
  ASSERT_THAT(cache.ReadTiles({&narrow, 1}), IsOk());
  EXPECT_EQ(source.reads, 2);
}

TEST(TileCache, DropsWhatWasNotAskedForLongestBeyondItsBytes) {
  const CountingTiles source;
  const TileCache cache(source, 30'000);  // Three full tiles of nine KiB and a little.
  for (const std::uint64_t index : {0U, 1U, 2U, 0U, 3U, 0U}) {
    const merkle::TileId id = FullTile(index);
    ASSERT_THAT(cache.ReadTiles({&id, 1}), IsOk());
  }
  EXPECT_EQ(source.reads, 4);
  const TileCache::InMemory memory(cache);
  const merkle::TileId kept = FullTile(0);
  const merkle::TileId dropped = FullTile(1);
  EXPECT_THAT(memory.ReadTiles({&kept, 1}), IsOk());
  EXPECT_THAT(memory.ReadTiles({&dropped, 1}), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(TileCache, InMemoryNeverReadsTheSource) {
  const CountingTiles source;
  const TileCache cache(source, 1 << 20);
  const TileCache::InMemory memory(cache);
  const merkle::TileId id = FullTile(7);
  EXPECT_THAT(memory.ReadTiles({&id, 1}), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(source.reads, 0);
  ASSERT_THAT(cache.ReadTiles({&id, 1}), IsOk());
  EXPECT_THAT(memory.ReadTiles({&id, 1}), IsOk());
  EXPECT_EQ(source.reads, 1);
}

}  // namespace
}  // namespace cairn::log
