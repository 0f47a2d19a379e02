// Bytes as everything in Cairn passes them around: a view for arguments, a string for what is kept.
#ifndef CAIRN_KEYS_BYTES_H_
#define CAIRN_KEYS_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/strings/string_view.h"

namespace cairn::keys {

// A view of bytes. Never kept beyond the call it is an argument of.
using ByteView = std::span<const std::uint8_t>;

// Owned bytes. std::string, because Protocol Buffers, RocksDB and gRPC keep theirs so: no copies
// are made where one hands over to another.
using Bytes = std::string;

inline ByteView AsBytes(absl::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Never a null pointer: absl::StrSplit gives no element at all for a null view.
inline absl::string_view AsText(ByteView bytes) {
  if (bytes.empty()) return "";
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes ToBytes(ByteView bytes) { return Bytes(AsText(bytes)); }

// std::string has no append for absl::string_view.
inline void AppendBytes(Bytes& out, ByteView bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Fixed-width big-endian integers, appended: the only integers that are ever hashed outside a
// message.
inline void AppendU16(Bytes& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}
inline void AppendU32(Bytes& out, std::uint32_t value) {
  AppendU16(out, static_cast<std::uint16_t>(value >> 16));
  AppendU16(out, static_cast<std::uint16_t>(value));
}
inline void AppendU64(Bytes& out, std::uint64_t value) {
  AppendU32(out, static_cast<std::uint32_t>(value >> 32));
  AppendU32(out, static_cast<std::uint32_t>(value));
}

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_BYTES_H_
