#include "keys/vkey.h"

#include <string>

#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

// From the documentation of golang.org/x/mod/sumdb/note.
constexpr absl::string_view kPeter =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

TEST(VerifierKey, ReadsAndWritesAPublishedOne) {
  ASSERT_OK_AND_ASSIGN(VerifierKey vkey, VerifierKey::Parse(kPeter));
  EXPECT_EQ(vkey.name(), "PeterNeumann");
  EXPECT_EQ(vkey.type(), NoteKeyType::kEd25519);
  EXPECT_EQ(vkey.id().Hex(), "c74f20a3");
  EXPECT_EQ(vkey.ToString(), kPeter);
}

TEST(VerifierKey, TheSameKeyForCosignaturesHasAnotherId) {
  ASSERT_OK_AND_ASSIGN(VerifierKey vkey, VerifierKey::Parse(kPeter));
  ASSERT_OK_AND_ASSIGN(VerifierKey cosigner,
                       VerifierKey::Create("PeterNeumann", NoteKeyType::kCosignature, vkey.key()));
  // SHA-256("PeterNeumann" 0A 04 key), computed apart.
  EXPECT_EQ(cosigner.ToString(),
            "PeterNeumann+18b9780b+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  EXPECT_THAT(VerifierKey::Parse(cosigner.ToString()), IsOk());
}

TEST(VerifierKey, EveryChangedCharacterAndEveryCutIsRefused) {
  for (std::size_t i = 0; i < kPeter.size(); ++i) {
    std::string text(kPeter);
    text[i] = text[i] == 'a' ? 'b' : 'a';
    EXPECT_THAT(VerifierKey::Parse(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
    EXPECT_THAT(VerifierKey::Parse(kPeter.substr(0, i)),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(VerifierKey, AnIdThatDoesNotBelongIsNamed) {
  std::string text(kPeter);
  text[0] = 'p';
  EXPECT_THAT(VerifierKey::Parse(text),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("do not belong together")));
}

TEST(VerifierKey, RefusesOtherTypesSpacesAndSmallOrderKeys) {
  Bytes ecdsa = absl::StrCat("\x02", std::string(32, 'x'));
  std::string text = absl::StrCat("n+00000000+", Base64(AsBytes(ecdsa)));
  EXPECT_THAT(VerifierKey::Parse(text),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("type 02")));
  EXPECT_THAT(VerifierKey::Parse(absl::StrCat(kPeter, "\n")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(VerifierKey::Parse(absl::StrCat(" ", kPeter)),
              StatusIs(absl::StatusCode::kInvalidArgument));
  Bytes identity(32, '\0');
  identity[0] = '\x01';
  NoteKeyId id = ComputeNoteKeyId("n", 0x01, AsBytes(identity));
  text = absl::StrCat("n+", id.Hex(), "+", Base64(AsBytes("\x01" + identity)));
  EXPECT_THAT(VerifierKey::Parse(text),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("main subgroup")));
}

TEST(CheckKeyName, TakesWhatTheFormatAllows) {
  for (const char* name :
       {"a", "example.org/log", "\xd0\xbb\xd0\xbe\xd0\xb3", "\xf0\x9f\xaa\xa8"}) {
    EXPECT_THAT(CheckKeyName(name), IsOk()) << name;
  }
  EXPECT_THAT(CheckKeyName(std::string(255, 'x')), IsOk());
}

TEST(CheckKeyName, SaysWhatIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "empty"},
      {std::string(256, 'x'), "255"},
      {"a+b", "'+'"},
      {"a b", "white space"},
      {"a\xc2\xa0z", "white space"},      // U+00A0
      {"a\xc2\x85z", "white space"},      // U+0085
      {"a\xe2\x80\x83z", "white space"},  // U+2003
      {"a\xe3\x80\x80z", "white space"},  // U+3000
      {"a\tb", "control"},
      {"a\nb", "control"},
      {std::string("a\0b", 3), "control"},
      {"a\x7f", "control"},
      {"a\xff", "UTF-8"},
      {"a\xc3", "UTF-8"},              // Cut.
      {"a\xc0\xaf", "UTF-8"},          // Longer than needed.
      {"a\xe0\x80\xaf", "UTF-8"},      // Likewise.
      {"a\xf0\x80\x80\xaf", "UTF-8"},  // Likewise.
      {"a\xed\xa0\x80", "UTF-8"},      // A surrogate.
      {"a\xf4\x90\x80\x80", "UTF-8"},  // Above 10FFFF.
  };
  for (const auto& [name, why] : cases) {
    EXPECT_THAT(CheckKeyName(name), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)));
  }
}

}  // namespace
}  // namespace cairn::keys
