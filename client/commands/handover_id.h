// Which handover a command means, its state, and the areas of its charter.
#ifndef CAIRN_CLIENT_COMMANDS_HANDOVER_ID_H_
#define CAIRN_CLIENT_COMMANDS_HANDOVER_ID_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "keys/bytes.h"

namespace cairn::v1 {
class Charter;
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
// Of the handover that `text` names, as above.
absl::StatusOr<v1::GetHandoverResponse> FetchNamedHandover(Context& context,
                                                           const std::string& text);

// Areas in the order of the charter, as statements want them. UsageError: the charter has no such
// area; those that it has are listed.
absl::StatusOr<std::vector<std::string>> InCharterOrder(const v1::Charter& charter,
                                                        const std::vector<std::string>& given);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_HANDOVER_ID_H_
