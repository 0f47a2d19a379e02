#include "client/home.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "keys/regular_file.h"

namespace cairn::client {
namespace {

absl::Status DiskError(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(absl::StrCat(what, " ", path, ": ", std::strerror(errno)));
}

// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status WriteAll(int fd, keys::ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return DiskError("cannot write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status SyncFolder(const std::string& folder) {
  const Descriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || fsync(fd.get()) != 0) return DiskError("cannot sync the folder", folder);
  return absl::OkStatus();
}

// Moves `from` to `to`, replacing what is there or not. Both stand in one folder.
absl::Status PutInPlace(const std::string& from, const std::string& to, bool replace) {
  const int done = replace
                       ? rename(from.c_str(), to.c_str())
                       : renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (done == 0) return SyncFolder(FolderOf(to));
  absl::Status failed =
      !replace && errno == EEXIST
          ? absl::AlreadyExistsError(
                absl::StrCat(to, " is there already; nothing is overwritten, name another file"))
          : DiskError("cannot put in place", to);
  unlink(from.c_str());
  return failed;
}

absl::Status WriteDurably(const std::string& path, FileWriter write, bool replace) {
  const std::string beside = absl::StrCat(path, ".", getpid(), ".tmp");
  {
    const Descriptor fd(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (fd.get() < 0) return DiskError("cannot create", beside);
    absl::Status written =
        write([&](keys::ByteView bytes) { return WriteAll(fd.get(), bytes, beside); });
    if (written.ok() && fsync(fd.get()) != 0) written = DiskError("cannot sync", beside);
    if (!written.ok()) {
      unlink(beside.c_str());
      return written;
    }
  }
  return PutInPlace(beside, path, replace);
}

}  // namespace

absl::StatusOr<keys::Bytes> ReadFile(const std::string& path, std::size_t limit) {
  return keys::ReadRegularFile(path, limit);
}

absl::Status WriteFileDurably(const std::string& path, keys::ByteView bytes) {
  return WriteDurably(
      path, [&](FilePieces pieces) { return pieces(bytes); }, true);
}

absl::Status WriteNewFile(const std::string& path, keys::ByteView bytes) {
  return WriteNewFileInPieces(path, [&](FilePieces pieces) { return pieces(bytes); });
}

absl::Status WriteNewFileInPieces(const std::string& path, FileWriter write) {
  return WriteDurably(path, write, false);
}

absl::Status MakeFolder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      return DiskError("cannot make the folder", part);
    }
    if (slash == std::string::npos) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& folder) {
  std::vector<std::string> names;
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr && errno == ENOENT) return names;
  if (directory == nullptr) return DiskError("cannot list", folder);
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_type == DT_REG) names.emplace_back(entry->d_name);
  }
  closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return DiskError("cannot open", path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return FileLock(fd);
  close(fd);
  return absl::FailedPreconditionError(
      absl::StrCat(path, " is held by another cairn process of this profile; wait for it to end"));
}

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}
FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

absl::StatusOr<Home> Home::Find(const std::string& from_flag) {
  if (!from_flag.empty()) return Home(from_flag);
  // What is set to nothing is not set.
  const auto get = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const std::string home = get("CAIRN_HOME"); !home.empty()) return Home(home);
  if (const std::string data = get("XDG_DATA_HOME"); !data.empty()) return Home(data + "/cairn");
  if (const std::string user = get("HOME"); !user.empty()) {
    return Home(user + "/.local/share/cairn");
  }
  return absl::FailedPreconditionError(
      "no home folder: give --home DIR, or set CAIRN_HOME or HOME");
}

std::string Home::Key(absl::string_view name) const {
  return absl::StrCat(Keys(), "/", name, ".key");
}

}  // namespace cairn::client
