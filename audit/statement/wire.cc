#include "audit/statement/wire.h"

#include <algorithm>

namespace cairn::statement::wire {

const char* ReadVarint(keys::ByteView bytes, std::size_t& at, std::uint64_t& value) {
  std::uint64_t result = 0;
  const std::size_t room = std::min(bytes.size() - at, kMaxVarintBytes);
  for (std::size_t i = 0; i < room; ++i) {
    const std::uint8_t byte = bytes[at + i];
    result |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && i > 0) return "a varint is longer than it need be";
    if (i == kMaxVarintBytes - 1 && byte > 1) return "a varint has more than 64 bits";
    at += i + 1;
    value = result;
    return nullptr;
  }
  if (room == kMaxVarintBytes) return "a varint has more than 64 bits";
  return "the bytes end inside a varint";
}

namespace {

// How many bytes follow a first byte, and what the second must lie between (RFC 3629, section 4).
struct Lead {
  std::size_t following;
  std::uint8_t second_low;
  std::uint8_t second_high;
};

constexpr Lead LeadOf(std::uint8_t byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {1, 0x80, 0xbf};
  if (byte == 0xe0) return {2, 0xa0, 0xbf};
  if (byte == 0xed) return {2, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {2, 0x80, 0xbf};
  if (byte == 0xf0) return {3, 0x90, 0xbf};
  if (byte >= 0xf1 && byte <= 0xf3) return {3, 0x80, 0xbf};
  if (byte == 0xf4) return {3, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

bool IsUtf8(keys::ByteView bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (bytes[at] < 0x80) {
      ++at;
      continue;
    }
    const Lead lead = LeadOf(bytes[at]);
    if (lead.following == 0 || bytes.size() - at <= lead.following) return false;
    if (bytes[at + 1] < lead.second_low || bytes[at + 1] > lead.second_high) return false;
    for (std::size_t i = 2; i <= lead.following; ++i) {
      if (bytes[at + i] < 0x80 || bytes[at + i] > 0xbf) return false;
    }
    at += lead.following + 1;
  }
  return true;
}

}  // namespace cairn::statement::wire
