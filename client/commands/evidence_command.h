// `cairn log evidence`: one file out of what cannot both be true: notes, receipts, a refusal, a
// lodging, and a copy of the log.
#ifndef CAIRN_CLIENT_COMMANDS_EVIDENCE_COMMAND_H_
#define CAIRN_CLIENT_COMMANDS_EVIDENCE_COMMAND_H_

#include <CLI/CLI.hpp>

#include "client/context.h"

namespace cairn::client {

// Adds it to the group `log`.
void AddEvidenceCommand(CLI::App& log, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_EVIDENCE_COMMAND_H_
