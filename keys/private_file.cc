#include "keys/private_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "keys/encoding.h"

namespace cairn::keys {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

// `error` is errno of the failed step.
absl::Status FileError(absl::string_view step, const std::string& path, int error) {
  std::string message = absl::StrCat("cannot ", step, " ", path, ": ", std::strerror(error));
  return error == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

absl::Status CheckPrivate(const struct stat& found, const std::string& path) {
  if (!S_ISREG(found.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is not a regular file"));
  }
  if (found.st_uid != geteuid()) {
    return absl::FailedPreconditionError(absl::StrCat(path, " belongs to user ", found.st_uid,
                                                      ", not to user ", geteuid(),
                                                      " who runs this; copy it as this user"));
  }
  constexpr mode_t kAllowed = S_IRUSR | S_IWUSR;
  mode_t mode = found.st_mode & 07777;
  if ((mode & ~kAllowed) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(path, " has mode 0", absl::Hex(mode >> 6 & 7),
                                                      absl::Hex(mode >> 3 & 7), absl::Hex(mode & 7),
                                                      "; a secret must be 0600: chmod 600 ", path));
  }
  return absl::OkStatus();
}

absl::Status WriteAllTo(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (fsync(fd) != 0) return FileError("sync", path, errno);
  return absl::OkStatus();
}

absl::Status WriteSynced(const std::string& path, ByteView bytes) {
  FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) return FileError("create", path, errno);
  // The umask can only have taken bits away; some file systems add some.
  if (fchmod(file.get(), 0600) != 0) return FileError("set the mode of", path, errno);
  return WriteAllTo(file.get(), bytes, path);
}

// rename() would replace what is there. RENAME_NOREPLACE is not known to every file system, hard
// links neither; one of the two is.
absl::Status RenameToNew(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return absl::OkStatus();
  }
  if ((errno == EINVAL || errno == ENOSYS) && link(from.c_str(), to.c_str()) == 0) {
    if (unlink(from.c_str()) == 0) return absl::OkStatus();
    return FileError("remove", from, errno);
  }
  if (errno == EEXIST) {
    return absl::AlreadyExistsError(absl::StrCat(to, " exists already; it was left as it is"));
  }
  return FileError("create", to, errno);
}

absl::Status SyncFolderOf(const std::string& path) {
  std::size_t slash = path.rfind('/');
  std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  FileDescriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid()) return FileError("open", folder, errno);
  if (fsync(descriptor.get()) != 0) return FileError("sync", folder, errno);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SecretBytes> ReadAllOf(int fd, const std::string& name, std::size_t max_size) {
  SecretBytes buffer(max_size + 1);  // One more shows that there is too much.
  std::size_t size = 0;
  while (size < buffer.size()) {
    ssize_t got = read(fd, buffer.MutableView().data() + size, buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("read", name, errno);
    if (got == 0) return SecretBytes::CopyOf(buffer.View().first(size));
    size += static_cast<std::size_t>(got);
  }
  return absl::InvalidArgumentError(absl::StrCat(name, " has more than ", max_size, " bytes"));
}

absl::StatusOr<SecretBytes> ReadPrivateFile(const std::string& path, std::size_t max_size) {
  // O_NONBLOCK: a pipe without a writer must not hold us; it has no effect on regular files.
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid() && errno == ELOOP) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is a symbolic link; name the file itself"));
  }
  if (!file.valid()) return FileError("open", path, errno);
  struct stat found;
  if (fstat(file.get(), &found) != 0) return FileError("examine", path, errno);
  absl::Status status = CheckPrivate(found, path);
  if (!status.ok()) return status;
  return ReadAllOf(file.get(), path, max_size);
}

absl::Status WriteNewPrivateFile(const std::string& path, ByteView bytes) {
  if (access(path.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(absl::StrCat(path, " exists already; it was left as it is"));
  }
  std::string temporary = absl::StrCat(path, ".", Hex(AsBytes(RandomBytes(8))), ".new");
  absl::Status status = WriteSynced(temporary, bytes);
  if (status.ok()) status = RenameToNew(temporary, path);
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncFolderOf(path);
}

}  // namespace cairn::keys
