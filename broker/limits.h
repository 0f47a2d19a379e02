// The limits of a broker that no configuration moves. Those that it may move, within these, are in
// broker/config.h.
#ifndef CAIRN_BROKER_LIMITS_H_
#define CAIRN_BROKER_LIMITS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace cairn::broker {

inline constexpr std::uint64_t kChunkBytes = std::uint64_t{1024} * 1024;
inline constexpr std::uint64_t kMaximumPackageBytes = std::uint64_t{64} * 1024 * 1024 * 1024;

// One chunk with its framing, or the chunk digests of the largest package, with room to spare.
inline constexpr int kMaxMessageBytes = 4 * 1024 * 1024;
inline constexpr int kMaxMetadataBytes = 16 * 1024;

// Statements of one submit stream between being read and being answered.
inline constexpr std::size_t kMaxStreamInFlight = 1024;
// Of them in one message of SubmitMany: with the largest statements it stays below
// kMaxMessageBytes.
inline constexpr std::size_t kMaxStatementsOfMessage = 64;

// Statements that one worker verifies before it looks at the queue again.
inline constexpr std::size_t kMaxVerifyBatch = 64;

// Lists.
inline constexpr std::uint32_t kDefaultPageSize = 50;
inline constexpr std::uint32_t kMaxPageSize = 1000;
// A page ends early rather than grow beyond this.
inline constexpr std::size_t kMaxPageBytes = std::size_t{3} * 1024 * 1024;

// One message of the follow stream.
inline constexpr std::size_t kMaxFollowBytes = std::size_t{1024} * 1024;
inline constexpr std::size_t kMaxFollowEntries = 1024;

// How far ahead of the broker's clock a token may be issued, and how long it may live.
inline constexpr std::chrono::milliseconds kMaxTokenAhead = std::chrono::minutes(2);
inline constexpr std::chrono::milliseconds kMaxTokenLife = std::chrono::minutes(15);
inline constexpr std::size_t kMaxTokenBytes = 2048;

// What a sealed or draining broker still gives to calls under way before it cuts them off.
inline constexpr std::chrono::milliseconds kDrainTime = std::chrono::seconds(10);

// The configuration file.
inline constexpr std::size_t kMaxConfigBytes = std::size_t{256} * 1024;

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_LIMITS_H_
