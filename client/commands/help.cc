#include "client/commands/help.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/context.h"

namespace cairn::client {
namespace {

constexpr char kEnvironment[] =
    "Environment (an option overrides it, it overrides the profile):\n"
    "  CAIRN_HOME             folder of the profile, keys and receipts (--home)\n"
    "  CAIRN_BROKER           the broker as HOST:PORT (--broker)\n"
    "  CAIRN_PASSPHRASE_FILE  file with the passphrase of the key files (--passphrase-file)\n"
    "  CAIRN_HANDOVER         the handover that is meant (--handover)\n";
constexpr char kExitCodes[] =
    "Exit codes: 0 done or holds, 1 does not hold, 2 usage, 3 could not be checked or done.";

struct CommandExample {
  const char* command;
  const char* words;  // After the command.
};

// One or two a command, in the order of `cairn --help`. Each is parsed by a test.
constexpr CommandExample kExamples[] = {
    {"init", "--party holding-party --name 'Holding party'"},
    {"key list", ""},
    {"key new", "desk-2"},
    {"key new", "sealing-2 --type sealing"},
    {"key add", "desk-2 --role all-acts"},
    {"key revoke",
     "4f1c09be27d83a5566b0c1d2e3f405162738495a6b7c8d9e0f102132435465aa --reason lost"},
    {"party entry", "holding-party.entry --origin exercise.example.org/h-2021"},
    {"party enrol", "holding-party.entry"},
    {"party list", ""},
    {"party show", "holding-party"},
    {"statement endorse", "4f1c09be27d83a5566b0c1d2e3f405162738495a6b7c8d9e0f102132435465aa"},
    {"statement show", "receipts/5.entry"},
    {"statement import", "carried.statement"},
    {"statement annex", "4f1c09be --out report.txt"},
    {"log trust", "--vkey \"$(cat log.vkey)\" --broker 127.0.0.1:7443 --url http://127.0.0.1:7480"},
    {"log info", ""},
    {"log checkpoint", "--output json"},
    {"log sync", ""},
    {"log show", "17"},
    {"log mirror", "/srv/www/log --every 5m"},
    {"log watch", "--party holding-party"},
    {"log evidence", "one.note other.note --out conviction.evidence"},
    {"log evidence", "17.tlog-proof --out conviction.evidence"},
    {"log lodge", "4f1c09be.signed --out 4f1c09be.lodging"},
    {"log publish", "conviction.evidence"},
    {"log published", ""},
    {"log freeze", "--reason end"},
    {"log succeed",
     "--vkey \"$(cat log-2.vkey)\" --genesis \"$(cat genesis-2)\" --url http://127.0.0.1:7480"},
    {"log relodge", "old/17.tlog-proof"},
    {"audit", "--policy policy"},
    {"audit", "--mirror copy-of-the-log --policy policy"},
    {"handover open", "--charter charter.toml"},
    {"handover accept", "H-2021"},
    {"handover show", ""},
    {"handover show", "H-2021 --output json"},
    {"handover close", "H-2021"},
    {"handover list", ""},
    {"holding declare", "--file holding.csv --handover H-2021"},
    {"package build",
     "--first papers/first --second papers/second --rules rules/apii_1996.textproto --out s1"},
    {"package build",
     "--kind supplement --first papers/sup1 --rules apii_1996.textproto --out sup1"},
    {"package check", "papers/first --rules rules/apii_1996.textproto --gaps gaps.csv"},
    {"package inspect", "s1/package.age"},
    {"package submit", "s1 --last"},
    {"package submit", "s1 --export for-the-carrier"},
    {"package carry", "for-the-carrier"},
    {"package transmit", "--took-over 5d2e91b0"},
    {"package transmit", "--passed-on 5d2e91b0"},
    {"package fetch", "5d2e91b0"},
    {"package fetch", "--all"},
    {"package open", "5d2e91b0 --out opened"},
    {"receipt custody", "5d2e91b0"},
    {"receipt opened", "5d2e91b0"},
    {"receipt accept", "5d2e91b0"},
    {"receipt reserve", "5d2e91b0 --reason incomplete"},
    {"receipt reject", "5d2e91b0 --reason unreadable --text reasons.txt"},
    {"receipt fetch", "17"},
    {"receipt fetch", "--all --own --witnessed"},
    {"receipt show", "receipts/17.tlog-proof"},
    {"assess run", "--rules rules/apii_1996.textproto --report ours.report"},
    {"assess run", "--at 120 --log"},
    {"assess show", "ours.report --gaps gaps.csv"},
    {"assess page", "ours.report --out report.html --language en"},
    {"assess gaps", "ours.report --out gaps.html"},
    {"assess sheets", "ours.report --row aghdam-001 --out sheet.html"},
    {"assess compare", "ours.report theirs.report"},
    {"assess rules list", ""},
    {"assess rules show", "apii_1996"},
    {"assess rules diff", "pii_1980 apii_1996"},
    {"assess rules lint", "ours/apii_1996.textproto"},
    {"assess rules copy", "ours"},
    {"request make", "--to holding-party --area aghdam --due 30d"},
    {"request make", "--to holding-party --kind gaps --list gaps.csv --due 2026-12-31"},
    {"request answer",
     "4f1c09be --item do-not-have:3 --item withheld:2:fuzuli:security:2031-12-31"},
    {"request list", ""},
    {"claim make",
     "--speaker 'Ministry' --said 2021-08-09 --subject mines-delivered --precision about "
     "--value 200000 --source letter.txt"},
    {"claim list", ""},
    {"finding make",
     "--report ours.report --row aghdam-001 --kind confirms --first 2021-09-01 --text survey.txt"},
    {"finding list", ""},
    {"reply", "4f1c09be --kind contests --text reasons.txt"},
    {"locate", "--report ours.report --row aghdam-001 --text landmark.txt"},
    {"propose", "--kind axes-swapped --report ours.report --row aghdam-001 --text grounds.txt"},
    {"incident place", "--list incidents.csv"},
    {"incident make", "--list incidents.csv"},
    {"incident list", "--details"},
    {"contest", "4f1c09be --reason wrong-record --text reasons.txt"},
    {"rule", "4f1c09be --ruling upheld --text reasons.txt"},
    {"supersede", "4f1c09be --by 5d2e91b0"},
    {"withdraw", "4f1c09be"},
    {"dossier export", "H-2021 --out h-2021.dossier"},
    {"verify", "receipts/17.tlog-proof --policy policy"},
    {"verify", "s1/package.age ours.report --policy policy"},
};

// `command`: the names that lead to `app`, with spaces.
void AddHelp(CLI::App& app, const std::string& command) {
  std::string footer = app.get_footer();
  if (!footer.empty()) footer += "\n\n";
  const std::vector<std::string> examples = ExamplesOf(command);
  if (!examples.empty()) footer += "Examples:\n";
  for (const std::string& example : examples) absl::StrAppend(&footer, "  cairn ", example, "\n");
  absl::StrAppend(&footer, examples.empty() ? "" : "\n", kEnvironment, kExitCodes);
  app.footer(footer);
  for (CLI::App* sub : app.get_subcommands({})) {
    AddHelp(*sub, command.empty() ? sub->get_name() : absl::StrCat(command, " ", sub->get_name()));
  }
}

}  // namespace

void AddAllCommands(CLI::App& app, Context& context) {
  AddKeyCommands(app, context);
  AddPartyCommands(app, context);
  AddStatementCommands(app, context);
  AddLogCommands(app, context);
  AddHandoverCommands(app, context);
  AddPackageCommands(app, context);
  AddReceiptCommands(app, context);
  AddAssessCommands(app, context);
  AddRequestCommands(app, context);
  AddClaimCommands(app, context);
  AddFindingCommands(app, context);
  AddLocatingCommands(app, context);
  AddIncidentCommands(app, context);
  AddDisputeCommands(app, context);
  AddDossierCommands(app, context);
  AddVerifyCommand(app, context);
  AddHelp(app, "");
}

absl::StatusOr<std::vector<std::string>> TurnHelpRound(const CLI::App& app,
                                                       std::vector<std::string> arguments) {
  if (arguments.empty() || arguments[0] != "help") return arguments;
  arguments.erase(arguments.begin());
  const CLI::App* at = &app;
  for (const std::string& word : arguments) {
    const auto found =
        at->get_subcommands([&word](const CLI::App* sub) { return sub->check_name(word); });
    if (found.empty()) {
      return UsageError(absl::StrCat("there is no command '", word, "'",
                                     at == &app ? "" : absl::StrCat(" of ", at->get_name()),
                                     "; those that there are: cairn help",
                                     at == &app ? "" : absl::StrCat(" ", at->get_name())));
    }
    at = found.front();
  }
  arguments.emplace_back("--help");
  return arguments;
}

std::vector<std::string> ExamplesOf(const std::string& command) {
  std::vector<std::string> examples;
  for (const CommandExample& one : kExamples) {
    if (command != one.command) continue;
    examples.push_back(*one.words == '\0' ? command : absl::StrCat(command, " ", one.words));
  }
  return examples;
}

}  // namespace cairn::client
