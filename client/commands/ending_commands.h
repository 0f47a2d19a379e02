// `cairn log freeze`, `publish`, `published`: the end of a log, and what is published against it.
#ifndef CAIRN_CLIENT_COMMANDS_ENDING_COMMANDS_H_
#define CAIRN_CLIENT_COMMANDS_ENDING_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "client/context.h"

namespace cairn::client {

// Adds them to the group `log`.
void AddEndingCommands(CLI::App& log, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_ENDING_COMMANDS_H_
