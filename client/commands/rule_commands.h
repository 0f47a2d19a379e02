// assess rules: what parties read before they agree on a rule set.
#ifndef CAIRN_CLIENT_COMMANDS_RULE_COMMANDS_H_
#define CAIRN_CLIENT_COMMANDS_RULE_COMMANDS_H_

namespace CLI {
class App;
}  // namespace CLI

namespace cairn::client {

class Context;

// Hangs `rules` with list, show, diff, lint and copy into `group`.
void AddRuleCommands(CLI::App& group, Context& context);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_RULE_COMMANDS_H_
