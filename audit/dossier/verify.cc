#include "audit/dossier/verify.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/dossier/examiners.h"
#include "audit/statement/entry.h"

namespace cairn::dossier {
namespace {

constexpr std::uint64_t kMaxCompanionBytes = std::uint64_t{1} << 20;

absl::Status ReadError(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(absl::StrCat(what, " ", path, ": ", std::strerror(errno)));
}

// A regular file, open for reading from its beginning.
class InputFile {
 public:
  static absl::StatusOr<std::unique_ptr<InputFile>> Open(const std::string& path) {
    // Without O_NONBLOCK the opening of a named pipe would wait for ever.
    const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
      return absl::NotFoundError(absl::StrCat("no file ", path));
    }
    if (fd < 0) return ReadError("cannot open", path);
    std::unique_ptr<InputFile> file(new InputFile(path, fd));
    struct stat info {};
    if (fstat(fd, &info) != 0) return ReadError("cannot look at", path);
    if (S_ISDIR(info.st_mode)) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, " is a folder; a copy of a log is judged with `cairn audit --mirror FOLDER`"));
    }
    if (!S_ISREG(info.st_mode)) {
      return absl::InvalidArgumentError(absl::StrCat(path, " is not a regular file"));
    }
    file->size_ = static_cast<std::uint64_t>(info.st_size);
    return file;
  }
  ~InputFile() { close(fd_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::uint64_t size() const { return size_; }
  absl::StatusOr<std::size_t> Read(std::span<std::uint8_t> out) {
    for (;;) {
      const ssize_t got = read(fd_, out.data(), out.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return ReadError("cannot read", path_);
    }
  }
  // From anywhere, whatever else was read.
  absl::StatusOr<std::size_t> ReadAtOffset(std::uint64_t offset,
                                           std::span<std::uint8_t> out) const {
    for (;;) {
      const ssize_t got = pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return ReadError("cannot read", path_);
    }
  }
  // Up to `limit` bytes from where the reading stands.
  absl::StatusOr<keys::Bytes> ReadUpTo(std::size_t limit) {
    keys::Bytes bytes(std::min<std::uint64_t>(limit, size_), '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
      auto* const to = reinterpret_cast<std::uint8_t*>(bytes.data()) + have;
      absl::StatusOr<std::size_t> got = Read({to, bytes.size() - have});
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      have += *got;
    }
    bytes.resize(have);
    return bytes;
  }

 private:
  InputFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  int fd_;
  std::uint64_t size_ = 0;
};

// REQUIRES: `file` outlives it.
ReadAt ReadAtOfFile(const InputFile& file) {
  return [&file](std::uint64_t offset, std::span<std::uint8_t> out) {
    return file.ReadAtOffset(offset, out);
  };
}

absl::StatusOr<keys::Bytes> ReadSmall(const std::string& path) {
  absl::StatusOr<std::unique_ptr<InputFile>> file = InputFile::Open(path);
  if (!file.ok()) return file.status();
  if ((*file)->size() > kMaxCompanionBytes) {
    return absl::ResourceExhaustedError(absl::StrCat(path, " is too large to be an entry"));
  }
  return (*file)->ReadUpTo(kMaxCompanionBytes);
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
      return ExamineEvidence(bytes, trust, out);
    case FileKind::kDossier:
      return ExamineDossier(out.name, ReadAtOf(bytes), trust, out);
    case FileKind::kUnknown:
      break;
  }
  out.Fails(
      kFormId, "It is of a kind that can be verified.",
      "Cairn makes no such file, or makes it for people to read, or its beginning was altered");
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
  absl::StatusOr<std::unique_ptr<InputFile>> file = InputFile::Open(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<Companions> beside = FindCompanions(path, entry_path);
  if (!beside.ok()) return beside.status();
  absl::StatusOr<keys::Bytes> head = (*file)->ReadUpTo(kStreamedHeadBytes);
  if (!head.ok()) return head.status();
  if (const FileKind kind = DetectStreamed(keys::AsBytes(*head)); kind != FileKind::kUnknown) {
    const OpenSource open = [&path]() -> absl::StatusOr<keys::Source> {
      absl::StatusOr<std::unique_ptr<InputFile>> again = InputFile::Open(path);
      if (!again.ok()) return again.status();
      std::shared_ptr<InputFile> shared = *std::move(again);
      return keys::Source([shared](std::span<std::uint8_t> out) { return shared->Read(out); });
    };
    Examination out = Begin(path, kind);
    if (kind == FileKind::kSealed) {
      ExamineSealed(open, *beside, trust, out);
    } else if (kind == FileKind::kPackage) {
      ExaminePackage(open, trust, out);
    } else {
      ExamineDossier(path, ReadAtOfFile(**file), trust, out);
    }
    return out;
  }
  if ((*file)->size() > kMaxWholeFileBytes) {
    return absl::ResourceExhaustedError(absl::StrCat(path, " has ", (*file)->size(),
                                                     " bytes; what Cairn makes and is no package "
                                                     "has at most ",
                                                     kMaxWholeFileBytes));
  }
  absl::StatusOr<keys::Bytes> rest = (*file)->ReadUpTo((*file)->size() - head->size());
  if (!rest.ok()) return rest.status();
  head->append(*rest);
  return VerifyBytes(path, keys::AsBytes(*head), *beside, trust);
}

}  // namespace cairn::dossier
