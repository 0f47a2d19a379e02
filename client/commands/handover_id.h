// Which handover a command means, and its state.
#ifndef CAIRN_CLIENT_COMMANDS_HANDOVER_ID_H_
#define CAIRN_CLIENT_COMMANDS_HANDOVER_ID_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "keys/bytes.h"

namespace cairn::v1 {
class GetHandoverResponse;
class HandoverSummary;
}  // namespace cairn::v1

namespace cairn::client {

class Context;

inline constexpr char kHandoverHelp[] =
    "Handover: its id, the beginning of it (8 digits or more), or its name; may be left out if the "
    "log has only one, or if CAIRN_HANDOVER names it";

// Every handover of the log, as the broker lists them.
absl::StatusOr<std::vector<v1::HandoverSummary>> ListHandovers(Context& context);

// The 32-byte id. An empty `text` takes the environment's CAIRN_HANDOVER, else the only handover of
// the log. UsageError: none or several fit; several are listed.
absl::StatusOr<keys::Bytes> ResolveHandover(Context& context, const std::string& text);

absl::StatusOr<v1::GetHandoverResponse> FetchHandover(Context& context, const keys::Bytes& id);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_HANDOVER_ID_H_
