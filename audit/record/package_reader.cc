#include "audit/record/package_reader.h"

#include <algorithm>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/frontier.h"
#include "audit/record/package_format.h"
#include "audit/record/path.h"
#include "audit/record/records_csv.h"
#include "audit/record/supplement.h"
#include "audit/record/template.h"
#include "audit/record/text.h"
#include "audit/record/ustar.h"
#include "audit/statement/canonical.h"
#include "keys/dsse.h"
#include "keys/encoding.h"

namespace cairn::record {
namespace {

constexpr std::size_t kReadBuffer = std::size_t{64} * 1024;

absl::Status Mismatch(absl::string_view what, absl::string_view expected, absl::string_view found) {
  return absl::DataLossError(absl::StrCat(what, ": expected ", expected, ", found ", found));
}

absl::Status Unexpected(absl::string_view what, absl::string_view expected,
                        absl::string_view found) {
  return absl::InvalidArgumentError(absl::StrCat(what, ": expected ", expected, ", found ", found));
}

class PackageRead {
 public:
  PackageRead(keys::Source source, PackageFile file, const PackageExpectations& expected,
              const PackageCallbacks& callbacks)
      : tar_(std::move(source)), file_(file), expected_(expected), callbacks_(callbacks) {}

  absl::StatusOr<ReadPackageResult> Run() {
    if (absl::Status status = NextMember(); !status.ok()) return status;
    for (const auto step :
         {&PackageRead::ReadReadme, &PackageRead::ReadHeader, &PackageRead::ReadRecords,
          &PackageRead::ReadSupplements, &PackageRead::ReadCsv, &PackageRead::ReadAttachments}) {
      if (absl::Status status = (this->*step)(); !status.ok()) return status;
    }
    return ReadManifest();
  }

 private:
  // --- Members: read through here, so that all is hashed -----------------------------------------

  absl::Status NextMember() {
    absl::StatusOr<std::optional<UstarMember>> next = tar_.Next();
    if (!next.ok()) return next.status();
    member_ = *std::move(next);
    return absl::OkStatus();
  }

  absl::Status ExpectMember(absl::string_view name) {
    if (member_.has_value() && member_->name == name) return absl::OkStatus();
    return Unexpected(absl::StrCat("package, byte ", tar_.offset()), absl::StrCat("member ", name),
                      member_.has_value() ? member_->name : "the end of the package");
  }

  absl::Status MemberError(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("member ", member_->name, ", byte ", tar_.offset(), ": ", what));
  }

  void NoteMember(const keys::Digest& digest) {
    v1::ManifestMember& found = *found_.add_members();
    found.set_name(member_->name);
    found.set_size(member_->size);
    found.set_sha256(digest.ToBytes());
  }

  // A whole small member; then the next one.
  absl::StatusOr<keys::Bytes> TakeMember(absl::string_view name, std::size_t most) {
    if (absl::Status status = ExpectMember(name); !status.ok()) return status;
    absl::StatusOr<keys::Bytes> bytes = tar_.ReadAll(most);
    if (!bytes.ok()) return bytes;
    NoteMember(keys::Sha256(keys::AsBytes(*bytes)));
    return bytes;
  }

  // Streams the rest of a member.
  absl::StatusOr<keys::Digest> StreamMember(const keys::Sink& sink) {
    keys::Sha256Stream digest;
    buffer_.resize(kReadBuffer);
    for (;;) {
      absl::StatusOr<std::size_t> got = tar_.Read(buffer_);
      if (!got.ok()) return got.status();
      if (*got == 0) return digest.Finish();
      const keys::ByteView bytes(buffer_.data(), *got);
      digest.Update(bytes);
      if (sink) {
        if (absl::Status status = sink(bytes); !status.ok()) return status;
      }
    }
  }

  // --- Steps -------------------------------------------------------------------------------------

  absl::Status ReadReadme() {
    absl::StatusOr<keys::Bytes> text = TakeMember(kReadmeName, kMaxReadmeSize);
    return text.ok() ? NextMember() : text.status();
  }

  absl::Status ReadHeader() {
    absl::StatusOr<keys::Bytes> bytes = TakeMember(kHeaderName, kMaxHeaderSize);
    if (!bytes.ok()) return bytes.status();
    absl::Status parsed = statement::ParseCanonical(keys::AsBytes(*bytes), header_);
    if (!parsed.ok()) return MemberError(parsed.message());
    if (absl::Status status = CheckHeader(); !status.ok()) return status;
    if (callbacks_.header) {
      if (absl::Status status = callbacks_.header(header_); !status.ok()) return status;
    }
    return NextMember();
  }

  absl::Status CheckHeader() {
    const std::string member = absl::StrCat("member ", kHeaderName);
    if (header_.format() != kPackageFormat) {
      return Unexpected(member, absl::StrCat("format ", kPackageFormat),
                        absl::StrCat("format ", header_.format()));
    }
    if (header_.persons_file() != (file_ == PackageFile::kPersons)) {
      return MemberError(header_.persons_file() ? "this is a persons' file, not the main file"
                                                : "this is a main file, not the persons' file");
    }
    if (header_.package_salt().size() != keys::kDigestSize) {
      return MemberError("expected a package salt of 32 bytes");
    }
    if (header_.handover().size() != keys::kDigestSize || !IsHandle(header_.holder())) {
      return MemberError("expected a handover of 32 bytes and a holder's handle");
    }
    if (header_.record_count() > kMaxRecords) {
      return MemberError(absl::StrCat("more than ", kMaxRecords, " records"));
    }
    for (int i = 1; i < header_.totals_size(); ++i) {
      const v1::SubmissionTotals& a = header_.totals(i - 1);
      const v1::SubmissionTotals& b = header_.totals(i);
      if (std::tie(a.area(), a.source()) >= std::tie(b.area(), b.source())) {
        return MemberError("totals are ascending by area and source, each once");
      }
    }
    return CheckHeaderExpectations();
  }

  absl::Status CheckHeaderExpectations() {
    const std::string member = absl::StrCat("member ", kHeaderName);
    if (expected_.log_origin.has_value() && *expected_.log_origin != header_.log_origin()) {
      return Unexpected(member, absl::StrCat("log ", *expected_.log_origin), header_.log_origin());
    }
    if (expected_.handover.has_value() && *expected_.handover != header_.handover()) {
      return Unexpected(member,
                        absl::StrCat("handover ", keys::Hex(keys::AsBytes(*expected_.handover))),
                        keys::Hex(keys::AsBytes(header_.handover())));
    }
    if (expected_.holder.has_value() && *expected_.holder != header_.holder()) {
      return Unexpected(member, absl::StrCat("holder ", *expected_.holder), header_.holder());
    }
    if (expected_.exercise.has_value() && *expected_.exercise != header_.exercise()) {
      return MemberError(header_.exercise() ? "a package of an exercise in a real handover"
                                            : "a real package in an exercise");
    }
    if (expected_.record_count.has_value() && *expected_.record_count != header_.record_count()) {
      return Unexpected(member, absl::StrCat(*expected_.record_count, " records"),
                        absl::StrCat(header_.record_count()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadRecords() {
    AppendRecordsCsvHeader(csv_text_);
    std::uint64_t index = 0;
    for (std::uint64_t number = 0; index < header_.record_count(); ++number) {
      if (absl::Status status = ExpectMember(RecordsName(number)); !status.ok()) return status;
      if (member_->size > kMaxRecordsFile || member_->size == 0) {
        return MemberError("a file of records has 1 byte to 64 MiB");
      }
      if (absl::Status status = ReadRecordsFile(index); !status.ok()) return status;
      if (absl::Status status = NextMember(); !status.ok()) return status;
    }
    if (member_.has_value() && absl::StartsWith(member_->name, "records/")) {
      return MemberError(
          absl::StrCat("the header says that there are ", header_.record_count(), " records"));
    }
    return absl::OkStatus();
  }

  absl::Status ReadRecordsFile(std::uint64_t& index) {
    keys::Sha256Stream digest;
    std::uint64_t left = member_->size;
    while (left > 0) {
      if (index == header_.record_count()) {
        return MemberError(absl::StrCat("more than the ", index, " records that the header says"));
      }
      absl::StatusOr<keys::Bytes> bytes = ReadFramed(left, digest);
      if (!bytes.ok()) return bytes.status();
      if (absl::Status status = TakeRecord(index, *bytes); !status.ok()) return status;
      ++index;
    }
    NoteMember(digest.Finish());
    return absl::OkStatus();
  }

  // u32be n || n bytes
  absl::StatusOr<keys::Bytes> ReadFramed(std::uint64_t& left, keys::Sha256Stream& digest) {
    if (left < 4) return MemberError("the file ends inside the length of a record");
    absl::StatusOr<keys::Bytes> prefix = ReadExactly(4, digest);
    if (!prefix.ok()) return prefix;
    std::uint32_t size = 0;
    for (const char c : *prefix) size = size << 8 | static_cast<std::uint8_t>(c);
    left -= 4;
    if (size > left || size > kMaxPackedRecord) {
      return MemberError(absl::StrCat("a record of ", size, " bytes, where ", left,
                                      " are left and ", kMaxPackedRecord, " allowed"));
    }
    left -= size;
    return ReadExactly(size, digest);
  }

  absl::StatusOr<keys::Bytes> ReadExactly(std::size_t size, keys::Sha256Stream& digest) {
    keys::Bytes out(size, '\0');
    std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(out.data()), size);
    while (!rest.empty()) {
      absl::StatusOr<std::size_t> got = tar_.Read(rest);
      if (!got.ok()) return got.status();
      if (*got == 0) return MemberError("the file ends inside a record");
      rest = rest.subspan(*got);
    }
    digest.Update(keys::AsBytes(out));
    return out;
  }

  absl::Status TakeRecord(std::uint64_t index, const keys::Bytes& bytes) {
    const auto error = [&](absl::string_view what) {
      return MemberError(absl::StrCat("record ", index, ": ", what));
    };
    v1::PackedRecord packed;
    absl::Status parsed = statement::ParseCanonical(keys::AsBytes(bytes), packed);
    if (!parsed.ok()) return error(parsed.message());
    absl::StatusOr<UnpackedRecord> unpacked = UnpackRecord(packed, file_);
    if (!unpacked.ok()) return error(unpacked.status().message());
    if (file_ == PackageFile::kMain) {
      const v1::IdentityGroup& identity = unpacked->record.identity();
      if (identity.exercise() != header_.exercise()) {
        return error("its exercise flag is not the header's");
      }
      if (!rows_.insert(identity.row()).second) {
        return error(absl::StrCat("the key '", identity.row(), "' is there twice"));
      }
    }
    records_.Append(RecordCommitment(unpacked->digests));
    AppendRecordCsv(index, unpacked->record, file_, csv_text_);
    TakeCsv(kReadBuffer);
    if (!callbacks_.record) return absl::OkStatus();
    return callbacks_.record(index, *std::move(unpacked));
  }

  void TakeCsv(std::size_t least) {
    if (csv_text_.size() < least) return;
    csv_digest_.Update(keys::AsBytes(csv_text_));
    csv_size_ += csv_text_.size();
    csv_text_.clear();
  }

  absl::Status ReadSupplements() {
    if (header_.supplement_count() == 0) return absl::OkStatus();
    absl::StatusOr<keys::Bytes> bytes = TakeMember(kSupplementsName, kMaxSupplementsSize);
    if (!bytes.ok()) return bytes.status();
    v1::SupplementList list;
    absl::Status parsed = statement::ParseCanonical(keys::AsBytes(*bytes), list);
    if (!parsed.ok()) return MemberError(parsed.message());
    if (static_cast<std::uint64_t>(list.supplements_size()) != header_.supplement_count()) {
      return MemberError(absl::StrCat("expected ", header_.supplement_count(),
                                      " supplements, found ", list.supplements_size()));
    }
    for (int i = 0; i < list.supplements_size(); ++i) {
      absl::Status status =
          TakeSupplement(static_cast<std::uint64_t>(i), std::move(*list.mutable_supplements(i)));
      if (!status.ok()) return status;
    }
    return NextMember();
  }

  absl::Status TakeSupplement(std::uint64_t index, v1::Supplement supplement) {
    if (absl::Status status = CheckSupplement(supplement); !status.ok()) {
      return MemberError(absl::StrCat("supplement ", index, ": ", status.message()));
    }
    const bool persons = GroupOfPath(supplement.field()) == kPersonsGroup;
    if (persons != (file_ == PackageFile::kPersons)) {
      return MemberError(absl::StrCat("supplement ", index, ": ", supplement.field(),
                                      " does not belong into this file"));
    }
    AppendSupplementCsv(index, supplement, csv_text_);
    TakeCsv(kReadBuffer);
    if (!callbacks_.supplement) return absl::OkStatus();
    return callbacks_.supplement(index, std::move(supplement));
  }

  absl::Status ReadCsv() {
    if (absl::Status status = ExpectMember(kRecordsCsvName); !status.ok()) return status;
    TakeCsv(0);
    const keys::Digest made = csv_digest_.Finish();
    if (member_->size != csv_size_) {
      return Mismatch("member records.csv", absl::StrCat(csv_size_, " bytes made from the records"),
                      absl::StrCat(member_->size));
    }
    absl::StatusOr<keys::Digest> digest = StreamMember(nullptr);
    if (!digest.ok()) return digest.status();
    if (*digest != made) {
      return Mismatch("member records.csv",
                      absl::StrCat("SHA-256 ", made.Hex(), " made from the records"),
                      digest->Hex());
    }
    NoteMember(made);
    return NextMember();
  }

  absl::Status ReadAttachments() {
    while (member_.has_value() && absl::StartsWith(member_->name, kAttachmentFolder)) {
      if (absl::Status status = ReadAttachment(); !status.ok()) return status;
      if (absl::Status status = NextMember(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status ReadAttachment() {
    const absl::string_view hex = absl::string_view(member_->name).substr(kAttachmentFolder.size());
    absl::StatusOr<keys::Digest> name = keys::Digest::FromHex(hex);
    if (!name.ok()) return MemberError("an attachment is named by its SHA-256 in lowercase digits");
    if (!attachments_.empty() && attachments_.back().sha256 >= *name) {
      return MemberError("attachments are ascending by name");
    }
    keys::Sink sink;
    if (callbacks_.attachment) {
      absl::StatusOr<keys::Sink> given = callbacks_.attachment(*name, member_->size);
      if (!given.ok()) return given.status();
      sink = *std::move(given);
    }
    absl::StatusOr<keys::Digest> digest = StreamMember(sink);
    if (!digest.ok()) return digest.status();
    if (*digest != *name) {
      return Mismatch(absl::StrCat("member ", member_->name), "content with this SHA-256",
                      digest->Hex());
    }
    attachments_.push_back({*name, member_->size});
    NoteMember(*name);
    return callbacks_.attachment_end ? callbacks_.attachment_end(*name) : absl::OkStatus();
  }

  // --- The manifest ------------------------------------------------------------------------------

  absl::StatusOr<ReadPackageResult> ReadManifest() {
    if (absl::Status status = ExpectMember(kManifestName); !status.ok()) return status;
    absl::StatusOr<keys::Bytes> bytes = tar_.ReadAll(kMaxManifestSize);
    if (!bytes.ok()) return bytes.status();
    v1::SignedManifest sealed;
    absl::Status parsed = statement::ParseCanonical(keys::AsBytes(*bytes), sealed);
    if (!parsed.ok()) return MemberError(parsed.message());
    absl::StatusOr<keys::SigningPublicKey> key =
        keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(sealed.public_key()));
    if (!key.ok()) return MemberError(absl::StrCat("the holder's key: ", key.status().message()));
    absl::Status verified =
        keys::VerifyPayload(*key, keys::kManifestPayloadType, keys::AsBytes(sealed.manifest()),
                            keys::AsBytes(sealed.signature()));
    if (!verified.ok()) {
      return absl::Status(
          verified.code(),
          absl::StrCat("member ", kManifestName, ": the holder's signature: ", verified.message()));
    }
    v1::Manifest manifest;
    parsed = statement::ParseCanonical(keys::AsBytes(sealed.manifest()), manifest);
    if (!parsed.ok()) return MemberError(parsed.message());
    if (absl::Status status = CheckManifest(manifest, *key); !status.ok()) return status;
    // Only now is it known that nothing follows.
    if (absl::Status status = NextMember(); !status.ok()) return status;
    if (member_.has_value()) {
      return Unexpected("package", "the end behind cairn/manifest", member_->name);
    }
    return ReadPackageResult{std::move(header_),
                             std::move(manifest),
                             keys::Sha256(keys::AsBytes(sealed.manifest())),
                             *key,
                             records_.Root(),
                             std::move(attachments_)};
  }

  absl::Status CheckManifest(const v1::Manifest& manifest, const keys::SigningPublicKey& key) {
    const std::vector<keys::SigningPublicKey>& known = expected_.holder_keys;
    if (!known.empty() && std::find(known.begin(), known.end(), key) == known.end()) {
      return MemberError(absl::StrCat("signed with the key ", key.Fingerprint().Hex(),
                                      ", which is none of the holder's"));
    }
    if (manifest.log_origin() != header_.log_origin() ||
        manifest.handover() != header_.handover() || manifest.holder() != header_.holder() ||
        manifest.record_count() != header_.record_count()) {
      return MemberError("log, handover, holder or number of records are not the header's");
    }
    if (absl::Status status = CheckMembers(manifest); !status.ok()) return status;
    if (absl::Status status = CheckRoot(manifest); !status.ok()) return status;
    return CheckRecipients(manifest);
  }

  absl::Status CheckMembers(const v1::Manifest& manifest) {
    const int both = std::min(manifest.members_size(), found_.members_size());
    for (int i = 0; i < both; ++i) {
      const v1::ManifestMember& named = manifest.members(i);
      const v1::ManifestMember& found = found_.members(i);
      const std::string member = absl::StrCat("member ", found.name(), ", by the manifest");
      if (named.name() != found.name()) {
        return Mismatch(absl::StrCat("manifest, member ", i), named.name(), found.name());
      }
      if (named.size() != found.size()) {
        return Mismatch(member, absl::StrCat(named.size(), " bytes"), absl::StrCat(found.size()));
      }
      if (named.sha256() != found.sha256()) {
        return Mismatch(member, absl::StrCat("SHA-256 ", keys::Hex(keys::AsBytes(named.sha256()))),
                        keys::Hex(keys::AsBytes(found.sha256())));
      }
    }
    if (manifest.members_size() == found_.members_size()) return absl::OkStatus();
    return Mismatch("manifest", absl::StrCat(manifest.members_size(), " members"),
                    absl::StrCat(found_.members_size()));
  }

  absl::Status CheckRoot(const v1::Manifest& manifest) {
    const merkle::NodeHash root = records_.Root();
    if (manifest.record_root() != root.digest.ToBytes()) {
      return Mismatch("record root, by the manifest",
                      keys::Hex(keys::AsBytes(manifest.record_root())), root.digest.Hex());
    }
    if (expected_.record_root.has_value() && *expected_.record_root != root) {
      return Mismatch("record root, by the submission", expected_.record_root->digest.Hex(),
                      root.digest.Hex());
    }
    const bool persons = file_ == PackageFile::kPersons;
    if (manifest.other_manifest().size() != (persons ? keys::kDigestSize : 0)) {
      return MemberError(persons ? "a persons' file names the main file's manifest"
                                 : "a main file names no other manifest");
    }
    if (expected_.main_manifest.has_value() &&
        manifest.other_manifest() != expected_.main_manifest->ToBytes()) {
      return Mismatch("manifest of the main file", expected_.main_manifest->Hex(),
                      keys::Hex(keys::AsBytes(manifest.other_manifest())));
    }
    return absl::OkStatus();
  }

  absl::Status CheckRecipients(const v1::Manifest& manifest) {
    if (manifest.recipients_size() > static_cast<int>(kMaxRecipients)) {
      return MemberError(absl::StrCat("more than ", kMaxRecipients, " recipients"));
    }
    for (int i = 1; i < manifest.recipients_size(); ++i) {
      if (manifest.recipients(i - 1) >= manifest.recipients(i)) {
        return MemberError("recipients are ascending, each once");
      }
    }
    if (!expected_.recipient.has_value()) return absl::OkStatus();
    const auto& named = manifest.recipients();
    if (std::find(named.begin(), named.end(), *expected_.recipient) != named.end()) {
      return absl::OkStatus();
    }
    return MemberError(absl::StrCat("it was not sealed to ", *expected_.recipient,
                                    " by its holder: somebody passed it on"));
  }

  UstarReader tar_;
  const PackageFile file_;
  const PackageExpectations& expected_;
  const PackageCallbacks& callbacks_;
  std::optional<UstarMember> member_;  // The one being read.
  v1::PackageHeader header_;
  v1::Manifest found_;  // Members as they were.
  merkle::Frontier records_;
  std::set<std::string> rows_;
  std::string csv_text_;
  keys::Sha256Stream csv_digest_;
  std::uint64_t csv_size_ = 0;
  std::vector<PackageAttachment> attachments_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace

absl::StatusOr<ReadPackageResult> ReadPackage(keys::Source source, PackageFile file,
                                              const PackageExpectations& expected,
                                              const PackageCallbacks& callbacks) {
  return PackageRead(std::move(source), file, expected, callbacks).Run();
}

keys::Source SourceOfOpener(keys::Opener& opener) {
  return [&opener](std::span<std::uint8_t> out) { return opener.Read(out); };
}

}  // namespace cairn::record
