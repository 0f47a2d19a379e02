#include "client/opening.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/record/package_writer.h"
#include "client/testing.h"
#include "client/unsealing.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::FakeBroker;
using ::cairn::client::testing::OrAbort;
using ::cairn::client::testing::TempFolder;
using ::cairn::client::testing::TestParty;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

// A package with one scan, submitted as it is; each test spoils one thing.
class OpeningTest : public ::testing::Test {
 protected:
  OpeningTest()
      : party_(broker_),
        holder_(keys::SigningPrivateKey::Generate()),
        sealing_(keys::SealingPrivateKey::Generate()),
        seed_(keys::RandomSecret(record::kPackageSeedSize)),
        folder_(files_.path() + "/package") {
    KeepKey("sealing-1", sealing_);
    EXPECT_THAT(MakeFolder(folder_.folder()), IsOk());
    Seal({sealing_.Public()});
  }

  void KeepKey(const std::string& name, const keys::SealingPrivateKey& key,
               const std::string& under = "correct horse") {
    std::filesystem::remove(party_.home().Key(name));
    const keys::SecretBytes passphrase = keys::SecretBytes::CopyOf(keys::AsBytes(under));
    const keys::PrivateKey kept(OrAbort(keys::SealingPrivateKey::FromSecret(key.Secret())));
    EXPECT_THAT(
        keys::WriteKeyFile(party_.home().Key(name), name, kept, passphrase, keys::kMinimumCost),
        IsOk());
  }

  record::PackagePlan Plan() {
    record::PackagePlan plan;
    plan.log_origin = testing::kTestOrigin;
    plan.handover = std::string(32, 'h');
    plan.holder = "holder";
    plan.exercise = true;
    v1::SubmissionTotals totals;
    totals.set_area("north");
    totals.set_source("archive-1");
    totals.set_documents(1);
    plan.totals = {totals};
    plan.scans = {OrAbort(record::HashScan(files_.Write("scan.png", "not really a scan"), "scan"))};
    return plan;
  }

  void Seal(const std::vector<keys::SealingPublicKey>& recipients) {
    std::string sealed;
    const record::SealedPackage made = OrAbort(
        record::SealPackage(Plan(), {seed_, holder_}, recipients, [&sealed](keys::ByteView bytes) {
          keys::AppendBytes(sealed, bytes);
          return absl::OkStatus();
        }));
    v1::SubmitPackage said;
    said.set_record_root(made.built.record_root.digest.ToBytes());
    said.set_manifest_digest(made.built.manifest.ToBytes());
    said.set_attachment_count(1);
    said.set_attachment_bytes(std::string("not really a scan").size());
    said.set_page_count(1);
    v1::SubmissionRow& row = *said.add_rows();
    row.set_area("north");
    row.set_source("archive-1");
    row.set_documents(1);
    package_.emplace(Submitted{std::string(32, 'h'), {}, 0, "holder", {}, said, holder_.Public()});
    Place(sealed);
  }

  // These bytes are the sealed file, and what the submission says of it fits.
  void Place(const std::string& sealed) {
    ASSERT_THAT(WriteFileDurably(folder_.Main(), keys::AsBytes(sealed)), IsOk());
    package_->digest = keys::Sha256(keys::AsBytes(sealed));
    package_->submission.set_digest(package_->digest.ToBytes());
    package_->submission.set_size(sealed.size());
  }

  absl::StatusOr<Opening> Check() {
    Unsealer unsealer(party_.context());
    return CheckOpening(unsealer, folder_, *package_, terms_, {});
  }
  void ExpectOnly(v1::OpeningMismatch mismatch, const char* what) {
    ASSERT_OK_AND_ASSIGN(const Opening opening, Check());
    ASSERT_EQ(opening.mismatches.size(), 1u) << opening.mismatches.begin()->second;
    EXPECT_EQ(opening.mismatches.begin()->first, mismatch);
    EXPECT_THAT(opening.mismatches.begin()->second, HasSubstr(what));
  }
  v1::SubmitPackage& said() { return package_->submission; }

  FakeBroker broker_;
  TestParty party_;
  TempFolder files_;
  keys::SigningPrivateKey holder_;
  keys::SealingPrivateKey sealing_;
  keys::SecretBytes seed_;
  PackageFolder folder_;
  std::optional<Submitted> package_;
  OpeningTerms terms_{testing::kTestOrigin, true, {holder_.Public()}, true};
};

TEST_F(OpeningTest, WhatIsAsItWasSignedMatches) {
  ASSERT_OK_AND_ASSIGN(const Opening opening, Check());
  EXPECT_TRUE(opening.Matches()) << opening.mismatches.begin()->second;
  ASSERT_TRUE(opening.main.has_value());
  EXPECT_EQ(opening.main->attachments.size(), 1u);
}

TEST_F(OpeningTest, AnotherFileThanSubmittedIsNotOpenedAtAll) {
  said().set_digest(std::string(32, 'x'));
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("fetch")));
}

TEST_F(OpeningTest, AFileSealedToOthers) {
  Seal({keys::SealingPrivateKey::Generate().Public()});
  ExpectOnly(v1::OPENING_MISMATCH_NOT_SEALED_TO_US, "none of the 1 sealing keys");
}

TEST_F(OpeningTest, OnlyOneOfOurKeysNeedsToOpenIt) {
  const keys::SealingPrivateKey second = keys::SealingPrivateKey::Generate();
  KeepKey("sealing-2", second);
  Seal({second.Public()});
  ASSERT_OK_AND_ASSIGN(const Opening opening, Check());
  EXPECT_TRUE(opening.Matches());
}

TEST_F(OpeningTest, AGarbageKeyFileOfOursIsNoMismatch) {
  const std::string path = party_.home().Key("sealing-1");
  ASSERT_THAT(WriteFileDurably(path, keys::AsBytes("garbage\n")), IsOk());
  const absl::StatusOr<Opening> opening = Check();
  ASSERT_FALSE(opening.ok());
  EXPECT_THAT(std::string(opening.status().message()), HasSubstr("sealing-1.key"));
}

TEST_F(OpeningTest, AKeyUnderAnotherPassphraseIsNoMismatch) {
  KeepKey("sealing-1", sealing_, "another horse");
  const absl::StatusOr<Opening> opening = Check();
  ASSERT_FALSE(opening.ok());
  EXPECT_THAT(std::string(opening.status().message()), HasSubstr("passphrase"));
}

TEST_F(OpeningTest, WithoutAPassphraseNothingIsSaidOfThePackage) {
  party_.context().options.passphrase_file.clear();
  const absl::StatusOr<Opening> opening = Check();
  EXPECT_TRUE(IsUsageError(opening.status())) << opening.status();
}

TEST_F(OpeningTest, WithoutAnySealingKeyNothingIsSaidOfThePackage) {
  std::filesystem::remove(party_.home().Key("sealing-1"));
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("there is no sealing key in")));
}

TEST_F(OpeningTest, WithoutTheKeysOfTheCharterNothingIsSaidOfThePackage) {
  const keys::SealingPrivateKey named = keys::SealingPrivateKey::Generate();
  terms_.own_keys = {named.Public().Recipient()};
  Seal({named.Public()});
  EXPECT_THAT(Check(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("none of the 1 sealing keys that the charter names")));
  terms_.own_keys.push_back(sealing_.Public().Recipient());
  ExpectOnly(v1::OPENING_MISMATCH_NOT_SEALED_TO_US, "none of the 1 sealing keys");
}

TEST_F(OpeningTest, AGarbageKeyFileDoesNotHinderAnotherThatOpens) {
  ASSERT_THAT(WriteFileDurably(party_.home().Key("sealing-0"), keys::AsBytes("garbage\n")), IsOk());
  ASSERT_OK_AND_ASSIGN(const Opening opening, Check());
  EXPECT_TRUE(opening.Matches());
}

TEST_F(OpeningTest, WhoMadeItOpensItWithItsSeed) {
  const std::vector<keys::SealingPublicKey> others = {keys::SealingPrivateKey::Generate().Public()};
  Seal(others);
  const PackageFolder own = PackageFolder::Of(party_.home(), package_->digest);
  ASSERT_THAT(MakeFolder(own.folder()), IsOk());
  ASSERT_THAT(WriteRecipients(own.Recipients(), others), IsOk());
  ASSERT_THAT(KeepSeed(party_.context(), own.Seed(), seed_), IsOk());
  ASSERT_OK_AND_ASSIGN(const Opening opening, Check());
  EXPECT_TRUE(opening.Matches()) << opening.mismatches.begin()->second;
}

TEST_F(OpeningTest, AFlippedByteOfThePayload) {
  std::string sealed = OrAbort(ReadFile(folder_.Main()));
  sealed[sealed.size() - 100] ^= 1;
  Place(sealed);
  ExpectOnly(v1::OPENING_MISMATCH_PAYLOAD_DAMAGED, "chunk");
}

TEST_F(OpeningTest, AFlippedByteOfTheAgeHeader) {
  std::string sealed = OrAbort(ReadFile(folder_.Main()));
  sealed[2] ^= 1;
  Place(sealed);
  ExpectOnly(v1::OPENING_MISMATCH_PAYLOAD_DAMAGED, "");
}

TEST_F(OpeningTest, SomethingElseInsideTheSeal) {
  std::string sealed;
  auto sealer =
      OrAbort(keys::Sealer::Create(std::vector{sealing_.Public()}, [&sealed](keys::ByteView bytes) {
        keys::AppendBytes(sealed, bytes);
        return absl::OkStatus();
      }));
  ASSERT_THAT(sealer.Write(keys::AsBytes("no tar at all")), IsOk());
  ASSERT_THAT(sealer.Finish(), IsOk());
  Place(sealed);
  ExpectOnly(v1::OPENING_MISMATCH_LAYOUT, "");
}

TEST_F(OpeningTest, AnotherManifestThanSubmitted) {
  said().set_manifest_digest(std::string(32, 'm'));
  ExpectOnly(v1::OPENING_MISMATCH_MANIFEST, "not the one that was submitted");
}

TEST_F(OpeningTest, AnotherRecordRootThanSubmitted) {
  said().set_record_root(std::string(32, 'r'));
  ExpectOnly(v1::OPENING_MISMATCH_RECORD_ROOT, "record root");
}

TEST_F(OpeningTest, OtherCountsThanSubmitted) {
  said().set_record_count(7);
  ExpectOnly(v1::OPENING_MISMATCH_COUNTS, "0 records; 7 were submitted");
}

TEST_F(OpeningTest, FewerAttachmentsThanSubmitted) {
  said().set_attachment_count(2);
  said().set_page_count(2);
  ExpectOnly(v1::OPENING_MISMATCH_COUNTS, "1 attachments of 17 bytes; 2 of 17 were submitted");
}

TEST_F(OpeningTest, OtherSizesOfAttachmentsThanSubmitted) {
  said().set_attachment_bytes(18);
  ExpectOnly(v1::OPENING_MISMATCH_COUNTS, "1 attachments of 17 bytes; 1 of 18");
}
TEST_F(OpeningTest, MorePagesThanSubmitted) {
  said().set_page_count(2);
  ExpectOnly(v1::OPENING_MISMATCH_COUNTS, "1 pages; 2 were submitted");
}

TEST_F(OpeningTest, OtherTotalsThanSubmitted) {
  said().mutable_rows(0)->set_documents(2);
  ExpectOnly(v1::OPENING_MISMATCH_COUNTS, "totals");
}

TEST_F(OpeningTest, MadeForAnotherLog) {
  terms_.log_origin = "log.example.org/other";
  ExpectOnly(v1::OPENING_MISMATCH_MANIFEST, "another log");
}

TEST_F(OpeningTest, MadeForAnotherHandover) {
  package_->handover = std::string(32, 'i');
  ExpectOnly(v1::OPENING_MISMATCH_MANIFEST, "another handover");
}

TEST_F(OpeningTest, MadeByAnotherParty) {
  package_->author = "somebody-else";
  ExpectOnly(v1::OPENING_MISMATCH_MANIFEST, "another holder");
}

TEST_F(OpeningTest, SignedWithAKeyThatTheAuthorNeverHad) {
  terms_.author_keys = {keys::SigningPrivateKey::Generate().Public()};
  ExpectOnly(v1::OPENING_MISMATCH_MANIFEST, "never had");
}

TEST_F(OpeningTest, AnExerciseInEarnest) {
  terms_.exercise = false;
  ExpectOnly(v1::OPENING_MISMATCH_MANIFEST, "exercise");
}

TEST_F(OpeningTest, AnErrorOfOurOwnIsNoMismatch) {
  Unsealer unsealer(party_.context());
  OpeningSinks sinks;
  sinks.main.attachment = [](const keys::Digest&, std::uint64_t) -> absl::StatusOr<keys::Sink> {
    return absl::ResourceExhaustedError("the disk is full");
  };
  EXPECT_THAT(CheckOpening(unsealer, folder_, *package_, terms_, sinks),
              StatusIs(absl::StatusCode::kResourceExhausted, "the disk is full"));
}

}  // namespace
}  // namespace cairn::client
