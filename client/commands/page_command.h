// assess page, assess gaps, assess sheets: a report as people read it.
#ifndef CAIRN_CLIENT_COMMANDS_PAGE_COMMAND_H_
#define CAIRN_CLIENT_COMMANDS_PAGE_COMMAND_H_

namespace CLI {
class App;
}  // namespace CLI

namespace cairn::client {

class Context;

// Hangs `page`, `gaps` and `sheets` into `group`.
void AddPageCommands(CLI::App& group, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_PAGE_COMMAND_H_
