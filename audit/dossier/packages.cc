// Sealed and opened packages, read in one pass and constant memory.
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/dossier/examiners.h"
#include "audit/record/package_reader.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "keys/age_header.h"
#include "keys/digest.h"
#include "keys/encoding.h"

namespace cairn::dossier {
namespace {

constexpr absl::string_view kSubmitted = "These are the bytes that were submitted.";
constexpr std::size_t kReadBytes = std::size_t{64} * 1024;

// What passed through a source.
struct Passed {
  keys::Sha256Stream sha256;
  std::uint64_t bytes = 0;
};

keys::Source Counting(keys::Source source, std::shared_ptr<Passed> passed) {
  return [source = std::move(source),
          passed = std::move(passed)](std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
    absl::StatusOr<std::size_t> got = source(out);
    if (!got.ok()) return got;
    passed->sha256.Update(out.first(*got));
    passed->bytes += *got;
    return got;
  };
}

// How many bytes are left; reads them all.
absl::StatusOr<std::uint64_t> Drain(keys::ByteReader& reader) {
  std::array<std::uint8_t, kReadBytes> buffer;
  std::uint64_t total = 0;
  for (;;) {
    absl::StatusOr<std::size_t> got = reader.ReadFull(buffer);
    if (!got.ok()) return got.status();
    if (*got == 0) return total;
    total += *got;
  }
}

// Whether a payload of so many bytes can be one: a nonce, full chunks, and a last one that is empty
// only in a file that has nothing in it.
absl::Status CheckPayload(std::uint64_t bytes) {
  absl::Status cut = absl::DataLossError(
      absl::StrCat("the ", bytes, " bytes behind its header cannot be a whole payload"));
  if (bytes < keys::kAgeNonceSize + keys::kAgeTagSize) return cut;
  const std::uint64_t chunks = bytes - keys::kAgeNonceSize;
  const std::uint64_t last = chunks % keys::kSealedChunkSize;
  if (last == 0 || chunks == keys::kAgeTagSize) return absl::OkStatus();
  return last > keys::kAgeTagSize ? absl::OkStatus() : cut;
}

absl::StatusOr<keys::AgeHeader> ReadSealed(const OpenSource& open, Passed& total) {
  absl::StatusOr<keys::Source> source = open();
  if (!source.ok()) return source.status();
  auto passed = std::make_shared<Passed>();
  keys::ByteReader reader(Counting(*std::move(source), passed));
  absl::StatusOr<keys::AgeHeader> header = keys::ReadAgeHeader(reader);
  if (!header.ok()) return header;
  absl::StatusOr<std::uint64_t> payload = Drain(reader);
  if (!payload.ok()) return payload.status();
  if (absl::Status whole = CheckPayload(*payload); !whole.ok()) return whole;
  total = std::move(*passed);
  return header;
}

// Whether a submission names these bytes, as the package or as its persons' file.
absl::Status CheckSubmitted(const v1::SubmitPackage& body, const keys::Digest& digest,
                            std::uint64_t size) {
  const keys::Bytes bytes = digest.ToBytes();
  if ((body.digest() == bytes && body.size() == size) ||
      (body.persons_digest() == bytes && body.persons_size() == size)) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("the submission names a file of ", body.size(),
                                          " bytes with SHA-256 ",
                                          keys::Hex(keys::AsBytes(body.digest()))));
}

void ExamineSubmission(const keys::Bytes& entry, const keys::Digest& digest, std::uint64_t size,
                       const Trust& trust, Examination& out) {
  const absl::StatusOr<statement::Entry> parsed = statement::ParseEntry(keys::AsBytes(entry));
  const auto verified =
      ExamineSigned(parsed.ok() ? keys::AsBytes(parsed->signed_statement) : keys::AsBytes(entry),
                    std::nullopt, trust, out);
  if (!verified.has_value()) return;
  const v1::Statement& said = verified->statement();
  out.Judges("submitted", kSubmitted,
             said.has_submit_package()
                 ? CheckSubmitted(said.submit_package(), digest, size)
                 : absl::DataLossError("the entry given is no submission of a package"));
}

// What the holder prepared to sign lies beside the package. Nobody vouches for it, but a package
// that it does not fit is not the one that was prepared.
void ExaminePrepared(const keys::Bytes& submission, const keys::Digest& digest, std::uint64_t size,
                     Examination& out) {
  v1::SubmitPackage body;
  absl::Status fits = statement::ParseCanonical(keys::AsBytes(submission), body);
  if (fits.ok()) fits = CheckSubmitted(body, digest, size);
  out.Judges("prepared", "These are the bytes that the unsigned submission beside it describes.",
             fits, Weight::kBeside);
}

}  // namespace

void ExamineSealed(const OpenSource& open, const Companions& beside, Trust& trust,
                   Examination& out) {
  Passed total;
  const absl::StatusOr<keys::AgeHeader> header = ReadSealed(open, total);
  out.Judges(kFormId, "It is a well-formed sealed file (C2SP age), to its end.", header.status());
  if (!header.ok()) return;
  const keys::Digest digest = total.sha256.Finish();
  out.Says("recipients", absl::StrCat(header->stanzas.size()));
  out.Says("size", absl::StrCat(total.bytes, " bytes"));
  out.Says("SHA-256", digest.Hex());
  if (beside.submission.has_value()) {
    ExaminePrepared(*beside.submission, digest, total.bytes, out);
  }
  if (beside.entry.has_value()) {
    ExamineSubmission(*beside.entry, digest, total.bytes, trust, out);
  } else {
    out.Skips("submitted", kSubmitted, "name the submission with --entry FILE");
  }
  out.Skips("contents", "Its contents are a sound package.",
            "it is sealed: only a recipient can open it", Weight::kBeside);
}

void ExaminePackage(const OpenSource& open, Trust& trust, Examination& out) {
  constexpr absl::string_view kSound =
      "It is a sound package: its members, digests, records and manifest agree.";
  constexpr absl::string_view kHolder = "The manifest was signed with a key of the holding party.";
  bool persons = false;
  record::PackageCallbacks callbacks;
  callbacks.header = [&persons](const v1::PackageHeader& header) {
    persons = header.persons_file();
    return absl::OkStatus();
  };
  const auto read = [&](record::PackageFile file) -> absl::StatusOr<record::ReadPackageResult> {
    absl::StatusOr<keys::Source> source = open();
    if (!source.ok()) return source.status();
    return record::ReadPackage(*std::move(source), file, {}, callbacks);
  };
  absl::StatusOr<record::ReadPackageResult> package = read(record::PackageFile::kMain);
  if (!package.ok() && persons) package = read(record::PackageFile::kPersons);
  out.Judges(kFormId, kSound, package.status());
  if (!package.ok()) return;
  if (trust.history == nullptr) {
    out.Judges("identity", kHolder, trust.no_history);
  } else {
    out.Judges("identity", kHolder,
               trust.history->CheckKey(package->signer.Fingerprint(), package->header.holder()));
  }
  out.Says("file", persons ? "persons and unmasked scans" : "records");
  out.Says("log", package->header.log_origin());
  out.Says("handover", keys::Hex(keys::AsBytes(package->header.handover())));
  out.Says("holding party", package->header.holder());
  out.Says("records", absl::StrCat(package->header.record_count()));
  out.Says("supplements", absl::StrCat(package->header.supplement_count()));
  out.Says("attachments", absl::StrCat(package->attachments.size()));
  out.Says("record root", package->record_root.digest.Hex());
  if (package->header.exercise()) out.Says("exercise", "every record in it is synthetic");
}

}  // namespace cairn::dossier
