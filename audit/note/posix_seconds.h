// The time that a cosignature states.
#ifndef CAIRN_AUDIT_NOTE_POSIX_SECONDS_H_
#define CAIRN_AUDIT_NOTE_POSIX_SECONDS_H_

#include <cstdint>

namespace cairn::note {

// Seconds since 1970-01-01 00:00 UTC, without leap seconds; 1 to 2^63 - 1 in a cosignature.
enum class PosixSeconds : std::uint64_t {};

inline constexpr PosixSeconds kMaxPosixSeconds{(std::uint64_t{1} << 63) - 1};

constexpr std::uint64_t ToInt(PosixSeconds time) { return static_cast<std::uint64_t>(time); }

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_POSIX_SECONDS_H_
