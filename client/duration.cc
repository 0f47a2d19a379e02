#include "client/duration.h"

#include "absl/strings/numbers.h"

namespace cairn::client {

std::uint64_t ParseDuration(absl::string_view text) {
  if (text.empty()) return 0;
  const std::uint64_t unit = text.back() == 's'   ? 1000
                             : text.back() == 'm' ? 60 * 1000
                             : text.back() == 'h' ? 3600 * 1000
                             : text.back() == 'd' ? 24 * 3600 * 1000
                                                  : 0;
  std::uint32_t count = 0;
  if (unit == 0 || !absl::SimpleAtoi(text.substr(0, text.size() - 1), &count)) return 0;
  return count * unit;
}

}  // namespace cairn::client
