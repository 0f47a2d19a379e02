#include "keys/signing.h"

#include "keys/dsse.h"
#include "keys/possession.h"
#include "keys/sealing.h"
#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

TEST(Signing, MatchesRfc8032) {
  for (const nlohmann::json& one : VectorCases("ed25519_rfc8032.json")) {
    SecretBytes seed = SecretOf(UnHexField(one, "seed"));
    ASSERT_OK_AND_ASSIGN(SigningPrivateKey key, SigningPrivateKey::FromSeed(seed));
    EXPECT_EQ(Hex(key.Public().Raw()), one["key"]);
    Bytes message = UnHexField(one, "message");
    Bytes signature = key.Sign(AsBytes(message));
    EXPECT_EQ(Hex(AsBytes(signature)), one["signature"]) << one["desc"];
    EXPECT_THAT(key.Public().Verify(AsBytes(message), AsBytes(signature)), IsOk());
    EXPECT_TRUE(ConstantTimeEquals(key.Seed(), seed));
  }
}

TEST(SigningPublicKey, RefusesWhatIsNoPointOfTheMainSubgroup) {
  for (const nlohmann::json& one : VectorCases("ed25519_refused_keys.json")) {
    EXPECT_THAT(SigningPublicKey::Create(AsBytes(UnHexField(one, "key"))),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("main subgroup")))
        << one["desc"];
  }
}

TEST(SigningPublicKey, AcceptsNoneOfTheSignaturesOnWhichVerifiersDisagree) {
  for (const nlohmann::json& one : VectorCases("ed25519_speccheck.json")) {
    absl::StatusOr<SigningPublicKey> key =
        SigningPublicKey::Create(AsBytes(UnHexField(one, "key")));
    ASSERT_EQ(key.ok(), one["key_is_valid"].get<bool>()) << one["desc"];
    if (!key.ok()) continue;
    EXPECT_THAT(
        key->Verify(AsBytes(UnHexField(one, "message")), AsBytes(UnHexField(one, "signature"))),
        StatusIs(absl::StatusCode::kDataLoss))
        << one["desc"];
  }
}

TEST(SigningPublicKey, EveryFlippedBitOfASignatureIsRefused) {
  SigningPrivateKey key = SigningPrivateKey::Generate();
  Bytes message = "a message";
  const Bytes signature = key.Sign(AsBytes(message));
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Bytes spoiled = signature;
    spoiled[bit / 8] = static_cast<char>(spoiled[bit / 8] ^ 1 << bit % 8);
    EXPECT_THAT(key.Public().Verify(AsBytes(message), AsBytes(spoiled)),
                StatusIs(absl::StatusCode::kDataLoss))
        << bit;
  }
  EXPECT_THAT(key.Public().Verify(AsBytes("another message"), AsBytes(signature)),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(SigningPublicKey, RefusesSignaturesOfOtherLengths) {
  SigningPrivateKey key = SigningPrivateKey::Generate();
  Bytes signature = key.Sign({});
  for (const Bytes& other : {Bytes(), signature.substr(1), signature + "x"}) {
    EXPECT_THAT(key.Public().Verify({}, AsBytes(other)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("64 bytes")));
  }
}

TEST(SigningPublicKey, TypedBytesGoBothWaysAndNameTheFingerprint) {
  SigningPublicKey key = SigningPrivateKey::Generate().Public();
  Bytes typed = key.TypedBytes();
  ASSERT_EQ(typed.size(), 33u);
  EXPECT_EQ(typed[0], '\x01');
  ASSERT_OK_AND_ASSIGN(SigningPublicKey again, SigningPublicKey::FromTypedBytes(AsBytes(typed)));
  EXPECT_EQ(again, key);
  EXPECT_EQ(key.Fingerprint().digest, Sha256(AsBytes(typed)));
}

TEST(SigningPublicKey, RefusesOtherTypesAndLengths) {
  Bytes typed = SigningPrivateKey::Generate().Public().TypedBytes();
  typed[0] = '\x02';
  EXPECT_THAT(SigningPublicKey::FromTypedBytes(AsBytes(typed)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("found X25519")));
  typed[0] = '\x07';
  EXPECT_THAT(SigningPublicKey::FromTypedBytes(AsBytes(typed)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0x07")));
  EXPECT_THAT(SigningPublicKey::FromTypedBytes(AsBytes(typed).first(32)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("33 bytes")));
  EXPECT_THAT(SigningPublicKey::Create(AsBytes(typed)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32 bytes")));
}

TEST(SigningPrivateKey, RefusesSeedsOfOtherLengths) {
  EXPECT_THAT(SigningPrivateKey::FromSeed(SecretBytes(31)),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// --- DSSE ----------------------------------------------------------------------------------------

TEST(Dsse, MatchesTheExampleOfItsProtocol) {
  // secure-systems-lab/dsse, protocol.md, "Test vectors".
  EXPECT_EQ(PreAuthEncoding("http://example.com/HelloWorld", AsBytes("hello world")),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(PreAuthEncoding("", {}), "DSSEv1 0  0 ");
}

TEST(Dsse, DigestIsThatOfTheEncoding) {
  Bytes body = RandomBytes(1000);
  EXPECT_EQ(PreAuthDigest(kStatementPayloadType, AsBytes(body)),
            Sha256(AsBytes(PreAuthEncoding(kStatementPayloadType, AsBytes(body)))));
}

TEST(Dsse, SignatureOfOneTypeIsNoneOfAnother) {
  SigningPrivateKey key = SigningPrivateKey::Generate();
  Bytes signature = SignPayload(key, kStatementPayloadType, AsBytes("body"));
  EXPECT_THAT(
      VerifyPayload(key.Public(), kStatementPayloadType, AsBytes("body"), AsBytes(signature)),
      IsOk());
  EXPECT_THAT(VerifyPayload(key.Public(), kRefusalPayloadType, AsBytes("body"), AsBytes(signature)),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(
      VerifyPayload(key.Public(), kStatementPayloadType, AsBytes("bodies"), AsBytes(signature)),
      StatusIs(absl::StatusCode::kDataLoss));
}

// --- Possession ----------------------------------------------------------------------------------

class PossessionTest : public ::testing::Test {
 protected:
  absl::Status Check(const SigningPublicKey& signer, absl::string_view origin,
                     absl::string_view party, const Bytes& typed, const Bytes& proof) {
    return CheckPossession(signer, origin, party, AsBytes(typed), AsBytes(proof));
  }
  SigningPrivateKey key_ = SigningPrivateKey::Generate();
  Bytes typed_ = key_.Public().TypedBytes();
  Bytes proof_ = ProvePossession(key_, "log.example", "party-a", AsBytes(typed_));
};

TEST_F(PossessionTest, BodyIsTheEncodingOfTheMessage) {
  EXPECT_EQ(PossessionBody("log.example", "party-a", AsBytes(typed_)),
            absl::StrCat("\x0a\x0blog.example\x12\x07party-a\x1a\x21", typed_));
  // Two bytes of length from 128 on.
  EXPECT_EQ(PossessionBody(std::string(200, 'o'), "p", {}),
            absl::StrCat("\x0a\xc8\x01", std::string(200, 'o'), "\x12\x01p"));
}

TEST_F(PossessionTest, SigningKeyProvesItself) {
  EXPECT_THAT(Check(key_.Public(), "log.example", "party-a", typed_, proof_), IsOk());
}

TEST_F(PossessionTest, SigningKeyVouchesForASealingKey) {
  Bytes sealing = SealingPrivateKey::Generate().Public().TypedBytes();
  Bytes proof = ProvePossession(key_, "log.example", "party-a", AsBytes(sealing));
  EXPECT_THAT(Check(key_.Public(), "log.example", "party-a", sealing, proof), IsOk());
}

TEST_F(PossessionTest, ProofForAnotherLogOrPartyIsRefused) {
  EXPECT_THAT(Check(key_.Public(), "log.example2", "party-a", typed_, proof_),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Check(key_.Public(), "log.example", "party-b", typed_, proof_),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(PossessionTest, NobodyProvesTheSigningKeyOfAnother) {
  SigningPrivateKey thief = SigningPrivateKey::Generate();
  Bytes proof = ProvePossession(thief, "log.example", "party-a", AsBytes(typed_));
  EXPECT_THAT(Check(thief.Public(), "log.example", "party-a", typed_, proof),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("its own signature")));
}

TEST_F(PossessionTest, InvalidKeysAndEmptyNamesAreRefused) {
  Bytes zero(33, '\0');
  zero[0] = '\x02';  // X25519, u = 0
  EXPECT_THAT(Check(key_.Public(), "log.example", "party-a", zero,
                    ProvePossession(key_, "log.example", "party-a", AsBytes(zero))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("low order")));
  EXPECT_THAT(Check(key_.Public(), "log.example", "party-a", "", proof_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("33 bytes")));
  EXPECT_THAT(Check(key_.Public(), "", "party-a", typed_, proof_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("origin")));
  EXPECT_THAT(Check(key_.Public(), "log.example", "party-a", typed_, proof_ + "x"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("64 bytes")));
}

}  // namespace
}  // namespace cairn::keys
