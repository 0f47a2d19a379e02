// What the package commands share: their arguments, and how one is hung into the command line.
#ifndef CAIRN_CLIENT_COMMANDS_PACKAGE_ARGUMENTS_H_
#define CAIRN_CLIENT_COMMANDS_PACKAGE_ARGUMENTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/context.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cairn::client {

struct PackageArguments {
  std::string handover;
  std::string kind = "original";
  std::string first, second, scans, rules, out;
  std::string received, channel;
  std::uint64_t pages = 0;
  std::string path;
  std::string require;
  std::string gaps, faults;
  bool last = false;
  bool more_follows = false;
  std::string exported;
  std::vector<std::string> took_over, passed_on;
  std::string act;
  std::string package;
  bool all = false;
  bool no_persons = false;
};

using PackageRun = absl::StatusOr<Answer> (*)(Context&, const PackageArguments&);

// A subcommand of `group` that runs `run`.
CLI::App* AddPackageCommand(CLI::App& group, Context& context,
                            const std::shared_ptr<PackageArguments>& arguments, const char* name,
                            const char* help, PackageRun run);

// submit, carry, transmit, fetch, open (package_delivery_commands.cc).
void AddPackageDelivery(CLI::App& group, Context& context,
                        const std::shared_ptr<PackageArguments>& arguments);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_PACKAGE_ARGUMENTS_H_
