#include "audit/record/commitment.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/record/path.h"
#include "audit/record/shape.h"
#include "audit/statement/canonical.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kGroupLabel = "cairn/group/v1";
constexpr absl::string_view kRecordLabel = "cairn/record/v1";
constexpr absl::string_view kScanLabel = "cairn/scan/v1";
constexpr absl::string_view kPackageSaltLabel = "cairn/package-salt/v1";

const FieldDescriptor* GroupField(int group) {
  return v1::MinefieldRecord::descriptor()->FindFieldByNumber(group);
}

absl::StatusOr<v1::Group> PackGroup(const keys::SecretBytes& seed, std::uint32_t index, int number,
                                    const v1::MinefieldRecord& record, keys::Digest& digest) {
  const Message& message = record.GetReflection()->GetMessage(record, GroupField(number));
  absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(message);
  if (!bytes.ok()) {
    return absl::Status(bytes.status().code(),
                        absl::StrCat("group ", number, ": ", bytes.status().message()));
  }
  const keys::Digest salt = GroupSalt(seed, index, number);
  digest = GroupDigest(number, salt, keys::AsBytes(*bytes));
  v1::Group out;
  out.set_number(static_cast<std::uint32_t>(number));
  out.set_salt(salt.ToBytes());
  out.set_bytes(*std::move(bytes));
  return out;
}

absl::Status UnpackGroup(const v1::Group& group, int expected, UnpackedRecord& out) {
  if (group.number() != static_cast<std::uint32_t>(expected)) {
    return absl::InvalidArgumentError(
        absl::StrCat("group ", group.number(), " stands where group ", expected, " belongs"));
  }
  absl::StatusOr<keys::Digest> salt = keys::Digest::FromBytes(keys::AsBytes(group.salt()));
  if (!salt.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("group ", expected, ": a salt has 32 bytes"));
  }
  Message& message = *out.record.GetReflection()->MutableMessage(&out.record, GroupField(expected));
  absl::Status parsed = statement::ParseCanonical(keys::AsBytes(group.bytes()), message);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("group ", expected, ": ", parsed.message()));
  }
  out.digests[static_cast<std::size_t>(expected - 1)] =
      GroupDigest(expected, *salt, keys::AsBytes(group.bytes()));
  return absl::OkStatus();
}

absl::Status TakeGivenDigest(const std::string& bytes, int group, GroupDigests& digests) {
  absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(keys::AsBytes(bytes));
  if (!digest.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the digest of group ", group, " has not 32 bytes"));
  }
  digests[static_cast<std::size_t>(group - 1)] = *digest;
  return absl::OkStatus();
}

absl::Status UnpackMain(const v1::PackedRecord& packed, UnpackedRecord& out) {
  if (packed.groups_size() != kGroups - 1 || packed.other_digests_size() != 0) {
    return absl::InvalidArgumentError("a record of the main file has groups 1 to 6");
  }
  for (int i = 0; i < packed.groups_size(); ++i) {
    if (absl::Status status = UnpackGroup(packed.groups(i), i + 1, out); !status.ok()) {
      return status;
    }
  }
  absl::Status status = TakeGivenDigest(packed.persons_digest(), kPersonsGroup, out.digests);
  if (!status.ok()) return status;
  return CheckRecordShape(out.record, Persons::kWithout);
}

absl::Status UnpackPersons(const v1::PackedRecord& packed, UnpackedRecord& out) {
  if (packed.groups_size() != 1 || packed.other_digests_size() != kGroups - 1 ||
      !packed.persons_digest().empty()) {
    return absl::InvalidArgumentError("a record of the persons' file has group 7 and six digests");
  }
  if (absl::Status status = UnpackGroup(packed.groups(0), kPersonsGroup, out); !status.ok()) {
    return status;
  }
  for (int i = 0; i < packed.other_digests_size(); ++i) {
    absl::Status status = TakeGivenDigest(packed.other_digests(i), i + 1, out.digests);
    if (!status.ok()) return status;
  }
  absl::Status fault;
  ForEachFieldOf(out.record.persons(), "persons", [&](const LeafVisit& visit) {
    if (fault.ok() && visit.kind != FieldKind::kPlain) {
      fault = CheckLeafShape(visit.message, visit.path);
    }
  });
  return fault;
}

}  // namespace

keys::Digest GroupSalt(const keys::SecretBytes& seed, std::uint32_t record, int group) {
  keys::Bytes info(kGroupLabel);
  keys::AppendU32(info, record);
  info.push_back(static_cast<char>(group));
  return keys::HkdfSha256(seed.View(), {}, keys::AsBytes(info));
}

keys::Digest PackageSalt(const keys::SecretBytes& seed) {
  return keys::HkdfSha256(seed.View(), {}, keys::AsBytes(kPackageSaltLabel));
}

keys::Digest ScanSalt(const keys::SecretBytes& seed, std::uint32_t record, std::uint32_t place) {
  keys::Bytes info(kScanLabel);
  keys::AppendU32(info, record);
  keys::AppendU32(info, place);
  return keys::HkdfSha256(seed.View(), {}, keys::AsBytes(info));
}

keys::Digest GroupDigest(int group, const keys::Digest& salt, keys::ByteView bytes) {
  const auto number = static_cast<std::uint8_t>(group);
  return keys::Sha256({keys::AsBytes(kGroupLabel), {&number, 1}, salt.View(), bytes});
}

keys::Digest ScanDigest(const keys::Digest& salt, const keys::Digest& file) {
  return keys::Sha256({keys::AsBytes(kScanLabel), salt.View(), file.View()});
}

keys::Bytes RecordLeaf(const GroupDigests& digests) {
  keys::Bytes leaf(kRecordLabel);
  for (const keys::Digest& digest : digests) keys::AppendBytes(leaf, digest.View());
  return leaf;
}

merkle::LeafHash RecordCommitment(const GroupDigests& digests) {
  return merkle::HashLeaf(keys::AsBytes(RecordLeaf(digests)));
}

absl::Status VerifyOpenedGroup(const v1::Group& opened, const GroupDigests& digests) {
  if (opened.number() < 1 || opened.number() > kGroups) {
    return absl::InvalidArgumentError("a record has groups 1 to 7");
  }
  absl::StatusOr<keys::Digest> salt = keys::Digest::FromBytes(keys::AsBytes(opened.salt()));
  if (!salt.ok()) return absl::InvalidArgumentError("a salt has 32 bytes");
  const keys::Digest found =
      GroupDigest(static_cast<int>(opened.number()), *salt, keys::AsBytes(opened.bytes()));
  const keys::Digest& signed_digest = digests[opened.number() - 1];
  if (found == signed_digest) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("group ", opened.number(), ": digest ", found.Hex(),
                                          ", but ", signed_digest.Hex(), " was signed"));
}

void SaltAttachments(const keys::SecretBytes& seed, std::uint32_t index,
                     v1::MinefieldRecord& record) {
  std::uint32_t place = 0;
  for (v1::AttachmentUse& use : *record.mutable_identity()->mutable_attachments()) {
    const keys::Digest salt = ScanSalt(seed, index, place++);
    absl::StatusOr<keys::Digest> file = keys::Digest::FromBytes(keys::AsBytes(use.sha256()));
    if (!file.ok()) continue;  // CheckRecordShape says so.
    use.set_scan_salt(salt.ToBytes());
    use.set_salted_digest(ScanDigest(salt, *file).ToBytes());
  }
}

absl::StatusOr<PackedPair> PackRecord(const keys::SecretBytes& seed, std::uint32_t index,
                                      v1::MinefieldRecord record) {
  SaltAttachments(seed, index, record);
  if (absl::Status status = CheckRecordShape(record, Persons::kWith); !status.ok()) return status;
  PackedPair out;
  for (int number = 1; number <= kGroups; ++number) {
    keys::Digest& digest = out.digests[static_cast<std::size_t>(number - 1)];
    absl::StatusOr<v1::Group> group = PackGroup(seed, index, number, record, digest);
    if (!group.ok()) return group.status();
    *(number == kPersonsGroup ? out.persons : out.main).add_groups() = *std::move(group);
    if (number == kPersonsGroup) {
      out.main.set_persons_digest(digest.ToBytes());
    } else {
      out.persons.add_other_digests(digest.ToBytes());
    }
  }
  return out;
}

absl::StatusOr<UnpackedRecord> UnpackRecord(const v1::PackedRecord& packed, PackageFile file) {
  UnpackedRecord out;
  absl::Status status =
      file == PackageFile::kMain ? UnpackMain(packed, out) : UnpackPersons(packed, out);
  if (!status.ok()) return status;
  return out;
}

}  // namespace cairn::record
