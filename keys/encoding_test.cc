#include "keys/encoding.h"

#include <array>
#include <string>

#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

TEST(Hex, IsLowercaseAndGoesBothWays) {
  Bytes bytes = {'\x00', '\x7f', '\x80', '\xff'};
  EXPECT_EQ(Hex(AsBytes(bytes)), "007f80ff");
  ASSERT_OK_AND_ASSIGN(Bytes parsed, ParseHex("007f80ff"));
  EXPECT_EQ(parsed, bytes);
}

TEST(Hex, RefusesUppercaseAndNamesThePosition) {
  EXPECT_THAT(ParseHex("007F80ff"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("position 3")));
}

TEST(Hex, RefusesAnOddLength) {
  EXPECT_THAT(ParseHex("007"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("odd")));
}

TEST(Hex, RefusesMoreThanTheLimit) {
  EXPECT_THAT(ParseHex("0011", 2), IsOk());
  EXPECT_THAT(ParseHex("001122", 2), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Base64, MatchesTheVectorsOfRfc4648Section10) {
  const std::array<std::array<std::string, 2>, 7> cases = {{{"", ""},
                                                            {"f", "Zg=="},
                                                            {"fo", "Zm8="},
                                                            {"foo", "Zm9v"},
                                                            {"foob", "Zm9vYg=="},
                                                            {"fooba", "Zm9vYmE="},
                                                            {"foobar", "Zm9vYmFy"}}};
  for (const auto& [plain, text] : cases) {
    EXPECT_EQ(Base64(AsBytes(plain)), text);
    ASSERT_OK_AND_ASSIGN(Bytes parsed, ParseBase64(text));
    EXPECT_EQ(parsed, plain);
    EXPECT_EQ(UnpaddedBase64(AsBytes(plain)), text.substr(0, text.find('=')));
  }
}

TEST(Base64, EveryLengthAndByteGoesBothWays) {
  Bytes bytes;
  for (int i = 0; i < 300; ++i) {
    ASSERT_OK_AND_ASSIGN(Bytes padded, ParseBase64(Base64(AsBytes(bytes))));
    EXPECT_EQ(padded, bytes);
    ASSERT_OK_AND_ASSIGN(Bytes unpadded, ParseUnpaddedBase64(UnpaddedBase64(AsBytes(bytes))));
    EXPECT_EQ(unpadded, bytes);
    bytes.push_back(static_cast<char>(i * 7));
  }
}

TEST(Base64, OneValueHasOneSpelling) {
  for (const char* text : {"Zh==",       // Bits behind the last byte: "Zg==" is the right one.
                           "Zm9=",       // Likewise with two bytes.
                           "Zg",         // No padding.
                           "Zg=",        // Half of it.
                           "Zg===",      // Too much.
                           "====", "=",  // Nothing else.
                           "Zm9v=",      // Where none belongs.
                           "Zg==Zg==",   // Inside.
                           "Zm 9v", "Zm9v\n", "Zm9-", "Zm9_", "Zm\xc3\xa9"}) {
    EXPECT_THAT(ParseBase64(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  EXPECT_THAT(ParseUnpaddedBase64("Zg=="), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseUnpaddedBase64("Z"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Base64, RefusesMoreThanTheLimit) {
  EXPECT_THAT(ParseBase64("Zm9v", 3), IsOk());
  EXPECT_THAT(ParseBase64("Zm9vYg==", 3), StatusIs(absl::StatusCode::kInvalidArgument));
}

// BIP 173, "Test vectors": a valid string whose 32 data characters are 20 whole bytes.
constexpr absl::string_view kBip173Text = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
constexpr absl::string_view kBip173Bytes = "00443214c74254b635cf84653a56d7c675be77df";

TEST(Bech32, MatchesTheVectorOfBip173) {
  EXPECT_EQ(EncodeBech32("abcdef", AsBytes(UnHex(kBip173Bytes))), kBip173Text);
  std::array<std::uint8_t, 20> bytes;
  EXPECT_THAT(ParseBech32Into("abcdef", kBip173Text, bytes), IsOk());
  EXPECT_EQ(Hex(bytes), kBip173Bytes);
}

TEST(Bech32, UppercasePrefixGivesUppercaseText) {
  std::string text = EncodeBech32("ABCDEF", AsBytes(UnHex(kBip173Bytes)));
  EXPECT_EQ(text, "ABCDEF1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LMQQQXW");
  std::array<std::uint8_t, 20> bytes;
  EXPECT_THAT(ParseBech32Into("ABCDEF", text, bytes), IsOk());
  EXPECT_THAT(ParseBech32Into("abcdef", text, bytes), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Bech32, EveryChangedCharacterIsRefusedAndNothingIsLeftBehind) {
  for (std::size_t i = 0; i < kBip173Text.size(); ++i) {
    std::string text(kBip173Text);
    text[i] = text[i] == 'q' ? 'p' : 'q';
    std::array<std::uint8_t, 20> bytes;
    bytes.fill(0xaa);
    EXPECT_THAT(ParseBech32Into("abcdef", text, bytes),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(bytes, (std::array<std::uint8_t, 20>{})) << i;
  }
}

TEST(Bech32, EveryPrefixCutIsRefused) {
  std::array<std::uint8_t, 20> bytes;
  for (std::size_t size = 0; size < kBip173Text.size(); ++size) {
    EXPECT_THAT(ParseBech32Into("abcdef", kBip173Text.substr(0, size), bytes),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(Bech32, RefusesPaddingBitsThatAreSet) {
  // 16 zero bytes are 26 characters with two bits to spare; both checksums are right.
  std::array<std::uint8_t, 16> bytes;
  EXPECT_THAT(ParseBech32Into("a", "a1qqqqqqqqqqqqqqqqqqqqqqqqqqlsl2e0", bytes), IsOk());
  EXPECT_THAT(ParseBech32Into("a", "a1qqqqqqqqqqqqqqqqqqqqqqqqqpzxtlya", bytes),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no byte")));
}

}  // namespace
}  // namespace cairn::keys
