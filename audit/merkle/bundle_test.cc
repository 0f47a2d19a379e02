#include "audit/merkle/bundle.h"

#include <string>
#include <vector>

#include "audit/merkle/hash.h"
#include "keys/encoding.h"
#include "tests/testing/status.h"
#include "tests/testing/vectors.h"

namespace cairn::merkle {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

const std::vector<std::string>& FiveEntries() {
  static const auto* const entries =
      new std::vector<std::string>{"", std::string(1, '\0'), "alpha", "bravo", "charlie"};
  return *entries;
}

keys::Bytes BundleOf(const std::vector<std::string>& entries) {
  keys::Bytes bundle;
  for (const std::string& entry : entries) {
    EXPECT_THAT(AppendToBundle(keys::AsBytes(entry), bundle), IsOk());
  }
  return bundle;
}

Tile TileOf(const std::vector<std::string>& entries) {
  std::vector<NodeHash> row;
  for (const std::string& entry : entries) row.push_back(AsNode(HashLeaf(keys::AsBytes(entry))));
  return Tile::FromRow(row);
}

std::vector<std::string> Copies(const std::vector<keys::ByteView>& views) {
  std::vector<std::string> copies;
  for (const keys::ByteView view : views) copies.push_back(keys::ToBytes(view));
  return copies;
}

TEST(Bundle, OfTheConformanceLogIsTheVector) {
  auto v = cairn::testing::ReadVectors("log/cairn-test-1.txt");
  EXPECT_EQ(keys::Hex(keys::AsBytes(BundleOf(FiveEntries()))), v.at("entry_bundle"));
  const keys::Bytes tile = TileOf(FiveEntries()).Encode();
  EXPECT_EQ(std::to_string(tile.size()), v.at("tile_size"));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(tile)).Hex(), v.at("tile_sha256"));
}

TEST(ParseBundle, GivesTheEntriesBack) {
  const keys::Bytes bundle = BundleOf(FiveEntries());
  ASSERT_OK_AND_ASSIGN(const auto entries, ParseBundle(keys::AsBytes(bundle), 5));
  EXPECT_EQ(Copies(entries), FiveEntries());
}

TEST(ParseBundle, TakesTheLongestEntryAnd256OfThem) {
  const std::vector<std::string> longest(kTileWidth, std::string(kMaxEntryBytes, 'x'));
  const keys::Bytes bundle = BundleOf(longest);
  EXPECT_EQ(bundle.size(), kMaxBundleBytes);
  EXPECT_THAT(ParseBundle(keys::AsBytes(bundle), kTileWidth), IsOk());
}

TEST(AppendToBundle, RefusesOneByteMoreAndLeavesTheBundleAlone) {
  keys::Bytes bundle = "before";
  EXPECT_THAT(AppendToBundle(keys::AsBytes(std::string(65'536, 'x')), bundle),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("65535")));
  EXPECT_EQ(bundle, "before");
}

TEST(ParseBundle, RefusesEveryCutAndEveryOtherWidth) {
  const keys::Bytes bundle = BundleOf(FiveEntries());
  for (std::size_t length = 0; length < bundle.size(); ++length) {
    EXPECT_THAT(ParseBundle(keys::AsBytes(bundle.substr(0, length)), 5),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << length;
  }
  for (unsigned width : {0u, 4u, 6u, 256u, 257u}) {
    EXPECT_THAT(ParseBundle(keys::AsBytes(bundle), width),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << width;
  }
  EXPECT_THAT(ParseBundle(keys::AsBytes(bundle + "x"), 5),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 bytes behind the last")));
}

TEST(CheckBundle, FindsEveryFlippedByte) {
  const keys::Bytes bundle = BundleOf(FiveEntries());
  const Tile tile = TileOf(FiveEntries());
  ASSERT_OK_AND_ASSIGN(const auto good, ParseBundle(keys::AsBytes(bundle), 5));
  EXPECT_THAT(CheckBundle(good, tile), IsOk());
  for (std::size_t i = 0; i < bundle.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      keys::Bytes flipped = bundle;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      const auto entries = ParseBundle(keys::AsBytes(flipped), 5);
      if (!entries.ok()) continue;
      EXPECT_THAT(CheckBundle(*entries, tile), StatusIs(absl::StatusCode::kDataLoss)) << i;
    }
  }
}

TEST(CheckBundle, NamesTheEntryThatDiffersAndRefusesMoreThanTheTileHas) {
  std::vector<std::string> swapped = FiveEntries();
  std::swap(swapped[2], swapped[3]);
  const std::vector<keys::ByteView> views(5, keys::AsBytes("alpha"));
  EXPECT_THAT(CheckBundle(std::span(views).first(1), TileOf(swapped)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("entry 0")));
  EXPECT_THAT(CheckBundle(views, TileOf({"alpha"})),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("5 entries for a tile of 1")));
}

}  // namespace
}  // namespace cairn::merkle
