#include "audit/merkle/tile.h"

#include <map>
#include <string>
#include <vector>

#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/node_source.h"
#include "tests/testing/status.h"

namespace cairn::merkle {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kMostLeaves = (std::uint64_t{1} << 63) - 1;

TEST(TilePath, WritesIndicesInGroupsOfThree) {
  EXPECT_EQ(TilePath({.level = 0, .index = 0}), "tile/0/000");
  EXPECT_EQ(TilePath({.level = 0, .index = 999}), "tile/0/999");
  EXPECT_EQ(TilePath({.level = 1, .index = 1000}), "tile/1/x001/000");
  EXPECT_EQ(TilePath({.level = 0, .index = 1234067, .width = 8}), "tile/0/x001/x234/067.p/8");
  EXPECT_EQ(BundlePath({.index = 1234067}), "tile/entries/x001/x234/067");
  EXPECT_EQ(BundlePath({.index = 0, .width = 255}), "tile/entries/000.p/255");
}

TEST(ParseTilePath, ReadsWhatTilePathWrites) {
  for (std::uint64_t index : {0ull, 1ull, 999ull, 1000ull, 1234067ull, (1ull << 55) - 1}) {
    for (unsigned width : {1u, 255u, 256u}) {
      const TileId tile{.level = 0, .index = index, .width = width};
      ASSERT_OK_AND_ASSIGN(auto parsed, ParseTilePath(TilePath(tile)));
      EXPECT_EQ(std::get<TileId>(parsed), tile);
      const BundleId bundle{.index = index, .width = width};
      ASSERT_OK_AND_ASSIGN(parsed, ParseTilePath(BundlePath(bundle)));
      EXPECT_EQ(std::get<BundleId>(parsed), bundle);
    }
  }
  ASSERT_OK_AND_ASSIGN(auto top, ParseTilePath("tile/63/000.p/1"));
  EXPECT_EQ(std::get<TileId>(top), (TileId{.level = 63, .index = 0, .width = 1}));
}

TEST(ParseTilePath, RefusesEverySecondSpelling) {
  for (const char* path :
       {"",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/x001/",
        "tile/0/x001/x002",
        "tile/0/x1/002",
        "tile/0/001/002",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/-1",
        "tile/0/000.p/1/",
        "tile/0/+00",
        "tile/0/ 00",
        "tile/0/000 ",
        "tile/entries",
        "tile/entries/",
        "tile/entries/0",
        "tile/data/000",
        "tile/0/X001/000",
        "tile//000",
        "tile/0//000",
        "tile/0/../000",
        "checkpoint",
        "tile/0/x036/x028/x797/x018/x963/968",  // 2^55: its leaves begin at 2^63.
        "tile/7/001",
        "tile/8/001",
        "tile/63/001",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_THAT(ParseTilePath(path), StatusIs(absl::StatusCode::kInvalidArgument)) << path;
  }
}

TEST(ParseTilePath, NoCutAndNoFlippedByteGivesTheSameTile) {
  const std::string good = "tile/0/x001/x234/067.p/8";
  ASSERT_OK_AND_ASSIGN(const auto tile, ParseTilePath(good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    const auto cut = ParseTilePath(good.substr(0, i));
    EXPECT_TRUE(!cut.ok() || *cut != tile) << good.substr(0, i);
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      const auto other = ParseTilePath(flipped);
      EXPECT_TRUE(!other.ok() || *other != tile) << flipped;
    }
  }
}

TEST(TileGeometry, Of70000LeavesIsTheSpecificationsExample) {
  const TreeSize size{70'000};
  EXPECT_EQ(FullTiles(0, size), 273u);
  EXPECT_EQ(PartialWidth(0, size), 112u);
  EXPECT_EQ(FullTiles(1, size), 1u);
  EXPECT_EQ(PartialWidth(1, size), 17u);
  EXPECT_EQ(FullTiles(2, size), 0u);
  EXPECT_EQ(PartialWidth(2, size), 1u);
  EXPECT_EQ(PartialWidth(3, size), 0u);
}

TEST(TileGeometry, Of256LeavesHasNoPartialTileAtTheBottom) {
  EXPECT_EQ(FullTiles(0, TreeSize{256}), 1u);
  EXPECT_EQ(PartialWidth(0, TreeSize{256}), 0u);
  EXPECT_EQ(PartialWidth(1, TreeSize{256}), 1u);
}

TEST(TileGeometry, OfTheLargestTreeReachesLevelSeven) {
  EXPECT_EQ(PartialWidth(7, TreeSize{kMostLeaves}), 127u);
  EXPECT_EQ(FullTiles(7, TreeSize{kMostLeaves}), 0u);
  EXPECT_EQ(FullTiles(8, TreeSize{kMostLeaves}), 0u);
  EXPECT_EQ(PartialWidth(63, TreeSize{kMostLeaves}), 0u);
}

TEST(HasTile, TakesEveryWidthThatSomeSmallerTreeHad) {
  const TreeSize size{70'000};
  EXPECT_TRUE(HasTile({.level = 0, .index = 273, .width = 112}, size));
  EXPECT_TRUE(HasTile({.level = 0, .index = 273, .width = 1}, size));
  EXPECT_FALSE(HasTile({.level = 0, .index = 273, .width = 113}, size));
  EXPECT_FALSE(HasTile({.level = 0, .index = 273, .width = 0}, size));
  EXPECT_TRUE(HasTile({.level = 0, .index = 272}, size));
  EXPECT_FALSE(HasTile({.level = 0, .index = 272, .width = 257}, size));
  EXPECT_FALSE(HasTile({.level = 0, .index = 274, .width = 1}, size));
  EXPECT_FALSE(HasTile({.level = 63, .index = 0, .width = 1}, size));
  EXPECT_FALSE(HasTile({.level = 0, .index = ~std::uint64_t{0}, .width = 1}, size));
  EXPECT_TRUE(HasBundle({.index = 273, .width = 112}, size));
  EXPECT_FALSE(HasBundle({.index = 273}, size));
}

// All tiles of a tree, by level and index, with their widths.
std::map<std::pair<unsigned, std::uint64_t>, unsigned> AllTiles(std::uint64_t size) {
  std::map<std::pair<unsigned, std::uint64_t>, unsigned> tiles;
  for (unsigned level = 0; level <= kMaxTileLevel; ++level) {
    std::uint64_t index = 0;
    for (; index < FullTiles(level, TreeSize{size}); ++index) tiles[{level, index}] = 256;
    const unsigned partial = PartialWidth(level, TreeSize{size});
    if (partial > 0) tiles[{level, index}] = partial;
  }
  return tiles;
}

TEST(ChangedTiles, AreThoseThatDifferBetweenTheTwoTrees) {
  for (std::uint64_t from : {0, 1, 100, 255, 256, 257, 65'535, 65'536, 65'600}) {
    for (std::uint64_t more : {0, 1, 2, 155, 156, 256, 512, 70'000}) {
      const auto before = AllTiles(from);
      std::vector<TileId> expected;
      for (const auto& [place, width] : AllTiles(from + more)) {
        const auto old = before.find(place);
        if (old != before.end() && old->second == width) continue;
        expected.push_back({.level = place.first, .index = place.second, .width = width});
      }
      EXPECT_EQ(ChangedTiles(TreeSize{from}, TreeSize{from + more}), expected) << from << more;
      std::vector<BundleId> bundles;
      for (const TileId& tile : expected) {
        if (tile.level == 0) bundles.push_back({.index = tile.index, .width = tile.width});
      }
      EXPECT_EQ(ChangedBundles(TreeSize{from}, TreeSize{from + more}), bundles);
    }
  }
}

std::vector<NodeHash> NumberedRow(unsigned width) {
  std::vector<NodeHash> row;
  for (unsigned i = 0; i < width; ++i) {
    row.push_back(AsNode(HashLeaf(keys::AsBytes(std::to_string(i)))));
  }
  return row;
}

TEST(Tile, GivesTheNodesOfATreeInMemory) {
  for (unsigned width : {1u, 2u, 3u, 7u, 128u, 200u, 255u, 256u}) {
    const std::vector<NodeHash> row = NumberedRow(width);
    const Tile tile = Tile::FromRow(row);
    MemoryTree tree;
    for (const NodeHash& hash : row) tree.Append({hash.digest});
    for (unsigned sublevel = 0; sublevel <= kTileHeight; ++sublevel) {
      const unsigned count = width >> sublevel;
      EXPECT_FALSE(tile.HasNode(sublevel, count));
      for (unsigned i = 0; i < count; ++i) {
        const NodeId id{sublevel, i};
        ASSERT_OK_AND_ASSIGN(const auto hash, tree.ReadNodes({&id, 1}));
        ASSERT_TRUE(tile.HasNode(sublevel, i));
        ASSERT_EQ(tile.Node(sublevel, i), hash.front()) << width << " " << sublevel << " " << i;
      }
    }
  }
}

TEST(Tile, ParsesWhatItEncodesAndCutsToAnyWidth) {
  const Tile full = Tile::FromRow(NumberedRow(256));
  for (unsigned width = 1; width <= 256; ++width) {
    const keys::Bytes bytes = full.Encode(width);
    EXPECT_EQ(bytes.size(), width * 32u);
    ASSERT_OK_AND_ASSIGN(const Tile parsed, Tile::Parse(keys::AsBytes(bytes)));
    ASSERT_EQ(parsed.width(), width);
    ASSERT_TRUE(std::equal(parsed.Row().begin(), parsed.Row().end(), full.Row().begin()));
    ASSERT_EQ(parsed.Encode(), bytes);
  }
}

TEST(Tile, RefusesLengthsThatAreNoRow) {
  for (std::size_t size : {0u, 1u, 31u, 33u, 8191u, 8193u, 8224u}) {
    EXPECT_THAT(Tile::Parse(keys::AsBytes(std::string(size, 'x'))),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 to 256 hashes")))
        << size;
  }
}

TEST(TileDeathTest, StopsTheProcessForANodeThatItHasNot) {
  const Tile tile = Tile::FromRow(NumberedRow(3));
  EXPECT_DEATH(tile.Node(1, 1), "the nodes that it has");
  EXPECT_DEATH(tile.Encode(4), "cut to what it has");
}

TEST(PlaceOf, PutsEachEighthLevelIntoTheRowOfTheNextTile) {
  const TilePlace leaf = PlaceOf({.level = 0, .index = 700});
  EXPECT_EQ(leaf.tile_level, 0u);
  EXPECT_EQ(leaf.tile_index, 2u);
  EXPECT_EQ(leaf.position, 188u);
  const TilePlace inner = PlaceOf({.level = 7, .index = 5});
  EXPECT_EQ(inner.tile_level, 0u);
  EXPECT_EQ(inner.tile_index, 2u);
  EXPECT_EQ(inner.sublevel, 7u);
  EXPECT_EQ(inner.position, 1u);
  const TilePlace above = PlaceOf({.level = 8, .index = 257});
  EXPECT_EQ(above.tile_level, 1u);
  EXPECT_EQ(above.tile_index, 1u);
  EXPECT_EQ(above.sublevel, 0u);
  EXPECT_EQ(above.position, 1u);
}

}  // namespace
}  // namespace cairn::merkle
