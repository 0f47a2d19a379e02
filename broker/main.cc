// cairn-broker: reads flags, and hands over to the subcommand.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "broker/assess_worker.h"
#include "broker/commands.h"
#include "broker/flags.h"
#include "broker/version.h"
#include "keys/secret.h"

namespace {

using cairn::broker::AddCommon;
using cairn::broker::AddKeyCost;
using cairn::broker::CommonFlags;
using cairn::broker::CostOf;

void AddSettings(CLI::App& app, CommonFlags& flags) {
  cairn::broker::AddSettings(app, flags, cairn::broker::Settings());
}

struct InitFlags {
  cairn::broker::InitRequest request;
  std::string cost = "moderate";
};

CLI::App* AddInit(CLI::App& app, CommonFlags& common, InitFlags& flags) {
  CLI::App* const init = app.add_subcommand("init", "Make the keys and the configuration of a log");
  AddCommon(*init, common);
  cairn::broker::InitRequest& request = flags.request;
  init->add_option("--origin", request.origin,
                   "Name of the log for ever: a host and path without scheme")
      ->required();
  init->add_option("--data", request.data, "Folder of the log, from the configuration's folder")
      ->capture_default_str();
  init->add_option("--keys", request.keys, "Folder of the keys, from the configuration's folder")
      ->capture_default_str();
  init->add_option("--operator", request.operator_party, "Handle of the operator's party")
      ->capture_default_str();
  init->add_option("--operator-name", request.operator_name, "Name of the operator's organisation")
      ->required();
  init->add_option("--grpc-listen", request.grpc_listen,
                   "Address and port of gRPC [default 127.0.0.1:7443]");
  init->add_option("--http-listen", request.http_listen,
                   "Address and port of HTTP [default 127.0.0.1:7480]");
  init->add_option(
      "--log-witnessed-ms", request.witnessed_ms,
      "How often the time goes into the log; seconds suit an exercise [default 3600000]");
  AddKeyCost(*init, flags.cost);
  return init;
}

CLI::App* AddGenesis(CLI::App& app, CommonFlags& common, cairn::broker::GenesisRequest& request) {
  CLI::App* const genesis =
      app.add_subcommand("genesis", "Make leaf 0 from the registrars' entries; print its digest");
  AddCommon(*genesis, common);
  AddSettings(*genesis, common);
  genesis
      ->add_option("--registrar", request.registrar_entries,
                   "Entry of a registrar, as `cairn party entry` writes it; repeat for each")
      ->required();
  genesis->add_option("--threshold", request.threshold,
                      "How many registrars an act of theirs needs; default: all");
  genesis->add_option("--operator-entry", request.operator_entry,
                      "The operator's entry; default: operator.entry beside the configuration");
  genesis->add_option(
      "--progress-policy", request.progress_policy,
      "Policy file: the neutral witnesses, who give the log its time; default: none");
  genesis->add_option("--final-policy", request.final_policy,
                      "Policy file: the default of charters for what is final; default: none");
  genesis
      ->add_option("--predecessor", request.predecessor.folder,
                   "Go on from another log: a folder with its copy, as `cairn log mirror` makes it")
      ->needs(genesis->add_option("--predecessor-vkey", request.predecessor.vkey,
                                  "That log's verifier key"));
  genesis->add_option("--carry", request.predecessor.size,
                      "How many of its leaves are carried over; default: all of the copy");
  genesis
      ->add_option("--lost", request.predecessor.lost,
                   "Leaves behind these that are known to be lost, FIRST-LAST; admitted for ever")
      ->allow_extra_args(false);
  return genesis;
}

struct CertificateFlags {
  std::vector<std::string> names;
  int days = 365;
  std::string certificate = "tls.crt";
  std::string key = "tls.key";
};

CLI::App* AddCertificate(CLI::App& app, CommonFlags& common, CertificateFlags& flags) {
  CLI::App* const made =
      app.add_subcommand("certificate", "Make a self-signed TLS certificate for host names");
  AddCommon(*made, common);
  made->add_option("NAME", flags.names, "Host names and addresses")->required();
  made->add_option("--days", flags.days, "How long it is good")->capture_default_str();
  made->add_option("--certificate", flags.certificate, "File to write")->capture_default_str();
  made->add_option("--key", flags.key, "File to write")->capture_default_str();
  return made;
}

void AddExamples(CLI::App& app, CLI::App& init, CLI::App& genesis, CLI::App& fsck,
                 CLI::App& certificate) {
  using cairn::broker::HelpEnd;
  app.footer(
      HelpEnd("  cairn-broker                                  run with ./broker.toml until told "
              "to stop\n"
              "  cairn-broker --config /srv/log/broker.toml --logging-level warning\n"
              "  cairn-broker help init\n"));
  init.footer(
      HelpEnd("  cairn-broker init --origin log.example.org/handover --operator-name 'Example "
              "operator'\n"));
  genesis.footer(
      HelpEnd("  cairn-broker genesis --registrar a.entry --registrar b.entry --threshold 2\n"));
  fsck.footer(HelpEnd("  cairn-broker fsck --config /srv/log/broker.toml\n"
                      "  cairn-broker fsck --log-only --output json\n") +
              " fsck: 1 if there is any doubt.");
  certificate.footer(HelpEnd("  cairn-broker certificate log.example.org 192.0.2.7\n"));
}

}  // namespace

int main(int argc, char** argv) {
  // Debian builds Abseil with the search for deadlocks on, for whoever locks one of its mutexes:
  // all of gRPC. It is a help for debugging and costs every call a share of its time.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (const absl::Status status = cairn::keys::DisableCoreDumps(); !status.ok()) {
    std::cerr << "cairn-broker: " << std::string(status.message()) << std::endl;
    return cairn::broker::kExitNotDone;
  }
  CLI::App app("A broker of mine record handovers and its audit log", "cairn-broker");
  app.set_version_flag("--version", "cairn-broker " + std::string(cairn::broker::kProgramVersion));
  app.require_subcommand(0, 1);
  CommonFlags common;
  common.program = "cairn-broker";
  common.config_path = "broker.toml";
  AddCommon(app, common);
  AddSettings(app, common);
  InitFlags init_flags;
  CLI::App* const init = AddInit(app, common, init_flags);
  cairn::broker::GenesisRequest genesis_request;
  CLI::App* const genesis = AddGenesis(app, common, genesis_request);
  CLI::App* const fsck =
      app.add_subcommand("fsck", "Check every byte of the stopped log and of its content");
  AddCommon(*fsck, common);
  AddSettings(*fsck, common);
  bool log_only = false;
  fsck->add_flag("--log-only", log_only,
                 "Leave out the content: packages and annexes are not read and hashed again");
  CertificateFlags certificate_flags;
  CLI::App* const certificate = AddCertificate(app, common, certificate_flags);
  AddExamples(app, *init, *genesis, *fsck, *certificate);
  CLI::App* const worker = app.add_subcommand("assess-worker", "")->group("");
  try {
    app.parse(cairn::broker::ArgumentsOf(argc, argv));
  } catch (const CLI::ParseError& error) {
    return cairn::broker::ExitOfParse(app, error, argc, argv);
  }
  if (worker->parsed()) return cairn::broker::AssessWorkerMain();
  if (init->parsed()) {
    init_flags.request.cost = CostOf(init_flags.cost);
    return cairn::broker::RunInit(common, init_flags.request);
  }
  if (genesis->parsed()) return cairn::broker::RunGenesis(common, genesis_request);
  if (fsck->parsed()) return cairn::broker::RunFsck(common, log_only);
  if (certificate->parsed()) {
    return cairn::broker::RunCertificate(common, certificate_flags.names, certificate_flags.days,
                                         certificate_flags.certificate, certificate_flags.key);
  }
  return cairn::broker::RunBroker(common);
}
