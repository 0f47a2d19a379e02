#include "audit/record/commitment.h"

#include <string>

#include "audit/merkle/hash.h"
#include "audit/record/template_for_test.h"
#include "audit/statement/canonical.h"
#include "keys/encoding.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::record::testing::ExampleRecord;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

constexpr absl::StatusCode kBadGroup = absl::StatusCode::kInvalidArgument;

keys::SecretBytes FixedSeed() {
  return keys::SecretBytes::CopyOf(keys::AsBytes(std::string(kPackageSeedSize, 's')));
}

PackedPair PackedExample() {
  absl::StatusOr<PackedPair> packed = PackRecord(FixedSeed(), 7, ExampleRecord());
  EXPECT_THAT(packed, IsOk());
  return *std::move(packed);
}

// The formulas of the header once more, by hand; the hexadecimal values were computed with Python's
// hmac and hashlib.
TEST(Commitment, SaltsAndDigestsAreWhatTheFormulasSay) {
  EXPECT_EQ(GroupSalt(FixedSeed(), 7, 3).Hex(),
            "328a1cbe01c74d249da8e2b667e6fe2ec9eeacf2b392529a9f7222a1b95f4e28");
  EXPECT_EQ(PackageSalt(FixedSeed()).Hex(),
            "ff2ca6a5bb04cf84076fcfdaf3442a7a60ce4e39741ce7d42afaddf4cc667ed9");
  EXPECT_EQ(ScanSalt(FixedSeed(), 7, 1).Hex(),
            "31ae4429ff5c6fcf2678253429da491e0dbb6acc94954497764b72895a52f913");
  const keys::Digest salt = keys::Sha256(keys::AsBytes("salt"));
  EXPECT_EQ(GroupDigest(3, salt, keys::AsBytes("bytes")).Hex(),
            "53a1114e60a9054dd22f944dc70d42dca2693f4ee7588ae4f186b54870cc964e");
  EXPECT_EQ(ScanDigest(salt, keys::Sha256(keys::AsBytes("file"))).Hex(),
            "2fa8b0e0d27adf5781903c7761a1ed9cf713f8e6b1fcc114c96b127ea4481db4");
  GroupDigests digests;
  digests.fill(salt);
  const keys::Bytes leaf = RecordLeaf(digests);
  EXPECT_EQ(leaf.size(), 15U + 7 * 32);
  EXPECT_EQ(leaf.substr(0, 15), "cairn/record/v1");
  EXPECT_EQ(RecordCommitment(digests), merkle::HashLeaf(keys::AsBytes(leaf)));
}

TEST(Commitment, SaltsDifferByRecordGroupAndSeed) {
  EXPECT_NE(GroupSalt(FixedSeed(), 7, 3), GroupSalt(FixedSeed(), 8, 3));
  EXPECT_NE(GroupSalt(FixedSeed(), 7, 3), GroupSalt(FixedSeed(), 7, 4));
  EXPECT_NE(GroupSalt(FixedSeed(), 7, 3), GroupSalt(keys::RandomSecret(kPackageSeedSize), 7, 3));
}

TEST(Commitment, BothFilesGiveTheSameCommitment) {
  const PackedPair packed = PackedExample();
  ASSERT_OK_AND_ASSIGN(const UnpackedRecord main, UnpackRecord(packed.main, PackageFile::kMain));
  ASSERT_OK_AND_ASSIGN(const UnpackedRecord persons,
                       UnpackRecord(packed.persons, PackageFile::kPersons));
  EXPECT_EQ(main.digests, packed.digests);
  EXPECT_EQ(persons.digests, packed.digests);
  EXPECT_FALSE(main.record.has_persons());
  EXPECT_FALSE(persons.record.has_identity());
  EXPECT_EQ(persons.record.persons().commander().value(), "major N. N.");
  // No name in any byte of the main file.
  EXPECT_EQ(packed.main.SerializeAsString().find("major N. N."), std::string::npos);
}

TEST(Commitment, ScansAreSalted) {
  const PackedPair packed = PackedExample();
  ASSERT_OK_AND_ASSIGN(const UnpackedRecord main, UnpackRecord(packed.main, PackageFile::kMain));
  const v1::AttachmentUse& use = main.record.identity().attachments(0);
  EXPECT_EQ(use.scan_salt(), ScanSalt(FixedSeed(), 7, 0).ToBytes());
  EXPECT_NE(use.salted_digest(), use.sha256());
}

TEST(Commitment, OneGroupIsOpenedAndTheOthersStaySealed) {
  const PackedPair packed = PackedExample();
  EXPECT_THAT(VerifyOpenedGroup(packed.main.groups(2), packed.digests), IsOk());
  EXPECT_THAT(VerifyOpenedGroup(packed.persons.groups(0), packed.digests), IsOk());
  v1::Group changed = packed.main.groups(2);
  changed.mutable_bytes()->back() ^= 1;
  EXPECT_THAT(VerifyOpenedGroup(changed, packed.digests),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("group 3")));
  v1::Group salted = packed.main.groups(2);
  (*salted.mutable_salt())[0] ^= 1;
  EXPECT_THAT(VerifyOpenedGroup(salted, packed.digests), StatusIs(absl::StatusCode::kDataLoss));
  v1::Group moved = packed.main.groups(2);
  moved.set_number(4);
  EXPECT_THAT(VerifyOpenedGroup(moved, packed.digests), StatusIs(absl::StatusCode::kDataLoss));
  moved.set_number(8);
  EXPECT_THAT(VerifyOpenedGroup(moved, packed.digests), StatusIs(kBadGroup));
  salted.set_salt("short");
  EXPECT_THAT(VerifyOpenedGroup(salted, packed.digests), StatusIs(kBadGroup));
}

TEST(Commitment, APackedRecordWithAWrongGroupIsRefused) {
  const PackedPair good = PackedExample();
  v1::PackedRecord missing = good.main;
  missing.mutable_groups()->RemoveLast();
  EXPECT_THAT(UnpackRecord(missing, PackageFile::kMain), StatusIs(kBadGroup, HasSubstr("1 to 6")));
  v1::PackedRecord swapped = good.main;
  swapped.mutable_groups()->SwapElements(1, 2);
  EXPECT_THAT(UnpackRecord(swapped, PackageFile::kMain), StatusIs(kBadGroup, HasSubstr("belongs")));
  v1::PackedRecord with_persons = good.main;
  *with_persons.add_groups() = good.persons.groups(0);
  EXPECT_THAT(UnpackRecord(with_persons, PackageFile::kMain), StatusIs(kBadGroup));
  v1::PackedRecord no_digest = good.main;
  no_digest.clear_persons_digest();
  EXPECT_THAT(UnpackRecord(no_digest, PackageFile::kMain), StatusIs(kBadGroup, HasSubstr("32")));
  v1::PackedRecord long_form = good.main;
  long_form.mutable_groups(0)->mutable_bytes()->append("\xF8\x3F\x01");
  EXPECT_THAT(UnpackRecord(long_form, PackageFile::kMain),
              StatusIs(kBadGroup, HasSubstr("group 1")));
  v1::PackedRecord blank = good.main;
  blank.mutable_groups(4)->clear_bytes();
  EXPECT_THAT(UnpackRecord(blank, PackageFile::kMain),
              StatusIs(kBadGroup, HasSubstr("laying.begun: no presence")));
  EXPECT_THAT(UnpackRecord(good.main, PackageFile::kPersons), StatusIs(kBadGroup));
  EXPECT_THAT(UnpackRecord(good.persons, PackageFile::kMain), StatusIs(kBadGroup));
}

TEST(Commitment, ARecordWithoutShapeIsNotPacked) {
  v1::MinefieldRecord record = ExampleRecord();
  record.mutable_where()->clear_front_mm();
  EXPECT_THAT(PackRecord(FixedSeed(), 0, record), StatusIs(kBadGroup, HasSubstr("where.front_mm")));
}

}  // namespace
}  // namespace cairn::record
