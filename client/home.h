// The folder in which the client keeps what is a party's own: profile, keys, outbox, notes,
// receipts, packages. Mode 0700; whatever is written is written beside, synced and renamed, so a
// crash leaves the old file or the new one.
#ifndef CAIRN_CLIENT_HOME_H_
#define CAIRN_CLIENT_HOME_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"

namespace cairn::client {

inline constexpr std::size_t kMaxSmallFileBytes = std::size_t{64} * 1024 * 1024;

// Reads a whole file of at most `limit` bytes. kNotFound; kInvalidArgument: not a regular file;
// kResourceExhausted: larger than `limit`; kUnavailable: it cannot be read. Names the path.
absl::StatusOr<keys::Bytes> ReadFile(const std::string& path,
                                     std::size_t limit = kMaxSmallFileBytes);

// Replaces `path` as a whole, durably. kUnavailable names the path and the cause.
absl::Status WriteFileDurably(const std::string& path, keys::ByteView bytes);

// Writes a file that a user named, durably. kAlreadyExists: there is something at `path`, which
// stays as it is; kUnavailable names the path and the cause.
absl::Status WriteNewFile(const std::string& path, keys::ByteView bytes);

// The same for what is not held in memory as a whole: `write` hands on one piece after the other.
// An error of `write` leaves nothing at `path` and is passed on.
using FilePieces = absl::FunctionRef<absl::Status(keys::ByteView)>;
using FileWriter = absl::FunctionRef<absl::Status(FilePieces)>;
absl::Status WriteNewFileInPieces(const std::string& path, FileWriter write);

// Makes the folder and its parents, mode 0700. OK if it is there.
absl::Status MakeFolder(const std::string& path);

// The names (not paths) of the regular files in `folder`, ascending; none if there is no folder.
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& folder);

// Holds a lock file for as long as it lives, so that two processes do not sign one sequence.
class FileLock {
 public:
  // kFailedPrecondition: another process holds it.
  static absl::StatusOr<FileLock> Acquire(const std::string& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

// Paths of a home folder. An immutable value.
class Home {
 public:
  explicit Home(std::string folder) : folder_(std::move(folder)) {}

  // --home, else CAIRN_HOME, else $XDG_DATA_HOME/cairn, else ~/.local/share/cairn.
  // kFailedPrecondition: none of these is set.
  static absl::StatusOr<Home> Find(const std::string& from_flag);

  const std::string& folder() const { return folder_; }
  std::string Profile() const { return folder_ + "/profile.toml"; }
  std::string Keys() const { return folder_ + "/keys"; }
  std::string Key(absl::string_view name) const;
  std::string Outbox() const { return folder_ + "/outbox"; }
  std::string Notes() const { return folder_ + "/notes"; }
  std::string Receipts() const { return folder_ + "/receipts"; }
  std::string Packages() const { return folder_ + "/packages"; }
  std::string Annexes() const { return folder_ + "/annexes"; }
  std::string Opening() const { return folder_ + "/opening"; }  // Notes of client/unproven.h.
  std::string Log() const { return folder_ + "/log"; }

 private:
  std::string folder_;
};

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_HOME_H_
