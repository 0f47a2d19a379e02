// A handover's state as the client shows it: one page without a coordinate, and the same in JSON.
#ifndef CAIRN_CLIENT_HANDOVER_TEXT_H_
#define CAIRN_CLIENT_HANDOVER_TEXT_H_

#include <cstdint>
#include <string>

namespace cairn::v1 {
class HandoverState;
}  // namespace cairn::v1

namespace cairn::client {

std::string HandoverText(const v1::HandoverState& state);
std::string HandoverJson(const v1::HandoverState& state);

// "2026-11-23 09:12:05Z"
std::string UtcText(std::uint64_t ms);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_HANDOVER_TEXT_H_
