// cairn-witness: reads flags, and hands over to the subcommand.
#include <iostream>
#include <string>

#include "broker/flags.h"
#include "broker/version.h"
#include "broker/witness_commands.h"
#include "broker/witness_config.h"
#include "keys/secret.h"

namespace {

namespace broker = cairn::broker;

void AddWitnessSettings(CLI::App& app, broker::CommonFlags& flags) {
  broker::WitnessConfig unused;
  broker::AddSettings(app, flags, broker::BindSettings(unused).Infos());
}

CLI::App* AddInit(CLI::App& app, broker::CommonFlags& common, broker::WitnessInitRequest& request,
                  std::string& cost) {
  CLI::App* const init = app.add_subcommand("init", "Make the key and the configuration");
  broker::AddCommon(*init, common);
  init->add_option("--name", request.name,
                   "Name of the witness for ever: a host and path without scheme")
      ->required();
  init->add_option("--data", request.data,
                   "Folder of the database, from the configuration's folder")
      ->capture_default_str();
  init->add_option("--keys", request.keys, "Folder of the key, from the configuration's folder")
      ->capture_default_str();
  init->add_option("--http-listen", request.http_listen, "Address and port of HTTP");
  broker::AddKeyCost(*init, cost);
  return init;
}

}  // namespace

int main(int argc, char** argv) {
  if (const absl::Status status = cairn::keys::DisableCoreDumps(); !status.ok()) {
    std::cerr << "cairn-witness: " << std::string(status.message()) << std::endl;
    return broker::kExitNotDone;
  }
  CLI::App app("Cosigns the checkpoints of logs that only ever grow", "cairn-witness");
  app.set_version_flag("--version", "cairn-witness " + std::string(broker::kProgramVersion));
  app.require_subcommand(0, 1);
  broker::CommonFlags common;
  common.program = "cairn-witness";
  common.config_path = "witness.toml";
  broker::AddCommon(app, common);
  AddWitnessSettings(app, common);
  broker::WitnessInitRequest request;
  std::string cost = "moderate";
  CLI::App* const init = AddInit(app, common, request, cost);
  std::string origin;
  CLI::App* const disputed = app.add_subcommand(
      "disputed", "Print what a log has signed and this witness has refused as another history");
  broker::AddCommon(*disputed, common);
  AddWitnessSettings(*disputed, common);
  disputed->add_option("ORIGIN", origin, "Origin of the log")->required();
  app.footer(broker::HelpEnd(
      "  cairn-witness                             run with ./witness.toml until told to stop\n"
      "  cairn-witness --config /srv/witness/witness.toml\n"));
  init->footer(broker::HelpEnd("  cairn-witness init --name witness.example.org/w1\n"));
  disputed->footer(broker::HelpEnd("  cairn-witness disputed log.example.org/handover\n") +
                   " disputed: 1 if the log has signed another history.");
  try {
    app.parse(broker::ArgumentsOf(argc, argv));
  } catch (const CLI::ParseError& error) {
    return broker::ExitOfParse(app, error, argc, argv);
  }
  if (init->parsed()) {
    request.cost = broker::CostOf(cost);
    return broker::RunWitnessInit(common, request);
  }
  if (disputed->parsed()) return broker::RunWitnessDisputed(common, origin);
  return broker::RunWitness(common);
}
