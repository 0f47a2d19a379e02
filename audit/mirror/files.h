// Plain files, read and written whole. Inside audit/mirror.
#ifndef CAIRN_AUDIT_MIRROR_FILES_H_
#define CAIRN_AUDIT_MIRROR_FILES_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keys/bytes.h"

namespace cairn::mirror {

// kNotFound; kInvalidArgument: not a regular file; kResourceExhausted: more than `limit` bytes;
// kUnavailable: it cannot be read. The message names the path.
absl::StatusOr<keys::Bytes> ReadFileUpTo(const std::string& path, std::size_t limit);

// Writes beside and renames; makes the folder of the file. kUnavailable names the path and the
// cause. Not durable: until SyncAll a crash may leave the file cut or empty.
absl::Status WriteWhole(const std::string& path, keys::ByteView bytes);

// The same, synced before and after: a crash leaves the old file or the new one.
absl::Status WriteDurably(const std::string& path, keys::ByteView bytes);

// Makes everything written below `folder` durable: one sync of its file system, which for
// thousands of small files costs a hundredth of one sync each. kUnavailable.
absl::Status SyncAll(const std::string& folder);

// Makes a folder and its parents; OK if it is there. kUnavailable.
absl::Status MakeFolders(const std::string& folder);

// An exclusive lock on a file for as long as this lives.
class FolderLock {
 public:
  // kFailedPrecondition: another process holds it.
  static absl::StatusOr<FolderLock> Acquire(const std::string& path);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_FILES_H_
