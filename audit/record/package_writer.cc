#include "audit/record/package_writer.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

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

namespace cairn::record {
namespace {

constexpr absl::string_view kAgeLabel = "cairn/age/v1/";

// A record that cannot be packed, by its place.
absl::Status AtRecord(std::uint64_t index, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("record ", index, ": ", status.message()));
}

// Text of records.csv as it is made: hashed and counted the first time, written the second.
struct CsvSum {
  keys::Sha256Stream digest;
  std::uint64_t size = 0;

  void Take(absl::string_view text) {
    digest.Update(keys::AsBytes(text));
    size += text.size();
  }
};

// One file of a package while it is written.
class PackageBuild {
 public:
  PackageBuild(const PackagePlan& plan, const PackageKeys& keys, PackageFile file,
               std::optional<keys::Digest> main_manifest, const keys::Sink& sink)
      : plan_(plan),
        keys_(keys),
        file_(file),
        main_manifest_(main_manifest),
        tar_([this, &sink](keys::ByteView bytes) {
          tar_size_ += bytes.size();
          return sink(bytes);
        }) {}

  absl::StatusOr<BuiltPackage> Run() {
    if (absl::Status status = CheckPlan(); !status.ok()) return status;
    for (const auto step :
         {&PackageBuild::WriteStart, &PackageBuild::WriteRecords, &PackageBuild::WriteSupplements,
          &PackageBuild::WriteCsv, &PackageBuild::WriteScans, &PackageBuild::WriteManifest}) {
      if (absl::Status status = (this->*step)(); !status.ok()) return status;
    }
    if (absl::Status status = tar_.Finish(); !status.ok()) return status;
    built_.record_root = records_.Root();
    built_.record_count = plan_.record_count;
    built_.tar_size = tar_size_;
    return built_;
  }

 private:
  bool IsMain() const { return file_ == PackageFile::kMain; }

  absl::Status CheckPlan() {
    if (keys_.seed.size() != kPackageSeedSize) {
      return absl::InvalidArgumentError("a package seed has 32 bytes");
    }
    if (plan_.handover.size() != keys::kDigestSize || !IsHandle(plan_.holder)) {
      return absl::InvalidArgumentError("a package names a handover and its holder");
    }
    if (plan_.record_count > kMaxRecords) {
      return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxRecords, " records"));
    }
    TakeSupplements();
    return TakeScans();
  }

  // Each file has the supplements to its own groups: a name must not travel in the main file.
  void TakeSupplements() {
    for (const v1::Supplement& supplement : plan_.supplements) {
      const bool persons = GroupOfPath(supplement.field()) == kPersonsGroup;
      if (persons != IsMain()) *supplements_.add_supplements() = supplement;
    }
  }

  absl::Status TakeScans() {
    for (const Scan& scan : plan_.scans) {
      if (scan.in_persons_file != IsMain()) scans_.push_back(&scan);
    }
    std::sort(scans_.begin(), scans_.end(),
              [](const Scan* a, const Scan* b) { return a->sha256 < b->sha256; });
    for (std::size_t i = 1; i < scans_.size(); ++i) {
      if (scans_[i - 1]->sha256 == scans_[i]->sha256) {
        return absl::InvalidArgumentError(
            absl::StrCat("the scan ", scans_[i]->sha256.Hex(), " is in the plan twice"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddMember(absl::string_view name, keys::ByteView bytes) {
    NoteMember(name, bytes.size(), keys::Sha256(bytes));
    return tar_.Add(name, bytes);
  }
  void NoteMember(absl::string_view name, std::uint64_t size, const keys::Digest& digest) {
    v1::ManifestMember& member = *manifest_.add_members();
    member.set_name(std::string(name));
    member.set_size(size);
    member.set_sha256(digest.ToBytes());
  }

  absl::Status WriteStart() {
    absl::Status status = AddMember(kReadmeName, keys::AsBytes(PackageReadme()));
    if (!status.ok()) return status;
    v1::PackageHeader header;
    header.set_format(kPackageFormat);
    header.set_log_origin(plan_.log_origin);
    header.set_handover(plan_.handover);
    header.set_holder(plan_.holder);
    header.set_package_salt(PackageSalt(keys_.seed).ToBytes());
    header.set_exercise(plan_.exercise);
    header.set_persons_file(!IsMain());
    header.set_record_count(plan_.record_count);
    header.set_supplement_count(static_cast<std::uint64_t>(supplements_.supplements_size()));
    std::vector<v1::SubmissionTotals> totals = plan_.totals;
    std::sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) {
      return std::tie(a.area(), a.source()) < std::tie(b.area(), b.source());
    });
    for (v1::SubmissionTotals& row : totals) *header.add_totals() = std::move(row);
    absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(header);
    if (!bytes.ok()) return bytes.status();
    if (bytes->size() > kMaxHeaderSize) {
      return absl::InvalidArgumentError("the header is too large; too many totals");
    }
    return AddMember(kHeaderName, keys::AsBytes(*bytes));
  }

  absl::StatusOr<v1::MinefieldRecord> RecordAt(std::uint64_t index) {
    absl::StatusOr<v1::MinefieldRecord> record = plan_.record(index);
    if (!record.ok()) return record;
    if (record->identity().exercise() != plan_.exercise) {
      return absl::InvalidArgumentError(plan_.exercise ? "a real record in an exercise"
                                                       : "an exercise's record among real ones");
    }
    return record;
  }

  absl::Status WriteRecords() {
    AppendRecordsCsvHeader(csv_text_);
    for (std::uint64_t i = 0; i < plan_.record_count; ++i) {
      absl::StatusOr<v1::MinefieldRecord> record = RecordAt(i);
      if (!record.ok()) return AtRecord(i, record.status());
      const auto index = static_cast<std::uint32_t>(i);
      SaltAttachments(keys_.seed, index, *record);
      AppendRecordCsv(i, *record, file_, csv_text_);
      FlushCsvSum(std::size_t{64} * 1024);
      absl::StatusOr<PackedPair> packed = PackRecord(keys_.seed, index, *std::move(record));
      if (!packed.ok()) return AtRecord(i, packed.status());
      records_.Append(RecordCommitment(packed->digests));
      absl::Status status = PutRecord(IsMain() ? packed->main : packed->persons);
      if (!status.ok()) return AtRecord(i, status);
    }
    return FlushRecords();
  }

  absl::Status PutRecord(const v1::PackedRecord& packed) {
    const keys::Bytes bytes = statement::SerializeTrusted(packed);
    if (bytes.size() > kMaxPackedRecord) {
      return absl::InvalidArgumentError("the record is larger than 1 MiB");
    }
    if (chunk_.size() + bytes.size() + 4 > kRecordsFileTarget) {
      if (absl::Status status = FlushRecords(); !status.ok()) return status;
    }
    keys::AppendU32(chunk_, static_cast<std::uint32_t>(bytes.size()));
    chunk_ += bytes;
    return absl::OkStatus();
  }

  absl::Status FlushRecords() {
    if (chunk_.empty()) return absl::OkStatus();
    absl::Status status = AddMember(RecordsName(records_files_++), keys::AsBytes(chunk_));
    chunk_.clear();
    return status;
  }

  void FlushCsvSum(std::size_t least) {
    if (csv_text_.size() < least) return;
    csv_sum_.Take(csv_text_);
    csv_text_.clear();
  }

  absl::Status WriteSupplements() {
    std::uint64_t index = 0;
    for (const v1::Supplement& supplement : supplements_.supplements()) {
      if (absl::Status status = CheckSupplement(supplement); !status.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("supplement ", index, ": ", status.message()));
      }
      AppendSupplementCsv(index++, supplement, csv_text_);
    }
    FlushCsvSum(0);
    if (index == 0) return absl::OkStatus();
    absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(supplements_);
    if (!bytes.ok()) return bytes.status();
    if (bytes->size() > kMaxSupplementsSize) {
      return absl::InvalidArgumentError("more than 64 MiB of supplements; send several packages");
    }
    return AddMember(kSupplementsName, keys::AsBytes(*bytes));
  }

  // A ustar header states the size before the content, so the text is made twice rather than kept.
  absl::Status WriteCsv() {
    const std::uint64_t size = csv_sum_.size;
    const keys::Digest digest = csv_sum_.digest.Finish();
    NoteMember(kRecordsCsvName, size, digest);
    if (absl::Status status = tar_.Begin(kRecordsCsvName, size); !status.ok()) return status;
    CsvSum again;
    const auto write = [&](std::string& text) {
      again.Take(text);
      if (again.size > size) return Changed();
      absl::Status status = tar_.Write(keys::AsBytes(text));
      text.clear();
      return status;
    };
    std::string text;
    AppendRecordsCsvHeader(text);
    for (std::uint64_t i = 0; i < plan_.record_count; ++i) {
      absl::StatusOr<v1::MinefieldRecord> record = RecordAt(i);
      if (!record.ok()) return AtRecord(i, record.status());
      SaltAttachments(keys_.seed, static_cast<std::uint32_t>(i), *record);
      AppendRecordCsv(i, *record, file_, text);
      if (absl::Status status = write(text); !status.ok()) return status;
    }
    std::uint64_t index = 0;
    for (const v1::Supplement& supplement : supplements_.supplements()) {
      AppendSupplementCsv(index++, supplement, text);
    }
    if (absl::Status status = write(text); !status.ok()) return status;
    return again.size == size && again.digest.Finish() == digest ? absl::OkStatus() : Changed();
  }

  static absl::Status Changed() {
    return absl::AbortedError("a record changed while the package was built; build again");
  }

  absl::Status WriteScans() {
    for (const Scan* scan : scans_) {
      const std::string name = absl::StrCat(kAttachmentFolder, scan->sha256.Hex());
      if (absl::Status status = tar_.Begin(name, scan->size); !status.ok()) return status;
      absl::Status status =
          CopyScan(*scan, [this](keys::ByteView bytes) { return tar_.Write(bytes); });
      if (!status.ok()) return status;
      NoteMember(name, scan->size, scan->sha256);
    }
    return absl::OkStatus();
  }

  absl::Status WriteManifest() {
    manifest_.set_log_origin(plan_.log_origin);
    manifest_.set_handover(plan_.handover);
    manifest_.set_holder(plan_.holder);
    manifest_.set_record_root(records_.Root().digest.ToBytes());
    manifest_.set_record_count(plan_.record_count);
    std::vector<std::string> recipients = plan_.recipients;
    std::sort(recipients.begin(), recipients.end());
    for (std::string& recipient : recipients) manifest_.add_recipients(std::move(recipient));
    if (main_manifest_.has_value()) manifest_.set_other_manifest(main_manifest_->ToBytes());
    absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(manifest_);
    if (!bytes.ok()) return bytes.status();
    built_.manifest = keys::Sha256(keys::AsBytes(*bytes));
    v1::SignedManifest sealed;
    sealed.set_public_key(keys_.holder.Public().TypedBytes());
    sealed.set_signature(
        keys::SignPayload(keys_.holder, keys::kManifestPayloadType, keys::AsBytes(*bytes)));
    sealed.set_manifest(*std::move(bytes));
    const keys::Bytes content = statement::SerializeTrusted(sealed);
    if (content.size() > kMaxManifestSize) {
      return absl::InvalidArgumentError("the manifest is too large; too many attachments");
    }
    return tar_.Add(kManifestName, keys::AsBytes(content));
  }

  const PackagePlan& plan_;
  const PackageKeys& keys_;
  const PackageFile file_;
  const std::optional<keys::Digest> main_manifest_;
  UstarWriter tar_;
  std::uint64_t tar_size_ = 0;
  v1::Manifest manifest_;
  v1::SupplementList supplements_;
  std::vector<const Scan*> scans_;
  merkle::Frontier records_;
  keys::Bytes chunk_;  // Of the records file being filled.
  std::uint64_t records_files_ = 0;
  CsvSum csv_sum_;
  std::string csv_text_;
  BuiltPackage built_;
};

absl::StatusOr<SealedPackage> SealFile(PackagePlan plan, const PackageKeys& keys, PackageFile file,
                                       std::optional<keys::Digest> main_manifest,
                                       std::span<const keys::SealingPublicKey> recipients,
                                       const keys::Sink& sink) {
  plan.recipients.clear();
  for (const keys::SealingPublicKey& key : recipients) plan.recipients.push_back(key.Recipient());
  SealedPackage out;
  keys::Sha256Stream digest;
  absl::StatusOr<keys::Sealer> sealer = keys::Sealer::CreateFromSeed(
      recipients, SealingSeed(keys.seed, file), [&](keys::ByteView bytes) {
        digest.Update(bytes);
        out.size += bytes.size();
        return sink(bytes);
      });
  if (!sealer.ok()) return sealer.status();
  const keys::Sink seal = [&](keys::ByteView bytes) { return sealer->Write(bytes); };
  absl::StatusOr<BuiltPackage> built = PackageBuild(plan, keys, file, main_manifest, seal).Run();
  if (!built.ok()) return built.status();
  if (absl::Status status = sealer->Finish(); !status.ok()) return status;
  out.built = *built;
  out.digest = digest.Finish();
  return out;
}

}  // namespace

keys::SecretBytes SealingSeed(const keys::SecretBytes& package_seed, PackageFile file) {
  const std::string label =
      absl::StrCat(kAgeLabel, file == PackageFile::kMain ? "main" : "persons");
  return keys::HkdfSecret(package_seed.View(), {}, keys::AsBytes(label));
}

absl::StatusOr<BuiltPackage> WritePackage(const PackagePlan& plan, const PackageKeys& keys,
                                          const keys::Sink& sink) {
  return PackageBuild(plan, keys, PackageFile::kMain, std::nullopt, sink).Run();
}

absl::StatusOr<BuiltPackage> WritePersonsFile(const PackagePlan& plan, const PackageKeys& keys,
                                              const keys::Digest& main_manifest,
                                              const keys::Sink& sink) {
  return PackageBuild(plan, keys, PackageFile::kPersons, main_manifest, sink).Run();
}

absl::StatusOr<SealedPackage> SealPackage(PackagePlan plan, const PackageKeys& keys,
                                          std::span<const keys::SealingPublicKey> recipients,
                                          const keys::Sink& sink) {
  return SealFile(std::move(plan), keys, PackageFile::kMain, std::nullopt, recipients, sink);
}

absl::StatusOr<SealedPackage> SealPersonsFile(PackagePlan plan, const PackageKeys& keys,
                                              const keys::Digest& main_manifest,
                                              std::span<const keys::SealingPublicKey> recipients,
                                              const keys::Sink& sink) {
  return SealFile(std::move(plan), keys, PackageFile::kPersons, main_manifest, recipients, sink);
}

}  // namespace cairn::record
