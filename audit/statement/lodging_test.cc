#include "audit/statement/lodging.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keys/secret.h"
#include "tests/testing/status.h"

namespace cairn::statement {
namespace {

using ::cairn::testing::StatusIs;

keys::SigningPrivateKey LodgingKey() {
  return *keys::SigningPrivateKey::FromSeed(
      keys::SecretBytes::CopyOf(keys::Sha256(keys::AsBytes("a mediator")).View()));
}
v1::Lodging SomeLodging() {
  v1::Lodging lodging;
  lodging.set_log_origin("log.example.org/test");
  lodging.set_statement(keys::Sha256(keys::AsBytes("statement")).ToBytes());
  lodging.set_party("mediator-a");
  lodging.mutable_seen()->set_tree_size(7);
  lodging.mutable_seen()->set_root_hash(keys::Sha256(keys::AsBytes("root")).ToBytes());
  lodging.set_lodged_at_ms(1'628'467'200'000);
  return lodging;
}

TEST(Lodging, IsReadOnlyUnderItsSignature) {
  ASSERT_OK_AND_ASSIGN(const keys::Bytes bytes, SignLodging(SomeLodging(), LodgingKey()));
  ASSERT_OK_AND_ASSIGN(const VerifiedLodging verified, VerifyLodging(keys::AsBytes(bytes)));
  EXPECT_EQ(verified.lodging.party(), "mediator-a");
  EXPECT_EQ(verified.public_key.TypedBytes(), LodgingKey().Public().TypedBytes());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    keys::Bytes spoiled = bytes;
    spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
    EXPECT_FALSE(VerifyLodging(keys::AsBytes(spoiled)).ok()) << at;
  }
}

TEST(Lodging, NamesAStatementByItsWholeId) {
  v1::Lodging lodging = SomeLodging();
  lodging.set_statement("short");
  ASSERT_OK_AND_ASSIGN(const keys::Bytes bytes, SignLodging(lodging, LodgingKey()));
  EXPECT_THAT(VerifyLodging(keys::AsBytes(bytes)), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cairn::statement
