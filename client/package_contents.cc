#include "client/package_contents.h"

#include <array>
#include <memory>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/commands/choices.h"

namespace cairn::client {

SealedContent::SealedContent(Unsealer& unsealer, PackageFolder folder, Submitted package,
                             OpeningTerms terms)
    : unsealer_(unsealer),
      folder_(std::move(folder)),
      package_(std::move(package)),
      terms_(std::move(terms)) {
  terms_.with_persons = false;  // No check looks at persons.
}

absl::StatusOr<Opening> SealedContent::Read(const record::PackageCallbacks& callbacks) const {
  absl::StatusOr<Opening> opening =
      CheckOpening(unsealer_, folder_, package_, terms_, {.main = callbacks, .persons = {}});
  if (!opening.ok()) return opening.status();
  if (opening->Matches()) return opening;
  return absl::FailedPreconditionError(absl::StrCat(
      "package ", package_.digest.Hex(), " is not what was submitted: ", MismatchText(*opening)));
}

absl::Status SealedContent::Verify() {
  record::PackageCallbacks callbacks;
  callbacks.header = [this](const v1::PackageHeader& header) {
    salt_ = header.package_salt();
    return absl::OkStatus();
  };
  return Read(callbacks).status();
}

absl::Status SealedContent::ForEachRecord(
    absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const {
  if (package_.submission.record_count() == 0) return absl::OkStatus();
  record::PackageCallbacks callbacks;
  callbacks.record = [visit](std::uint64_t index, const record::UnpackedRecord& one) {
    return visit({.index = index,
                  .commitment = record::RecordCommitment(one.digests).digest,
                  .record = &one.record});
  };
  return Read(callbacks).status();
}

absl::Status SealedContent::ForEachSupplement(
    absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const {
  if (package_.submission.supplement_count() == 0) return absl::OkStatus();
  record::PackageCallbacks callbacks;
  callbacks.supplement = [visit](std::uint64_t, const v1::Supplement& one) { return visit(one); };
  return Read(callbacks).status();
}

absl::StatusOr<record::ReadPackageResult> FileContent::Read(
    const record::PackageCallbacks& callbacks, record::PackageFile file) const {
  absl::StatusOr<keys::Source> source = open_();
  if (!source.ok()) return source.status();
  return record::ReadPackage(*std::move(source), file, {}, callbacks);
}

absl::Status FileContent::ForEachRecord(
    absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const {
  record::PackageCallbacks callbacks;
  callbacks.record = [visit](std::uint64_t index, const record::UnpackedRecord& one) {
    return visit({.index = index,
                  .commitment = record::RecordCommitment(one.digests).digest,
                  .record = &one.record});
  };
  return Read(callbacks, record::PackageFile::kMain).status();
}

absl::Status FileContent::ForEachSupplement(
    absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const {
  record::PackageCallbacks callbacks;
  callbacks.supplement = [visit](std::uint64_t, const v1::Supplement& one) { return visit(one); };
  return Read(callbacks, record::PackageFile::kMain).status();
}

absl::StatusOr<keys::Source> PlainSource(Unsealer& unsealer, const std::string& path,
                                         const keys::Digest& package, record::PackageFile file) {
  const absl::StatusOr<bool> sealed = IsSealed(path);
  if (!sealed.ok()) return sealed.status();
  if (!*sealed) return SourceOfFile(path);
  absl::StatusOr<Unsealer::Opened> opened = unsealer.Open(path, package, file);
  if (!opened.ok()) return opened.status();
  const auto opener = std::make_shared<keys::Opener>(std::move(opened->opener));
  return keys::Source([opener](std::span<std::uint8_t> out) { return opener->Read(out); });
}

absl::StatusOr<bool> IsSealed(const std::string& path) {
  constexpr absl::string_view kMagic = "age-encryption.org/";
  absl::StatusOr<keys::Source> source = SourceOfFile(path);
  if (!source.ok()) return source.status();
  std::array<std::uint8_t, kMagic.size()> start{};
  const absl::StatusOr<std::size_t> got = (*source)(start);
  if (!got.ok()) return got.status();
  return keys::AsText(keys::ByteView(start).first(*got)) == kMagic;
}

absl::Status TemplateContent::ForEachRecord(
    absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const {
  for (std::uint64_t index = 0; index < reader_.first().record_count(); ++index) {
    const absl::StatusOr<v1::MinefieldRecord> record = reader_.Read(index);
    if (!record.ok()) return record.status();
    absl::Status visited = visit({.index = index, .commitment = {}, .record = &*record});
    if (!visited.ok()) return visited;
  }
  return absl::OkStatus();
}

absl::Status TemplateContent::ForEachSupplement(
    absl::FunctionRef<absl::Status(const v1::Supplement&)>) const {
  return absl::OkStatus();
}

std::string MismatchText(const Opening& opening) {
  std::string text;
  for (const auto& [mismatch, what] : opening.mismatches) {
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    ChoiceName(mismatch, *v1::OpeningMismatch_descriptor()), ": ", what);
  }
  return text;
}

}  // namespace cairn::client
