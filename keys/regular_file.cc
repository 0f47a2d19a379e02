#include "keys/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace cairn::keys {
namespace {

absl::Status Trouble(absl::string_view what, absl::string_view name, int error) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " ", name, ": ", std::strerror(error)));
}

const char* KindName(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

}  // namespace

absl::StatusOr<RegularFile> RegularFile::Open(const std::string& path, absl::string_view name,
                                              Links links) {
  const std::string shown = name.empty() ? path : std::string(name);
  // O_NONBLOCK: opening a named pipe would wait for its other end. It changes nothing for files.
  const int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  const int fd = open(path.c_str(), links == Links::kRefuse ? flags | O_NOFOLLOW : flags);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    return absl::NotFoundError(absl::StrCat("no file ", shown));
  }
  if (fd < 0 && errno == ELOOP && links == Links::kRefuse) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown, " is a symbolic link, not a regular file; name the file itself"));
  }
  if (fd < 0 && errno == ENXIO) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown, " is a socket or device, not a regular file; name a file"));
  }
  if (fd < 0) return Trouble("open", shown, errno);
  RegularFile file(fd, shown);
  struct stat info {};
  if (fstat(fd, &info) != 0) return Trouble("look at", shown, errno);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown, " is ", KindName(info.st_mode), ", not a regular file; name a file"));
  }
  file.size_ = static_cast<std::uint64_t>(info.st_size);
  return file;
}

RegularFile::~RegularFile() {
  if (fd_ >= 0) close(fd_);
}

RegularFile::RegularFile(RegularFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      name_(std::move(other.name_)),
      size_(other.size_),
      position_(other.position_) {}

RegularFile& RegularFile::operator=(RegularFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(name_, other.name_);
  std::swap(size_, other.size_);
  std::swap(position_, other.position_);
  return *this;
}

absl::StatusOr<std::size_t> RegularFile::ReadAt(std::uint64_t offset,
                                                std::span<std::uint8_t> out) const {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got =
        pread(fd_, out.data() + filled, out.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Trouble("read", name_, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

absl::StatusOr<std::size_t> RegularFile::Read(std::span<std::uint8_t> out) {
  absl::StatusOr<std::size_t> got = ReadAt(position_, out);
  if (got.ok()) position_ += *got;
  return got;
}

absl::StatusOr<Bytes> ReadRegularFile(const std::string& path, std::size_t limit) {
  const absl::StatusOr<RegularFile> file = RegularFile::Open(path);
  if (!file.ok()) return file.status();
  if (file->size() > limit) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, " has ", file->size(), " bytes; at most ", limit, " are read here"));
  }
  Bytes bytes(static_cast<std::size_t>(file->size()), '\0');
  const absl::StatusOr<std::size_t> got =
      file->ReadAt(0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  if (!got.ok()) return got.status();
  bytes.resize(*got);
  return bytes;
}

}  // namespace cairn::keys
