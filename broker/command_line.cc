#include "broker/command_line.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "keys/passphrase.h"

namespace cairn::broker {

absl::Status ResolveSettings(const CommonFlags& flags, const SettingTable& table) {
  if (flags.config_given || std::filesystem::exists(flags.config_path)) {
    if (absl::Status loaded = table.LoadFile(flags.config_path); !loaded.ok()) return loaded;
  }
  const auto get = [](const char* name) -> const char* { return std::getenv(name); };
  if (absl::Status loaded = table.LoadEnvironment(get); !loaded.ok()) return loaded;
  std::error_code error;
  const std::string base = std::filesystem::current_path(error).string();
  for (const auto& [name, value] : flags.settings) {
    if (absl::Status set = table.Set(name, value, base); !set.ok()) return set;
  }
  return absl::OkStatus();
}

absl::StatusOr<keys::SecretBytes> ReadPassphrase(const CommonFlags& flags,
                                                 const std::string& configured,
                                                 absl::string_view prompt, bool is_new) {
  absl::StatusOr<keys::SecretBytes> read;
  if (!flags.passphrase_file.empty()) {
    read = keys::ReadPassphraseFile(flags.passphrase_file);
  } else if (flags.passphrase_fd.has_value()) {
    read = keys::ReadPassphraseFd(*flags.passphrase_fd);
  } else if (!configured.empty()) {
    read = keys::ReadPassphraseFile(configured);
  } else {
    read = keys::PromptPassphrase(prompt, is_new);
    if (absl::IsFailedPrecondition(read.status())) {
      return absl::FailedPreconditionError(
          "no terminal to ask for the passphrase: give --passphrase-file or --passphrase-fd, or "
          "set keys.passphrase_file");
    }
  }
  if (!read.ok() || !is_new) return read;
  if (absl::Status fit = keys::CheckNewPassphrase(*read); !fit.ok()) return fit;
  return read;
}

void PrintAnswer(const CommonFlags& flags, const nlohmann::ordered_json& json,
                 const std::string& text) {
  std::cout << (flags.json ? json.dump(2) + "\n" : text) << std::flush;
}

int ReportError(const CommonFlags& flags, const absl::Status& status) {
  const int code = absl::IsInvalidArgument(status) ? kExitUsage : kExitNotDone;
  if (flags.json) {
    const nlohmann::ordered_json line = {{"error",
                                          {{"code", absl::StatusCodeToString(status.code())},
                                           {"message", std::string(status.message())},
                                           {"exit", code}}}};
    std::cerr << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << std::endl;
  } else {
    std::cerr << flags.program << ": " << std::string(status.message()) << std::endl;
  }
  return code;
}

sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

}  // namespace cairn::broker
