// The subcommands of cairn-broker, after their flags were read. Each writes data to standard
// output, talk to standard error, and returns the exit code (broker/command_line.h).
#ifndef CAIRN_BROKER_COMMANDS_H_
#define CAIRN_BROKER_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/command_line.h"
#include "broker/config.h"
#include "broker/setup.h"
#include "keys/secret.h"

namespace cairn::broker {

// Flags over environment over file.
absl::StatusOr<Config> ResolveConfig(const CommonFlags& flags);

// From the file, the descriptor, the configuration's file, or the terminal, in this order.
absl::StatusOr<keys::SecretBytes> ReadPassphrase(const CommonFlags& flags, const Config& config,
                                                 bool confirm);

int RunBroker(const CommonFlags& flags);
int RunInit(const CommonFlags& flags, InitRequest request);
int RunGenesis(const CommonFlags& flags, GenesisRequest request);
// With `log_only` the content (packages, persons' files, annexes) is left out, and the answer says
// so.
int RunFsck(const CommonFlags& flags, bool log_only);
int RunCertificate(const CommonFlags& flags, const std::vector<std::string>& names, int days,
                   const std::string& certificate_path, const std::string& key_path);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_COMMANDS_H_
