#include "keys/age_header.h"

#include <span>
#include <string>
#include <vector>

#include "keys/age_test_support.h"
#include "keys/digest.h"
#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

// A good header, taken apart; each test spoils one line. The MAC is made anew, so that what is
// refused is refused for its form and not for its MAC.
class AgeHeaderTest : public ::testing::Test {
 protected:
  AgeHeaderTest() {
    const SealingPublicKey recipients[] = {key_.Public()};
    BuiltAgeHeader built = BuildAgeHeader(recipients, RandomSecret(32)).value();
    file_key_ = std::move(built.file_key);
    std::size_t argument = built.text.find("-> ");
    std::size_t body = built.text.find('\n', argument) + 1;
    std::size_t mac = built.text.find("--- ");
    arguments_ = built.text.substr(argument, body - argument - 1);
    body_ = built.text.substr(body, mac - body - 1);
  }

  Bytes MacLine(const Bytes& lines) const {
    SecretBytes mac_key = HkdfSecret(file_key_.View(), {}, AsBytes("header"));
    return "--- " + UnpaddedBase64(HmacSha256(mac_key.View(), AsBytes(lines + "---")).View());
  }

  // Reads the header made of these lines, LF after each, and a right MAC line.
  absl::Status ReadLines(const std::vector<std::string>& lines) const {
    Bytes text;
    for (const std::string& line : lines) text += line + "\n";
    return Read(text + MacLine(text) + "\n");
  }

  absl::Status Read(const Bytes& text) const {
    ByteReader input(SourceOf(AsBytes(text)));
    absl::StatusOr<AgeHeader> header = ReadAgeHeader(input);
    if (!header.ok()) return header.status();
    EXPECT_EQ(header->text, text);
    return UnwrapFileKey(*header, std::span(&key_, 1)).status();
  }

  static auto Malformed(const char* why) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
  }

  const std::string version_ = "age-encryption.org/v1";
  SealingPrivateKey key_ = SealingPrivateKey::Generate();
  SecretBytes file_key_;
  std::string arguments_;  // "-> X25519 <share>"
  std::string body_;
};

TEST_F(AgeHeaderTest, TheGoodOneIsRead) {
  EXPECT_THAT(ReadLines({version_, arguments_, body_}), IsOk());
}

TEST_F(AgeHeaderTest, StanzasOfUnknownTypesAreSkipped) {
  std::string full(64, 'A');
  EXPECT_THAT(ReadLines({version_, "-> 6k-grease !\"# ~", "", arguments_, body_}), IsOk());
  EXPECT_THAT(ReadLines({version_, arguments_, body_, "-> grease", full, full, "AAAA"}), IsOk());
  EXPECT_THAT(ReadLines({version_, "-> grease", full, "", arguments_, body_}), IsOk());
}

TEST_F(AgeHeaderTest, TheTypeIsCaseSensitive) {
  std::string lower = arguments_;
  lower.replace(lower.find('X'), 1, "x");
  EXPECT_THAT(ReadLines({version_, lower, body_}), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(AgeHeaderTest, OtherVersionsAreRefused) {
  for (const char* line : {"age-encryption.org/v2", "age-encryption.org/v1 ", "", "PK\x03\x04"}) {
    EXPECT_THAT(ReadLines({line, arguments_, body_}), Malformed("line 1: not an age v1 file"));
  }
  EXPECT_THAT(ReadLines({version_ + "\r", arguments_, body_}), Malformed("line 1"));
  EXPECT_THAT(ReadLines({"-----BEGIN AGE ENCRYPTED FILE-----", arguments_}), Malformed("armored"));
}

TEST_F(AgeHeaderTest, BadArgumentLinesAreRefused) {
  for (std::string line :
       {std::string("-> "), std::string("->  X25519"), arguments_ + " ",
        std::string("-> X25519  x"), std::string("-> X25519 \x7f"),
        std::string("-> X25519 \xc3\xa9"), arguments_ + "\r", std::string("-> a\tb")}) {
    EXPECT_THAT(ReadLines({version_, line, body_}), Malformed("line 2")) << line;
  }
  for (const char* line : {"->X25519", " -> X25519", "- > X25519", "", "X25519"}) {
    EXPECT_THAT(ReadLines({version_, line, body_}), Malformed("line 2: expected")) << line;
  }
}

TEST_F(AgeHeaderTest, BadBodiesAreRefused) {
  std::string full(64, 'A');
  EXPECT_THAT(ReadLines({version_, "-> grease", full + "A", arguments_, body_}),
              Malformed("line 3: a body line of more than 64"));
  EXPECT_THAT(ReadLines({version_, "-> grease", "AAAA", "AAAA", arguments_, body_}),
              Malformed("line 4: expected"));  // A short line ended the body.
  EXPECT_THAT(ReadLines({version_, "-> grease", full, arguments_, body_}),
              Malformed("line 4"));  // No short line ended it.
  EXPECT_THAT(ReadLines({version_, "-> grease", arguments_, body_}), Malformed("line 3"));
  EXPECT_THAT(ReadLines({version_, "-> grease", "AA=="}), Malformed("line 3"));
  EXPECT_THAT(ReadLines({version_, "-> grease", "AB"}), Malformed("no byte"));
  EXPECT_THAT(ReadLines({version_, "-> grease", "A"}), Malformed("line 3"));
  EXPECT_THAT(ReadLines({version_, "-> grease", "AAAA\r"}), Malformed("line 3"));
  EXPECT_THAT(ReadLines({version_, "-> grease", "AA AA"}), Malformed("line 3"));
}

TEST_F(AgeHeaderTest, X25519StanzasHaveOneShapeOnly) {
  std::string share = arguments_.substr(arguments_.rfind(' ') + 1);
  EXPECT_THAT(ReadLines({version_, arguments_ + " more", body_}),
              Malformed("exactly one argument"));
  EXPECT_THAT(ReadLines({version_, "-> X25519", body_}), Malformed("exactly one argument"));
  EXPECT_THAT(ReadLines({version_, "-> X25519 " + UnpaddedBase64(AsBytes(Bytes(31, 'x'))), body_}),
              Malformed("share is not 32"));
  EXPECT_THAT(ReadLines({version_, "-> X25519 " + share.substr(0, 42), body_}),
              Malformed("line 2"));
  EXPECT_THAT(ReadLines({version_, "-> X25519 " + share + "A", body_}), Malformed("line 2"));
  std::string loose = share;
  loose.back() = loose.back() == 'A' ? 'B' : static_cast<char>(loose.back() + 1);
  EXPECT_THAT(ReadLines({version_, "-> X25519 " + loose, body_}), Malformed("line 2"));
  EXPECT_THAT(ReadLines({version_, arguments_, UnpaddedBase64(AsBytes(Bytes(31, 'x')))}),
              Malformed("body is not 32"));
  EXPECT_THAT(ReadLines({version_, arguments_, body_ + "AA"}), Malformed("line 3"));
  EXPECT_THAT(ReadLines({version_, arguments_, body_ + "AAA"}), Malformed("body is not 32"));
  // Even beside a good one.
  EXPECT_THAT(ReadLines({version_, arguments_, body_, "-> X25519 AAAA", ""}), Malformed("line 4"));
}

TEST_F(AgeHeaderTest, AShareOfLowOrderIsRefused) {
  std::string zero = UnpaddedBase64(AsBytes(Bytes(32, '\0')));
  EXPECT_THAT(ReadLines({version_, "-> X25519 " + zero, body_}), Malformed("low order"));
}

TEST_F(AgeHeaderTest, APassphraseStanzaStandsAlone) {
  std::string scrypt = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18";
  EXPECT_THAT(ReadLines({version_, scrypt, body_}),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("passphrase")));
  EXPECT_THAT(ReadLines({version_, arguments_, body_, scrypt, body_}),
              Malformed("line 4: a passphrase stanza"));
}

TEST_F(AgeHeaderTest, BadMacLinesAreRefused) {
  Bytes lines = version_ + "\n" + arguments_ + "\n" + body_ + "\n";
  Bytes good = MacLine(lines);
  EXPECT_THAT(Read(lines + good + "\n"), IsOk());
  EXPECT_THAT(Read(lines + "---\n"), Malformed("line 4"));
  EXPECT_THAT(Read(lines + "--- \n"), Malformed("MAC is not 32"));
  EXPECT_THAT(Read(lines + "---" + good.substr(4) + "\n"), Malformed("line 4"));
  EXPECT_THAT(Read(lines + "---  " + good.substr(4) + "\n"), Malformed("line 4"));
  EXPECT_THAT(Read(lines + good + " \n"), Malformed("line 4"));
  EXPECT_THAT(Read(lines + good + "\r\n"), Malformed("line 4"));
  EXPECT_THAT(Read(lines + good + "=\n"), Malformed("line 4"));
  EXPECT_THAT(Read(lines + good.substr(0, good.size() - 1) + "\n"), Malformed("line 4"));
  EXPECT_THAT(Read(lines + good), Malformed("ends inside"));
  EXPECT_THAT(Read(lines), Malformed("line 4: the file ends"));
}

TEST_F(AgeHeaderTest, AnotherMacIsAnAlarm) {
  Bytes lines = version_ + "\n" + arguments_ + "\n" + body_ + "\n";
  EXPECT_THAT(Read(lines + "--- " + UnpaddedBase64(AsBytes(Bytes(32, 'x'))) + "\n"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("MAC")));
  // A stanza taken away or added after sealing.
  EXPECT_THAT(Read(lines + "-> grease\n\n" + MacLine(lines) + "\n"),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(AgeHeaderTest, NoStanzaIsRefused) {
  EXPECT_THAT(ReadLines({version_}), Malformed("names no recipient"));
}

TEST_F(AgeHeaderTest, TooManyStanzasAreRefused) {
  std::vector<std::string> lines = {version_, arguments_, body_};
  for (std::size_t i = 1; i < kMaxAgeStanzas; ++i) lines.insert(lines.end(), {"-> x", ""});
  EXPECT_THAT(ReadLines(lines), IsOk());
  lines.insert(lines.end(), {"-> x", ""});
  EXPECT_THAT(ReadLines(lines), Malformed("more than 1000 stanzas"));
}

TEST_F(AgeHeaderTest, TooLargeAHeaderIsRefusedBeforeItIsRead) {
  std::uint64_t given = 0;
  // Without an end, and without a line end: a reader that waited for one would never come back.
  ByteReader input([&](std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
    std::fill(out.begin(), out.end(), std::uint8_t{'a'});
    given += out.size();
    return out.size();
  });
  EXPECT_THAT(ReadAgeHeader(input), Malformed("larger than 131072"));
  EXPECT_LE(given, kMaxAgeHeaderSize + 4096);
  std::vector<std::string> lines = {version_};
  for (int i = 0; i < 500; ++i) {
    lines.insert(lines.end(), {"-> " + std::string(300, 'x'), ""});
  }
  EXPECT_THAT(ReadLines(lines), Malformed("larger than 131072"));
}

}  // namespace
}  // namespace cairn::keys
