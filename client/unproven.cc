#include "client/unproven.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "keys/encoding.h"
#include "keys/secret.h"

namespace cairn::client {
namespace {

namespace fs = std::filesystem;

constexpr char kMiddle[] = ".opening-";
constexpr std::size_t kSuffix = 6;
constexpr std::size_t kMaxPathBytes = 4096;

std::string LockOf(const std::string& folder) { return folder + "/lock"; }

// Whether `folder` can be one of ours: its name, a private folder of this user. What a note says is
// believed no further than this.
bool IsNamedAsOurs(const std::string& folder) {
  const std::string name = fs::path(folder).filename().string();
  const std::size_t middle = name.rfind(kMiddle);
  if (middle == std::string::npos || name.size() != middle + std::strlen(kMiddle) + kSuffix) {
    return false;
  }
  struct stat info {};
  return lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
         (info.st_mode & 077) == 0;
}

// One note: what is said of it, or nothing.
std::string RemoveOne(const std::string& note) {
  const absl::StatusOr<keys::Bytes> text = ReadFile(note, kMaxPathBytes);
  if (!text.ok()) return std::string(text.status().message());
  const std::string folder(*text);
  std::error_code failed;
  if (!fs::exists(fs::symlink_status(folder, failed))) {
    unlink(note.c_str());
    return "";
  }
  const bool ours = IsNamedAsOurs(folder);
  // Killed before it had its lock, it is empty.
  if (ours && rmdir(folder.c_str()) == 0) {
    unlink(note.c_str());
    return absl::StrCat("removed ", folder,
                        ", which an interrupted `cairn package open` left empty");
  }
  struct stat info {};
  if (!ours || lstat(LockOf(folder).c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return absl::StrCat(folder, ", named in ", note,
                        ", is no longer a folder of `cairn package open`; it was left as it is");
  }
  const absl::StatusOr<FileLock> lock = FileLock::Acquire(LockOf(folder));
  if (!lock.ok()) return "";  // Somebody is at work in it.
  fs::remove_all(folder, failed);
  if (failed) {
    return absl::StrCat("cannot remove ", folder, ", which an interrupted `cairn package open` ",
                        "left with opened records: ", failed.message(), "; remove it by hand");
  }
  unlink(note.c_str());
  return absl::StrCat("removed ", folder,
                      ", which an interrupted `cairn package open` left with opened records");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Unproven>> Unproven::Beside(const Home& home, std::string out) {
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  if (fs::exists(fs::symlink_status(out))) {
    return absl::AlreadyExistsError(
        absl::StrCat(out, " is there already; nothing is overwritten, name another folder"));
  }
  if (absl::Status made = MakeFolder(home.Opening()); !made.ok()) return made;
  std::error_code failed;
  const std::string suffix = keys::Hex(keys::AsBytes(keys::RandomBytes(kSuffix / 2)));
  const std::string folder =
      absl::StrCat(fs::absolute(out, failed).lexically_normal().string(), kMiddle, suffix);
  const std::string note = absl::StrCat(home.Opening(), "/", getpid(), "-", suffix);
  // 1. The note.       Killed here: a note of nothing, which the next one removes.
  // 2. The folder.     Killed here: an empty folder, likewise.
  // 3. Its lock.       Killed here: likewise.
  // 4. The contents.   Killed there: likewise, with what was opened.
  if (absl::Status noted = WriteFileDurably(note, keys::AsBytes(folder)); !noted.ok()) return noted;
  if (mkdir(folder.c_str(), 0700) != 0) {
    const absl::Status why = absl::UnavailableError(
        absl::StrCat("cannot make a folder beside ", out, ": ", std::strerror(errno)));
    unlink(note.c_str());
    return why;
  }
  absl::StatusOr<FileLock> lock = FileLock::Acquire(LockOf(folder));
  if (!lock.ok()) {
    fs::remove_all(folder, failed);
    unlink(note.c_str());
    return lock.status();
  }
  return std::unique_ptr<Unproven>(
      new Unproven(std::move(out), std::move(folder), note, *std::move(lock)));
}

Unproven::~Unproven() {
  std::error_code failed;
  fs::remove_all(folder_, failed);
  if (!failed) unlink(note_.c_str());
}

absl::Status Unproven::Keep() {
  if (renameat2(AT_FDCWD, Contents().c_str(), AT_FDCWD, out_.c_str(), RENAME_NOREPLACE) == 0) {
    return absl::OkStatus();
  }
  if (errno == EEXIST) {
    return absl::AlreadyExistsError(
        absl::StrCat(out_, " came there meanwhile; nothing is overwritten, name another folder"));
  }
  return absl::UnavailableError(
      absl::StrCat("cannot put ", out_, " in place: ", std::strerror(errno)));
}

absl::StatusOr<std::vector<std::string>> RemoveLeftovers(const Home& home) {
  std::vector<std::string> said;
  const absl::StatusOr<std::vector<std::string>> notes = ListFiles(home.Opening());
  if (!notes.ok()) return notes.status();
  for (const std::string& name : *notes) {
    if (absl::EndsWith(name, ".tmp")) continue;  // Being written, beside.
    std::string sentence = RemoveOne(absl::StrCat(home.Opening(), "/", name));
    if (!sentence.empty()) said.push_back(std::move(sentence));
  }
  return said;
}

}  // namespace cairn::client
