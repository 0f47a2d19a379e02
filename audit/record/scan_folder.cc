#include "audit/record/scan_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kScanBuffer = std::size_t{256} * 1024;

struct ScanFile {
  explicit ScanFile(int fd) : descriptor(fd) {}
  ~ScanFile() {
    if (descriptor >= 0) ::close(descriptor);
  }
  ScanFile(const ScanFile&) = delete;
  ScanFile& operator=(const ScanFile&) = delete;
  const int descriptor;
};

bool IsSkippedName(absl::string_view name) {
  return name.empty() || name[0] == '.' || name[0] == '~' || name[0] == '_';
}

// Reads the file to its end, at most `most` bytes; kOutOfRange beyond.
absl::Status ReadScan(const ScanFile& file, std::uint64_t most, const keys::Sink& sink) {
  std::vector<std::uint8_t> buffer(kScanBuffer);
  for (std::uint64_t total = 0;;) {
    const ssize_t got = ::read(file.descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, "reading a scan failed");
    if (got == 0) return absl::OkStatus();
    total += static_cast<std::uint64_t>(got);
    if (total > most) return absl::OutOfRangeError("longer than expected");
    if (absl::Status status = sink({buffer.data(), static_cast<std::size_t>(got)}); !status.ok()) {
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
  const ScanFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY));
  if (file.descriptor < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat(name, ": cannot be opened"));
  }
  struct stat info {};
  if (::fstat(file.descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": is not a regular file"));
  }
  Scan scan;
  scan.path = path;
  keys::Sha256Stream digest;
  absl::Status status = ReadScan(file, kMaxAttachmentSize, [&](keys::ByteView bytes) {
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
  const ScanFile file(::open(scan.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY));
  if (file.descriptor < 0) return absl::ErrnoToStatus(errno, "a scan cannot be opened again");
  keys::Sha256Stream digest;
  std::uint64_t size = 0;
  absl::Status status = ReadScan(file, scan.size, [&](keys::ByteView bytes) {
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
