#include "audit/merkle/tile_source.h"

#include <map>
#include <set>
#include <utility>

#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/verify.h"
#include "tests/testing/status.h"

namespace cairn::merkle {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

// A tree as rows of hashes, served as tiles; notes what it was asked for.
class RowsInMemory : public TileReader {
 public:
  explicit RowsInMemory(std::uint64_t leaves) {
    for (std::uint64_t i = 0; i < leaves; ++i) {
      frontier_.Append(HashLeaf(keys::AsBytes(std::to_string(i))),
                       [this](NodeId id, const NodeHash& hash) {
                         if (id.level % kTileHeight == 0)
                           rows_[id.level / kTileHeight].push_back(hash);
                       });
    }
  }

  absl::StatusOr<std::vector<std::shared_ptr<const Tile>>> ReadTiles(
      std::span<const TileId> tiles) const override {
    std::vector<std::shared_ptr<const Tile>> read;
    for (const TileId& id : tiles) {
      asked.push_back(id);
      const auto row = rows_.find(id.level);
      const std::size_t begin = id.index * kTileWidth;
      if (row == rows_.end() || begin + id.width > row->second.size()) {
        return absl::NotFoundError(TilePath(id));
      }
      const unsigned width = serve_one_less && id.width > 1 ? id.width - 1 : id.width;
      read.push_back(std::make_shared<const Tile>(
          Tile::FromRow(std::span(row->second).subspan(begin, width))));
    }
    return read;
  }

  LeafHash Leaf(std::uint64_t i) const { return {rows_.at(0)[i].digest}; }

  mutable std::vector<TileId> asked;
  bool serve_one_less = false;

 private:
  Frontier frontier_;
  std::map<unsigned, std::vector<NodeHash>> rows_;
};

TEST(TileSource, ProvesWhatATreeInMemoryProves) {
  constexpr std::uint64_t kLeaves = 66'000;
  const RowsInMemory rows(kLeaves);
  MemoryTree tree;
  for (std::uint64_t i = 0; i < kLeaves; ++i) tree.Append(rows.Leaf(i));
  for (std::uint64_t size :
       {1ull, 2ull, 255ull, 256ull, 257ull, 511ull, 65'535ull, 65'536ull, 65'537ull, 66'000ull}) {
    const TileSource source(TreeSize{size}, rows);
    ASSERT_OK_AND_ASSIGN(const NodeHash root, RootAt(TreeSize{size}, source));
    ASSERT_OK_AND_ASSIGN(const NodeHash expected, RootAt(TreeSize{size}, tree));
    EXPECT_EQ(root, expected);
    for (std::uint64_t index = 0; index < size; index += 1 + index * 2) {
      ASSERT_OK_AND_ASSIGN(const auto path,
                           ProveInclusion(LeafIndex{index}, TreeSize{size}, source));
      EXPECT_THAT(VerifyInclusion(rows.Leaf(index), LeafIndex{index}, TreeSize{size}, path, root),
                  IsOk());
      ASSERT_OK_AND_ASSIGN(const NodeHash before, RootAt(TreeSize{index + 1}, tree));
      ASSERT_OK_AND_ASSIGN(const auto proof,
                           ProveConsistency(TreeSize{index + 1}, TreeSize{size}, source));
      EXPECT_THAT(VerifyConsistency(TreeSize{index + 1}, before, TreeSize{size}, root, proof),
                  IsOk());
    }
  }
}

TEST(TileSource, AsksForNoTileTwiceAndOnlyForThoseOfItsSize) {
  const RowsInMemory rows(66'000);
  const TreeSize size{65'900};
  const TileSource source(size, rows);
  ASSERT_THAT(ProveInclusion(LeafIndex{40'000}, size, source), IsOk());
  const std::set<TileId> once(rows.asked.begin(), rows.asked.end());
  EXPECT_EQ(once.size(), rows.asked.size());
  EXPECT_LE(rows.asked.size(), 5u);  // Two on the path, three at the right edge.
  for (const TileId& tile : rows.asked) {
    EXPECT_EQ(tile, TileAt(tile.level, tile.index, size)) << TilePath(tile);
  }
}

TEST(TileSource, HasNoNodeThatItsSizeDoesNotComplete) {
  const RowsInMemory rows(300);
  const TileSource source(TreeSize{257}, rows);
  const NodeId incomplete{.level = 1, .index = 128};
  EXPECT_THAT(source.ReadNodes({&incomplete, 1}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no node 128 at level 1")));
  const NodeId absurd{.level = 64, .index = 0};
  EXPECT_THAT(source.ReadNodes({&absurd, 1}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_TRUE(rows.asked.empty());
}

TEST(TileSource, CallsATileThatIsTooNarrowDataLoss) {
  RowsInMemory rows(300);
  rows.serve_one_less = true;
  EXPECT_THAT(RootAt(TreeSize{300}, TileSource(TreeSize{300}, rows)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("tile/0/001.p/44 has only 43")));
}

TEST(TileSource, HandsOnWhatTheReaderAnswers) {
  const RowsInMemory rows(100);
  EXPECT_THAT(RootAt(TreeSize{300}, TileSource(TreeSize{300}, rows)),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("tile/")));
}

}  // namespace
}  // namespace cairn::merkle
