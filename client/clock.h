// The wall clock. Statements, tokens and watches carry its word; nothing verified rests on it.
#ifndef CAIRN_CLIENT_CLOCK_H_
#define CAIRN_CLIENT_CLOCK_H_

#include <cstdint>

namespace cairn::client {

// Milliseconds since 1970-01-01, UTC.
std::uint64_t NowMs();

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_CLOCK_H_
