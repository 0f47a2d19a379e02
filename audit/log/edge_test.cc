#include "audit/log/edge.h"

#include <map>
#include <random>

#include "audit/merkle/hash.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/reference.h"
#include "audit/merkle/tile_source.h"
#include "audit/merkle/verify.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::log {
namespace {

using cairn::testing::IsOk;
using cairn::testing::StatusIs;

std::vector<merkle::LeafHash> HashAll(std::span<const std::string> entries) {
  std::vector<merkle::LeafHash> leaves;
  for (const std::string& entry : entries) {
    leaves.push_back(merkle::HashLeaf(keys::AsBytes(entry)));
  }
  return leaves;
}

// What a store would hold: the newest row of each tile, each of which must begin as the one before.
class EdgeTiles final : public merkle::TileReader {
 public:
  void Take(const std::vector<TileRow>& tiles) {
    for (const TileRow& tile : tiles) {
      keys::Bytes& stored = rows_[{tile.level, tile.index}];
      EXPECT_EQ(tile.row.substr(0, stored.size()), stored);
      EXPECT_GT(tile.row.size(), stored.size());
      stored = tile.row;
    }
  }
  absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> ReadTiles(
      std::span<const merkle::TileId> tiles) const override {
    std::vector<std::shared_ptr<const merkle::Tile>> out;
    for (const merkle::TileId& id : tiles) {
      const auto found = rows_.find({id.level, id.index});
      if (found == rows_.end()) return absl::NotFoundError("no such tile");
      auto tile = merkle::Tile::Parse(keys::AsBytes(found->second));
      if (!tile.ok()) return tile.status();
      out.push_back(std::make_shared<const merkle::Tile>(*std::move(tile)));
    }
    return out;
  }

 private:
  std::map<std::pair<unsigned, std::uint64_t>, keys::Bytes> rows_;
};

TEST(Edge, GrowsToTheReferenceRootAndProofsFromEverySizeToEverySizeUpTo100) {
  const auto entries = merkle::reference::Leaves(100);
  const std::span<const std::string> all(entries);
  const std::vector<merkle::LeafHash> leaves = HashAll(all);
  for (std::size_t from = 0; from < 100; ++from) {
    Edge before;
    EdgeTiles tiles_before;
    if (from > 0) tiles_before.Take(before.Append(std::span(leaves).first(from)).tiles);
    for (std::size_t to = from + 1; to <= 100; ++to) {
      Edge edge = before;
      EdgeTiles tiles = tiles_before;
      const Edge::Growth growth = edge.Append(std::span(leaves).subspan(from, to - from));
      const merkle::NodeHash root = merkle::reference::Root(all.first(to));
      ASSERT_EQ(growth.head, (TreeHead{merkle::TreeSize{to}, root}));
      tiles.Take(growth.tiles);
      ASSERT_EQ(
          merkle::RootAt(growth.head.size, merkle::TileSource(growth.head.size, tiles)).value(),
          root);
      if (to != from + 1 && to != 100 && to % 7 != 0) continue;  // The reference is slow.
      for (std::size_t i = from; i < to; ++i) {
        const auto proof =
            merkle::ProveInclusion(merkle::LeafIndex{i}, growth.head.size, *growth.nodes);
        ASSERT_THAT(proof, IsOk());
        ASSERT_EQ(*proof, merkle::reference::Inclusion(i, all.first(to)));
      }
    }
  }
}

TEST(Edge, KeepsTilesAndProofsThroughTwoTileLevels) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  Edge edge;
  EdgeTiles tiles;
  merkle::Frontier frontier;
  std::uint64_t next = 0;
  while (next < 66'000) {
    std::vector<merkle::LeafHash> leaves(1 + random() % 256);
    for (merkle::LeafHash& leaf : leaves) {
      leaf.digest = keys::Sha256(keys::AsBytes(std::to_string(next++)));
      frontier.Append(leaf);
    }
    const merkle::TreeSize before = edge.head().size;
    const Edge::Growth growth = edge.Append(leaves);
    ASSERT_EQ(growth.head, (TreeHead{frontier.size(), frontier.Root()}));
    const auto changed = merkle::ChangedTiles(before, growth.head.size);
    ASSERT_EQ(changed.size(), growth.tiles.size());
    for (std::size_t i = 0; i < changed.size(); ++i) {
      ASSERT_EQ(growth.tiles[i].level, changed[i].level);
      ASSERT_EQ(growth.tiles[i].index, changed[i].index);
      ASSERT_EQ(growth.tiles[i].row.size(), changed[i].width * keys::kDigestSize);
    }
    tiles.Take(growth.tiles);
    const std::uint64_t last = merkle::ToInt(growth.head.size) - 1;
    for (const std::uint64_t i : {merkle::ToInt(before), last}) {
      const auto proof =
          merkle::ProveInclusion(merkle::LeafIndex{i}, growth.head.size, *growth.nodes);
      ASSERT_THAT(proof, IsOk());
      ASSERT_THAT(merkle::VerifyInclusion(leaves[i - merkle::ToInt(before)], merkle::LeafIndex{i},
                                          growth.head.size, *proof, growth.head.root),
                  IsOk());
    }
  }
  const TreeHead head = edge.head();
  EXPECT_EQ(merkle::RootAt(head.size, merkle::TileSource(head.size, tiles)).value(), head.root);
}

TEST(BatchNodes, KnowsNothingOfTheInsideOfTheTreeBefore) {
  Edge edge;
  const auto entries = merkle::reference::Leaves(12);
  const std::vector<merkle::LeafHash> leaves = HashAll(entries);
  edge.Append(std::span(leaves).first(9));
  const Edge::Growth growth = edge.Append(std::span(leaves).subspan(9));
  EXPECT_THAT(merkle::ProveInclusion(merkle::LeafIndex{9}, growth.head.size, *growth.nodes),
              IsOk());
  EXPECT_THAT(merkle::ProveInclusion(merkle::LeafIndex{0}, growth.head.size, *growth.nodes),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace cairn::log
