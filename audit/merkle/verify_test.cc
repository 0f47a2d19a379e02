#include "audit/merkle/verify.h"

#include <string>
#include <vector>

#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/reference.h"
#include "tests/testing/status.h"

namespace cairn::merkle {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

constexpr std::size_t kVerifySizes = 100;
constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kLoss = absl::StatusCode::kDataLoss;

// A tree to prove from, with its leaf hashes and the roots of all sizes.
struct Grown {
  MemoryTree tree;
  std::vector<LeafHash> leaves;
  std::vector<NodeHash> roots{EmptyRoot()};
};

const Grown& GrownTree() {
  static const Grown* const grown = [] {
    auto* made = new Grown;
    Frontier frontier;
    for (const std::string& entry : reference::Leaves(kVerifySizes)) {
      made->leaves.push_back(HashLeaf(keys::AsBytes(entry)));
      made->tree.Append(made->leaves.back());
      frontier.Append(made->leaves.back());
      made->roots.push_back(frontier.Root());
    }
    return made;
  }();
  return *grown;
}

NodeHash Spoiled(NodeHash hash, std::size_t seed) {
  hash.digest.bytes[seed % keys::kDigestSize] ^= static_cast<std::uint8_t>(1u << (seed % 8));
  return hash;
}

// Calls `judge` with the proof spoiled in each way there is, and the code that each must have.
template <typename Judge>
void ExpectEverySpoiledProofFails(const std::vector<NodeHash>& proof, Judge judge) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    std::vector<NodeHash> flipped = proof;
    flipped[i] = Spoiled(flipped[i], i * 37 + proof.size());
    ASSERT_EQ(judge(flipped).code(), kLoss) << "hash " << i << " flipped";
  }
  for (std::size_t length = 0; length < proof.size(); ++length) {
    const std::vector<NodeHash> cut(proof.begin(),
                                    proof.begin() + static_cast<std::ptrdiff_t>(length));
    ASSERT_EQ(judge(cut).code(), kInvalid) << "cut to " << length;
  }
  std::vector<NodeHash> surplus = proof;
  surplus.push_back(EmptyRoot());
  ASSERT_EQ(judge(surplus).code(), kInvalid) << "surplus behind";
}

TEST(VerifyInclusion, HoldsForEveryLeafTo100AndForNoSpoiledProof) {
  const Grown& grown = GrownTree();
  for (std::size_t n = 1; n <= kVerifySizes; ++n) {
    for (std::size_t i = 0; i < n; ++i) {
      SCOPED_TRACE(::testing::Message() << "leaf " << i << " of " << n);
      ASSERT_OK_AND_ASSIGN(const auto path, ProveInclusion(LeafIndex{i}, TreeSize{n}, grown.tree));
      auto judge = [&](std::span<const NodeHash> p) {
        return VerifyInclusion(grown.leaves[i], LeafIndex{i}, TreeSize{n}, p, grown.roots[n]);
      };
      ASSERT_THAT(judge(path), IsOk());
      ASSERT_NO_FATAL_FAILURE(ExpectEverySpoiledProofFails(path, judge));
      ASSERT_THAT(VerifyInclusion(grown.leaves[i], LeafIndex{i}, TreeSize{n}, path,
                                  Spoiled(grown.roots[n], i)),
                  StatusIs(kLoss, HasSubstr("root")));
      ASSERT_THAT(VerifyInclusion({Spoiled(AsNode(grown.leaves[i]), n).digest}, LeafIndex{i},
                                  TreeSize{n}, path, grown.roots[n]),
                  StatusIs(kLoss));
    }
  }
}

TEST(VerifyInclusion, HoldsAtNoOtherIndex) {
  const Grown& grown = GrownTree();
  for (std::size_t n = 2; n <= kVerifySizes; n += 7) {
    ASSERT_OK_AND_ASSIGN(const auto path, ProveInclusion(LeafIndex{1}, TreeSize{n}, grown.tree));
    for (std::size_t other = 0; other <= n; ++other) {
      if (other == 1) continue;
      EXPECT_FALSE(
          VerifyInclusion(grown.leaves[1], LeafIndex{other}, TreeSize{n}, path, grown.roots[n])
              .ok())
          << other << "/" << n;
    }
  }
}

TEST(VerifyInclusion, RefusesTheIndexThatEqualsTheSize) {
  const Grown& grown = GrownTree();
  EXPECT_THAT(VerifyInclusion(grown.leaves[0], LeafIndex{1}, TreeSize{1}, {}, grown.roots[1]),
              StatusIs(kInvalid, HasSubstr("no leaf 1")));
}

TEST(VerifyInclusion, RefusesSizesThatNoTreeHas) {
  const Grown& grown = GrownTree();
  const TreeSize too_large{std::uint64_t{1} << 63};
  EXPECT_THAT(VerifyInclusion(grown.leaves[0], LeafIndex{0}, too_large, {}, grown.roots[1]),
              StatusIs(kInvalid, HasSubstr("2^63")));
  const LeafIndex last{~std::uint64_t{0} - 1};
  EXPECT_THAT(
      VerifyInclusion(grown.leaves[0], last, TreeSize{~std::uint64_t{0}}, {}, grown.roots[1]),
      StatusIs(kInvalid, HasSubstr("2^63")));
}

TEST(VerifyInclusion, RefusesMoreThan63HashesBeforeHashing) {
  const Grown& grown = GrownTree();
  const std::vector<NodeHash> path(kMaxProofHashes + 1);
  EXPECT_THAT(VerifyInclusion(grown.leaves[0], LeafIndex{0}, kMaxTreeSize, path, grown.roots[1]),
              StatusIs(kInvalid, HasSubstr("64 hashes goes on")));
}

TEST(VerifyInclusion, TakesAProofOf63HashesInTheLargestTree) {
  const LeafHash leaf = HashLeaf({});
  std::vector<NodeHash> path(kMaxProofHashes);
  NodeHash root = AsNode(leaf);
  for (const NodeHash& sibling : path) root = HashChildren(root, sibling);
  EXPECT_THAT(VerifyInclusion(leaf, LeafIndex{0}, kMaxTreeSize, path, root), IsOk());
}

TEST(VerifyConsistency, HoldsForEveryPairTo100AndForNoSpoiledProof) {
  const Grown& grown = GrownTree();
  for (std::size_t n = 1; n <= kVerifySizes; ++n) {
    for (std::size_t m = 1; m <= n; ++m) {
      SCOPED_TRACE(::testing::Message() << "from " << m << " to " << n);
      ASSERT_OK_AND_ASSIGN(const auto proof,
                           ProveConsistency(TreeSize{m}, TreeSize{n}, grown.tree));
      auto judge = [&](std::span<const NodeHash> p) {
        return VerifyConsistency(TreeSize{m}, grown.roots[m], TreeSize{n}, grown.roots[n], p);
      };
      ASSERT_THAT(judge(proof), IsOk());
      ASSERT_NO_FATAL_FAILURE(ExpectEverySpoiledProofFails(proof, judge));
      ASSERT_THAT(VerifyConsistency(TreeSize{m}, Spoiled(grown.roots[m], n), TreeSize{n},
                                    grown.roots[n], proof),
                  StatusIs(kLoss));
      ASSERT_THAT(VerifyConsistency(TreeSize{m}, grown.roots[m], TreeSize{n},
                                    Spoiled(grown.roots[n], m), proof),
                  StatusIs(kLoss, HasSubstr("root")));
    }
  }
}

TEST(VerifyConsistency, RefusesToShrink) {
  const Grown& grown = GrownTree();
  EXPECT_THAT(VerifyConsistency(TreeSize{4}, grown.roots[4], TreeSize{3}, grown.roots[3], {}),
              StatusIs(kInvalid, HasSubstr("leaves to 4 in a tree of 3")));
}

TEST(VerifyConsistency, ProvesNothingOfTheEmptyTree) {
  const Grown& grown = GrownTree();
  EXPECT_THAT(VerifyConsistency(TreeSize{0}, EmptyRoot(), TreeSize{3}, grown.roots[3], {}),
              StatusIs(kInvalid, HasSubstr("nothing can be proven")));
}

TEST(VerifyConsistency, OfTwoEmptyTreesNeedsTheEmptyRootTwice) {
  const NodeHash other = GrownTree().roots[1];
  const TreeSize zero{0};
  EXPECT_THAT(VerifyConsistency(zero, EmptyRoot(), zero, EmptyRoot(), {}), IsOk());
  EXPECT_THAT(VerifyConsistency(zero, other, zero, other, {}), StatusIs(kLoss));
  EXPECT_THAT(VerifyConsistency(zero, EmptyRoot(), zero, other, {}), StatusIs(kLoss));
  EXPECT_THAT(VerifyConsistency(zero, EmptyRoot(), zero, EmptyRoot(), std::vector{other}),
              StatusIs(kInvalid));
}

TEST(VerifySubtree, HoldsForEverySubtreeTo40AndForNoSpoiledProof) {
  const Grown& grown = GrownTree();
  constexpr std::uint64_t kMost = 40;
  for (std::uint64_t n = 1; n <= kMost; ++n) {
    for (std::uint64_t end = 1; end <= n; ++end) {
      for (std::uint64_t start = 0; start < end; ++start) {
        const Subtree subtree{LeafIndex{start}, TreeSize{end}};
        if (!CheckSubtree(subtree).ok()) continue;
        SCOPED_TRACE(::testing::Message() << start << "," << end << " in " << n);
        ASSERT_OK_AND_ASSIGN(const NodeHash hash, SubtreeHash(subtree, grown.tree));
        ASSERT_OK_AND_ASSIGN(const auto proof, ProveSubtree(subtree, TreeSize{n}, grown.tree));
        auto judge = [&](std::span<const NodeHash> p) {
          return VerifySubtree(subtree, hash, TreeSize{n}, p, grown.roots[n]);
        };
        ASSERT_THAT(judge(proof), IsOk());
        ASSERT_NO_FATAL_FAILURE(ExpectEverySpoiledProofFails(proof, judge));
      }
    }
  }
}

TEST(VerifySubtree, OfNoLeavesIsTheHashOfNothingWithoutProof) {
  const Grown& grown = GrownTree();
  const Subtree nothing{LeafIndex{2}, TreeSize{2}};
  EXPECT_THAT(VerifySubtree(nothing, EmptyRoot(), TreeSize{3}, {}, grown.roots[3]), IsOk());
  EXPECT_THAT(VerifySubtree(nothing, grown.roots[1], TreeSize{3}, {}, grown.roots[3]),
              StatusIs(kLoss));
}

}  // namespace
}  // namespace cairn::merkle
