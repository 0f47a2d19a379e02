#include "broker/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace cairn::broker {

absl::Status WriteNewFile(const std::string& path, absl::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) {
    const std::string why = absl::StrCat(path, ": ", std::generic_category().message(errno));
    return errno == EEXIST ? absl::AlreadyExistsError(absl::StrCat(why, "; nothing is overwritten"))
                           : absl::UnavailableError(why);
  }
  bool written = true;
  while (written && !text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    written = count > 0;
    if (written) text.remove_prefix(static_cast<std::size_t>(count));
  }
  written = written && ::fsync(file) == 0;
  ::close(file);
  return written ? absl::OkStatus()
                 : absl::UnavailableError(absl::StrCat(path, ": could not be written"));
}

absl::Status MakePrivateFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error) return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));
  return absl::OkStatus();
}

}  // namespace cairn::broker
