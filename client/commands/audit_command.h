// `cairn audit`, which log_commands.cc hangs into the program.
#ifndef CAIRN_CLIENT_COMMANDS_AUDIT_COMMAND_H_
#define CAIRN_CLIENT_COMMANDS_AUDIT_COMMAND_H_

namespace CLI {
class App;
}  // namespace CLI

namespace cairn::client {

class Context;

void AddAuditCommand(CLI::App& app, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_AUDIT_COMMAND_H_
