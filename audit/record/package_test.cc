#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/record/package_format.h"
#include "audit/record/package_reader.h"
#include "audit/record/package_writer.h"
#include "audit/record/supplement.h"
#include "audit/record/template_for_test.h"
#include "audit/record/ustar.h"
#include "audit/statement/canonical.h"
#include "keys/dsse.h"
#include "keys/encoding.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::record::testing::ExampleRecord;
using ::cairn::record::testing::FreshFolder;
using ::cairn::record::testing::ReadWholeFile;
using ::cairn::record::testing::WriteWholeFile;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::StatusCode kBadPackage = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kAltered = absl::StatusCode::kDataLoss;

keys::SecretBytes TestSeed(char fill = 's') {
  return keys::SecretBytes::CopyOf(keys::AsBytes(std::string(kPackageSeedSize, fill)));
}

const keys::SigningPrivateKey& HolderKey() {
  static const auto* key = new keys::SigningPrivateKey(*keys::SigningPrivateKey::FromSeed(
      keys::SecretBytes::CopyOf(keys::AsBytes(std::string(keys::kSigningSeedSize, 'h')))));
  return *key;
}

std::string ScanFolder() {
  static const auto* folder = new std::string([] {
    const std::string made = FreshFolder();
    WriteWholeFile(made + "/front", "front of the formulary");
    WriteWholeFile(made + "/names", "a signature with a name");
    return made;
  }());
  return *folder;
}

// A plan of `count` records like the example's, one masked scan and one for the persons' file.
PackagePlan ExamplePlan(std::uint64_t count = 2) {
  PackagePlan plan;
  plan.log_origin = "example.org/log";
  plan.handover = std::string(32, 'h');
  plan.holder = "holder";
  plan.exercise = true;
  plan.record_count = count;
  plan.record = [](std::uint64_t index) -> absl::StatusOr<v1::MinefieldRecord> {
    v1::MinefieldRecord record = ExampleRecord();
    record.mutable_identity()->set_row(absl::StrCat("A-", index));
    return record;
  };
  absl::StatusOr<Scan> front = HashScan(ScanFolder() + "/front", "front");
  absl::StatusOr<Scan> names = HashScan(ScanFolder() + "/names", "names");
  EXPECT_THAT(front, IsOk());
  EXPECT_THAT(names, IsOk());
  names->in_persons_file = true;
  plan.scans = {*names, *front};
  plan.recipients = {"age1b", "age1a"};
  v1::SubmissionTotals totals;
  totals.set_area("aghdam");
  totals.set_source("archive-1");
  totals.set_documents(count);
  plan.totals = {totals};
  return plan;
}

struct TestPackage {
  std::string tar;
  BuiltPackage built;
};

TestPackage BuildExample(const PackagePlan& plan, char seed = 's') {
  TestPackage out;
  absl::StatusOr<BuiltPackage> built =
      WritePackage(plan, {TestSeed(seed), HolderKey()}, [&](keys::ByteView bytes) {
        keys::AppendBytes(out.tar, bytes);
        return absl::OkStatus();
      });
  EXPECT_THAT(built, IsOk());
  if (built.ok()) out.built = *built;
  return out;
}

absl::StatusOr<ReadPackageResult> ReadMain(absl::string_view tar,
                                           const PackageExpectations& expected = {},
                                           const PackageCallbacks& callbacks = {}) {
  return ReadPackage(keys::SourceOf(keys::AsBytes(tar)), PackageFile::kMain, expected, callbacks);
}

// The members of a package, to put together another one.
using PackageMembers = std::vector<std::pair<std::string, std::string>>;

PackageMembers MembersOf(absl::string_view tar) {
  UstarReader reader(keys::SourceOf(keys::AsBytes(tar)));
  PackageMembers out;
  for (;;) {
    absl::StatusOr<std::optional<UstarMember>> member = reader.Next();
    EXPECT_THAT(member, IsOk());
    if (!member->has_value()) return out;
    out.emplace_back((*member)->name, *reader.ReadAll(1 << 25));
  }
}

std::string TarOf(const PackageMembers& members) {
  std::string out;
  UstarWriter writer([&](keys::ByteView bytes) {
    keys::AppendBytes(out, bytes);
    return absl::OkStatus();
  });
  for (const auto& [name, content] : members) {
    EXPECT_THAT(writer.Add(name, keys::AsBytes(content)), IsOk());
  }
  EXPECT_THAT(writer.Finish(), IsOk());
  return out;
}

std::string& MemberOf(PackageMembers& members, absl::string_view name) {
  for (auto& [each, content] : members) {
    if (each == name) return content;
  }
  ADD_FAILURE() << name;
  std::abort();
}

// Signs a manifest over the members again, as a holder that cheats with its own key would.
void SignAgain(PackageMembers& members, void (*change)(v1::Manifest&) = nullptr) {
  v1::SignedManifest sealed;
  ASSERT_TRUE(sealed.ParseFromString(members.back().second));
  v1::Manifest manifest;
  ASSERT_TRUE(manifest.ParseFromString(sealed.manifest()));
  manifest.clear_members();
  for (std::size_t i = 0; i + 1 < members.size(); ++i) {
    v1::ManifestMember& member = *manifest.add_members();
    member.set_name(members[i].first);
    member.set_size(members[i].second.size());
    member.set_sha256(keys::Sha256(keys::AsBytes(members[i].second)).ToBytes());
  }
  if (change != nullptr) change(manifest);
  sealed.set_manifest(statement::SerializeTrusted(manifest));
  sealed.set_signature(
      keys::SignPayload(HolderKey(), keys::kManifestPayloadType, keys::AsBytes(sealed.manifest())));
  members.back().second = statement::SerializeTrusted(sealed);
}

TEST(Package, IsReadBackRecordByRecord) {
  const TestPackage package = BuildExample(ExamplePlan());
  std::vector<std::string> rows;
  std::string scan;
  PackageCallbacks callbacks;
  callbacks.record = [&](std::uint64_t index, UnpackedRecord record) {
    EXPECT_EQ(index, rows.size());
    rows.push_back(record.record.identity().row());
    return absl::OkStatus();
  };
  callbacks.attachment = [&](const keys::Digest&, std::uint64_t) -> absl::StatusOr<keys::Sink> {
    return keys::Sink([&](keys::ByteView bytes) {
      keys::AppendBytes(scan, bytes);
      return absl::OkStatus();
    });
  };
  ASSERT_OK_AND_ASSIGN(const ReadPackageResult read, ReadMain(package.tar, {}, callbacks));
  EXPECT_THAT(rows, ElementsAre("A-0", "A-1"));
  EXPECT_EQ(scan, "front of the formulary");
  EXPECT_EQ(read.record_root, package.built.record_root);
  EXPECT_EQ(read.manifest_digest, package.built.manifest);
  EXPECT_EQ(read.signer, HolderKey().Public());
  EXPECT_EQ(read.header.package_salt(), PackageSalt(TestSeed()).ToBytes());
  EXPECT_THAT(read.manifest.recipients(), ElementsAre("age1a", "age1b"));
  ASSERT_EQ(read.attachments.size(), 1U);
  EXPECT_EQ(package.built.tar_size, package.tar.size());
}

TEST(Package, TheSameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  EXPECT_EQ(BuildExample(ExamplePlan()).tar, BuildExample(ExamplePlan()).tar);
  EXPECT_NE(BuildExample(ExamplePlan()).built.record_root,
            BuildExample(ExamplePlan(), 't').built.record_root);
}

TEST(Package, MembersStandInTheirOrder) {
  std::vector<std::string> names;
  for (const auto& [name, content] : MembersOf(BuildExample(ExamplePlan()).tar)) {
    names.push_back(name.substr(0, 20));
  }
  EXPECT_THAT(names,
              ElementsAre("README.txt", "cairn/header.pb", "records/000000.pb", "records.csv",
                          ::testing::StartsWith("attachments/"), "cairn/manifest"));
}

TEST(Package, APackageOfNothingIsOneToo) {
  PackagePlan plan = ExamplePlan(0);
  plan.scans.clear();
  const TestPackage package = BuildExample(plan);
  ASSERT_OK_AND_ASSIGN(const ReadPackageResult read, ReadMain(package.tar));
  EXPECT_EQ(read.record_root.digest, keys::Sha256(keys::ByteView()));
}

TEST(Package, NamesAndUnmaskedScansTravelInThePersonsFileOnly) {
  const TestPackage main = BuildExample(ExamplePlan());
  EXPECT_EQ(main.tar.find("major N. N."), std::string::npos);
  EXPECT_EQ(main.tar.find("a signature with a name"), std::string::npos);
  std::string tar;
  ASSERT_OK_AND_ASSIGN(const BuiltPackage built,
                       WritePersonsFile(ExamplePlan(), {TestSeed(), HolderKey()},
                                        main.built.manifest, [&](keys::ByteView bytes) {
                                          keys::AppendBytes(tar, bytes);
                                          return absl::OkStatus();
                                        }));
  EXPECT_EQ(built.record_root, main.built.record_root);
  EXPECT_NE(tar.find("major N. N."), std::string::npos);
  EXPECT_NE(tar.find("a signature with a name"), std::string::npos);
  EXPECT_EQ(tar.find("4430410"), std::string::npos);  // And no coordinate in it.
  PackageExpectations expected;
  expected.main_manifest = main.built.manifest;
  expected.record_root = main.built.record_root;
  EXPECT_THAT(ReadPackage(keys::SourceOf(keys::AsBytes(tar)), PackageFile::kPersons, expected, {}),
              IsOk());
  expected.main_manifest = keys::Digest{};
  EXPECT_THAT(ReadPackage(keys::SourceOf(keys::AsBytes(tar)), PackageFile::kPersons, expected, {}),
              StatusIs(kAltered, HasSubstr("manifest of the main file")));
  EXPECT_THAT(ReadMain(tar), StatusIs(kBadPackage, HasSubstr("persons' file, not the main")));
  EXPECT_THAT(ReadPackage(keys::SourceOf(keys::AsBytes(main.tar)), PackageFile::kPersons, {}, {}),
              StatusIs(kBadPackage, HasSubstr("main file, not the persons'")));
}

TEST(Package, ExpectationsAreComparedAndNamed) {
  const TestPackage package = BuildExample(ExamplePlan());
  struct Case {
    void (*set)(PackageExpectations&);
    absl::StatusCode code;
    std::string message;
  };
  for (const Case& each : std::vector<Case>{
           {[](PackageExpectations& e) { e.log_origin = "other"; }, kBadPackage, "log other"},
           {[](PackageExpectations& e) { e.handover = std::string(32, 'x'); }, kBadPackage,
            "handover 78"},
           {[](PackageExpectations& e) { e.holder = "other"; }, kBadPackage, "holder other"},
           {[](PackageExpectations& e) { e.exercise = false; }, kBadPackage, "of an exercise"},
           {[](PackageExpectations& e) { e.record_count = 3; }, kBadPackage, "3 records"},
           {[](PackageExpectations& e) { e.record_root = merkle::NodeHash{}; }, kAltered,
            "by the submission"},
           {[](PackageExpectations& e) {
              e.holder_keys = {keys::SigningPrivateKey::Generate().Public()};
            },
            kBadPackage, "none of the holder's"},
           {[](PackageExpectations& e) { e.recipient = "age1c"; }, kBadPackage, "passed it on"},
       }) {
    PackageExpectations expected;
    each.set(expected);
    EXPECT_THAT(ReadMain(package.tar, expected), StatusIs(each.code, HasSubstr(each.message)));
  }
  PackageExpectations expected;
  expected.log_origin = "example.org/log";
  expected.handover = std::string(32, 'h');
  expected.holder = "holder";
  expected.exercise = true;
  expected.record_count = 2;
  expected.record_root = package.built.record_root;
  expected.holder_keys = {HolderKey().Public()};
  expected.recipient = "age1a";
  EXPECT_THAT(ReadMain(package.tar, expected), IsOk());
}

// --- What bad packages get -----------------------------------------------------------------------

TEST(Package, EveryChangedByteIsRefusedAndItsMemberNamed) {
  PackagePlan plan = ExamplePlan(1);
  const std::string tar = BuildExample(plan).tar;
  for (std::size_t i = 0; i < tar.size(); ++i) {
    std::string changed = tar;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    EXPECT_THAT(ReadMain(changed),
                AnyOf(StatusIs(kBadPackage, AnyOf(HasSubstr("member"), HasSubstr("package,"))),
                      StatusIs(kAltered, AnyOf(HasSubstr("member"), HasSubstr("manifest")))))
        << "byte " << i;
  }
}

TEST(Package, EveryCutIsRefused) {
  const std::string tar = BuildExample(ExamplePlan(1)).tar;
  for (std::size_t size = 0; size < tar.size(); size += 61) {
    EXPECT_THAT(ReadMain(absl::string_view(tar).substr(0, size)),
                StatusIs(kBadPackage, HasSubstr("cut short")))
        << size;
  }
  EXPECT_THAT(ReadMain(tar + std::string(512, '\0')),
              StatusIs(kBadPackage, HasSubstr("follow the end")));
}

TEST(Package, MembersOutOfOrderMissingOrAddedAreNamed) {
  const PackageMembers good = MembersOf(BuildExample(ExamplePlan()).tar);
  PackageMembers no_readme(good.begin() + 1, good.end());
  EXPECT_THAT(ReadMain(TarOf(no_readme)), StatusIs(kBadPackage, HasSubstr("member README.txt")));
  PackageMembers swapped = good;
  std::swap(swapped[2], swapped[3]);
  EXPECT_THAT(ReadMain(TarOf(swapped)), StatusIs(kBadPackage, HasSubstr("records/000000.pb")));
  PackageMembers added = good;
  added.insert(added.end() - 1, {"extra.txt", "x"});
  EXPECT_THAT(ReadMain(TarOf(added)),
              StatusIs(kBadPackage, AllOf(HasSubstr("member cairn/manifest"), HasSubstr("extra"))));
  PackageMembers behind = good;
  behind.emplace_back("extra.txt", "x");
  EXPECT_THAT(ReadMain(TarOf(behind)), StatusIs(kBadPackage, HasSubstr("the end behind")));
  PackageMembers no_manifest(good.begin(), good.end() - 1);
  EXPECT_THAT(ReadMain(TarOf(no_manifest)), StatusIs(kBadPackage, HasSubstr("cairn/manifest")));
  PackageMembers no_csv = good;
  no_csv.erase(no_csv.begin() + 3);
  EXPECT_THAT(ReadMain(TarOf(no_csv)), StatusIs(kBadPackage, HasSubstr("member records.csv")));
}

TEST(Package, ACsvThatSaysSomethingElseIsRefusedEvenIfSigned) {
  PackageMembers members = MembersOf(BuildExample(ExamplePlan()).tar);
  std::string& csv = MemberOf(members, "records.csv");
  const std::size_t at = csv.find(",250,250000");
  ASSERT_NE(at, std::string::npos);
  csv[at + 1] = '3';
  SignAgain(members);
  EXPECT_THAT(ReadMain(TarOf(members)),
              StatusIs(kAltered, AllOf(HasSubstr("member records.csv"), HasSubstr("SHA-256"))));
  csv += "x";
  SignAgain(members);
  EXPECT_THAT(ReadMain(TarOf(members)),
              StatusIs(kAltered, AllOf(HasSubstr("member records.csv"), HasSubstr("bytes"))));
}

TEST(Package, AManifestThatSaysSomethingElseIsRefused) {
  const PackageMembers good = MembersOf(BuildExample(ExamplePlan()).tar);
  struct Case {
    void (*change)(v1::Manifest&);
    absl::StatusCode code;
    std::string message;
  };
  for (const Case& each : std::vector<Case>{
           {[](v1::Manifest& m) { m.mutable_members(2)->set_size(1); }, kAltered,
            "records/000000.pb, by the manifest: expected 1 bytes"},
           {[](v1::Manifest& m) { m.mutable_members(0)->set_sha256(std::string(32, 'x')); },
            kAltered, "README.txt, by the manifest: expected SHA-256 78"},
           {[](v1::Manifest& m) { m.mutable_members(3)->set_name("other.csv"); }, kAltered,
            "member 3: expected other.csv"},
           {[](v1::Manifest& m) { m.mutable_members()->RemoveLast(); }, kAltered, "4 members"},
           {[](v1::Manifest& m) { m.set_record_root(std::string(32, 'x')); }, kAltered,
            "record root"},
           {[](v1::Manifest& m) { m.set_record_count(7); }, kBadPackage, "not the header's"},
           {[](v1::Manifest& m) { m.set_holder("other"); }, kBadPackage, "not the header's"},
           {[](v1::Manifest& m) { m.set_other_manifest(std::string(32, 'x')); }, kBadPackage,
            "no other manifest"},
           {[](v1::Manifest& m) { m.add_recipients("age1a"); }, kBadPackage, "ascending"},
       }) {
    PackageMembers members = good;
    SignAgain(members, each.change);
    EXPECT_THAT(ReadMain(TarOf(members)), StatusIs(each.code, HasSubstr(each.message)));
  }
  PackageMembers stolen = good;
  v1::SignedManifest sealed;
  ASSERT_TRUE(sealed.ParseFromString(stolen.back().second));
  sealed.set_public_key(keys::SigningPrivateKey::Generate().Public().TypedBytes());
  stolen.back().second = statement::SerializeTrusted(sealed);
  EXPECT_THAT(ReadMain(TarOf(stolen)), StatusIs(kAltered, HasSubstr("the holder's signature")));
}

void ChangeHeader(PackageMembers& members, void (*change)(v1::PackageHeader&)) {
  v1::PackageHeader header;
  ASSERT_TRUE(header.ParseFromString(MemberOf(members, kHeaderName)));
  change(header);
  MemberOf(members, kHeaderName) = statement::SerializeTrusted(header);
  SignAgain(members);
}

TEST(Package, AHeaderThatDoesNotFitIsRefused) {
  const PackageMembers good = MembersOf(BuildExample(ExamplePlan()).tar);
  struct Case {
    void (*change)(v1::PackageHeader&);
    std::string message;
  };
  for (const Case& each : std::vector<Case>{
           {[](v1::PackageHeader& h) { h.set_format(2); }, "format 1, found format 2"},
           {[](v1::PackageHeader& h) { h.set_record_count(1); }, "more than the 1 records"},
           {[](v1::PackageHeader& h) { h.set_record_count(3); }, "records/000001.pb"},
           {[](v1::PackageHeader& h) { h.set_record_count(0); }, "there are 0 records"},
           {[](v1::PackageHeader& h) { h.set_record_count(2'000'000); }, "more than 1000000"},
           {[](v1::PackageHeader& h) { h.set_supplement_count(1); }, "supplements.pb"},
           {[](v1::PackageHeader& h) { h.set_package_salt("x"); }, "salt of 32"},
           {[](v1::PackageHeader& h) { h.set_exercise(false); }, "exercise flag"},
           {[](v1::PackageHeader& h) { *h.add_totals() = h.totals(0); }, "totals are ascending"},
       }) {
    PackageMembers members = good;
    ChangeHeader(members, each.change);
    EXPECT_THAT(ReadMain(TarOf(members)), StatusIs(kBadPackage, HasSubstr(each.message)));
  }
  PackageMembers unknown = good;
  MemberOf(unknown, kHeaderName) += "\xF8\x3F\x01";
  SignAgain(unknown);
  EXPECT_THAT(ReadMain(TarOf(unknown)), StatusIs(kBadPackage, HasSubstr("cairn/header.pb")));
}

TEST(Package, RecordsThatAreCutOrTwiceAreRefused) {
  const PackageMembers good = MembersOf(BuildExample(ExamplePlan()).tar);
  PackageMembers cut = good;
  MemberOf(cut, "records/000000.pb").pop_back();
  SignAgain(cut);
  EXPECT_THAT(ReadMain(TarOf(cut)), StatusIs(kBadPackage, HasSubstr("are left")));
  PackageMembers prefix = good;
  MemberOf(prefix, "records/000000.pb").resize(3);
  SignAgain(prefix);
  EXPECT_THAT(ReadMain(TarOf(prefix)), StatusIs(kBadPackage, HasSubstr("length of a record")));
  PackageMembers huge = good;
  MemberOf(huge, "records/000000.pb")[0] = '\x7F';
  SignAgain(huge);
  EXPECT_THAT(ReadMain(TarOf(huge)), StatusIs(kBadPackage, HasSubstr("allowed")));
  PackagePlan twice = ExamplePlan();
  twice.record = [](std::uint64_t) -> absl::StatusOr<v1::MinefieldRecord> {
    return ExampleRecord();
  };
  EXPECT_THAT(ReadMain(BuildExample(twice).tar),
              StatusIs(kBadPackage, HasSubstr("the key 'A-017' is there twice")));
}

TEST(Package, AttachmentsAreTheirDigestsAndAscend) {
  const PackageMembers good = MembersOf(BuildExample(ExamplePlan()).tar);
  PackageMembers changed = good;
  changed[4].second[0] ^= 1;
  SignAgain(changed);
  EXPECT_THAT(ReadMain(TarOf(changed)), StatusIs(kAltered, HasSubstr("member attachments/")));
  PackageMembers named = good;
  named[4].first = "attachments/front.tif";
  SignAgain(named);
  EXPECT_THAT(ReadMain(TarOf(named)), StatusIs(kBadPackage, HasSubstr("named by its SHA-256")));
  PackageMembers unsorted = good;
  for (const std::string& content : {std::string("1"), std::string("2"), std::string("3")}) {
    unsorted.insert(
        unsorted.end() - 1,
        {absl::StrCat("attachments/", keys::Sha256(keys::AsBytes(content)).Hex()), content});
  }
  SignAgain(unsorted);
  EXPECT_THAT(ReadMain(TarOf(unsorted)), StatusIs(kBadPackage, HasSubstr("ascending")));
}

// --- What the writer refuses ---------------------------------------------------------------------

absl::Status WriteNowhere(const PackagePlan& plan) {
  return WritePackage(plan, {TestSeed(), HolderKey()},
                      [](keys::ByteView) { return absl::OkStatus(); })
      .status();
}

TEST(PackageWriter, ARecordWithoutShapeIsNamedByItsIndex) {
  PackagePlan plan = ExamplePlan();
  plan.record = [](std::uint64_t index) -> absl::StatusOr<v1::MinefieldRecord> {
    v1::MinefieldRecord record = ExampleRecord();
    if (index == 1) record.mutable_what()->clear_declared_total();
    return record;
  };
  EXPECT_THAT(WriteNowhere(plan), StatusIs(kBadPackage, AllOf(HasSubstr("record 1"),
                                                              HasSubstr("what.declared_total"))));
}

TEST(PackageWriter, RealAndExerciseRecordsAreNotMixed) {
  PackagePlan plan = ExamplePlan();
  plan.exercise = false;
  EXPECT_THAT(WriteNowhere(plan), StatusIs(kBadPackage, HasSubstr("exercise")));
}

TEST(PackageWriter, ARecordOrScanThatChangesMeanwhileStopsIt) {
  PackagePlan plan = ExamplePlan(1);
  int calls = 0;
  plan.record = [&](std::uint64_t) -> absl::StatusOr<v1::MinefieldRecord> {
    v1::MinefieldRecord record = ExampleRecord();
    if (calls++ > 0) record.mutable_identity()->set_language("az");
    return record;
  };
  EXPECT_THAT(WriteNowhere(plan), StatusIs(absl::StatusCode::kAborted, HasSubstr("changed")));
  PackagePlan scan = ExamplePlan(1);
  const std::string folder = FreshFolder();
  WriteWholeFile(folder + "/s", "before");
  ASSERT_OK_AND_ASSIGN(const Scan hashed, HashScan(folder + "/s", "s"));
  scan.scans = {hashed};
  for (const std::string& content :
       {std::string("behind"), std::string("longer than before"), std::string("short")}) {
    WriteWholeFile(folder + "/s", content);
    EXPECT_THAT(WriteNowhere(scan), StatusIs(absl::StatusCode::kAborted, HasSubstr("scan")));
  }
}

TEST(PackageWriter, ErrorsOfTheSinkEndIt) {
  EXPECT_THAT(
      WritePackage(ExamplePlan(), {TestSeed(), HolderKey()},
                   [](keys::ByteView) { return absl::ResourceExhaustedError("disk full"); }),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("disk full")));
}

TEST(PackageWriter, PlansThatAreNoneAreRefused) {
  PackagePlan twice = ExamplePlan();
  twice.scans.push_back(twice.scans[1]);
  EXPECT_THAT(WriteNowhere(twice), StatusIs(kBadPackage, HasSubstr("twice")));
  PackagePlan handover = ExamplePlan();
  handover.handover = "x";
  EXPECT_THAT(WriteNowhere(handover), StatusIs(kBadPackage, HasSubstr("handover")));
  const keys::SecretBytes short_seed = keys::RandomSecret(16);
  EXPECT_THAT(WritePackage(ExamplePlan(), {short_seed, HolderKey()},
                           [](keys::ByteView) { return absl::OkStatus(); }),
              StatusIs(kBadPackage, HasSubstr("32 bytes")));
}

// --- Supplements, several files, sealing ---------------------------------------------------------

TEST(Package, SupplementsTravelWithTheFileOfTheirGroup) {
  SuppliedRecord delivered;
  delivered.record = ExampleRecord();
  delivered.package = keys::Sha256(keys::AsBytes("p"));
  v1::Text unit;
  unit.mutable_leaf()->set_presence(v1::PRESENCE_VALUE);
  unit.mutable_leaf()->set_raw("3rd company");
  unit.set_value("3rd company");
  v1::Text name = unit;
  name.mutable_leaf()->set_raw("captain X");
  name.set_value("captain X");
  PackagePlan plan = ExamplePlan(0);
  plan.scans.clear();
  for (const auto& [field, value] : {std::pair<std::string, v1::Text>{"marking.observed_by", unit},
                                     {"persons.accepted_by", name}}) {
    ASSERT_OK_AND_ASSIGN(
        v1::Supplement made,
        MakeSupplement(delivered, field, value, v1::SUPPLEMENT_REASON_GAP_FILLED, unit));
    plan.supplements.push_back(std::move(made));
  }
  const TestPackage main = BuildExample(plan);
  EXPECT_EQ(main.tar.find("captain X"), std::string::npos);
  EXPECT_NE(main.tar.find("supplement 0,new_value,value,3rd company"), std::string::npos);
  std::vector<std::string> fields;
  PackageCallbacks callbacks;
  callbacks.supplement = [&](std::uint64_t, v1::Supplement supplement) {
    fields.push_back(supplement.field());
    return absl::OkStatus();
  };
  EXPECT_THAT(ReadMain(main.tar, {}, callbacks), IsOk());
  EXPECT_THAT(fields, ElementsAre("marking.observed_by"));
}

TEST(Package, ManyRecordsFillSeveralFiles) {
  // Records of about 200 KiB: some eighty fill a file.
  PackagePlan plan = ExamplePlan(100);
  plan.record = [](std::uint64_t index) -> absl::StatusOr<v1::MinefieldRecord> {
    v1::MinefieldRecord record = ExampleRecord();
    record.mutable_identity()->set_row(absl::StrCat("A-", index));
    v1::Text& remarks = *record.mutable_marking()->mutable_remarks();
    remarks.mutable_leaf()->set_presence(v1::PRESENCE_VALUE);
    remarks.mutable_leaf()->set_raw(std::string(200'000, 'x'));
    remarks.set_value("x");
    return record;
  };
  const TestPackage package = BuildExample(plan);
  const PackageMembers members = MembersOf(package.tar);
  EXPECT_EQ(members[3].first, "records/000001.pb");
  EXPECT_LE(members[2].second.size(), kRecordsFileTarget);
  ASSERT_OK_AND_ASSIGN(const ReadPackageResult read, ReadMain(package.tar));
  EXPECT_EQ(read.header.record_count(), 100U);
}

TEST(Package, TheAgeAndTarProgramsOpenIt) {
  const std::string folder = FreshFolder();
  const keys::SealingPrivateKey reader = keys::SealingPrivateKey::Generate();
  const keys::SealingPrivateKey other = keys::SealingPrivateKey::Generate();
  const std::vector<keys::SealingPublicKey> recipients = {reader.Public(), other.Public()};
  std::string sealed;
  ASSERT_OK_AND_ASSIGN(
      const SealedPackage package,
      SealPackage(ExamplePlan(), {TestSeed(), HolderKey()}, recipients, [&](keys::ByteView bytes) {
        keys::AppendBytes(sealed, bytes);
        return absl::OkStatus();
      }));
  EXPECT_EQ(package.digest, keys::Sha256(keys::AsBytes(sealed)));
  EXPECT_EQ(package.size, sealed.size());
  EXPECT_EQ(package.size, keys::SealedSize(package.built.tar_size, 2));
  WriteWholeFile(folder + "/package.age", sealed);
  const keys::SecretBytes identity = reader.Identity();
  WriteWholeFile(folder + "/identity", keys::AsText(identity.View()));
  const std::string command =
      absl::StrCat("cd ", folder, " && age -d -i identity package.age | tar x");
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(ReadWholeFile(folder + "/records.csv"),
              HasSubstr("0,where.front_mm,value,250,250000"));
  EXPECT_EQ(ReadWholeFile(folder + "/README.txt"), PackageReadme());
  EXPECT_EQ(
      ReadWholeFile(absl::StrCat(folder, "/attachments/",
                                 keys::Sha256(keys::AsBytes("front of the formulary")).Hex())),
      "front of the formulary");
}

TEST(Package, IsReadFromTheSealedFileByRecipientAndShownByItsHolder) {
  const keys::SealingPrivateKey reader = keys::SealingPrivateKey::Generate();
  const std::vector<keys::SealingPublicKey> recipients = {reader.Public()};
  std::string sealed;
  ASSERT_OK_AND_ASSIGN(
      const SealedPackage package,
      SealPackage(ExamplePlan(), {TestSeed(), HolderKey()}, recipients, [&](keys::ByteView bytes) {
        keys::AppendBytes(sealed, bytes);
        return absl::OkStatus();
      }));
  PackageExpectations expected;
  expected.recipient = reader.Public().Recipient();
  expected.record_root = package.built.record_root;
  ASSERT_OK_AND_ASSIGN(keys::Opener opener,
                       keys::Opener::Create(keys::SourceOf(keys::AsBytes(sealed)), {&reader, 1}));
  EXPECT_THAT(ReadPackage(SourceOfOpener(opener), PackageFile::kMain, expected, {}), IsOk());
  const keys::SecretBytes seal_seed = SealingSeed(TestSeed(), PackageFile::kMain);
  ASSERT_OK_AND_ASSIGN(
      keys::Opener shown,
      keys::Opener::CreateWithSeed(keys::SourceOf(keys::AsBytes(sealed)), seal_seed, recipients));
  EXPECT_THAT(ReadPackage(SourceOfOpener(shown), PackageFile::kMain, expected, {}), IsOk());
}

}  // namespace
}  // namespace cairn::record
