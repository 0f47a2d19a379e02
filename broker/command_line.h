// What the commands of this folder's programs share: flags, passphrases, answers and errors.
#ifndef CAIRN_BROKER_COMMAND_LINE_H_
#define CAIRN_BROKER_COMMAND_LINE_H_

#include <signal.h>

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/settings.h"
#include "keys/secret.h"

namespace cairn::broker {

// Exit codes of all programs.
inline constexpr int kExitDone = 0;
inline constexpr int kExitDoesNotHold = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotDone = 3;

// What all subcommands share.
struct CommonFlags {
  std::string program;      // As errors name it.
  std::string config_path;  // The default's, unless given.
  bool config_given = false;
  std::map<std::string, std::string> settings;  // By name, from the command line.
  std::string passphrase_file;
  std::optional<int> passphrase_fd;
  bool json = false;
};

// Fills what `table` is bound to: flags over environment over file. Errors of the table's.
absl::Status ResolveSettings(const CommonFlags& flags, const SettingTable& table);

// From the flag's file, its descriptor, `configured` (a file; may be empty), or the terminal, in
// this order. With `is_new` it is to protect a new key (keys::CheckNewPassphrase).
absl::StatusOr<keys::SecretBytes> ReadPassphrase(const CommonFlags& flags,
                                                 const std::string& configured,
                                                 absl::string_view prompt, bool is_new);

// The answer on standard output, as JSON if asked for.
void PrintAnswer(const CommonFlags& flags, const nlohmann::ordered_json& json,
                 const std::string& text);

// One line on standard error (JSON if asked for), and the exit code that the error asks for.
int ReportError(const CommonFlags& flags, const absl::Status& status);

// The signals that end a program are taken by this thread alone, with sigwait: to be called before
// any other thread starts. A caller that hangs up is from now on an error of one write.
sigset_t BlockStopSignals();

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_COMMAND_LINE_H_
