#include "client/content_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "client/interrupt.h"

namespace cairn::client {
namespace {

// Not kUnavailable: trying again would not help, and transfers try that again.
absl::Status FileTrouble(absl::string_view what, const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(errno)));
}

// The same of an error in opening.
absl::Status OfFile(const absl::Status& status) {
  if (!absl::IsUnavailable(status)) return status;
  return absl::FailedPreconditionError(status.message());
}

// Fills `out` from `offset` unless the file ends before; how much was filled.
absl::StatusOr<std::size_t> ReadAt(int fd, std::uint64_t offset, std::span<char> out,
                                   const std::string& path) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got =
        pread(fd, out.data() + filled, out.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileTrouble("read", path);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

absl::StatusOr<std::uint64_t> SizeOf(const OpenFile& file, const std::string& path) {
  struct stat info {};
  if (fstat(file.fd(), &info) != 0) return FileTrouble("look at", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a regular file"));
  }
  return static_cast<std::uint64_t>(info.st_size);
}

absl::Status WriteAt(int fd, std::uint64_t offset, keys::ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return FileTrouble("write", path);
    offset += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return absl::OkStatus();
}

// Syncs the part, renames it to what it shall be, syncs the folder.
absl::Status MoveIntoPlace(int fd, const std::string& part, const std::string& path) {
  if (fsync(fd) != 0) return FileTrouble("sync", part);
  if (rename(part.c_str(), path.c_str()) != 0) return FileTrouble("rename", part);
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const OpenFile opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.fd() < 0 || fsync(opened.fd()) != 0) return FileTrouble("sync the folder", folder);
  return absl::OkStatus();
}

std::size_t PieceSize(std::uint64_t size, std::uint64_t index) {
  return static_cast<std::size_t>(std::min(kContentChunkBytes, size - index * kContentChunkBytes));
}

}  // namespace

OpenFile::~OpenFile() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<keys::RegularFile> OpenForReading(const std::string& path) {
  absl::StatusOr<keys::RegularFile> file = keys::RegularFile::Open(path);
  if (!file.ok()) return OfFile(file.status());
  return file;
}

absl::StatusOr<LocalContent> DescribeContent(const std::string& path) {
  const absl::StatusOr<keys::RegularFile> file = OpenForReading(path);
  if (!file.ok()) return file.status();
  const std::uint64_t size = file->size();
  if (size == 0 || size > kMaxContentBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has ", size, " bytes; between 1 and 64 GiB can be sent"));
  }
  LocalContent content;
  content.path = path;
  content.size = size;
  keys::Sha256Stream whole;
  keys::Bytes piece;
  for (std::uint64_t index = 0; index * kContentChunkBytes < size; ++index) {
    if (absl::Status wish = CheckInterrupted(); !wish.ok()) return wish;
    piece.resize(PieceSize(size, index));
    const auto got =
        ReadAt(file->fd(), index * kContentChunkBytes, {piece.data(), piece.size()}, path);
    if (!got.ok()) return got.status();
    if (*got != piece.size()) {
      return absl::FailedPreconditionError(absl::StrCat(path, " changed while it was read"));
    }
    whole.Update(keys::AsBytes(piece));
    content.chunks.push_back(keys::Sha256(keys::AsBytes(piece)));
  }
  content.digest = whole.Finish();
  return content;
}

absl::StatusOr<ContentReader> ContentReader::Open(const LocalContent& content) {
  absl::StatusOr<keys::RegularFile> file = OpenForReading(content.path);
  if (!file.ok()) return file.status();
  return ContentReader(content, *std::move(file));
}

absl::Status ContentReader::Read(std::uint64_t index, keys::Bytes& out) const {
  out.resize(PieceSize(content_->size, index));
  const auto got =
      ReadAt(file_.fd(), index * kContentChunkBytes, {out.data(), out.size()}, content_->path);
  if (!got.ok()) return got.status();
  if (*got == out.size() && keys::Sha256(keys::AsBytes(out)) == content_->chunks[index]) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(content_->path, " changed while it was sent; nothing was submitted"));
}

absl::StatusOr<PartFile> PartFile::Open(const std::string& path, std::uint64_t size) {
  const std::string part = path + ".part";
  OpenFile file(open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.fd() < 0) return FileTrouble("open", part);
  PartFile made(path, size, std::move(file));
  if (absl::Status hashed = made.HashWhatIsThere(); !hashed.ok()) return hashed;
  return made;
}

absl::Status PartFile::HashWhatIsThere() {
  const absl::StatusOr<std::uint64_t> there = SizeOf(file_, PartPath());
  if (!there.ok()) return there.status();
  // Only whole pieces are gone on with: of the last one nobody knows whether the disk has it all.
  const std::uint64_t pieces = *there > size_ ? 0 : *there / kContentChunkBytes;
  keys::Bytes piece;
  for (std::uint64_t index = 0; index < pieces; ++index) {
    piece.resize(kContentChunkBytes);
    const auto got =
        ReadAt(file_.fd(), index * kContentChunkBytes, {piece.data(), piece.size()}, PartPath());
    if (!got.ok()) return got.status();
    hash_.Update(keys::AsBytes(piece));
  }
  written_ = pieces * kContentChunkBytes;
  if (ftruncate(file_.fd(), static_cast<off_t>(written_)) != 0) {
    return FileTrouble("shorten", PartPath());
  }
  return absl::OkStatus();
}

absl::Status PartFile::Append(keys::ByteView bytes) {
  if (bytes.size() > size_ - written_) {
    return absl::DataLossError(
        absl::StrCat("more bytes came than the ", size_, " that the log states for this file"));
  }
  hash_.Update(bytes);
  absl::Status put = WriteAt(file_.fd(), written_, bytes, PartPath());
  if (put.ok()) written_ += bytes.size();
  return put;
}

absl::Status PartFile::Finish(const keys::Digest& expected) {
  const keys::Digest found = hash_.Finish();
  if (found != expected) {
    unlink(PartPath().c_str());
    return absl::DataLossError(absl::StrCat("the bytes received have SHA-256 ", found.Hex(),
                                            " instead of ", expected.Hex(),
                                            "; they were thrown away"));
  }
  return MoveIntoPlace(file_.fd(), PartPath(), path_);
}

absl::StatusOr<NewFile> NewFile::Create(const std::string& path) {
  if (access(path.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is there already; nothing is overwritten"));
  }
  const std::string part = path + ".part";
  OpenFile file(
      open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.fd() < 0) return FileTrouble("open", part);
  return NewFile(path, std::move(file));
}

absl::Status NewFile::Append(keys::ByteView bytes) {
  // O_APPEND: the offset says nothing.
  return WriteAt(file_.fd(), 0, bytes, path_ + ".part");
}

absl::Status NewFile::Finish() { return MoveIntoPlace(file_.fd(), path_ + ".part", path_); }

}  // namespace cairn::client
