// Durations as people write them.
#ifndef CAIRN_CLIENT_DURATION_H_
#define CAIRN_CLIENT_DURATION_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace cairn::client {

// "30s", "15m", "12h", "7d" in milliseconds; 0 for anything else.
std::uint64_t ParseDuration(absl::string_view text);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_DURATION_H_
