// What `--help` says beside the options: examples, environment variables and exit codes, for every
// command; and `cairn help COMMAND`, which is `cairn COMMAND --help`.
#ifndef CAIRN_CLIENT_COMMANDS_HELP_H_
#define CAIRN_CLIENT_COMMANDS_HELP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cairn::client {

class Context;

// All commands of `cairn`, with their help. Parsing one of them sets `context.command`.
void AddAllCommands(CLI::App& app, Context& context);

// The command line without the program's name, where "help" stands first turned round: the words
// after it name a command. UsageError: there is no such command.
absl::StatusOr<std::vector<std::string>> TurnHelpRound(const CLI::App& app,
                                                       std::vector<std::string> arguments);

// The examples of a command ("package build"), as they are typed after "cairn "; none for a group.
std::vector<std::string> ExamplesOf(const std::string& command);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_HELP_H_
