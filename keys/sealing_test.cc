#include "keys/sealing.h"

#include <string>

#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(SealingPrivateKey, SharedSecretMatchesRfc7748Section6) {
  ASSERT_OK_AND_ASSIGN(SealingPrivateKey bob,
                       SealingPrivateKey::FromSecret(SecretOf(UnHex(
                           "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))));
  EXPECT_EQ(Hex(bob.Public().Raw()),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  Bytes alice = UnHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  ASSERT_OK_AND_ASSIGN(SecretBytes shared, bob.SharedSecret(AsBytes(alice)));
  EXPECT_EQ(Hex(shared.View()), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST(SealingPublicKey, RefusesLowOrderAndOtherSpellings) {
  for (const nlohmann::json& one : VectorCases("x25519_refused_keys.json")) {
    std::string desc = one["desc"];
    Bytes raw = UnHexField(one, "key");
    absl::string_view why =
        desc.find("top bit") != desc.npos || desc.find("not reduced") != desc.npos ? "canonical"
                                                                                   : "low order";
    EXPECT_THAT(SealingPublicKey::Create(AsBytes(raw)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(why))))
        << desc;
    // Nor as text with a right checksum.
    EXPECT_THAT(SealingPublicKey::ParseRecipient(EncodeBech32("age", AsBytes(raw))),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << desc;
  }
}

TEST(SealingPrivateKey, GivesNoSharedSecretWithAPointOfLowOrder) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  for (const nlohmann::json& one : VectorCases("x25519_refused_keys.json")) {
    if (one["desc"].get<std::string>().rfind("low order", 0) != 0) continue;
    EXPECT_THAT(key.SharedSecret(AsBytes(UnHexField(one, "key"))),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("low order")))
        << one["desc"];
  }
}

TEST(SealingPublicKey, TextGoesBothWays) {
  SealingPublicKey key = SealingPrivateKey::Generate().Public();
  std::string text = key.Recipient();
  EXPECT_EQ(text.size(), 62u);
  EXPECT_EQ(text.substr(0, 4), "age1");
  ASSERT_OK_AND_ASSIGN(SealingPublicKey again, SealingPublicKey::ParseRecipient(text));
  EXPECT_EQ(again, key);
}

TEST(SealingPublicKey, EveryChangedCharacterOfTheTextIsRefused) {
  const std::string good = SealingPrivateKey::Generate().Public().Recipient();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string text = good;
    text[i] = text[i] == 'q' ? 'p' : 'q';
    EXPECT_THAT(SealingPublicKey::ParseRecipient(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not an age recipient")));
  }
  EXPECT_THAT(SealingPublicKey::ParseRecipient(good + "\n"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SealingPublicKey, TypedBytesGoBothWays) {
  SealingPublicKey key = SealingPrivateKey::Generate().Public();
  Bytes typed = key.TypedBytes();
  EXPECT_EQ(typed[0], '\x02');
  ASSERT_OK_AND_ASSIGN(SealingPublicKey again, SealingPublicKey::FromTypedBytes(AsBytes(typed)));
  EXPECT_EQ(again, key);
  EXPECT_EQ(key.Fingerprint().digest, Sha256(AsBytes(typed)));
  typed[0] = '\x01';
  EXPECT_THAT(SealingPublicKey::FromTypedBytes(AsBytes(typed)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("found Ed25519")));
}

TEST(SealingPrivateKey, IdentityTextGoesBothWays) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  SecretBytes text = key.Identity();
  EXPECT_EQ(text.size(), 74u);
  EXPECT_EQ(AsText(text.View().first(16)), "AGE-SECRET-KEY-1");
  ASSERT_OK_AND_ASSIGN(SealingPrivateKey again, SealingPrivateKey::ParseIdentity(text));
  EXPECT_EQ(again.Public(), key.Public());
}

TEST(SealingPrivateKey, AnIdentityThatIsRefusedIsNotQuoted) {
  SecretBytes text = SealingPrivateKey::Generate().Identity();
  text.MutableView()[40] = text.View()[40] == 'Q' ? 'P' : 'Q';
  std::string part(AsText(text.View().subspan(16, 20)));
  EXPECT_THAT(SealingPrivateKey::ParseIdentity(text),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr(part))));
}

TEST(SealingPrivateKey, ReadsWhatAgeKeygenWrites) {
  TemporaryFolder folder;
  ASSERT_EQ(RunShell("age-keygen -o " + folder.File("key") + " 2>/dev/null"), 0);
  std::string file = ContentsOf(folder.File("key"));
  std::size_t at = file.find("AGE-SECRET-KEY-1");
  ASSERT_NE(at, file.npos);
  ASSERT_OK_AND_ASSIGN(SealingPrivateKey key,
                       SealingPrivateKey::ParseIdentity(SecretOf(file.substr(at, 74))));
  EXPECT_THAT(file, HasSubstr(key.Public().Recipient()));
}

}  // namespace
}  // namespace cairn::keys
