// The command-line options that the programs of this folder share. For their main files alone:
// CLI11 is slow to compile.
#ifndef CAIRN_BROKER_FLAGS_H_
#define CAIRN_BROKER_FLAGS_H_

#include <CLI/CLI.hpp>
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
           setting.help + "\n[" + setting.environment + "]")
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
