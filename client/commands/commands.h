// The commands, a family a file. Each Add… hangs its subcommands into `app`; parsing one of them
// sets `context.command`, which main runs. Command lines are parsed here and nowhere else.
#ifndef CAIRN_CLIENT_COMMANDS_COMMANDS_H_
#define CAIRN_CLIENT_COMMANDS_COMMANDS_H_

namespace CLI {
class App;
}  // namespace CLI

namespace cairn::client {

class Context;

void AddKeyCommands(CLI::App& app, Context& context);        // init, key
void AddPartyCommands(CLI::App& app, Context& context);      // party
void AddStatementCommands(CLI::App& app, Context& context);  // statement
void AddLogCommands(CLI::App& app, Context& context);        // log, audit
void AddHandoverCommands(CLI::App& app, Context& context);   // handover, holding
void AddPackageCommands(CLI::App& app, Context& context);    // package
void AddReceiptCommands(CLI::App& app, Context& context);    // receipt
void AddAssessCommands(CLI::App& app, Context& context);     // assess
void AddRequestCommands(CLI::App& app, Context& context);    // request
void AddClaimCommands(CLI::App& app, Context& context);      // claim
void AddFindingCommands(CLI::App& app, Context& context);    // finding, reply
void AddLocatingCommands(CLI::App& app, Context& context);   // locate, propose
void AddIncidentCommands(CLI::App& app, Context& context);   // incident
// contest, rule, supersede, withdraw, statement annex. REQUIRES: AddStatementCommands came before.
void AddDisputeCommands(CLI::App& app, Context& context);
void AddDossierCommands(CLI::App& app, Context& context);  // dossier
void AddVerifyCommand(CLI::App& app, Context& context);    // verify

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_COMMANDS_H_
