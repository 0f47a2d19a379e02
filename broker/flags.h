// The command-line options that the programs of this folder share. For their main files alone:
// CLI11 is slow to compile.
#ifndef CAIRN_BROKER_FLAGS_H_
#define CAIRN_BROKER_FLAGS_H_

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "broker/command_line.h"
#include "broker/settings.h"
#include "keys/key_file.h"

namespace cairn::broker {

// Options that every subcommand takes. `flags` and `given` must outlive the parse.
inline void AddCommon(CLI::App& app, CommonFlags& flags) {
  app.add_option("--config", flags.config_path, "Configuration file (TOML)")
      ->capture_default_str()
      ->each([&flags](const std::string&) { flags.config_given = true; });
  app.add_option("--passphrase-file", flags.passphrase_file,
                 "File (mode 0600) with the passphrase of the keys");
  app.add_option("--passphrase-fd", flags.passphrase_fd, "Descriptor to read the passphrase from");
  app.add_option_function<std::string>(
         "--output", [&flags](const std::string& form) { flags.json = form == "json"; },
         "text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

// The end of every help of a program: its examples, and what it exits with.
inline std::string HelpEnd(const std::string& examples) {
  return "Examples:\n" + examples +
         "\nEnvironment: each setting in the square brackets behind it; an option overrides it, it "
         "overrides the file.\n"
         "Exit codes: 0 done or holds, 1 does not hold, 2 usage, 3 could not be checked or done.";
}

// The command line without the program's name, for CLI11: last word first, and "help COMMAND"
// turned round into "COMMAND --help".
inline std::vector<std::string> ArgumentsOf(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments[0] == "help") {
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

// What a parse error, or asking for help, exits with. `help COMMAND` of none is wrong use.
inline int ExitOfParse(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto is_meant = [argv](const CLI::App* sub) { return sub->check_name(argv[2]); };
  if (argc > 2 && std::string(argv[1]) == "help" && app.get_subcommands(is_meant).empty()) {
    std::cerr << app.get_name() << ": there is no command '" << argv[2]
              << "'; those that there are: " << app.get_name() << " help" << std::endl;
    return kExitUsage;
  }
  return app.exit(error) == 0 ? kExitDone : kExitUsage;
}

// One option for each setting; they override the environment and the file.
inline void AddSettings(CLI::App& app, CommonFlags& flags,
                        const std::vector<SettingInfo>& settings) {
  for (const SettingInfo& setting : settings) {
    // The passphrase file has its plain name on the command line.
    if (setting.name == "keys.passphrase_file") continue;
    const std::string name = setting.name;
    app.add_option_function<std::string>(
           setting.option,
           [&flags, name](const std::string& value) { flags.settings[name] = value; },
           setting.help + "\n[default " + setting.value + "; " + setting.environment + "]")
        ->group("Settings");
  }
}

inline keys::PassphraseCost CostOf(const std::string& name) {
  if (name == "interactive") return keys::kInteractiveCost;
  if (name == "sensitive") return keys::kSensitiveCost;
  if (name == "insecure-minimum") return keys::kMinimumCost;
  return keys::kModerateCost;
}

// `cost` must outlive the parse; CostOf takes it.
inline void AddKeyCost(CLI::App& app, std::string& cost) {
  app.add_option("--key-cost", cost,
                 "What trying a passphrase costs: interactive, moderate, sensitive, or "
                 "insecure-minimum (tests only)")
      ->check(CLI::IsMember({"interactive", "moderate", "sensitive", "insecure-minimum"}))
      ->capture_default_str();
}

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_FLAGS_H_
