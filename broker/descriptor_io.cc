#include "broker/descriptor_io.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace cairn::broker {

absl::StatusOr<std::string> ReadToEnd(int descriptor, std::size_t limit) {
  std::string bytes;
  std::string piece(std::size_t{64} * 1024, '\0');
  for (;;) {
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return absl::UnavailableError(
          absl::StrCat("reading a pipe: ", std::generic_category().message(errno)));
    }
    if (got == 0) return bytes;
    bytes.append(piece, 0, static_cast<std::size_t>(got));
    if (bytes.size() > limit) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", limit, " bytes in a pipe"));
    }
  }
}

absl::Status WriteToEnd(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return absl::UnavailableError(
          absl::StrCat("writing a pipe: ", std::generic_category().message(errno)));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace cairn::broker
