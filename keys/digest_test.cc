#include "keys/digest.h"

#include <string>

#include "keys/secret.h"
#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::StatusIs;

constexpr absl::string_view kAbcDigest =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-4, examples.

TEST(Sha256, MatchesTheStandard) {
  EXPECT_EQ(Sha256(AsBytes("abc")).Hex(), kAbcDigest);
  EXPECT_EQ(Sha256(ByteView()).Hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfPartsIsThatOfTheWhole) {
  EXPECT_EQ(Sha256({AsBytes("a"), ByteView(), AsBytes("bc")}).Hex(), kAbcDigest);
  Sha256Stream stream;
  stream.Update(AsBytes("ab"));
  stream.Update(AsBytes("c"));
  EXPECT_EQ(stream.Finish().Hex(), kAbcDigest);
  stream.Update(AsBytes("abc"));
  EXPECT_EQ(stream.Finish().Hex(), kAbcDigest) << "Finish starts a new one";
}

TEST(Digest, TextGoesBothWays) {
  ASSERT_OK_AND_ASSIGN(Digest digest, Digest::FromHex(kAbcDigest));
  EXPECT_EQ(digest, Sha256(AsBytes("abc")));
  ASSERT_OK_AND_ASSIGN(Digest again, Digest::FromBytes(digest.View()));
  EXPECT_EQ(again, digest);
}

TEST(Digest, RefusesOtherLengths) {
  EXPECT_THAT(Digest::FromBytes(AsBytes(Bytes(31, 'x'))),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Digest::FromBytes(AsBytes(Bytes(33, 'x'))),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Digest::FromHex("ba78"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Digest::FromHex(std::string(64, 'G')), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(HmacSha256, MatchesRfc4231) {
  EXPECT_EQ(HmacSha256(AsBytes("Jefe"), AsBytes("what do ya want for nothing?")).Hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // Test case 6: a key longer than a block is hashed first.
  EXPECT_EQ(HmacSha256(AsBytes(Bytes(131, '\xaa')),
                       AsBytes("Test Using Larger Than Block-Size Key - Hash Key First"))
                .Hex(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// RFC 5869, A.1 and A.3, the first 32 bytes of each. Both implementations must give them.
TEST(HkdfSha256, MatchesRfc5869) {
  Bytes key(22, '\x0b');
  Bytes salt = UnHex("000102030405060708090a0b0c");
  Bytes info = UnHex("f0f1f2f3f4f5f6f7f8f9");
  constexpr absl::string_view kFirst =
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf";
  constexpr absl::string_view kThird =
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d";
  EXPECT_EQ(HkdfSha256(AsBytes(key), AsBytes(salt), AsBytes(info)).Hex(), kFirst);
  EXPECT_EQ(HkdfSha256(AsBytes(key), {}, {}).Hex(), kThird);
  EXPECT_EQ(Hex(HkdfSecret(AsBytes(key), AsBytes(salt), AsBytes(info)).View()), kFirst);
  EXPECT_EQ(Hex(HkdfSecret(AsBytes(key), {}, {}).View()), kThird);
}

}  // namespace
}  // namespace cairn::keys
