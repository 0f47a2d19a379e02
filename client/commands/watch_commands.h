// `cairn log mirror` and `cairn log watch`: a copy for others, and an eye on the log.
#ifndef CAIRN_CLIENT_COMMANDS_WATCH_COMMANDS_H_
#define CAIRN_CLIENT_COMMANDS_WATCH_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "client/context.h"

namespace cairn::client {

// Adds both to the group `log`.
void AddWatchCommands(CLI::App& log, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_WATCH_COMMANDS_H_
