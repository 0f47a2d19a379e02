#include "audit/mirror/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "keys/regular_file.h"

namespace cairn::mirror {
namespace {

absl::Status FileError(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(absl::StrCat(what, " ", path, ": ", std::strerror(errno)));
}

class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

enum class Syncing { kNow, kLater };

absl::Status WriteNew(const std::string& path, keys::ByteView bytes, Syncing syncing) {
  const OpenFile file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.fd() < 0) return FileError("cannot create", path);
  while (!bytes.empty()) {
    const ssize_t written = write(file.fd(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("cannot write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (syncing == Syncing::kNow && fsync(file.fd()) != 0) return FileError("cannot sync", path);
  return absl::OkStatus();
}

absl::Status PutInPlace(const std::string& path, keys::ByteView bytes, Syncing syncing) {
  if (absl::Status made = MakeFolders(path.substr(0, path.rfind('/'))); !made.ok()) return made;
  const std::string beside = absl::StrCat(path, ".tmp");
  absl::Status written = WriteNew(beside, bytes, syncing);
  if (written.ok() && rename(beside.c_str(), path.c_str()) != 0) {
    written = FileError("cannot put in place", path);
  }
  if (!written.ok()) unlink(beside.c_str());
  return written;
}

}  // namespace

absl::StatusOr<keys::Bytes> ReadFileUpTo(const std::string& path, std::size_t limit) {
  return keys::ReadRegularFile(path, limit);
}

absl::Status WriteWhole(const std::string& path, keys::ByteView bytes) {
  return PutInPlace(path, bytes, Syncing::kLater);
}

absl::Status WriteDurably(const std::string& path, keys::ByteView bytes) {
  if (absl::Status put = PutInPlace(path, bytes, Syncing::kNow); !put.ok()) return put;
  const std::string folder = path.substr(0, path.rfind('/'));
  const OpenFile directory(folder, O_RDONLY | O_DIRECTORY);
  if (directory.fd() < 0 || fsync(directory.fd()) != 0) {
    return FileError("cannot sync the folder", folder);
  }
  return absl::OkStatus();
}

absl::Status SyncAll(const std::string& folder) {
  const OpenFile directory(folder, O_RDONLY | O_DIRECTORY);
  if (directory.fd() < 0 || syncfs(directory.fd()) != 0) {
    return FileError("cannot sync the file system of", folder);
  }
  return absl::OkStatus();
}

absl::Status MakeFolders(const std::string& folder) {
  for (std::size_t slash = folder.find('/', 1);; slash = folder.find('/', slash + 1)) {
    const std::string part = folder.substr(0, slash);
    if (mkdir(part.c_str(), 0755) != 0 && errno != EEXIST) {
      return FileError("cannot make the folder", part);
    }
    if (slash == std::string::npos) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<FolderLock> FolderLock::Acquire(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return FileError("cannot open", path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return FolderLock(fd);
  close(fd);
  return absl::FailedPreconditionError(
      absl::StrCat("another process is writing this copy of the log (", path, " is locked)"));
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace cairn::mirror
