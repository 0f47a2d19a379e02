#include "audit/dossier/evidence.h"

#include "absl/strings/str_cat.h"
#include "audit/dossier/testing.h"
#include "audit/note/cosignature.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::dossier {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::StatusIs;
using testing::Believing;
using testing::Founded;
using ::testing::HasSubstr;
using testing::ReceiptOf;
using testing::StateOf;

constexpr char kCosigner[] = "witness.example.net/w1";
constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

keys::SigningPrivateKey CosignerKey() { return LogBuilder::SigningKey("a cosigner"); }
std::string CosignerVkey() {
  return keys::VerifierKey::Create(kCosigner, keys::NoteKeyType::kCosignature,
                                   CosignerKey().Public())
      ->ToString();
}

// What a log shows whose leaf `at` was swapped, over `size` leaves.
struct History {
  std::vector<keys::Bytes> entries;
  std::string note;

  explicit History(std::size_t size, std::size_t swapped = 1000) {
    entries = Founded().log.entries();
    entries.resize(size);
    if (swapped < size) entries[swapped] = entries[0];
    merkle::Frontier frontier;
    for (const keys::Bytes& entry : entries) {
      frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
    }
    note = *note::SignCheckpoint(
        {.origin = Founded().log.origin(), .size = frontier.size(), .root = frontier.Root()},
        Founded().log.LogKey());
  }
  std::string Cosigned() const {
    const auto line = note::Cosign(note.substr(0, note.find("\n\n") + 1), note::PosixSeconds{5},
                                   kCosigner, CosignerKey());
    return *note::MergeSignatureLines(keys::AsBytes(note), {&*line, 1});
  }
};

Evidence TwoRoots(const std::string& first, const std::string& second) {
  Evidence evidence;
  evidence.log = Founded().log.LogVkey().ToString();
  evidence.first = first;
  evidence.second = second;
  return evidence;
}
Evidence TwoLeaves(const History& first, const History& second, std::size_t index) {
  Evidence evidence = TwoRoots(ReceiptOf(first.entries, index, first.note),
                               ReceiptOf(second.entries, index, second.note));
  evidence.kind = EvidenceKind::kTwoLeaves;
  evidence.first_entry = first.entries[index];
  evidence.second_entry = second.entries[index];
  return evidence;
}
Evidence SignedBoth(const std::string& first, const std::string& second) {
  Evidence evidence = TwoRoots(first, second);
  evidence.kind = EvidenceKind::kWitnessSignedBoth;
  evidence.witness = CosignerVkey();
  return evidence;
}

TEST(Evidence, TwoRootsOfOneSizeConvictTheLog) {
  EXPECT_THAT(JudgeEvidence(TwoRoots(History(7).note, History(7, 3).note)), IsOk());
  EXPECT_THAT(JudgeEvidence(TwoRoots(History(7).note, History(7).note)),
              StatusIs(kDataLoss, HasSubstr("one root")));
  EXPECT_THAT(JudgeEvidence(TwoRoots(History(7).note, History(8, 3).note)),
              StatusIs(kDataLoss, HasSubstr("different sizes")));
}

TEST(Evidence, TwoLeavesAtOneIndexConvictWhateverTheSizes) {
  EXPECT_THAT(JudgeEvidence(TwoLeaves(History(7), History(9, 3), 3)), IsOk());
  EXPECT_THAT(JudgeEvidence(TwoLeaves(History(7), History(9), 3)),
              StatusIs(kDataLoss, HasSubstr("one leaf")));
  Evidence other = TwoLeaves(History(7), History(9, 3), 3);
  other.second = ReceiptOf(History(9, 3).entries, 4, History(9, 3).note);
  other.second_entry = History(9, 3).entries[4];
  EXPECT_THAT(JudgeEvidence(other), StatusIs(kDataLoss, HasSubstr("two indices")));
  Evidence wrong_entry = TwoLeaves(History(7), History(9, 3), 3);
  wrong_entry.first_entry = History(7).entries[4];
  EXPECT_THAT(JudgeEvidence(wrong_entry), StatusIs(kDataLoss));
}

TEST(Evidence, AWitnessThatHasCosignedBothIsConvicted) {
  EXPECT_THAT(JudgeEvidence(SignedBoth(History(7).Cosigned(), History(7, 3).Cosigned())), IsOk());
  EXPECT_THAT(JudgeEvidence(SignedBoth(History(7).Cosigned(), History(7, 3).note)),
              StatusIs(kDataLoss, HasSubstr("not cosigned")));
}

TEST(Evidence, NobodyIsConvictedByAnothersSignature) {
  Evidence evidence = TwoRoots(History(7).note, History(7, 3).note);
  evidence.log = keys::VerifierKey::Create(Founded().log.origin(), keys::NoteKeyType::kEd25519,
                                           LogBuilder::SigningKey("another").Public())
                     ->ToString();
  EXPECT_THAT(JudgeEvidence(evidence), StatusIs(kDataLoss));
  evidence.log = CosignerVkey();
  EXPECT_THAT(JudgeEvidence(evidence), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Evidence, AFileHasOneSpellingAndEveryFlippedBitIsNoticed) {
  for (const Evidence& evidence :
       {TwoRoots(History(7).note, History(7, 3).note), TwoLeaves(History(7), History(9, 3), 3),
        SignedBoth(History(7).Cosigned(), History(7, 3).Cosigned())}) {
    const keys::Bytes file = FormatEvidence(evidence);
    ASSERT_EQ(*ParseEvidence(keys::AsBytes(file)), evidence);
    Believing believing(Founded());
    const Examination good = VerifyBytes("x", keys::AsBytes(file), {}, believing.trust);
    EXPECT_EQ(good.kind, "evidence");
    EXPECT_EQ(StateOf(good, "convicts"), ClaimState::kHolds);
    EXPECT_EQ(StateOf(good, "believed"), ClaimState::kHolds);
    EXPECT_EQ(WorstOf(good), ClaimState::kHolds);
    for (std::size_t at = 0; at < file.size(); ++at) {
      keys::Bytes spoiled = file;
      spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
      const auto parsed = ParseEvidence(keys::AsBytes(spoiled));
      EXPECT_FALSE(parsed.ok() && JudgeEvidence(*parsed).ok()) << "byte " << at;
    }
    for (std::size_t length = 0; length < file.size(); ++length) {
      EXPECT_FALSE(ParseEvidence(keys::AsBytes(file).first(length)).ok()) << length;
    }
    EXPECT_FALSE(ParseEvidence(keys::AsBytes(file + "\n")).ok());
  }
}

TEST(Evidence, WhatConvictsNobodyIsNotMade) {
  EXPECT_THAT(MakeEvidence(TwoRoots(History(7).note, History(7).note)), StatusIs(kDataLoss));
  EXPECT_THAT(MakeEvidence(TwoRoots(History(7).note, History(7, 3).note)), IsOk());
}

}  // namespace
}  // namespace cairn::dossier
