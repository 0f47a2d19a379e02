#include "audit/merkle/proof.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/reference.h"
#include "tests/testing/status.h"
#include "tests/testing/vectors.h"

namespace cairn::merkle {
namespace {

using ::cairn::testing::ReadVectors;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kSizes = 100;

MemoryTree TreeOf(const reference::Entries& entries) {
  MemoryTree tree;
  for (const std::string& entry : entries) tree.Append(HashLeaf(keys::AsBytes(entry)));
  return tree;
}

bool IsSubtree(std::uint64_t start, std::uint64_t end) {
  return CheckSubtree({LeafIndex{start}, TreeSize{end}}).ok();
}

TEST(RootAt, EqualsTheDefinitionForEverySizeTo100) {
  const reference::Entries entries = reference::Leaves(kSizes);
  const MemoryTree tree = TreeOf(entries);
  for (std::size_t n = 0; n <= kSizes; ++n) {
    ASSERT_OK_AND_ASSIGN(const NodeHash root, RootAt(TreeSize{n}, tree));
    EXPECT_EQ(root, reference::Root(reference::Part(entries).first(n))) << n;
  }
}

TEST(RootAt, GivesTheRootsOfTheConformanceLog) {
  std::map<std::string, std::string> v = ReadVectors("log/cairn-test-1.txt");
  MemoryTree tree;
  for (std::size_t n = 0; n <= 5; ++n) {
    ASSERT_OK_AND_ASSIGN(const NodeHash root, RootAt(TreeSize{n}, tree));
    EXPECT_EQ(root.digest.Hex(), v.at(absl::StrCat("root_", n)));
    if (n == 5) break;
    const std::string& hex = v.at(absl::StrCat("entry_", n));
    std::string entry;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      entry.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    tree.Append(HashLeaf(keys::AsBytes(entry)));
  }
}

TEST(RootAt, RefusesASizeOf2To63WithoutReading) {
  EXPECT_THAT(RootAt(TreeSize{std::uint64_t{1} << 63}, MemoryTree()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fewer than 2^63")));
}

TEST(RootAt, OfMoreLeavesThanThereAreIsNotFound) {
  EXPECT_THAT(RootAt(TreeSize{6}, TreeOf(reference::Leaves(5))),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(ProveInclusion, EqualsTheDefinitionForEveryLeafOfEverySizeTo100) {
  const reference::Entries entries = reference::Leaves(kSizes);
  const MemoryTree tree = TreeOf(entries);
  for (std::size_t n = 1; n <= kSizes; ++n) {
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_OK_AND_ASSIGN(const auto path, ProveInclusion(LeafIndex{i}, TreeSize{n}, tree));
      ASSERT_EQ(path, reference::Inclusion(i, reference::Part(entries).first(n))) << i << "/" << n;
    }
  }
}

TEST(ProveConsistency, EqualsTheDefinitionForEveryPairTo100) {
  const reference::Entries entries = reference::Leaves(kSizes);
  const MemoryTree tree = TreeOf(entries);
  for (std::size_t n = 1; n <= kSizes; ++n) {
    for (std::size_t m = 1; m <= n; ++m) {
      ASSERT_OK_AND_ASSIGN(const auto proof, ProveConsistency(TreeSize{m}, TreeSize{n}, tree));
      ASSERT_EQ(proof, reference::Consistency(m, reference::Part(entries).first(n))) << m << n;
    }
  }
}

TEST(ProveConsistency, FromTheEmptyTreeIsEmpty) {
  const MemoryTree tree = TreeOf(reference::Leaves(5));
  ASSERT_OK_AND_ASSIGN(const auto proof, ProveConsistency(TreeSize{0}, TreeSize{5}, tree));
  EXPECT_THAT(proof, IsEmpty());
}

TEST(ProveConsistency, RefusesToShrink) {
  EXPECT_THAT(ProveConsistency(TreeSize{4}, TreeSize{3}, TreeOf(reference::Leaves(5))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("3 leaves ends before 4")));
}

TEST(ProveInclusion, RefusesTheIndexThatEqualsTheSize) {
  EXPECT_THAT(ProveInclusion(LeafIndex{5}, TreeSize{5}, TreeOf(reference::Leaves(5))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no leaf 5")));
}

TEST(ProveSubtree, RefusesAStartThatIsNotAligned) {
  EXPECT_THAT(ProveSubtree({LeafIndex{1}, TreeSize{3}}, TreeSize{5}, TreeOf(reference::Leaves(5))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("[1, 3) are not a subtree")));
}

TEST(CheckSubtree, TakesAlignedRangesOnly) {
  EXPECT_TRUE(IsSubtree(0, 0));
  EXPECT_TRUE(IsSubtree(7, 7));
  EXPECT_TRUE(IsSubtree(0, 7));
  EXPECT_TRUE(IsSubtree(4, 7));
  EXPECT_TRUE(IsSubtree(6, 8));
  EXPECT_FALSE(IsSubtree(2, 5));
  EXPECT_FALSE(IsSubtree(8, 7));
  EXPECT_TRUE(IsSubtree(0, ToInt(kMaxTreeSize)));
  EXPECT_FALSE(IsSubtree(1, ToInt(kMaxTreeSize)));
  EXPECT_FALSE(IsSubtree(0, ToInt(kMaxTreeSize) + 1));
}

// --- The rolling hashes of the draft on subtrees
// ---------------------------------------------------

constexpr std::uint64_t kRollingLeaves = 130;

// Calls `visit` for all valid subtrees, by end, then by start.
template <typename Visit>
void ForEachSubtree(std::uint64_t most, Visit visit) {
  for (std::uint64_t end = 0; end <= most; ++end) {
    for (std::uint64_t start = 0; start <= end; ++start) {
      if (IsSubtree(start, end)) visit(start, end);
    }
  }
}

class RollingHash {
 public:
  void Line(std::string text, const std::vector<NodeHash>& hashes) {
    for (const NodeHash& hash : hashes) absl::StrAppend(&text, " ", hash.digest.Hex());
    stream_.Update(keys::AsBytes(text + "\n"));
  }
  std::string Hex() { return stream_.Finish().Hex(); }

 private:
  keys::Sha256Stream stream_;
};

std::string RangeText(std::uint64_t start, std::uint64_t end) {
  return absl::StrCat("[", start, ", ", end, ")");
}

TEST(RollingHashes, OfAllSubtreesAreTheDrafts) {
  const MemoryTree tree = TreeOf(reference::Leaves(kRollingLeaves));
  RollingHash rolling;
  ForEachSubtree(kRollingLeaves, [&](std::uint64_t start, std::uint64_t end) {
    const absl::StatusOr<NodeHash> hash = SubtreeHash({LeafIndex{start}, TreeSize{end}}, tree);
    ASSERT_TRUE(hash.ok());
    rolling.Line(RangeText(start, end), {*hash});
  });
  EXPECT_EQ(rolling.Hex(), ReadVectors("log/subtrees.txt").at("subtree_hashes"));
}

TEST(RollingHashes, OfAllPathsWithinSubtreesAreTheDrafts) {
  const reference::Entries entries = reference::Leaves(kRollingLeaves);
  RollingHash rolling;
  ForEachSubtree(kRollingLeaves, [&](std::uint64_t start, std::uint64_t end) {
    // A subtree folds as a tree of its own does, so its leaves are made one here.
    MemoryTree subtree;
    for (std::uint64_t i = start; i < end; ++i) {
      subtree.Append(HashLeaf(keys::AsBytes(entries[i])));
    }
    for (std::uint64_t i = start; i < end; ++i) {
      const auto path = ProveInclusion(LeafIndex{i - start}, TreeSize{end - start}, subtree);
      ASSERT_TRUE(path.ok());
      rolling.Line(absl::StrCat(i, " ", RangeText(start, end)), *path);
    }
  });
  EXPECT_EQ(rolling.Hex(), ReadVectors("log/subtrees.txt").at("inclusion"));
}

TEST(RollingHashes, OfAllSubtreeProofsAreTheDrafts) {
  const MemoryTree tree = TreeOf(reference::Leaves(kRollingLeaves));
  RollingHash rolling;
  for (std::uint64_t n = 0; n <= kRollingLeaves; ++n) {
    ForEachSubtree(n, [&](std::uint64_t start, std::uint64_t end) {
      const auto proof = ProveSubtree({LeafIndex{start}, TreeSize{end}}, TreeSize{n}, tree);
      ASSERT_TRUE(proof.ok());
      rolling.Line(absl::StrCat(RangeText(start, end), " ", n), *proof);
    });
  }
  EXPECT_EQ(rolling.Hex(), ReadVectors("log/subtrees.txt").at("consistency"));
}

}  // namespace
}  // namespace cairn::merkle
