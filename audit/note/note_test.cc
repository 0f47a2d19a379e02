#include "audit/note/note.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/note/cosignature.h"
#include "audit/note/testing.h"
#include "tests/testing/status.h"

namespace cairn::note {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kMalformed = absl::StatusCode::kInvalidArgument;
constexpr char kDash[] = "\xE2\x80\x94 ";

std::vector<keys::VerifierKey> LogOnly() { return {testing::LogVkey()}; }
std::vector<keys::VerifierKey> LogAndWitness() {
  return {testing::LogVkey(), testing::WitnessVkey()};
}

// A note of `text`, signed by the log's key under the log's name.
std::string Signed(const std::string& text) {
  return SignNote(text, testing::LogVkey().name(), testing::LogKey()).value();
}

absl::StatusOr<OpenedNote> OpenText(const std::string& note,
                                    const std::vector<keys::VerifierKey>& trusted,
                                    RepeatedLines repeated = RepeatedLines::kDrop) {
  return Open(keys::AsBytes(note), trusted, repeated);
}

TEST(Open, TheExampleOfTheSpecification) {
  const auto key = keys::VerifierKey::Parse(
      cairn::testing::ReadVectors("log/signed-note-example.txt").at("vkey"));
  ASSERT_THAT(key, IsOk());
  ASSERT_OK_AND_ASSIGN(
      const OpenedNote opened,
      OpenText(cairn::testing::ReadVectorFile("log/signed-note-example.note"), {*key}));
  EXPECT_EQ(opened.text, "This is an example message.\n");
}

TEST(Open, GivesTextAndEachSignatureWithItsTime) {
  ASSERT_OK_AND_ASSIGN(const OpenedNote opened,
                       OpenText(testing::CheckpointFile(), LogAndWitness()));
  EXPECT_EQ(opened.text, testing::CheckpointText());
  EXPECT_THAT(opened.signatures,
              ElementsAre(VerifiedSignature{testing::LogVkey(), std::nullopt},
                          VerifiedSignature{testing::WitnessVkey(), PosixSeconds{1767225600}}));
}

TEST(Open, SkipsLinesOfUnknownKeys) {
  ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenText(testing::CheckpointFile(), LogOnly()));
  EXPECT_THAT(opened.signatures, SizeIs(1));
}

TEST(Open, SkipsALineOfThePostQuantumType) {
  const SignatureLine line{.name = "witness.example.net/pq",
                           .key_id = {{1, 2, 3, 4}},
                           .signature = std::string(8 + 2420, 's')};
  const std::string note = testing::CheckpointFile() + FormatSignatureLine(line);
  ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenText(note, LogAndWitness()));
  EXPECT_THAT(opened.signatures, SizeIs(2));
}

TEST(Open, RoomForSixteenLinesOfThePostQuantumType) {
  std::string note = Signed("text\n");
  for (unsigned char i = 1; i < 16; ++i) {
    note += FormatSignatureLine(
        {.name = "pq", .key_id = {{i, 0, 0, 0}}, .signature = std::string(8 + 2420, 's')});
  }
  EXPECT_THAT(OpenText(note, LogOnly()), IsOk());
}

TEST(Open, KeepsEmptyLinesWithinTheText) {
  const std::string text = "one\n\n\ntwo\n\n";
  ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenText(Signed(text), LogOnly()));
  EXPECT_EQ(opened.text, text);
}

TEST(Open, RefusesTheWholeNoteForOneBadLineOfATrustedKey) {
  ASSERT_OK_AND_ASSIGN(std::vector<SignatureLine> lines,
                       ListSignatureLines(keys::AsBytes(testing::CheckpointFile())));
  lines[1].signature[20] ^= 1;
  ASSERT_OK_AND_ASSIGN(const std::string note,
                       MergeSignatureLines(keys::AsBytes(testing::CheckpointFile()), lines));
  EXPECT_THAT(OpenText(note, LogAndWitness()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("witness.example.net/w1")));
  EXPECT_THAT(OpenText(note, LogOnly()), IsOk());
}

TEST(Open, RefusesATrustedSignatureOfTheWrongLength) {
  ASSERT_OK_AND_ASSIGN(std::vector<SignatureLine> lines,
                       ListSignatureLines(keys::AsBytes(testing::CheckpointFile())));
  for (SignatureLine& line : lines) {
    SignatureLine longer = line;
    longer.signature.push_back('x');
    ASSERT_OK_AND_ASSIGN(
        const std::string note,
        MergeSignatureLines(keys::AsBytes(testing::CheckpointFile()), {&longer, 1}));
    EXPECT_THAT(OpenText(note, LogAndWitness()), StatusIs(kMalformed, HasSubstr(line.name)));
  }
}

TEST(Open, WithoutAKnownKeyIsUnauthenticated) {
  EXPECT_THAT(OpenText(testing::CheckpointFile(), {testing::OtherVkey(1)}),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(OpenText(testing::CheckpointFile(), {}),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST(Open, ARepeatedLineIsDroppedOrRefused) {
  const std::string file = testing::CheckpointFile();
  const std::string line = file.substr(file.rfind(kDash));
  std::string bad = line;
  bad[bad.size() - 10] = bad[bad.size() - 10] == 'A' ? 'B' : 'A';
  for (const std::string& second : {line, bad}) {  // The first counts, so a bad second is nothing.
    ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenText(file + second, LogAndWitness()));
    EXPECT_THAT(opened.signatures, SizeIs(2));
    EXPECT_THAT(OpenText(file + second, LogAndWitness(), RepeatedLines::kRefuse),
                StatusIs(kMalformed, HasSubstr("line 3: a second one")));
    EXPECT_THAT(OpenText(file + second, LogOnly(), RepeatedLines::kRefuse),
                StatusIs(kMalformed, HasSubstr("line 3: a second one")));
  }
}

TEST(Open, RefusesSeventeenLines) {
  std::string note = Signed("text\n");
  const auto line = [](int i) {
    return FormatSignatureLine(
        {.name = "k", .key_id = {{static_cast<std::uint8_t>(i)}}, .signature = "s"});
  };
  for (int i = 1; i < 16; ++i) note += line(i);
  EXPECT_THAT(OpenText(note, LogOnly()), IsOk());
  EXPECT_THAT(OpenText(note + line(16), LogOnly()),
              StatusIs(kMalformed, HasSubstr("more than 16")));
}

TEST(Open, RefusesMoreThan64KiB) {
  const std::size_t overhead = Signed("\n").size() - 1;
  const std::string fits = Signed(std::string(kMaxNoteBytes - overhead - 1, 'x') + "\n");
  EXPECT_EQ(fits.size(), kMaxNoteBytes);
  EXPECT_THAT(OpenText(fits, LogOnly()), IsOk());
  EXPECT_THAT(OpenText("x" + fits, LogOnly()), StatusIs(kMalformed, HasSubstr("65536 bytes")));
}

// Each spoils the form of the one good note in one place.
TEST(Open, RefusesWhatIsNotANote) {
  const std::string good = testing::CheckpointFile();
  const auto spoil = [&](const char* from, const std::string& to) {
    std::string spoiled = good;
    const std::size_t at = spoiled.rfind(from);
    EXPECT_NE(at, std::string::npos) << from;
    return spoiled.replace(at, std::string(from).size(), to);
  };
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"", "no empty line"},
      {"\n", "no empty line"},
      {"\n\n", "no signature line"},
      {"text\n\n", "no signature line"},
      {spoil("\n\n", "\n"), "no empty line"},
      {good.substr(0, good.size() - 1), "cut off"},
      {good + "\n", "no signature line"},
      {good + "x", "line 3: is cut off"},
      {good + "x\n", "em dash"},
      {spoil("\n\n", "\n\r\n"), "control character"},
      {spoil("test-1\n5", "test-1\t\n5"), "control character"},
      {spoil("test-1\n5", std::string("test-1\0\n5", 9)), "control character"},
      {spoil("test-1\n5", "test-1\xFF\n5"), "not UTF-8"},
      {spoil("test-1\n5", "test-1\xC0\x80\n5"), "not UTF-8"},
      {spoil("test-1\n5", "test-1\xED\xA0\x80\n5"), "not UTF-8"},
      {spoil("test-1\n5", "test-1\xF4\x90\x80\x80\n5"), "not UTF-8"},
      {spoil("test-1\n5", "test-1\xE2\x80\n5"), "not UTF-8"},
      {spoil(kDash, "- "), "em dash"},
      {spoil(kDash, "\xE2\x80\x94"), "em dash"},
      {spoil(kDash, "\xE2\x80\x94  "), "line 2"},
      {spoil("w1 CrwfGQ", "w1"), "no signature"},
      {spoil("w1 CrwfGQ", "w1  CrwfGQ"), "line 2"},
      {spoil("w1 CrwfGQ", "w+1 CrwfGQ"), "line 2"},
      {spoil("w1 CrwfGQ",
             "w\xC2\xA0"
             "1 CrwfGQ"),
       "line 2"},
      {spoil("7Aw==", "7Aw="), "line 2"},
      {spoil("7Aw==", "7Ax=="), "line 2"},
      {spoil("7Aw==", "7Aw== "), "line 2"},
      {good.substr(0, good.rfind(kDash)) + kDash + "w1 AAAAAA==\n", "too short"},
  };
  for (const auto& [note, message] : cases) {
    EXPECT_THAT(OpenText(note, LogOnly()), StatusIs(kMalformed, HasSubstr(message))) << note;
  }
}

TEST(Open, NoCutAndNoFlippedBitOpensTheSame) {
  struct Seen {
    std::string text;
    std::vector<VerifiedSignature> signatures;
    bool operator==(const Seen&) const = default;
  };
  testing::ExpectNoCutOrFlipPasses(
      testing::CheckpointFile(), [](const std::string& note) -> absl::StatusOr<Seen> {
        absl::StatusOr<OpenedNote> opened = OpenText(note, LogAndWitness());
        if (!opened.ok()) return opened.status();
        EXPECT_EQ(opened->text, testing::CheckpointText());  // Never a text that nobody signed.
        return Seen{opened->text, opened->signatures};
      });
}

TEST(SignNote, IsDeterministicAndNamesItsKey) {
  EXPECT_EQ(Signed("text\n"), Signed("text\n"));
  ASSERT_OK_AND_ASSIGN(const auto lines, ListSignatureLines(keys::AsBytes(Signed("text\n"))));
  EXPECT_EQ(lines[0].name, testing::LogVkey().name());
  EXPECT_EQ(lines[0].key_id, testing::LogVkey().id());
}

TEST(SignNote, RefusesTextsAndNamesThatCouldNotBeRead) {
  const keys::SigningPrivateKey key = testing::LogKey();
  EXPECT_THAT(SignNote("no newline", "n", key), StatusIs(kMalformed, HasSubstr("newline")));
  EXPECT_THAT(SignNote("", "n", key), StatusIs(kMalformed, HasSubstr("newline")));
  EXPECT_THAT(SignNote("tab\t\n", "n", key), StatusIs(kMalformed, HasSubstr("control")));
  EXPECT_THAT(SignNote("\xFF\n", "n", key), StatusIs(kMalformed, HasSubstr("UTF-8")));
  EXPECT_THAT(SignNote("text\n", "with space", key), StatusIs(kMalformed));
  EXPECT_THAT(SignNote("text\n", "", key), StatusIs(kMalformed));
  EXPECT_THAT(SignNote(std::string(kMaxNoteBytes, 'x') + "\n", "n", key),
              StatusIs(kMalformed, HasSubstr("65536")));
}

TEST(MergeSignatureLines, AppendsNewLinesAndKeepsTheBytesOfOthers) {
  const std::string note = testing::CheckpointFile();
  ASSERT_OK_AND_ASSIGN(const SignatureLine line,
                       Cosign(testing::CheckpointText(), PosixSeconds{1767225700},
                              testing::OtherName(2), testing::OtherKey(2)));
  ASSERT_OK_AND_ASSIGN(const std::string merged,
                       MergeSignatureLines(keys::AsBytes(note), {&line, 1}));
  EXPECT_EQ(merged, note + FormatSignatureLine(line));
}

TEST(MergeSignatureLines, ReplacesAnOlderLineOfTheSameKey) {
  ASSERT_OK_AND_ASSIGN(const SignatureLine fresh,
                       Cosign(testing::CheckpointText(), PosixSeconds{1767229200},
                              testing::WitnessVkey().name(), testing::WitnessKey()));
  ASSERT_OK_AND_ASSIGN(const std::string merged,
                       MergeSignatureLines(keys::AsBytes(testing::CheckpointFile()), {&fresh, 1}));
  ASSERT_OK_AND_ASSIGN(const OpenedNote opened,
                       OpenText(merged, LogAndWitness(), RepeatedLines::kRefuse));
  ASSERT_THAT(opened.signatures, SizeIs(2));
  EXPECT_EQ(opened.signatures[1].time, PosixSeconds{1767229200});
}

TEST(MergeSignatureLines, RefusesASeventeenthLineAndBadNames) {
  std::vector<SignatureLine> lines;
  for (std::uint8_t i = 0; i < 15; ++i) {
    lines.push_back({.name = "k", .key_id = {{i}}, .signature = "s"});
  }
  EXPECT_THAT(MergeSignatureLines(keys::AsBytes(testing::CheckpointFile()), lines),
              StatusIs(kMalformed, HasSubstr("more than 16")));
  const SignatureLine bad{.name = "a b", .key_id = {}, .signature = "s"};
  EXPECT_THAT(MergeSignatureLines(keys::AsBytes(testing::CheckpointFile()), {&bad, 1}),
              StatusIs(kMalformed));
}

TEST(ParseSignatureLines, ReadsWhatFormatWrites) {
  const SignatureLine one{.name = "w1", .key_id = {{1, 2, 3, 4}}, .signature = "x"};
  const SignatureLine two{.name = "w2", .key_id = {{1, 2, 3, 4}}, .signature = "yz"};
  EXPECT_EQ(FormatSignatureLine(one), absl::StrCat(kDash, "w1 AQIDBHg=\n"));
  ASSERT_OK_AND_ASSIGN(const auto lines,
                       ParseSignatureLines(FormatSignatureLine(one) + FormatSignatureLine(two)));
  EXPECT_THAT(lines, ElementsAre(one, two));
  testing::ExpectNoCutOrFlipPasses(
      FormatSignatureLine(one) + FormatSignatureLine(two),
      [](const std::string& text) { return ParseSignatureLines(text); });
}

TEST(ParseSignatureLines, RefusesNothingAndAnythingElse) {
  EXPECT_THAT(ParseSignatureLines(""), StatusIs(kMalformed, HasSubstr("no signature line")));
  EXPECT_THAT(ParseSignatureLines("\n"), StatusIs(kMalformed, HasSubstr("em dash")));
  EXPECT_THAT(ParseSignatureLines(absl::StrCat(kDash, "w1 AQIDBHg=\n\n")), StatusIs(kMalformed));
}

}  // namespace
}  // namespace cairn::note
