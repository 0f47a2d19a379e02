// The scans beside a transcription: found, hashed and read again when they are packed.
#ifndef CAIRN_AUDIT_RECORD_SCAN_FOLDER_H_
#define CAIRN_AUDIT_RECORD_SCAN_FOLDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/age.h"
#include "keys/digest.h"

namespace cairn::record {

// The largest size that a ustar header can state in its eleven octal digits.
inline constexpr std::uint64_t kMaxAttachmentSize = (std::uint64_t{8} << 30) - 1;
inline constexpr std::size_t kMaxAttachments = 200'000;

struct Scan {
  keys::Digest sha256;
  std::uint64_t size = 0;
  std::string path;              // To open it.
  bool in_persons_file = false;  // Unmasked: travels with the persons.
};

// The regular files below `folder`, as paths inside it with '/', ascending. kInvalidArgument: a
// link, a device, a name that is not UTF-8 or has control characters, more than kMaxAttachments.
// Names that begin with '.', '~' or '_' are skipped. An absent folder has no files.
absl::StatusOr<std::vector<std::string>> ListScans(const std::string& folder);

// Size and SHA-256 of one file, in constant memory. kInvalidArgument: no regular file, or larger
// than kMaxAttachmentSize. kNotFound, kPermissionDenied, kUnavailable: from the system.
absl::StatusOr<Scan> HashScan(const std::string& path, absl::string_view name);

// Writes the file to `sink` in pieces. kAborted: it is no longer what HashScan saw.
absl::Status CopyScan(const Scan& scan, const keys::Sink& sink);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_SCAN_FOLDER_H_
