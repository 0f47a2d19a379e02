// Large files on this disk on their way to and from a broker: hashed in one pass, read and written
// in pieces, never held in memory.
#ifndef CAIRN_CLIENT_CONTENT_FILE_H_
#define CAIRN_CLIENT_CONTENT_FILE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/regular_file.h"

namespace cairn::client {

inline constexpr std::uint64_t kContentChunkBytes = std::uint64_t{1024} * 1024;
inline constexpr std::uint64_t kMaxContentBytes = std::uint64_t{64} * 1024 * 1024 * 1024;

// A descriptor that closes itself.
class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(int fd) : fd_(fd) {}
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

// kNotFound; kInvalidArgument: not a regular file; kFailedPrecondition, with the cause.
absl::StatusOr<keys::RegularFile> OpenForReading(const std::string& path);

// A file that is to be sent: what the broker is told of it beforehand.
struct LocalContent {
  std::string path;
  keys::Digest digest;
  std::uint64_t size = 0;
  std::vector<keys::Digest>
      chunks;  // SHA-256 of each piece of kContentChunkBytes, the last shorter.
};

// Reads the file once. kNotFound; kInvalidArgument: not a regular file, empty, or larger than
// kMaxContentBytes; kFailedPrecondition: it cannot be read, with the cause.
absl::StatusOr<LocalContent> DescribeContent(const std::string& path);

// Reads pieces of a described file. Movable; not thread-safe.
class ContentReader {
 public:
  static absl::StatusOr<ContentReader> Open(const LocalContent& content);
  // Piece number `index` into `out`. kFailedPrecondition: the file is no longer the one described.
  absl::Status Read(std::uint64_t index, keys::Bytes& out) const;

 private:
  ContentReader(const LocalContent& content, keys::RegularFile file)
      : content_(&content), file_(std::move(file)) {}
  const LocalContent* content_;  // Must outlive this.
  keys::RegularFile file_;
};

// A file being made: PATH.part, which takes the place of PATH once it is whole. Nothing is
// overwritten. What a crash leaves is the .part file, which the next one replaces.
class NewFile {
 public:
  // kAlreadyExists: there is something at `path`. kFailedPrecondition with the cause.
  static absl::StatusOr<NewFile> Create(const std::string& path);
  absl::Status Append(keys::ByteView bytes);
  // Syncs and renames.
  absl::Status Finish();

 private:
  NewFile(std::string path, OpenFile file) : path_(std::move(path)), file_(std::move(file)) {}
  std::string path_;
  OpenFile file_;
};

// A file under way: PATH.part, which takes the place of PATH once it is whole and has its digest.
// What an earlier, broken transfer left is gone on with. Movable; not thread-safe.
class PartFile {
 public:
  // kFailedPrecondition names path and cause, a full disk for example.
  static absl::StatusOr<PartFile> Open(const std::string& path, std::uint64_t size);

  std::uint64_t written() const { return written_; }
  // kFailedPrecondition as above; kDataLoss: more than the size.
  absl::Status Append(keys::ByteView bytes);
  // Syncs and renames. kDataLoss: the digest is another one; the part is then gone.
  absl::Status Finish(const keys::Digest& expected);

 private:
  PartFile(std::string path, std::uint64_t size, OpenFile file)
      : path_(std::move(path)), size_(size), file_(std::move(file)) {}
  std::string PartPath() const { return path_ + ".part"; }
  absl::Status HashWhatIsThere();

  std::string path_;
  std::uint64_t size_;
  std::uint64_t written_ = 0;
  OpenFile file_;
  keys::Sha256Stream hash_;
};

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_CONTENT_FILE_H_
