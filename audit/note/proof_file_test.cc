#include "audit/note/proof_file.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/proof.h"
#include "audit/note/add_checkpoint.h"
#include "audit/note/cosignature.h"
#include "audit/note/testing.h"
#include "audit/note/text.h"
#include "tests/testing/status.h"

namespace cairn::note {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kBadForm = absl::StatusCode::kInvalidArgument;

std::string ProofBytes() { return cairn::testing::ReadVectorFile("log/cairn-test-1.tlog-proof"); }
std::string EntryBytes() { return testing::Unhex(testing::Vector().at("entry_2")); }
Policy OneWitness() {
  return Policy::Parse(cairn::testing::ReadVectorFile("log/cairn-test-1.policy")).value();
}
Policy LogAlone() {
  return Policy::Parse(absl::StrCat("log ", testing::Vector().at("log_vkey"), "\nquorum none\n"))
      .value();
}

merkle::MemoryTree ConformanceTree() {
  merkle::MemoryTree tree;
  for (int i = 0; i < 5; ++i) {
    const std::string entry = testing::Unhex(testing::Vector().at(absl::StrCat("entry_", i)));
    tree.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  }
  return tree;
}

ProofFile ParsedProof() { return ParseProofFile(keys::AsBytes(ProofBytes())).value(); }

absl::StatusOr<VerifiedEntry> Verify(const std::string& entry, const std::string& file,
                                     const Policy& policy) {
  return VerifyProofFile(keys::AsBytes(entry), keys::AsBytes(file), policy);
}

ProofReport Examine(const std::string& entry, const std::string& file, const Policy& policy) {
  return ExamineProofFile(keys::AsBytes(entry), keys::AsBytes(file), policy);
}

TEST(FormatProofFile, OfTheConformanceLogIsTheFileByteForByte) {
  ProofFile proof{.extra = std::nullopt,
                  .index = merkle::LeafIndex{2},
                  .path = {},
                  .note = testing::CheckpointFile()};
  ASSERT_OK_AND_ASSIGN(proof.path,
                       merkle::ProveInclusion(proof.index, merkle::TreeSize{5}, ConformanceTree()));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(HashText(proof.path[static_cast<std::size_t>(i)]),
              testing::Vector().at(absl::StrCat("inclusion_", i)));
  }
  ASSERT_OK_AND_ASSIGN(const std::string file, FormatProofFile(proof));
  EXPECT_EQ(file, ProofBytes());
  EXPECT_EQ(std::to_string(file.size()), testing::Vector().at("proof_file_size"));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(file)).Hex(), testing::Vector().at("proof_file_sha256"));
  EXPECT_EQ(ParsedProof(), proof);
}

TEST(VerifyProofFile, GivesIndexSizeAndWitnesses) {
  ASSERT_OK_AND_ASSIGN(const VerifiedEntry verified,
                       Verify(EntryBytes(), ProofBytes(), OneWitness()));
  EXPECT_EQ(verified.leaf, merkle::HashLeaf(keys::AsBytes("alpha")));
  EXPECT_EQ(verified.index, merkle::LeafIndex{2});
  EXPECT_EQ(verified.opened.checkpoint.size, merkle::TreeSize{5});
  EXPECT_EQ(verified.opened.log, testing::LogVkey());
  EXPECT_THAT(verified.opened.cosignatures,
              ElementsAre(VerifiedSignature{testing::WitnessVkey(), PosixSeconds{1767225600}}));
}

TEST(VerifyProofFile, UnderQuorumNoneCountsNoWitness) {
  ASSERT_OK_AND_ASSIGN(const VerifiedEntry verified,
                       Verify(EntryBytes(), ProofBytes(), LogAlone()));
  EXPECT_THAT(verified.opened.cosignatures, IsEmpty());
}

TEST(VerifyProofFile, OfAnotherEntryIsDataLoss) {
  const ProofReport report = Examine("alphA", ProofBytes(), OneWitness());
  EXPECT_THAT(report.log_signature, IsOk());
  EXPECT_THAT(report.quorum, IsOk());
  EXPECT_THAT(report.inclusion, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("root")));
  EXPECT_THAT(report.Overall(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(VerifyProofFile, AtAnotherIndexOrWithACutPathFails) {
  ProofFile proof = ParsedProof();
  proof.index = merkle::LeafIndex{3};
  EXPECT_THAT(Verify(EntryBytes(), FormatProofFile(proof).value(), OneWitness()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("root")));
  proof.index = merkle::LeafIndex{5};
  EXPECT_THAT(Verify(EntryBytes(), FormatProofFile(proof).value(), OneWitness()),
              StatusIs(kBadForm, HasSubstr("no leaf 5")));
  proof = ParsedProof();
  proof.path.pop_back();
  EXPECT_THAT(Verify(EntryBytes(), FormatProofFile(proof).value(), OneWitness()),
              StatusIs(kBadForm, HasSubstr("ends below the root")));
}

TEST(VerifyProofFile, OfALogThatThePolicyDoesNotListIsUnauthenticated) {
  const Policy policy = Policy::Parse("quorum none\n").value();
  const ProofReport report = Examine(EntryBytes(), ProofBytes(), policy);
  EXPECT_THAT(report.log_signature, StatusIs(absl::StatusCode::kUnauthenticated,
                                             HasSubstr("lists no log log.example.org/cairn")));
  EXPECT_THAT(report.quorum, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(report.inclusion, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_FALSE(report.opened.has_value());
}

TEST(VerifyProofFile, SignedByAnotherKeyOfTheSameOriginIsUnauthenticated) {
  const auto other = keys::VerifierKey::Create(
      testing::Vector().at("origin"), keys::NoteKeyType::kEd25519, testing::OtherKey(1).Public());
  const std::string line = absl::StrCat("log ", other->ToString(), "\n");
  EXPECT_THAT(Verify(EntryBytes(), ProofBytes(), Policy::Parse(line + "quorum none\n").value()),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("no known key has signed")));
  const std::string good = absl::StrCat("log ", testing::Vector().at("log_vkey"), "\n");
  for (const std::string& logs : {good + line, line + good}) {  // Either key will do.
    EXPECT_THAT(Verify(EntryBytes(), ProofBytes(), Policy::Parse(logs + "quorum none\n").value()),
                IsOk());
  }
}

TEST(VerifyProofFile, BelowTheQuorumSaysWhoHasCosigned) {
  const std::string text =
      absl::StrCat("log ", testing::Vector().at("log_vkey"), "\nwitness first ",
                   testing::Vector().at("witness_vkey"), "\nwitness second ",
                   testing::OtherVkey(2).ToString(), "\ngroup two all first second\nquorum two\n");
  const ProofReport report = Examine(EntryBytes(), ProofBytes(), Policy::Parse(text).value());
  EXPECT_THAT(report.quorum, StatusIs(absl::StatusCode::kUnauthenticated,
                                      HasSubstr("quorum two is not reached: cosigned by first")));
  EXPECT_THAT(report.inclusion, IsOk());
  EXPECT_THAT(report.Overall(), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST(VerifyProofFile, ABadCosignatureOfAPolicyWitnessSpoilsTheNote) {
  ProofFile proof = ParsedProof();
  ASSERT_OK_AND_ASSIGN(std::vector<SignatureLine> lines,
                       ListSignatureLines(keys::AsBytes(proof.note)));
  lines[1].signature[30] ^= 1;
  ASSERT_OK_AND_ASSIGN(proof.note, MergeSignatureLines(keys::AsBytes(proof.note), lines));
  const std::string file = FormatProofFile(proof).value();
  EXPECT_THAT(Examine(EntryBytes(), file, OneWitness()).log_signature,
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("witness.example.net/w1")));
  EXPECT_THAT(Verify(EntryBytes(), file, LogAlone()), IsOk());
}

TEST(VerifyProofFile, EveryCutAndFlippedBitFails) {
  const std::string good = ProofBytes();
  const Policy policy = OneWitness();
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(Verify(EntryBytes(), good.substr(0, length), policy).ok()) << length;
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = good;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      EXPECT_FALSE(Verify(EntryBytes(), flipped, policy).ok()) << bit << " of byte " << at;
    }
  }
}

TEST(ProofFile, CarriesExtraBytesThatNobodyTrusts) {
  ProofFile proof = ParsedProof();
  proof.extra = EntryBytes();
  ASSERT_OK_AND_ASSIGN(const std::string file, FormatProofFile(proof));
  EXPECT_THAT(file, HasSubstr("c2sp.org/tlog-proof@v1\nextra YWxwaGE=\nindex 2\n"));
  ASSERT_OK_AND_ASSIGN(const ProofFile parsed, ParseProofFile(keys::AsBytes(file)));
  EXPECT_EQ(parsed, proof);
  EXPECT_THAT(Verify(EntryBytes(), file, OneWitness()), IsOk());
  testing::ExpectNoCutOrFlipPasses(
      file, [](const std::string& bytes) { return ParseProofFile(keys::AsBytes(bytes)); });
}

TEST(ParseProofFile, KeepsToItsCaps) {
  ProofFile proof = ParsedProof();
  proof.extra = std::string(65'535, 'x');
  EXPECT_THAT(FormatProofFile(proof), IsOk());
  proof.extra = std::string(120 * 1024, 'x');
  EXPECT_THAT(FormatProofFile(proof), StatusIs(kBadForm, HasSubstr("more than 163840 bytes")));
  proof.extra.reset();
  proof.note =
      SignNote(std::string(kMaxNoteBytes - 200, 'x') + "\n", "n", testing::LogKey()).value();
  EXPECT_THAT(FormatProofFile(proof), StatusIs(kBadForm, HasSubstr("more than 65536 bytes")));
}

TEST(ParseProofFile, TakesSixtyThreeHashesAndNotOneMore) {
  ProofFile proof = ParsedProof();
  proof.path.assign(63, merkle::EmptyRoot());
  ASSERT_OK_AND_ASSIGN(std::string file, FormatProofFile(proof));
  file.insert(file.find("47DEQ"), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  EXPECT_THAT(ParseProofFile(keys::AsBytes(file)), StatusIs(kBadForm, HasSubstr("more than 63")));
  proof.path.push_back(merkle::EmptyRoot());
  EXPECT_THAT(FormatProofFile(proof), StatusIs(kBadForm, HasSubstr("at most 63")));
}

TEST(ParseProofFile, RefusesEverySecondSpelling) {
  const std::string note = testing::CheckpointFile();
  const std::string header = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"", "no header"},
      {"c2sp.org/tlog-proof@v2\nindex 0\n\n" + note, "no header"},
      {header, "no index"},
      {header + "\n" + note, "no index"},
      {header + "index\n\n" + note, "no index"},
      {header + "index 00\n\n" + note, "the index"},
      {header + "index 9223372036854775807\n\n" + note, "the index"},
      {header + "index 0\nextra YQ==\n\n" + note, "hash 0"},
      {header + "extra YQ==\nextra YQ==\nindex 0\n\n" + note, "no index"},
      {header + "extra YQ=\nindex 0\n\n" + note, "extra"},
      {header + "extra \nindex 0\n\n" + note, "extra is empty"},
      {header + "index 0\n" + note, "hash 0"},
      {header + "index 0\n" + hash, "no empty line"},
      {header + "index 0\n" + hash.substr(4) + "\n" + note, "hash 0"},
      {header + "index 0\nAA==\n\n" + note, "hash 0"},
      {header + "index 0\n\n", "no empty line between text and signatures"},
      {header + "index 0\n\n\n" + note.substr(0, 50), "no empty line between"},
  };
  for (const auto& [file, message] : cases) {
    EXPECT_THAT(ParseProofFile(keys::AsBytes(file)), StatusIs(kBadForm, HasSubstr(message)))
        << file;
  }
}

// --- add-checkpoint
// ------------------------------------------------------------------------------------

std::string RequestBytes() {
  return cairn::testing::ReadVectorFile("log/cairn-test-1.add-checkpoint");
}

TEST(FormatAddCheckpoint, OfTheConformanceLogIsTheFileByteForByte) {
  AddCheckpointRequest request{.old_size = merkle::TreeSize{3}, .proof = {}, .note = {}};
  ASSERT_OK_AND_ASSIGN(
      request.proof,
      merkle::ProveConsistency(merkle::TreeSize{3}, merkle::TreeSize{5}, ConformanceTree()));
  ASSERT_THAT(request.proof, SizeIs(4));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(HashText(request.proof[static_cast<std::size_t>(i)]),
              testing::Vector().at(absl::StrCat("consistency_", i)));
  }
  ASSERT_OK_AND_ASSIGN(request.note, SignNote(testing::CheckpointText(), testing::LogVkey().name(),
                                              testing::LogKey()));
  ASSERT_OK_AND_ASSIGN(const std::string body, FormatAddCheckpoint(request));
  EXPECT_EQ(body, RequestBytes());
  EXPECT_EQ(std::to_string(body.size()), testing::Vector().at("add_checkpoint_size"));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(body)).Hex(), testing::Vector().at("add_checkpoint_sha256"));
  ASSERT_OK_AND_ASSIGN(const auto parsed, ParseAddCheckpoint(keys::AsBytes(body)));
  EXPECT_EQ(parsed, request);
}

TEST(ParseAddCheckpoint, NoCutAndNoFlippedBitIsTheSameRequest) {
  testing::ExpectNoCutOrFlipPasses(RequestBytes(), [](const std::string& body) {
    return ParseAddCheckpoint(keys::AsBytes(body));
  });
}

TEST(ParseAddCheckpoint, RefusesEverySecondSpelling) {
  const std::string note = testing::CheckpointFile();
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"", "no old size"},
      {"old\n\n" + note, "no old size"},
      {"Old 0\n\n" + note, "no old size"},
      {"old 00\n\n" + note, "decimal"},
      {"old -1\n\n" + note, "decimal"},
      {"old 9223372036854775808\n\n" + note, "decimal"},
      {"old 0\n" + note, "hash 0"},
      {"old 0\n\n", "no empty line"},
      {std::string(kMaxAddCheckpointBytes + 1, 'x'), "too large"},
  };
  for (const auto& [body, message] : cases) {
    EXPECT_THAT(ParseAddCheckpoint(keys::AsBytes(body)), StatusIs(kBadForm, HasSubstr(message)));
  }
  AddCheckpointRequest request{.old_size = {}, .proof = {}, .note = note};
  request.proof.assign(64, merkle::EmptyRoot());
  EXPECT_THAT(FormatAddCheckpoint(request), StatusIs(kBadForm, HasSubstr("at most 63")));
}

}  // namespace
}  // namespace cairn::note
