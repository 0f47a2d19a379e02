// The one way in for files from outside: what is named as a file is opened only if it is one. A
// named pipe without a writer, a device or a folder is an error at once, never a wait.
#ifndef CAIRN_KEYS_REGULAR_FILE_H_
#define CAIRN_KEYS_REGULAR_FILE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"

namespace cairn::keys {

// An open regular file; closes itself. Movable; reading at different places is thread-safe.
class RegularFile {
 public:
  enum class Links { kFollow, kRefuse };

  // Messages call the file `name`, or by its path where that is empty. kNotFound: there is nothing.
  // kInvalidArgument: a folder, a named pipe, a device, a socket; with Links::kRefuse also a
  // symbolic link. kUnavailable: it cannot be opened or looked at, with the cause.
  static absl::StatusOr<RegularFile> Open(const std::string& path, absl::string_view name = {},
                                          Links links = Links::kFollow);
  ~RegularFile();
  RegularFile(RegularFile&& other) noexcept;
  RegularFile& operator=(RegularFile&& other) noexcept;

  int fd() const { return fd_; }
  std::uint64_t size() const { return size_; }  // When it was opened.

  // Fills `out` from `offset` on unless the file ends before; how much was filled. kUnavailable
  // with the cause.
  absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset, std::span<std::uint8_t> out) const;
  // The next bytes from where the reading stands, at least one; 0 at the end. kUnavailable.
  absl::StatusOr<std::size_t> Read(std::span<std::uint8_t> out);

 private:
  RegularFile(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  int fd_ = -1;
  std::string name_;
  std::uint64_t size_ = 0;
  std::uint64_t position_ = 0;
};

// All of a regular file. kResourceExhausted: more than `limit` bytes; else as RegularFile.
absl::StatusOr<Bytes> ReadRegularFile(const std::string& path, std::size_t limit);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_REGULAR_FILE_H_
