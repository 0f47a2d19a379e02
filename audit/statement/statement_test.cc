#include "audit/statement/statement.h"

#include <string>

#include "audit/statement/annex.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"
#include "cairn/v1/statement.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keys/dsse.h"
#include "keys/secret.h"
#include "tests/testing/status.h"

namespace cairn::statement {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::Eq;
using ::testing::HasSubstr;

keys::SigningPrivateKey KeyOfSeed(std::uint8_t fill) {
  const std::string seed(keys::kSigningSeedSize, static_cast<char>(fill));
  return *keys::SigningPrivateKey::FromSeed(keys::SecretBytes::CopyOf(keys::AsBytes(seed)));
}

v1::Statement SomeClaim() {
  v1::Statement statement;
  statement.set_log_origin("example.org/log");
  statement.set_actor("receiving-party");
  statement.set_sequence(3);
  statement.set_previous(std::string(32, 'p'));
  statement.set_issued_at_ms(1000);
  statement.set_expires_at_ms(2000);
  v1::Claim& claim = *statement.mutable_claim();
  claim.set_speaker("Ministry");
  claim.set_source_digest(std::string(32, 's'));
  claim.set_subject(v1::CLAIM_SUBJECT_MINES_DELIVERED);
  claim.mutable_quantity()->set_precision(v1::PRECISION_ABOUT);
  claim.mutable_quantity()->set_value(200000);
  return statement;
}

v1::SignedStatement WrapperOf(const keys::Bytes& signed_bytes) {
  v1::SignedStatement wrapper;
  EXPECT_TRUE(wrapper.ParseFromString(signed_bytes));
  return wrapper;
}

// Signs whatever bytes it is given, as a dishonest signer would.
keys::Bytes SignRaw(const keys::Bytes& statement, const keys::SigningPrivateKey& key) {
  v1::SignedStatement wrapper;
  wrapper.set_statement(statement);
  wrapper.set_public_key(key.Public().TypedBytes());
  wrapper.set_signature(
      keys::SignPayload(key, keys::kStatementPayloadType, keys::AsBytes(statement)));
  return SerializeTrusted(wrapper);
}

TEST(VerifyStatement, AcceptsWhatSignMade) {
  const keys::SigningPrivateKey key = KeyOfSeed(1);
  ASSERT_OK_AND_ASSIGN(const keys::Bytes bytes, Sign(SomeClaim(), key));
  ASSERT_OK_AND_ASSIGN(const VerifiedStatement verified, Verify(keys::AsBytes(bytes)));
  EXPECT_EQ(verified.signed_bytes(), bytes);
  EXPECT_EQ(verified.statement_bytes(), WrapperOf(bytes).statement());
  EXPECT_EQ(verified.id(), IdOf(keys::AsBytes(verified.statement_bytes())));
  EXPECT_EQ(verified.public_key(), key.Public());
  EXPECT_EQ(verified.statement().key(), verified.key().ToBytes());
  EXPECT_EQ(verified.statement().claim().speaker(), "Ministry");
  EXPECT_EQ(BodyName(verified.statement()), "claim");
}

TEST(VerifyStatement, IdIsTheDigestOfThePreAuthenticationEncoding) {
  const keys::Bytes body = *CanonicalBytes(SomeClaim());
  EXPECT_EQ(IdOf(keys::AsBytes(body)).digest,
            keys::Sha256(keys::AsBytes("DSSEv1 43 application/vnd.cairn.statement.v1+protobuf " +
                                       std::to_string(body.size()) + " " + body)));
}

TEST(VerifyStatement, EveryFlippedBitIsRefused) {
  const keys::Bytes good = *Sign(SomeClaim(), KeyOfSeed(1));
  KeyMemo memo;
  for (std::size_t i = 0; i < good.size(); ++i) {
    keys::Bytes flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    EXPECT_FALSE(Verify(keys::AsBytes(flipped), &memo).ok()) << "byte " << i;
  }
}

TEST(VerifyStatement, EveryPrefixIsRefused) {
  const keys::Bytes good = *Sign(SomeClaim(), KeyOfSeed(1));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_THAT(Verify(keys::AsBytes(good.substr(0, size))),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(VerifyStatement, RefusesAnotherKeysSignature) {
  v1::SignedStatement wrapper = WrapperOf(*Sign(SomeClaim(), KeyOfSeed(1)));
  wrapper.set_signature(keys::SignPayload(KeyOfSeed(2), keys::kStatementPayloadType,
                                          keys::AsBytes(wrapper.statement())));
  EXPECT_THAT(Verify(keys::AsBytes(SerializeTrusted(wrapper))),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("signature")));
}

TEST(VerifyStatement, RefusesASignatureForAnotherPurpose) {
  const keys::SigningPrivateKey key = KeyOfSeed(1);
  v1::SignedStatement wrapper = WrapperOf(*Sign(SomeClaim(), key));
  wrapper.set_signature(
      keys::SignPayload(key, keys::kRefusalPayloadType, keys::AsBytes(wrapper.statement())));
  EXPECT_THAT(Verify(keys::AsBytes(SerializeTrusted(wrapper))),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(VerifyStatement, RefusesAStatementThatNamesAnotherKey) {
  v1::Statement statement = SomeClaim();
  statement.set_key(KeyOfSeed(2).Public().Fingerprint().ToBytes());
  EXPECT_THAT(Verify(keys::AsBytes(SignRaw(*CanonicalBytes(statement), KeyOfSeed(1)))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fingerprint")));
}

TEST(VerifyStatement, RefusesSignedBytesThatAreNotCanonical) {
  const keys::SigningPrivateKey key = KeyOfSeed(1);
  v1::Statement statement = SomeClaim();
  statement.set_key(key.Public().Fingerprint().ToBytes());
  const keys::Bytes bytes = *CanonicalBytes(statement) + std::string("\xfa\x3f\x01z", 4);
  EXPECT_THAT(Verify(keys::AsBytes(SignRaw(bytes, key))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("field 1023 is not known")));
}

TEST(VerifyStatement, RefusesAStatementWithoutABody) {
  const keys::SigningPrivateKey key = KeyOfSeed(1);
  v1::Statement statement = SomeClaim();
  statement.clear_body();
  statement.set_key(key.Public().Fingerprint().ToBytes());
  EXPECT_THAT(Verify(keys::AsBytes(SignRaw(*CanonicalBytes(statement), key))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no body")));
  EXPECT_THAT(Sign(statement, key), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(VerifyStatement, RefusesASmallOrderKeyBeforeItsSignature) {
  v1::SignedStatement wrapper = WrapperOf(*Sign(SomeClaim(), KeyOfSeed(1)));
  wrapper.set_public_key(std::string("\x01\x01", 2) + std::string(31, '\0'));
  EXPECT_THAT(Verify(keys::AsBytes(SerializeTrusted(wrapper))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("public_key")));
}

TEST(VerifyStatement, RefusesWhatIsTooLarge) {
  const keys::SigningPrivateKey key = KeyOfSeed(1);
  EXPECT_THAT(Verify(keys::AsBytes(SignRaw(std::string(kMaxStatementBytes + 1, 'x'), key))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 32768")));
  EXPECT_THAT(Verify(keys::AsBytes(SignRaw(std::string(kMaxSignedStatementBytes, 'x'), key))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 33792")));
  v1::Statement large = SomeClaim();
  large.mutable_relodge()->set_signed_statement(std::string(kMaxStatementBytes, 'x'));
  EXPECT_THAT(Sign(large, key), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32768")));
}

TEST(SignStatement, RefusesToSignForAnotherKey) {
  v1::Statement statement = SomeClaim();
  statement.set_key(std::string(32, 'k'));
  EXPECT_THAT(Sign(statement, KeyOfSeed(1)), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeyMemo, ForgetsWhenFullAndKeepsAnswering) {
  KeyMemo memo(2);
  for (std::uint8_t i = 1; i < 6; ++i) {
    const keys::Bytes typed = KeyOfSeed(i).Public().TypedBytes();
    EXPECT_THAT(memo.Get(keys::AsBytes(typed)), IsOk());
    EXPECT_THAT(memo.Get(keys::AsBytes(typed)).value(), Eq(KeyOfSeed(i).Public()));
  }
}

TEST(Entry, ComesBackAsItWas) {
  const keys::Bytes bytes = EncodeEntry(17, keys::AsBytes("signed"));
  ASSERT_OK_AND_ASSIGN(const Entry entry, ParseEntry(keys::AsBytes(bytes)));
  EXPECT_EQ(entry.logged_at_ms, 17u);
  EXPECT_EQ(entry.signed_statement, "signed");
}

TEST(Entry, RefusesTrailingBytesAndAnEmptyStatement) {
  const keys::Bytes bytes = EncodeEntry(17, keys::AsBytes("signed"));
  EXPECT_THAT(ParseEntry(keys::AsBytes(bytes + "\x18\x01")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("field 3")));
  EXPECT_THAT(ParseEntry(keys::AsBytes("\x08\x11")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no statement")));
}

v1::Refusal SomeRefusal() {
  v1::Refusal refusal;
  refusal.set_log_origin("example.org/log");
  refusal.set_statement(std::string(32, 'i'));
  refusal.set_reason(v1::REFUSAL_REASON_EXPIRED);
  refusal.set_tree_size(12);
  return refusal;
}

TEST(SignedRefusal, HoldsForTheOperatorAndForNobodyElse) {
  ASSERT_OK_AND_ASSIGN(const v1::SignedRefusal made, SignRefusal(SomeRefusal(), KeyOfSeed(9)));
  ASSERT_OK_AND_ASSIGN(const v1::Refusal read, VerifyRefusal(made, KeyOfSeed(9).Public()));
  EXPECT_EQ(read.tree_size(), 12u);
  EXPECT_THAT(VerifyRefusal(made, KeyOfSeed(8).Public()),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SignedRefusal, ChangedIsRefused) {
  v1::SignedRefusal made = *SignRefusal(SomeRefusal(), KeyOfSeed(9));
  v1::Refusal other = SomeRefusal();
  other.set_reason(v1::REFUSAL_REASON_FIELD);
  made.set_refusal(*CanonicalBytes(other));
  EXPECT_THAT(VerifyRefusal(made, KeyOfSeed(9).Public()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(SignedRefusal, UnsignedIsReadButNotVerified) {
  ASSERT_OK_AND_ASSIGN(const v1::SignedRefusal made, UnsignedRefusal(SomeRefusal()));
  EXPECT_THAT(ReadRefusalUnverified(made), IsOk());
  EXPECT_THAT(VerifyRefusal(made, KeyOfSeed(9).Public()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not signed")));
}

TEST(AnnexDigest, IsTheDigestOfDomainSaltAndBytes) {
  const std::string salt(kAnnexSaltBytes, 's');
  ASSERT_OK_AND_ASSIGN(const keys::Digest digest,
                       AnnexDigest(keys::AsBytes(salt), keys::AsBytes("text")));
  EXPECT_EQ(digest, keys::Sha256(keys::AsBytes("cairn/annex/v1" + salt + "text")));
}

TEST(CarriedAnnex, HasTheAnnexsDigestAndComesApartAgain) {
  const std::string salt(kAnnexSaltBytes, 's');
  const keys::Bytes file = JoinCarried(keys::AsBytes(salt), keys::AsBytes("text"));
  ASSERT_OK_AND_ASSIGN(const keys::Digest digest,
                       AnnexDigest(keys::AsBytes(salt), keys::AsBytes("text")));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(file)), digest);
  const std::optional<CarriedAnnex> apart = SplitCarried(keys::AsBytes(file));
  ASSERT_TRUE(apart.has_value());
  EXPECT_EQ(keys::AsText(apart->salt), salt);
  EXPECT_EQ(keys::AsText(apart->bytes), "text");
}

TEST(CarriedAnnex, OfAnotherDomainOrWithoutBytesIsNone) {
  const keys::Bytes file =
      JoinCarried(keys::AsBytes(std::string(kAnnexSaltBytes, 's')), keys::AsBytes("t"));
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_FALSE(SplitCarried(keys::AsBytes(file).first(length)).has_value()) << length;
  }
  for (std::size_t at = 0; at < kAnnexDomain.size(); ++at) {
    keys::Bytes other = file;
    other[at] ^= 1;
    EXPECT_FALSE(SplitCarried(keys::AsBytes(other)).has_value()) << at;
  }
}

TEST(AnnexDigest, RefusesAShortSaltAndAnEmptyAnnex) {
  EXPECT_THAT(AnnexDigest(keys::AsBytes("salt"), keys::AsBytes("text")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("salt")));
  EXPECT_THAT(AnnexDigest(keys::AsBytes(std::string(32, 's')), {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
}

}  // namespace
}  // namespace cairn::statement
