// Packages as the checks read them: a sealed one, opened and checked anew each time it is read, or
// a transcription template that is not sealed yet. Constant memory beside one record.
#ifndef CAIRN_CLIENT_PACKAGE_CONTENTS_H_
#define CAIRN_CLIENT_PACKAGE_CONTENTS_H_

#include <functional>
#include <string>
#include <utility>

#include "audit/completeness/engine.h"
#include "audit/record/transcription.h"
#include "client/opening.h"
#include "client/package_home.h"
#include "client/submissions.h"
#include "client/unsealing.h"
#include "keys/bytes.h"

namespace cairn::client {

// A submitted package whose sealed file is in `folder`. Not thread-safe.
class SealedContent final : public completeness::PackageContent {
 public:
  // `unsealer` must outlive this.
  SealedContent(Unsealer& unsealer, PackageFolder folder, Submitted package, OpeningTerms terms);

  // Opens and checks it; then salt() and header() are there. kFailedPrecondition: it does not match
  // what was submitted, with every mismatch. Errors of CheckOpening.
  absl::Status Verify();
  const keys::Bytes& salt() const { return salt_; }
  const Submitted& package() const { return package_; }

  absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const override;
  absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const override;

 private:
  absl::StatusOr<Opening> Read(const record::PackageCallbacks& callbacks) const;

  Unsealer& unsealer_;
  PackageFolder folder_;
  Submitted package_;
  OpeningTerms terms_;
  keys::Bytes salt_;
};

// A package file by itself, sealed or not, checked for what it is each time it is read.
// Not thread-safe.
class FileContent final : public completeness::PackageContent {
 public:
  using OpenSource = std::function<absl::StatusOr<keys::Source>()>;
  explicit FileContent(OpenSource open) : open_(std::move(open)) {}

  // Errors of record::ReadPackage.
  absl::StatusOr<record::ReadPackageResult> Read(const record::PackageCallbacks& callbacks,
                                                 record::PackageFile file) const;
  absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const override;
  absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const override;

 private:
  OpenSource open_;
};

// The plaintext of a package file: an age file is opened with what this party has, anything else is
// taken for the tar itself. `package` names the package whose seed may open it. Errors as
// Unsealer::Open. `unsealer` must outlive what is returned.
absl::StatusOr<keys::Source> PlainSource(Unsealer& unsealer, const std::string& path,
                                         const keys::Digest& package, record::PackageFile file);
// Whether a file begins as age files do. Errors of the disk.
absl::StatusOr<bool> IsSealed(const std::string& path);

// The records of a template, without commitments. Not thread-safe.
class TemplateContent final : public completeness::PackageContent {
 public:
  // `reader` must outlive this.
  explicit TemplateContent(record::TranscriptionReader& reader) : reader_(reader) {}
  absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const override;
  // None: what a supplement says is compared with the earlier package when it is built.
  absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const override;

 private:
  record::TranscriptionReader& reader_;
};

// "RECORD_ROOT: ..., COUNTS: ..." in words.
std::string MismatchText(const Opening& opening);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_PACKAGE_CONTENTS_H_
