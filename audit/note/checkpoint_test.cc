#include "audit/note/checkpoint.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/note/cosignature.h"
#include "audit/note/testing.h"
#include "tests/testing/status.h"

namespace cairn::note {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kEmptyRootText[] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

Checkpoint ConformanceCheckpoint() {
  return {.origin = testing::Vector().at("origin"),
          .size = merkle::TreeSize{5},
          .root = {keys::Digest::FromHex(testing::Vector().at("root_5")).value()}};
}

absl::StatusOr<OpenedCheckpoint> OpenFile(const std::string& file,
                                          std::vector<keys::VerifierKey> witnesses = {}) {
  return OpenCheckpoint(keys::AsBytes(file), testing::LogVkey(), witnesses);
}

TEST(SignCheckpoint, AndCosignAreTheConformanceFileByteForByte) {
  ASSERT_OK_AND_ASSIGN(const std::string note,
                       SignCheckpoint(ConformanceCheckpoint(), testing::LogKey()));
  ASSERT_OK_AND_ASSIGN(const SignatureLine line,
                       Cosign(testing::CheckpointText(),
                              PosixSeconds{std::stoull(testing::Vector().at("cosignature_time"))},
                              testing::Vector().at("witness"), testing::WitnessKey()));
  ASSERT_OK_AND_ASSIGN(const std::string merged,
                       MergeSignatureLines(keys::AsBytes(note), {&line, 1}));
  EXPECT_EQ(merged, testing::CheckpointFile());
  EXPECT_EQ(std::to_string(merged.size()), testing::Vector().at("checkpoint_size"));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(merged)).Hex(), testing::Vector().at("checkpoint_sha256"));
}

TEST(LogKeys, OfTheConformanceLogAreTheirVkeys) {
  ASSERT_OK_AND_ASSIGN(const auto log, keys::VerifierKey::Create(testing::Vector().at("origin"),
                                                                 keys::NoteKeyType::kEd25519,
                                                                 testing::LogKey().Public()));
  EXPECT_EQ(log.ToString(), testing::Vector().at("log_vkey"));
  EXPECT_EQ(keys::Hex(log.key().Raw()), testing::Vector().at("log_public_key"));
  ASSERT_OK_AND_ASSIGN(
      const auto witness,
      keys::VerifierKey::Create(testing::Vector().at("witness"), keys::NoteKeyType::kCosignature,
                                testing::WitnessKey().Public()));
  EXPECT_EQ(witness.ToString(), testing::Vector().at("witness_vkey"));
  EXPECT_EQ(keys::Hex(witness.key().Raw()), testing::Vector().at("witness_public_key"));
}

TEST(OpenCheckpoint, GivesCheckpointAndCosignatures) {
  ASSERT_OK_AND_ASSIGN(const OpenedCheckpoint opened,
                       OpenFile(testing::CheckpointFile(), {testing::WitnessVkey()}));
  EXPECT_EQ(opened.checkpoint, ConformanceCheckpoint());
  EXPECT_EQ(opened.text, testing::CheckpointText());
  EXPECT_EQ(opened.log, testing::LogVkey());
  EXPECT_THAT(opened.cosignatures,
              ElementsAre(VerifiedSignature{testing::WitnessVkey(), PosixSeconds{1767225600}}));
}

TEST(OpenCheckpoint, WithoutWitnessesIgnoresTheirLines) {
  ASSERT_OK_AND_ASSIGN(const OpenedCheckpoint opened, OpenFile(testing::CheckpointFile()));
  EXPECT_THAT(opened.cosignatures, IsEmpty());
}

TEST(OpenCheckpoint, SignedByAWitnessAloneIsUnauthenticated) {
  const std::string file = testing::CheckpointFile();
  const std::string without_log =
      testing::CheckpointText() + "\n" + file.substr(file.rfind("\xE2\x80\x94"));
  EXPECT_THAT(OpenFile(without_log, {testing::WitnessVkey()}),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("not signed by the log")));
}

TEST(OpenCheckpoint, OfAnotherOriginIsUnauthenticated) {
  const std::string text = absl::StrCat("log.example.org/other\n0\n", kEmptyRootText, "\n");
  ASSERT_OK_AND_ASSIGN(const std::string note,
                       SignNote(text, testing::LogVkey().name(), testing::LogKey()));
  EXPECT_THAT(OpenFile(note),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("log.example.org/other")));
}

TEST(OpenCheckpoint, RefusesKeysInTheWrongRole) {
  EXPECT_THAT(OpenFile(testing::CheckpointFile(), {testing::LogVkey()}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a witness's key")));
  EXPECT_THAT(OpenCheckpoint(keys::AsBytes(testing::CheckpointFile()), testing::WitnessVkey()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not the key of a log")));
}

TEST(OpenCheckpoint, RefusesExtensionLinesAndRepeatedSignatures) {
  ASSERT_OK_AND_ASSIGN(const std::string extended,
                       SignNote(testing::CheckpointText() + "extension\n",
                                testing::LogVkey().name(), testing::LogKey()));
  EXPECT_THAT(OpenFile(extended),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than three lines")));
  const std::string file = testing::CheckpointFile();
  EXPECT_THAT(OpenFile(file + file.substr(file.rfind("\xE2\x80\x94"))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a second one")));
}

TEST(OpenCheckpoint, NoCutAndNoFlippedBitOpensTheSame) {
  struct Seen {
    Checkpoint checkpoint;
    std::vector<VerifiedSignature> cosignatures;
    bool operator==(const Seen&) const = default;
  };
  testing::ExpectNoCutOrFlipPasses(testing::CheckpointFile(),
                                   [](const std::string& file) -> absl::StatusOr<Seen> {
                                     auto opened = OpenFile(file, {testing::WitnessVkey()});
                                     if (!opened.ok()) return opened.status();
                                     return Seen{opened->checkpoint, opened->cosignatures};
                                   });
}

TEST(ParseCheckpoint, NoCutAndNoFlippedBitParsesTheSame) {
  testing::ExpectNoCutOrFlipPasses(testing::CheckpointText(),
                                   [](const std::string& text) { return ParseCheckpoint(text); });
}

TEST(ParseCheckpoint, ReadsWhatFormatWritesUpToTheLargestTree) {
  for (const std::uint64_t size :
       {std::uint64_t{1}, std::uint64_t{10}, (std::uint64_t{1} << 63) - 1}) {
    Checkpoint checkpoint = ConformanceCheckpoint();
    checkpoint.size = merkle::TreeSize{size};
    ASSERT_OK_AND_ASSIGN(const std::string text, FormatCheckpoint(checkpoint));
    ASSERT_OK_AND_ASSIGN(const Checkpoint parsed, ParseCheckpoint(text));
    EXPECT_EQ(parsed, checkpoint);
  }
}

TEST(ParseCheckpoint, RefusesEverySecondSpelling) {
  const std::string root = kEmptyRootText;
  for (const std::string& text :
       {std::string(),
        std::string("o\n5\n"),
        "o\n5\n" + root,
        "o\n5\n" + root + "\n\n",
        "o\n5\n" + root + "\nx\n",
        "\n5\n" + root + "\n",
        "o o\n5\n" + root + "\n",
        "o+o\n5\n" + root + "\n",
        "o\n\n" + root + "\n",
        "o\n05\n" + root + "\n",
        "o\n+5\n" + root + "\n",
        "o\n-5\n" + root + "\n",
        "o\n 5\n" + root + "\n",
        "o\n5 \n" + root + "\n",
        "o\n0x5\n" + root + "\n",
        "o\n9223372036854775808\n" + root + "\n",
        "o\n18446744073709551621\n" + root + "\n",
        "o\n5\n" + root.substr(1) + "\n",
        "o\n5\n" + root + " \n",
        std::string("o\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n"),
        std::string("o\n5\nAA==\n"),
        std::string(256, 'o') + "\n5\n" + root + "\n"}) {
    EXPECT_THAT(ParseCheckpoint(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  EXPECT_THAT(ParseCheckpoint(std::string(255, 'o') + "\n5\n" + root + "\n"), IsOk());
}

TEST(FormatCheckpoint, OfTheEmptyTreeIsTheSpecificationsRoot) {
  const Checkpoint empty{.origin = "o", .size = {}, .root = merkle::EmptyRoot()};
  ASSERT_OK_AND_ASSIGN(const std::string text, FormatCheckpoint(empty));
  EXPECT_EQ(text, absl::StrCat("o\n0\n", kEmptyRootText, "\n"));
}

TEST(FormatCheckpoint, RefusesWhatNoTreeHas) {
  Checkpoint bad{.origin = "o", .size = {}, .root = ConformanceCheckpoint().root};
  EXPECT_THAT(FormatCheckpoint(bad),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not the empty root")));
  bad.size = merkle::TreeSize{std::uint64_t{1} << 63};
  EXPECT_THAT(FormatCheckpoint(bad),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2^63")));
  bad = ConformanceCheckpoint();
  bad.origin = "two\nlines";
  EXPECT_THAT(FormatCheckpoint(bad), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ParseCheckpoint, LeavesTheRootOfNoLeavesToTheWitnessToJudge) {
  ASSERT_OK_AND_ASSIGN(const Checkpoint odd,
                       ParseCheckpoint("o\n0\nAfPaDy3ubXIh/LsJnF29T560cDd07buS4ZNcpfExGgA=\n"));
  EXPECT_FALSE(HasFittingRoot(odd));
  EXPECT_TRUE(HasFittingRoot(ConformanceCheckpoint()));
}

TEST(ClaimedOrigin, IsTheFirstLineAndNothingElse) {
  ASSERT_OK_AND_ASSIGN(const std::string origin,
                       ClaimedOrigin(keys::AsBytes(testing::CheckpointFile())));
  EXPECT_EQ(origin, testing::Vector().at("origin"));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(origin)).Hex(), testing::Vector().at("origin_sha256"));
  EXPECT_THAT(ClaimedOrigin(keys::AsBytes("a b\n\n\xE2\x80\x94 k AQIDBHg=\n")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ClaimedOrigin(keys::AsBytes("origin\n5\n")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// --- Cosignatures
// ------------------------------------------------------------------------------------

TEST(CosignatureMessage, IsTheVector) {
  const std::string message =
      CosignatureMessage(testing::CheckpointText(), PosixSeconds{1767225600});
  EXPECT_EQ(message, absl::StrCat("cosignature/v1\ntime 1767225600\n", testing::CheckpointText()));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(message)).Hex(),
            testing::Vector().at("cosignature_message_sha256"));
}

TEST(VerifyCosignature, OfAnotherTextTimeOrKeyIsDataLoss) {
  const keys::VerifierKey key = testing::OtherVkey(3);
  ASSERT_OK_AND_ASSIGN(const SignatureLine line,
                       Cosign(testing::CheckpointText(), PosixSeconds{7}, testing::OtherName(3),
                              testing::OtherKey(3)));
  const auto verify = [](const std::string& text, const keys::VerifierKey& k,
                         const std::string& payload) {
    return VerifyCosignature(text, k, keys::AsBytes(payload));
  };
  ASSERT_OK_AND_ASSIGN(const PosixSeconds time,
                       verify(testing::CheckpointText(), key, line.signature));
  EXPECT_EQ(time, PosixSeconds{7});
  EXPECT_THAT(verify(testing::CheckpointText() + "x\n", key, line.signature),
              StatusIs(absl::StatusCode::kDataLoss));
  std::string later = line.signature;
  later[7] = 8;
  EXPECT_THAT(verify(testing::CheckpointText(), key, later), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(verify(testing::CheckpointText(), testing::OtherVkey(4), line.signature),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(verify(testing::CheckpointText(), key, line.signature.substr(0, 71)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("72 bytes, not 71")));
}

TEST(VerifyCosignature, RefusesTimesThatNoneCanState) {
  for (const char first : {'\0', '\x80'}) {
    std::string payload(kCosignaturePayloadSize, '\0');
    payload[0] = first;
    EXPECT_THAT(
        VerifyCosignature(testing::CheckpointText(), testing::OtherVkey(3), keys::AsBytes(payload)),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a time from 1 to 2^63 - 1")));
  }
}

TEST(Cosign, RefusesTimeZeroAndWhatIsNoCheckpoint) {
  const keys::SigningPrivateKey key = testing::WitnessKey();
  EXPECT_THAT(Cosign(testing::CheckpointText(), PosixSeconds{0}, "w", key),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a time")));
  EXPECT_THAT(Cosign("any text\n", PosixSeconds{1}, "w", key),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a checkpoint")));
  EXPECT_THAT(Cosign(testing::CheckpointText(), PosixSeconds{1}, "w 1", key),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cairn::note
