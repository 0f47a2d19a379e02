#include "audit/dossier/verify.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/dossier/examiners.h"
#include "audit/statement/entry.h"
#include "keys/regular_file.h"

namespace cairn::dossier {
namespace {

using keys::RegularFile;

constexpr std::uint64_t kMaxCompanionBytes = std::uint64_t{1} << 20;

absl::StatusOr<RegularFile> OpenInput(const std::string& path) {
  absl::StatusOr<RegularFile> file = RegularFile::Open(path);
  std::error_code ignored;
  if (absl::IsInvalidArgument(file.status()) && std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " is a folder; a copy of a log is judged with `cairn audit --mirror FOLDER`"));
  }
  return file;
}

// Up to `limit` bytes from where the reading stands.
absl::StatusOr<keys::Bytes> ReadUpTo(RegularFile& file, std::size_t limit) {
  keys::Bytes bytes(std::min<std::uint64_t>(limit, file.size()), '\0');
  const absl::StatusOr<std::size_t> got =
      file.Read({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  if (!got.ok()) return got.status();
  bytes.resize(*got);
  return bytes;
}

// REQUIRES: `file` outlives it.
ReadAt ReadAtOfFile(const RegularFile& file) {
  return [&file](std::uint64_t offset, std::span<std::uint8_t> out) {
    return file.ReadAt(offset, out);
  };
}

absl::StatusOr<keys::Bytes> ReadSmall(const std::string& path) {
  absl::StatusOr<RegularFile> file = OpenInput(path);
  if (!file.ok()) return file.status();
  if (file->size() > kMaxCompanionBytes) {
    return absl::ResourceExhaustedError(absl::StrCat(path, " is too large to be an entry"));
  }
  return ReadUpTo(*file, kMaxCompanionBytes);
}

// The SignedStatement in a file: the file itself, or what an entry carries.
keys::Bytes StatementIn(const keys::Bytes& file) {
  const absl::StatusOr<statement::Entry> entry = statement::ParseEntry(keys::AsBytes(file));
  return entry.ok() ? entry->signed_statement : file;
}

// A name that does not end so stays as it is, and then nothing lies beside it.
std::optional<std::string> Sibling(const std::string& path, absl::string_view ending,
                                   absl::string_view other) {
  absl::string_view stem = path;
  if (!absl::ConsumeSuffix(&stem, ending)) return std::nullopt;
  return absl::StrCat(stem, other);
}

absl::StatusOr<Companions> FindCompanions(const std::string& path,
                                          const std::optional<std::string>& entry_path) {
  Companions beside;
  if (entry_path.has_value()) {
    absl::StatusOr<keys::Bytes> entry = ReadSmall(*entry_path);
    if (!entry.ok()) return entry.status();
    beside.statement = StatementIn(*entry);
    beside.entry = *std::move(entry);
  } else if (const auto sibling = Sibling(path, ".tlog-proof", ".entry"); sibling.has_value()) {
    absl::StatusOr<keys::Bytes> entry = ReadSmall(*sibling);
    if (!entry.ok() && !absl::IsNotFound(entry.status())) return entry.status();
    if (entry.ok()) beside.entry = *std::move(entry);
  }
  if (const auto sibling = Sibling(path, ".refusal", ".signed");
      sibling.has_value() && !entry_path.has_value()) {
    const absl::StatusOr<keys::Bytes> refused = ReadSmall(*sibling);
    if (!refused.ok() && !absl::IsNotFound(refused.status())) return refused.status();
    if (refused.ok()) beside.statement = StatementIn(*refused);
  }
  if (const auto sibling = Sibling(path, ".age", ""); sibling.has_value()) {
    absl::StatusOr<keys::Bytes> submission =
        ReadSmall(absl::StrCat(path.substr(0, path.rfind('/') + 1), "submission.pb"));
    if (submission.ok()) beside.submission = *std::move(submission);
  }
  if (const auto sibling = Sibling(path, ".entry", ".tlog-proof"); sibling.has_value()) {
    absl::StatusOr<keys::Bytes> proof = ReadSmall(*sibling);
    if (!proof.ok() && !absl::IsNotFound(proof.status())) return proof.status();
    if (proof.ok()) beside.proof = *std::move(proof);
  }
  return beside;
}

Examination Begin(const std::string& name, FileKind kind) {
  return {.name = name, .kind = std::string(KindName(kind)), .claims = {}, .facts = {}};
}

void ExamineWhole(FileKind kind, keys::ByteView bytes, const Companions& beside, Trust& trust,
                  Examination& out) {
  const OpenSource again = [bytes]() -> absl::StatusOr<keys::Source> {
    return keys::SourceOf(bytes);
  };
  switch (kind) {
    case FileKind::kReceipt:
      return ExamineReceipt(keys::ToBytes(bytes), beside.entry, trust, out);
    case FileKind::kEntry:
      return ExamineReceipt(beside.proof, keys::ToBytes(bytes), trust, out);
    case FileKind::kStatement:
      return ExamineStatement(bytes, trust, out);
    case FileKind::kRefusal:
      return ExamineRefusal(bytes, beside, trust, out);
    case FileKind::kNote:
      return ExamineNote(bytes, trust, out);
    case FileKind::kPolicy:
      return ExaminePolicy(bytes, trust, out);
    case FileKind::kVkey:
      return ExamineVkey(bytes, trust, out);
    case FileKind::kKeyFile:
      return ExamineKeyFile(bytes, out);
    case FileKind::kSealed:
      return ExamineSealed(again, beside, trust, out);
    case FileKind::kPackage:
      return ExaminePackage(again, trust, out);
    case FileKind::kSubmission:
      return ExamineSubmissionFile(bytes, out);
    case FileKind::kReport:
      return ExamineReport(bytes, out);
    case FileKind::kPartyEntry:
      return ExaminePartyEntry(bytes, trust, out);
    case FileKind::kRuleSet:
      return ExamineRuleSet(bytes, out);
    case FileKind::kAnnex:
      return ExamineAnnex(bytes, beside, trust, out);
    case FileKind::kEvidence:
      return ExamineEvidence(again, trust, out);
    case FileKind::kDossier:
      return ExamineDossier(out.name, ReadAtOf(bytes), trust, out);
    case FileKind::kLodging:
      return ExamineLodging(bytes, trust, out);
    case FileKind::kUnknown:
      break;
  }
  out.Fails(
      kFormId, "It is of a kind that can be verified.",
      "Cairn makes no such file, or makes it for people to read, or its beginning was altered");
}

void ExamineStreamed(FileKind kind, const OpenSource& open, const Companions& beside, Trust& trust,
                     Examination& out) {
  if (kind == FileKind::kSealed) return ExamineSealed(open, beside, trust, out);
  if (kind == FileKind::kEvidence) return ExamineEvidence(open, trust, out);
  return ExaminePackage(open, trust, out);
}

}  // namespace

Examination VerifyBytes(const std::string& name, keys::ByteView bytes, const Companions& beside,
                        Trust& trust) {
  const FileKind kind = DetectKind(name, bytes);
  Examination out = Begin(name, kind);
  ExamineWhole(kind, bytes, beside, trust, out);
  return out;
}

absl::StatusOr<Examination> VerifyFile(const std::string& path,
                                       const std::optional<std::string>& entry_path, Trust& trust) {
  absl::StatusOr<RegularFile> file = OpenInput(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<Companions> beside = FindCompanions(path, entry_path);
  if (!beside.ok()) return beside.status();
  absl::StatusOr<keys::Bytes> head = ReadUpTo(*file, kStreamedHeadBytes);
  if (!head.ok()) return head.status();
  if (const FileKind kind = DetectStreamed(keys::AsBytes(*head)); kind != FileKind::kUnknown) {
    const OpenSource open = [&path]() -> absl::StatusOr<keys::Source> {
      absl::StatusOr<RegularFile> again = OpenInput(path);
      if (!again.ok()) return again.status();
      const auto shared = std::make_shared<RegularFile>(*std::move(again));
      return keys::Source([shared](std::span<std::uint8_t> out) { return shared->Read(out); });
    };
    Examination out = Begin(path, kind);
    if (kind == FileKind::kDossier) {
      ExamineDossier(path, ReadAtOfFile(*file), trust, out);
    } else {
      ExamineStreamed(kind, open, *beside, trust, out);
    }
    return out;
  }
  if (file->size() > kMaxWholeFileBytes) {
    return absl::ResourceExhaustedError(absl::StrCat(path, " has ", file->size(),
                                                     " bytes; what Cairn makes and is no package "
                                                     "has at most ",
                                                     kMaxWholeFileBytes));
  }
  absl::StatusOr<keys::Bytes> rest = ReadUpTo(*file, file->size() - head->size());
  if (!rest.ok()) return rest.status();
  head->append(*rest);
  return VerifyBytes(path, keys::AsBytes(*head), *beside, trust);
}

}  // namespace cairn::dossier
