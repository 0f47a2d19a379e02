#include "audit/record/scan_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/record/text.h"
#include "keys/regular_file.h"

namespace cairn::record {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kScanBuffer = std::size_t{256} * 1024;

bool IsSkippedName(absl::string_view name) {
  return name.empty() || name[0] == '.' || name[0] == '~' || name[0] == '_';
}

// Reads the file to its end, at most `most` bytes; kOutOfRange beyond.
absl::Status ReadScan(keys::RegularFile& file, std::uint64_t most, const keys::Sink& sink) {
  std::vector<std::uint8_t> buffer(kScanBuffer);
  for (std::uint64_t total = 0;;) {
    const absl::StatusOr<std::size_t> got = file.Read(buffer);
    if (!got.ok()) return got.status();
    if (*got == 0) return absl::OkStatus();
    total += *got;
    if (total > most) return absl::OutOfRangeError("longer than expected");
    if (absl::Status status = sink({buffer.data(), *got}); !status.ok()) {
      return status;
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListScans(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  if (!fs::exists(folder, error)) return names;
  fs::recursive_directory_iterator at(folder, error);
  if (error) return absl::ErrnoToStatus(error.value(), "scans/: cannot be listed");
  for (; at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (error) return absl::ErrnoToStatus(error.value(), "scans/: cannot be listed");
    const std::string name = at->path().lexically_relative(folder).generic_string();
    const fs::file_status status = at->symlink_status(error);
    if (IsSkippedName(at->path().filename().native())) {
      if (fs::is_directory(status)) at.disable_recursion_pending();
      continue;
    }
    if (const std::string fault = TextFault(name, false); !fault.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("scans/: a file name with ", fault));
    }
    if (fs::is_directory(status)) continue;
    if (!fs::is_regular_file(status)) {
      return absl::InvalidArgumentError(
          absl::StrCat("scans/", name, ": a link or special file; put a copy of the file there"));
    }
    if (names.size() == kMaxAttachments) {
      return absl::InvalidArgumentError(absl::StrCat("scans/: more than ", kMaxAttachments));
    }
    names.push_back(name);
  }
  if (error) return absl::ErrnoToStatus(error.value(), "scans/: cannot be listed");
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<Scan> HashScan(const std::string& path, absl::string_view name) {
  absl::StatusOr<keys::RegularFile> file =
      keys::RegularFile::Open(path, name, keys::RegularFile::Links::kRefuse);
  if (!file.ok()) return file.status();
  Scan scan;
  scan.path = path;
  keys::Sha256Stream digest;
  absl::Status status = ReadScan(*file, kMaxAttachmentSize, [&](keys::ByteView bytes) {
    digest.Update(bytes);
    scan.size += bytes.size();
    return absl::OkStatus();
  });
  if (absl::IsOutOfRange(status)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": more than ", kMaxAttachmentSize, " bytes; split the scan"));
  }
  if (!status.ok()) return absl::Status(status.code(), absl::StrCat(name, ": ", status.message()));
  scan.sha256 = digest.Finish();
  return scan;
}

absl::Status CopyScan(const Scan& scan, const keys::Sink& sink) {
  absl::StatusOr<keys::RegularFile> file = keys::RegularFile::Open(
      scan.path, "a scan that was read before", keys::RegularFile::Links::kRefuse);
  if (!file.ok()) return file.status();
  keys::Sha256Stream digest;
  std::uint64_t size = 0;
  absl::Status status = ReadScan(*file, scan.size, [&](keys::ByteView bytes) {
    digest.Update(bytes);
    size += bytes.size();
    return sink(bytes);
  });
  if (!status.ok() && !absl::IsOutOfRange(status)) return status;
  if (!status.ok() || size != scan.size || digest.Finish() != scan.sha256) {
    return absl::AbortedError(absl::StrCat("the scan with SHA-256 ", scan.sha256.Hex(),
                                           " changed while the package was built; build again"));
  }
  return absl::OkStatus();
}

}  // namespace cairn::record
