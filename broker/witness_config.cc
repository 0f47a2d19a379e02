#include "broker/witness_config.h"

#include "absl/strings/str_cat.h"
#include "keys/vkey.h"

namespace cairn::broker {

SettingTable BindSettings(WitnessConfig& config) {
  return {
      "CAIRN_WITNESS",
      {
          {"witness.name", &config.name,
           "Name of the witness, in its key and in every line that it signs: a host name and a\n"
           "path that nobody else uses, without scheme: \"witness.example.org/w1\"."},
          {"witness.data", &config.data,
           "Folder of the database. One witness at a time. Never put back an older copy of it:\n"
           "a witness that has forgotten would cosign a second history.",
           true},
          {"witness.logs", &config.logs,
           "The logs that are served, in the form \"logs/v0\": a verifier key each. Read at the\n"
           "start.",
           true},
          {"keys.witness", &config.key, "Key file that cosigns. It serves this role alone.", true},
          {"keys.passphrase_file", &config.passphrase_file,
           "File (mode 0600) with the passphrase of the key. Empty: --passphrase-fd, else asked "
           "for\n"
           "on the terminal.",
           true},
          {"http.listen", &config.http_listen,
           "Address and port of /add-checkpoint, of /<origin hash>/checkpoint, /healthz and\n"
           "/metrics. Put a web server in front of it for TLS."},
          {"http.threads", &config.http_threads,
           "HTTP connections served at once; one that falls silent holds its thread for ten\n"
           "seconds.",
           false, 1, 1024},
          {"logging.level", &config.log_level,
           "debug, info, warning or error. Logs are JSON lines on standard error."},
      }};
}

absl::Status CheckConfig(const WitnessConfig& config) {
  if (config.name.empty()) {
    return SettingError("witness.name", "not set; `cairn-witness init` makes a configuration");
  }
  if (absl::Status name = keys::CheckKeyName(config.name); !name.ok()) {
    return SettingStatus("witness.name", name);
  }
  if (config.data.empty()) return SettingError("witness.data", "not set");
  if (config.http_listen.empty()) return SettingError("http.listen", "not set");
  if (const absl::Status listen = CheckListen(config.http_listen, false); !listen.ok()) {
    return SettingError("http.listen", listen.message());
  }
  return CheckLogLevel(config.log_level);
}

std::string FormatConfig(const WitnessConfig& config) {
  WitnessConfig written = config;
  WitnessConfig defaults;
  return absl::StrCat(
      "# Configuration of cairn-witness. What is commented out is the default. Relative paths "
      "start\n"
      "# from the folder of this file. The environment (CAIRN_WITNESS_HTTP_LISTEN for "
      "http.listen)\n"
      "# overrides this file, the command line (--http-listen) overrides both.\n",
      BindSettings(written).Format(BindSettings(defaults)));
}

}  // namespace cairn::broker
