// `cairn log evidence`: one file out of two notes or receipts that cannot both be true.
#ifndef CAIRN_CLIENT_COMMANDS_EVIDENCE_COMMAND_H_
#define CAIRN_CLIENT_COMMANDS_EVIDENCE_COMMAND_H_

#include <CLI/CLI.hpp>

#include "client/context.h"

namespace cairn::client {

// Adds it to the group `log`.
void AddEvidenceCommand(CLI::App& log, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_EVIDENCE_COMMAND_H_
