// `cairn log succeed`, `relodge`: this home goes on with the log that goes on from the one it
// follows.
#ifndef CAIRN_CLIENT_COMMANDS_SUCCESSION_COMMANDS_H_
#define CAIRN_CLIENT_COMMANDS_SUCCESSION_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "client/context.h"

namespace cairn::client {

// Adds them to the group `log`.
void AddSuccessionCommands(CLI::App& log, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_SUCCESSION_COMMANDS_H_
