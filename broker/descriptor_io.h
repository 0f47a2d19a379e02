// Whole messages through pipes.
#ifndef CAIRN_BROKER_DESCRIPTOR_IO_H_
#define CAIRN_BROKER_DESCRIPTOR_IO_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::broker {

inline constexpr std::size_t kMaxWorkBytes = std::size_t{256} * 1024 * 1024;

// Everything until the other end closes. kResourceExhausted: more than `limit` bytes. kUnavailable:
// the system's error.
absl::StatusOr<std::string> ReadToEnd(int descriptor, std::size_t limit);
// kUnavailable: the system's error. REQUIRES: SIGPIPE is ignored, or the other end stays.
absl::Status WriteToEnd(int descriptor, absl::string_view bytes);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_DESCRIPTOR_IO_H_
