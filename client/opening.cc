#include "client/opening.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/state.pb.h"
#include "client/commands/handover_id.h"
#include "client/connection.h"
#include "client/content_file.h"

namespace cairn::client {
namespace {

using record::PackageFile;
using record::ReadPackageResult;

// Signing for another file's content would be signing for nothing.
absl::Status CheckIsSubmitted(const std::string& path, const std::string& digest,
                              std::uint64_t size) {
  const absl::StatusOr<LocalContent> there = DescribeContent(path);
  if (!there.ok()) return there.status();
  if (there->digest.ToBytes() == digest && there->size == size) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path, " is not the file that was submitted; remove it and run: cairn package fetch"));
}

// A source that remembers what the opener under it said, so that damage to the sealed payload can
// be told from a package that was never well made.
struct Listening {
  keys::Opener opener;
  absl::Status failed;
};

// What is said of a package that could be opened as a file but not read as a package.
v1::OpeningMismatch MismatchOf(const Listening& listening, const absl::Status& read) {
  if (!listening.failed.ok()) return v1::OPENING_MISMATCH_PAYLOAD_DAMAGED;
  return absl::IsDataLoss(read) ? v1::OPENING_MISMATCH_MANIFEST : v1::OPENING_MISMATCH_LAYOUT;
}

// Callbacks that note their own errors: those are ours, not the package's.
record::PackageCallbacks Noting(const record::PackageCallbacks& given, absl::Status& ours) {
  record::PackageCallbacks noting;
  const auto note = [&ours](absl::Status status) {
    if (!status.ok()) ours = status;
    return status;
  };
  if (given.header) {
    noting.header = [&given, note](const v1::PackageHeader& header) {
      return note(given.header(header));
    };
  }
  if (given.record) {
    noting.record = [&given, note](std::uint64_t index, record::UnpackedRecord one) {
      return note(given.record(index, std::move(one)));
    };
  }
  if (given.supplement) {
    noting.supplement = [&given, note](std::uint64_t index, v1::Supplement one) {
      return note(given.supplement(index, std::move(one)));
    };
  }
  if (given.attachment) {
    noting.attachment = [&given, &ours, note](const keys::Digest& sha256,
                                              std::uint64_t size) -> absl::StatusOr<keys::Sink> {
      absl::StatusOr<keys::Sink> sink = given.attachment(sha256, size);
      if (!sink.ok()) ours = sink.status();
      if (!sink.ok() || !*sink) return sink;
      return keys::Sink(
          [note, inner = *std::move(sink)](keys::ByteView bytes) { return note(inner(bytes)); });
    };
  }
  if (given.attachment_end) {
    noting.attachment_end = [&given, note](const keys::Digest& sha256) {
      return note(given.attachment_end(sha256));
    };
  }
  return noting;
}

// Pages by the file that shows them: records may share a scan.
using PagesByFile = std::map<std::string, std::uint64_t>;

// Counts the pages that records name, on their way to where they go.
void CountPages(record::PackageCallbacks& callbacks, PagesByFile& pages) {
  callbacks.record = [&pages, inner = std::move(callbacks.record)](std::uint64_t index,
                                                                   record::UnpackedRecord one) {
    for (const v1::AttachmentUse& use : one.record.identity().attachments()) {
      std::uint64_t& most = pages[use.sha256()];
      most = std::max<std::uint64_t>(most, use.pages());
    }
    return inner ? inner(index, std::move(one)) : absl::OkStatus();
  };
}

struct OneFile {
  std::optional<ReadPackageResult> read;
  std::optional<std::string> recipient;
  PagesByFile pages;
};

// That a file is sealed to none of the keys tried is the package's fault only if one of them is a
// key that the package had to be sealed to.
absl::Status CheckOwnKeys(const std::vector<std::string>& tried,
                          const std::vector<std::string>& named) {
  if (named.empty()) return absl::OkStatus();
  const bool any = std::any_of(named.begin(), named.end(), [&tried](const std::string& one) {
    return std::find(tried.begin(), tried.end(), one) != tried.end();
  });
  if (any) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("none of the ", named.size(), " sealing keys that the charter names for this ",
                   "party is among the ", tried.size(), " here; put the key files back: the first ",
                   "is ", named.front()));
}

// Notes why the bytes cannot be opened. An error: they cannot be blamed.
absl::Status NoteUnopened(const Unsealer::Tried& tried, const std::vector<std::string>& named,
                          Opening& opening) {
  const std::string what(tried.of_the_file.message());
  if (!absl::IsPermissionDenied(tried.of_the_file)) {
    opening.mismatches.emplace(v1::OPENING_MISMATCH_PAYLOAD_DAMAGED, what);
    return absl::OkStatus();
  }
  if (absl::Status own = CheckOwnKeys(tried.keys, named); !own.ok()) return own;
  opening.mismatches.emplace(v1::OPENING_MISMATCH_NOT_SEALED_TO_US, what);
  return absl::OkStatus();
}

// Opens and reads one of the two files; what does not match goes into `opening`.
absl::StatusOr<OneFile> ReadOne(Unsealer& unsealer, const std::string& path,
                                const Submitted& package, PackageFile file,
                                const OpeningTerms& terms,
                                const record::PackageCallbacks& callbacks, Opening& opening) {
  OneFile one;
  absl::StatusOr<Unsealer::Tried> tried = unsealer.Try(path, package.digest, file);
  if (!tried.ok()) return tried.status();
  if (!tried->opened.has_value()) {
    const auto& named = file == PackageFile::kMain ? terms.own_keys : terms.own_persons_keys;
    if (absl::Status noted = NoteUnopened(*tried, named, opening); !noted.ok()) return noted;
    return one;
  }
  std::optional<Unsealer::Opened>& opened = tried->opened;
  one.recipient = opened->recipient;
  Listening listening{std::move(opened->opener), absl::OkStatus()};
  const keys::Source source = [&listening](std::span<std::uint8_t> out) {
    absl::StatusOr<std::size_t> got = listening.opener.Read(out);
    if (!got.ok()) listening.failed = got.status();
    return got;
  };
  absl::Status ours;
  record::PackageCallbacks noting = Noting(callbacks, ours);
  CountPages(noting, one.pages);
  absl::StatusOr<ReadPackageResult> read = record::ReadPackage(source, file, {}, noting);
  if (!ours.ok()) return ours;
  if (!listening.failed.ok() && !absl::IsDataLoss(listening.failed)) return listening.failed;
  if (read.ok()) {
    one.read = *std::move(read);
  } else {
    opening.mismatches.emplace(MismatchOf(listening, read.status()),
                               std::string(read.status().message()));
  }
  return one;
}

void CompareManifest(const ReadPackageResult& read, const OneFile& one, const Submitted& package,
                     const OpeningTerms& terms, Opening& opening) {
  const auto differs = [&opening](bool is, const char* what) {
    if (is) opening.mismatches.emplace(v1::OPENING_MISMATCH_MANIFEST, what);
  };
  differs(read.header.log_origin() != terms.log_origin, "it was made for another log");
  differs(read.header.handover() != package.handover, "it was made for another handover");
  differs(read.header.holder() != package.author, "its manifest names another holder");
  differs(read.header.exercise() != terms.exercise, "its exercise flag is not that of the charter");
  const auto& signers = terms.author_keys;
  differs(std::find(signers.begin(), signers.end(), read.signer) == signers.end(),
          "its manifest is signed with a key that its author never had");
  const auto& recipients = read.manifest.recipients();
  differs(one.recipient.has_value() &&
              std::find(recipients.begin(), recipients.end(), *one.recipient) == recipients.end(),
          "its manifest does not name this party's key: it was sealed for others and passed on");
}

bool SameTotals(const ReadPackageResult& read, const v1::SubmitPackage& said) {
  if (read.header.totals_size() != said.rows_size()) return false;
  for (int i = 0; i < said.rows_size(); ++i) {
    const v1::SubmissionTotals& inside = read.header.totals(i);
    const v1::SubmissionRow& row = said.rows(i);
    if (inside.area() != row.area() || inside.source() != row.source() ||
        inside.documents() != row.documents() || inside.mines_size() != row.mines_size()) {
      return false;
    }
    for (int j = 0; j < row.mines_size(); ++j) {
      if (inside.mines(j).SerializeAsString() != row.mines(j).SerializeAsString()) return false;
    }
  }
  return true;
}

void CompareMain(const ReadPackageResult& read, const Submitted& package, Opening& opening) {
  const v1::SubmitPackage& said = package.submission;
  const auto differs = [&opening](bool is, v1::OpeningMismatch mismatch, const std::string& what) {
    if (is) opening.mismatches.emplace(mismatch, what);
  };
  differs(read.manifest_digest.ToBytes() != said.manifest_digest(), v1::OPENING_MISMATCH_MANIFEST,
          "its manifest is not the one that was submitted");
  differs(read.record_root.digest.ToBytes() != said.record_root(), v1::OPENING_MISMATCH_RECORD_ROOT,
          "its record root is not the one that was submitted");
  differs(read.header.record_count() != said.record_count(), v1::OPENING_MISMATCH_COUNTS,
          absl::StrCat("it has ", read.header.record_count(), " records; ", said.record_count(),
                       " were submitted"));
  differs(read.header.supplement_count() != said.supplement_count(), v1::OPENING_MISMATCH_COUNTS,
          absl::StrCat("it has ", read.header.supplement_count(), " supplements; ",
                       said.supplement_count(), " were submitted"));
  differs(!SameTotals(read, said), v1::OPENING_MISMATCH_COUNTS,
          "the totals inside are not those that were submitted");
}

struct Attached {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

void AddAttached(const std::optional<ReadPackageResult>& read, Attached& sum) {
  if (!read.has_value()) return;
  for (const record::PackageAttachment& one : read->attachments) {
    ++sum.files;
    sum.bytes += one.size;
  }
}

// Unmasked scans travel in the persons' file: without it, the rest cannot be counted.
void CompareAttachments(const v1::SubmitPackage& said, Opening& opening) {
  if (!opening.main.has_value()) return;
  Attached found;
  AddAttached(opening.main, found);
  AddAttached(opening.persons, found);
  const bool all_here = said.persons_digest().empty() || opening.persons.has_value();
  const bool same =
      found.files == said.attachment_count() && found.bytes == said.attachment_bytes();
  const bool fewer =
      found.files <= said.attachment_count() && found.bytes <= said.attachment_bytes();
  if (same || (!all_here && fewer)) return;
  opening.mismatches.emplace(
      v1::OPENING_MISMATCH_COUNTS,
      absl::StrCat("it has ", found.files, " attachments of ", found.bytes, " bytes; ",
                   said.attachment_count(), " of ", said.attachment_bytes(), " were submitted"));
}

// What has no records yet is counted by its scans.
void ComparePages(const v1::SubmitPackage& said, const PagesByFile& pages, Opening& opening) {
  std::uint64_t found = 0;
  for (const auto& [file, count] : pages) found += count;
  if (opening.main->header.record_count() == 0) found = said.attachment_count();
  if (found == said.page_count()) return;
  opening.mismatches.emplace(
      v1::OPENING_MISMATCH_COUNTS,
      absl::StrCat("its records name ", found, " pages; ", said.page_count(), " were submitted"));
}

void ComparePersons(const ReadPackageResult& persons, Opening& opening) {
  if (!opening.main.has_value()) return;
  if (persons.manifest.other_manifest() != opening.main->manifest_digest.ToBytes()) {
    opening.mismatches.emplace(v1::OPENING_MISMATCH_MANIFEST,
                               "the persons' file belongs to another package");
  }
  if (persons.record_root.digest != opening.main->record_root.digest) {
    opening.mismatches.emplace(v1::OPENING_MISMATCH_RECORD_ROOT,
                               "the persons' file has another record root");
  }
}

std::vector<std::string> AsRecipients(
    const google::protobuf::RepeatedPtrField<std::string>& typed_keys) {
  std::vector<std::string> recipients;
  for (const std::string& typed : typed_keys) {
    const auto key = keys::SealingPublicKey::FromTypedBytes(keys::AsBytes(typed));
    if (key.ok()) recipients.push_back(key->Recipient());
  }
  return recipients;
}

}  // namespace

absl::StatusOr<Opening> CheckOpening(Unsealer& unsealer, const PackageFolder& folder,
                                     const Submitted& package, const OpeningTerms& terms,
                                     const OpeningSinks& sinks) {
  const v1::SubmitPackage& said = package.submission;
  Opening opening;
  opening.has_persons = terms.with_persons && !said.persons_digest().empty() &&
                        access(folder.Persons().c_str(), F_OK) == 0;
  absl::Status right = CheckIsSubmitted(folder.Main(), said.digest(), said.size());
  if (right.ok() && opening.has_persons) {
    right = CheckIsSubmitted(folder.Persons(), said.persons_digest(), said.persons_size());
  }
  if (!right.ok()) return right;

  absl::StatusOr<OneFile> main =
      ReadOne(unsealer, folder.Main(), package, PackageFile::kMain, terms, sinks.main, opening);
  if (!main.ok()) return main.status();
  opening.main = main->read;
  if (opening.main.has_value()) {
    CompareManifest(*opening.main, *main, package, terms, opening);
    CompareMain(*opening.main, package, opening);
    ComparePages(said, main->pages, opening);
  }
  if (opening.has_persons) {
    absl::StatusOr<OneFile> persons = ReadOne(unsealer, folder.Persons(), package,
                                              PackageFile::kPersons, terms, sinks.persons, opening);
    if (!persons.ok()) return persons.status();
    opening.persons = persons->read;
    if (opening.persons.has_value()) {
      CompareManifest(*opening.persons, *persons, package, terms, opening);
      ComparePersons(*opening.persons, opening);
    }
  }
  CompareAttachments(said, opening);
  return opening;
}

std::vector<keys::SigningPublicKey> SigningKeysOf(const v1::PartyState& party) {
  std::vector<keys::SigningPublicKey> signing;
  for (const v1::KeyState& key : party.keys()) {
    auto parsed = keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(key.key()));
    if (parsed.ok()) signing.push_back(*parsed);  // Sealing keys sign nothing.
  }
  return signing;
}

absl::StatusOr<OpeningTerms> FetchTerms(Context& context, const Submitted& package) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, package.handover);
  if (!shown.ok()) return shown.status();
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  v1::GetPartyRequest request;
  request.set_party(package.author);
  absl::StatusOr<v1::GetPartyResponse> author =
      (*connection)
          ->Call(&v1::HandoverService::Stub::GetParty, (*connection)->handovers(), request);
  if (!author.ok()) return author.status();
  OpeningTerms terms{profile->log_origin, shown->state().exercise(),
                     SigningKeysOf(author->party())};
  for (const v1::Recipient& one : shown->state().charter().charter().recipients()) {
    if (one.party() != profile->party) continue;
    terms.own_keys = AsRecipients(one.keys());
    terms.own_persons_keys = AsRecipients(one.persons_keys());
  }
  return terms;
}

}  // namespace cairn::client
