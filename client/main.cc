// cairn: everything that a person does.
#include <grpc/support/log.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "client/commands/help.h"
#include "client/context.h"
#include "keys/secret.h"

namespace {

using cairn::client::Context;
using cairn::client::ExitCode;

constexpr char kFooter[] =
    "`cairn help COMMAND` and `cairn COMMAND --help` explain a command, with examples.\n"
    "Secrets come from a prompt, a file or a descriptor, never from the command line.";

void AddGlobalOptions(CLI::App& app, Context& context, std::string& output, bool& quiet) {
  app.add_option("--home", context.options.home,
                 "Folder of this party's profile, keys and receipts")
      ->envname("CAIRN_HOME");
  app.add_option("--broker", context.options.broker, "Broker as HOST:PORT; overrides the profile");
  app.add_option("--key", context.options.signing_key, "Name of the key file that signs")
      ->capture_default_str();
  app.add_option("--passphrase-file", context.options.passphrase_file,
                 "File with the passphrase of the key files (mode 0600)");
  app.add_option("--passphrase-fd", context.options.passphrase_fd,
                 "Open descriptor to read the passphrase from");
  app.add_option("--output", output, "text or json")->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--yes", context.options.yes, "Answer confirmations with yes");
  app.add_flag("--no-input", context.options.no_input, "Never prompt");
  app.add_flag("--quiet", quiet, "No talk on standard error");
}

// gRPC writes its own lines about what the calls' errors say already, unless GRPC_VERBOSITY asks.
void QuietGrpc() {
  if (std::getenv("GRPC_VERBOSITY") == nullptr) gpr_set_log_function([](gpr_log_func_args*) {});
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  QuietGrpc();
  Context context;
  if (const absl::Status hidden = cairn::keys::DisableCoreDumps(); !hidden.ok()) {
    return static_cast<int>(context.console.Finish(hidden));
  }
  CLI::App app{"Cairn hands minefield records over so that nobody has to believe anybody."};
  app.name("cairn");
  app.footer(kFooter);
  app.set_version_flag("--version", "cairn 0.1.0");
  app.require_subcommand(1);
  app.fallthrough();
  std::string output = "text";
  bool quiet = false;
  AddGlobalOptions(app, context, output, quiet);
  cairn::client::AddAllCommands(app, context);
  auto arguments = cairn::client::TurnHelpRound(app, {argv + 1, argv + argc});
  if (!arguments.ok()) return static_cast<int>(context.console.Finish(arguments.status()));
  std::reverse(arguments->begin(), arguments->end());  // As CLI11 takes a list.
  try {
    app.parse(*std::move(arguments));
  } catch (const CLI::ParseError& error) {
    // CLI11 answers --help and --version this way too; everything else is a usage error.
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  context.console.set_json(output == "json");
  context.console.set_quiet(quiet);
  return static_cast<int>(context.console.Finish(context.command()));
}
