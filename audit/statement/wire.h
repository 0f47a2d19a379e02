// The wire format's smallest parts, read from bytes that anybody may have made. Inside
// audit/statement.
#ifndef CAIRN_AUDIT_STATEMENT_WIRE_H_
#define CAIRN_AUDIT_STATEMENT_WIRE_H_

#include <cstddef>
#include <cstdint>

#include "keys/bytes.h"

namespace cairn::statement::wire {

// Wire types (Protocol Buffers, "Encoding").
inline constexpr std::uint32_t kVarint = 0;
inline constexpr std::uint32_t kFixed64 = 1;
inline constexpr std::uint32_t kLengthDelimited = 2;
inline constexpr std::uint32_t kFixed32 = 5;

inline constexpr std::size_t kMaxVarintBytes = 10;

// Reads a varint at `at`, which it moves behind it. Returns null, or what is wrong with it; then
// `at` stays.
const char* ReadVarint(keys::ByteView bytes, std::size_t& at, std::uint64_t& value);

// Whether the bytes are UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing beyond
// U+10FFFF.
bool IsUtf8(keys::ByteView bytes);

}  // namespace cairn::statement::wire

#endif  // CAIRN_AUDIT_STATEMENT_WIRE_H_
