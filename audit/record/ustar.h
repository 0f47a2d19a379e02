// The container of a package: POSIX ustar (IEEE Std 1003.1-2001, pax, "ustar Interchange Format"),
// cut down until one content has one file.
//
// Members are regular files. Name at most 100 bytes of a to z, A to Z, 0 to 9, '.', '_', '-' and
// '/' between non-empty parts that are neither "." nor ".."; mode 0644, owner and group 0 without
// names, time 0. Padding is zero; two blocks of zeros end the file, and nothing follows. Any other
// bit is refused: links, devices, absolute paths, other owners, extensions, wrong checksums. tar(1)
// reads and makes it: tar --format=ustar --mode=0644 --owner=0 --group=0 --numeric-owner
// --mtime=@0.
//
// Streaming, both ways, in constant memory. Not thread-safe.
#ifndef CAIRN_AUDIT_RECORD_USTAR_H_
#define CAIRN_AUDIT_RECORD_USTAR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/age.h"
#include "keys/bytes.h"

namespace cairn::record {

inline constexpr std::size_t kUstarBlock = 512;
inline constexpr std::size_t kMaxMemberName = 100;
inline constexpr std::uint64_t kMaxMemberSize =
    (std::uint64_t{8} << 30) - 1;  // Eleven octal digits.
inline constexpr std::size_t kMaxMembers = 250'000;

// kInvalidArgument, saying why, unless `name` is as above.
absl::Status CheckMemberName(absl::string_view name);

// Errors of all: kInvalidArgument for a name or size that the format cannot have, a name twice;
// kFailedPrecondition for calls out of order or bytes that are not as many as announced; else what
// the sink says.
class UstarWriter {
 public:
  explicit UstarWriter(keys::Sink sink) : sink_(std::move(sink)) {}

  absl::Status Begin(absl::string_view name, std::uint64_t size);
  absl::Status Write(keys::ByteView bytes);
  // Begin, Write.
  absl::Status Add(absl::string_view name, keys::ByteView bytes);
  // The end of the archive. Nothing may follow.
  absl::Status Finish();

 private:
  absl::Status Put(keys::ByteView bytes);
  absl::Status EndMember();

  keys::Sink sink_;
  std::set<std::string> names_;
  std::uint64_t left_ = 0;     // Bytes that the member still lacks.
  std::uint64_t padding_ = 0;  // Zeros behind it.
  bool finished_ = false;
};

struct UstarMember {
  std::string name;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;  // Of its header, from the start of the archive.
};

// Errors of all: kInvalidArgument "NAME, byte OFFSET: expected ..., found ...", which ends reading;
// else what the source says.
class UstarReader {
 public:
  explicit UstarReader(keys::Source source) : source_(std::move(source)) {}

  // The next member; nullopt at the end of the archive, when nothing follows it. What is unread of
  // the member before is refused (kFailedPrecondition): everything is read, because everything is
  // checked.
  absl::StatusOr<std::optional<UstarMember>> Next();
  // Fills a beginning of `out` with the member's content; 0 at its end.
  absl::StatusOr<std::size_t> Read(std::span<std::uint8_t> out);
  // All of it. kInvalidArgument if it is larger than `most`, before anything is allocated.
  absl::StatusOr<keys::Bytes> ReadAll(std::uint64_t most);

  // Bytes taken from the source so far.
  std::uint64_t offset() const { return offset_; }

 private:
  absl::StatusOr<bool> Fill(std::span<std::uint8_t> out);  // False: the source is at its end.
  absl::Status SkipPadding();
  absl::Status CheckEnd();
  absl::Status Error(absl::string_view what) const;  // At the next unread byte.
  absl::Status ErrorAt(std::uint64_t offset, absl::string_view what) const;

  keys::Source source_;
  std::set<std::string> names_;
  UstarMember member_;
  std::uint64_t offset_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_USTAR_H_
