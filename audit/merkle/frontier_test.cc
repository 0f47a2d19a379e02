#include "audit/merkle/frontier.h"

#include <string>
#include <utility>
#include <vector>

#include "audit/merkle/hash.h"
#include "audit/merkle/reference.h"
#include "tests/testing/status.h"

namespace cairn::merkle {
namespace {

using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

constexpr std::size_t kFrontierSizes = 300;

LeafHash NumberedLeaf(std::uint64_t i) { return HashLeaf(keys::AsBytes(std::to_string(i))); }

TEST(Frontier, HasTheRootOfTheDefinitionAtEverySize) {
  Frontier frontier;
  reference::Entries entries;
  EXPECT_EQ(frontier.Root(), reference::Root(entries));
  for (std::size_t i = 0; i < kFrontierSizes; ++i) {
    entries.push_back(std::to_string(i));
    EXPECT_EQ(frontier.Append(NumberedLeaf(i)), LeafIndex{i});
    ASSERT_EQ(frontier.Root(), reference::Root(entries)) << i;
  }
  EXPECT_EQ(frontier.size(), TreeSize{kFrontierSizes});
}

TEST(Frontier, EmitsExactlyTheNodesThatATreeInMemoryHas) {
  Frontier frontier;
  MemoryTree tree;
  std::size_t emitted = 0;
  for (std::size_t i = 0; i < kFrontierSizes; ++i) {
    tree.Append(NumberedLeaf(i));
    std::vector<std::pair<NodeId, NodeHash>> nodes;
    frontier.Append(NumberedLeaf(i),
                    [&](NodeId id, const NodeHash& hash) { nodes.emplace_back(id, hash); });
    for (std::size_t level = 0; level < nodes.size(); ++level) {
      EXPECT_EQ(nodes[level].first, (NodeId{static_cast<unsigned>(level), i >> level}));
      ASSERT_OK_AND_ASSIGN(const auto hashes, tree.ReadNodes({&nodes[level].first, 1}));
      EXPECT_EQ(hashes.front(), nodes[level].second);
    }
    emitted += nodes.size();
  }
  std::size_t expected = 0;
  for (std::size_t row = kFrontierSizes; row > 0; row /= 2) expected += row;
  EXPECT_EQ(emitted, expected);
}

TEST(Frontier, LoadedAtAnySizeGoesOnAsTheOneThatGrew) {
  MemoryTree tree;
  for (std::size_t i = 0; i < kFrontierSizes; ++i) tree.Append(NumberedLeaf(i));
  Frontier grown;
  for (std::size_t i = 0; i < kFrontierSizes; ++i) {
    ASSERT_OK_AND_ASSIGN(Frontier loaded, Frontier::Load(TreeSize{i}, tree));
    EXPECT_EQ(loaded.Root(), grown.Root()) << i;
    grown.Append(NumberedLeaf(i));
    loaded.Append(NumberedLeaf(i));
    EXPECT_EQ(loaded.Root(), grown.Root()) << i;
    ASSERT_OK_AND_ASSIGN(const Frontier copied, Frontier::Create(grown.size(), grown.peaks()));
    EXPECT_EQ(copied.Root(), grown.Root());
  }
}

TEST(Frontier, RefusesAnotherNumberOfPeaksThanTheSizeHas) {
  const std::vector<NodeHash> peaks(3);
  EXPECT_THAT(Frontier::Create(TreeSize{5}, peaks),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has 2 peaks, given 3")));
  EXPECT_THAT(Frontier::Create(TreeSize{std::uint64_t{1} << 63}, std::vector<NodeHash>(1)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2^63")));
}

TEST(Frontier, LoadOfMoreLeavesThanThereAreIsNotFound) {
  MemoryTree tree;
  tree.Append(NumberedLeaf(0));
  EXPECT_THAT(Frontier::Load(TreeSize{2}, tree), StatusIs(absl::StatusCode::kNotFound));
}

TEST(FrontierDeathTest, StopsTheProcessWhenTheTreeIsFull) {
  absl::StatusOr<Frontier> full = Frontier::Create(kMaxTreeSize, std::vector<NodeHash>(63));
  ASSERT_TRUE(full.ok());
  EXPECT_DEATH(full->Append(NumberedLeaf(0)), "fewer than 2\\^63");
}

TEST(RootOfLeaves, EqualsTheDefinition) {
  std::vector<LeafHash> leaves;
  reference::Entries entries;
  for (std::size_t i = 0; i < 21; ++i) {
    EXPECT_EQ(RootOfLeaves(leaves), reference::Root(entries));
    leaves.push_back(NumberedLeaf(i));
    entries.push_back(std::to_string(i));
  }
}

}  // namespace
}  // namespace cairn::merkle
