// The subcommands of cairn-broker, after their flags were read. Each writes data to standard
// output, talk to standard error, and returns the exit code: 0 done (or holds), 1 does not hold,
// 2 usage, 3 could not be done.
#ifndef CAIRN_BROKER_COMMANDS_H_
#define CAIRN_BROKER_COMMANDS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/config.h"
#include "broker/setup.h"
#include "keys/secret.h"

namespace cairn::broker {

inline constexpr int kExitDone = 0;
inline constexpr int kExitDoesNotHold = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotDone = 3;

// What all subcommands share.
struct CommonFlags {
  std::string config_path = "broker.toml";
  bool config_given = false;
  std::map<std::string, std::string> settings;  // By name, from the command line.
  std::string passphrase_file;
  std::optional<int> passphrase_fd;
  bool json = false;
};

// Flags over environment over file.
absl::StatusOr<Config> ResolveConfig(const CommonFlags& flags);

// From the file, the descriptor, the configuration's file, or the terminal, in this order.
absl::StatusOr<keys::SecretBytes> ReadPassphrase(const CommonFlags& flags, const Config& config,
                                                 bool confirm);

// One line on standard error (JSON if asked for), and the exit code that the error asks for.
int ReportError(const CommonFlags& flags, const absl::Status& status);

int RunBroker(const CommonFlags& flags);
int RunInit(const CommonFlags& flags, InitRequest request);
int RunGenesis(const CommonFlags& flags, GenesisRequest request);
int RunFsck(const CommonFlags& flags);
int RunCertificate(const CommonFlags& flags, const std::vector<std::string>& names, int days,
                   const std::string& certificate_path, const std::string& key_path);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_COMMANDS_H_
