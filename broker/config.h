// The configuration of a broker: one table of settings, each of which the command line, the
// environment and a TOML file can set. The command line overrides the environment, the environment
// overrides the file, the file overrides the defaults.
// How settings are named in each: broker/settings.h. Passphrases are no settings: they come from a
// file, a descriptor or the terminal.
#ifndef CAIRN_BROKER_CONFIG_H_
#define CAIRN_BROKER_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/settings.h"

namespace cairn::broker {

// Paths in a file are relative to the folder that the file is in; elsewhere, to the working
// directory. Once loaded they are absolute, or empty where that means "none".
struct Config {
  // [broker]
  std::string origin;         // Of the log: the name in its key and in every checkpoint.
  std::string data = "data";  // Folder: db/ (RocksDB), anchor, content/.
  std::string operator_party = "operator";  // Handle of the party that operates the log.

  // [keys]: files made by `cairn-broker init`.
  std::string log_key = "keys/log.key";
  std::string operator_key = "keys/operator.key";
  std::string sealing_key = "keys/operator-sealing.key";
  std::string passphrase_file;  // Of all three; empty: a descriptor or the terminal.

  // [grpc]
  std::string grpc_listen = "127.0.0.1:7443";
  std::string tls_certificate;  // PEM chain, server's first; empty: no TLS, loopback only.
  std::string tls_key;
  std::uint64_t max_streams = 256;  // Calls at once on one connection.
  std::uint64_t memory_mib = 512;   // What gRPC may hold for all calls together.
  bool reflection = false;

  // [http]
  std::string http_listen = "127.0.0.1:7480";  // Empty: no HTTP listener.
  std::string http_url;                        // How others reach it; empty: http://<listen>.
  std::uint64_t http_threads = 32;

  // [log]
  std::uint64_t publish_ms = 1000;
  std::uint64_t witnessed_ms = 3'600'000;

  // [witnesses]
  std::string witness_policy;  // File; empty: no witnesses are asked.
  std::uint64_t witness_timeout_ms = 2000;

  // [limits]
  std::uint64_t verify_threads = 0;          // 0: as many as there are processors.
  std::uint64_t queued_statements = 16'384;  // Waiting to be verified; beyond it: busy.
  std::uint64_t package_bytes = std::uint64_t{64} * 1024 * 1024 * 1024;
  std::uint64_t open_uploads = 16;  // Unfinished, of one party.
  std::uint64_t open_upload_bytes = std::uint64_t{256} * 1024 * 1024 * 1024;
  std::uint64_t upload_expiry_hours = 72;
  std::uint64_t free_disk_mib = 256;  // Uploads leave at least this much free.

  // [assessment]: takes effect in handovers whose charter names the operator's party.
  bool assess = true;
  std::string rule_sets = "rules";  // Folder of the agreed files (broker/agreed_files.h).
  std::uint64_t assess_seconds = 600;
  std::uint64_t assess_memory_mib = 2048;

  // [logging]
  std::string log_level = "info";  // debug, info, warning, error.
};

// The table of settings, in the order in which the file has them. `config` must outlive it.
SettingTable BindSettings(Config& config);
std::vector<SettingInfo> Settings();

// Sets one setting from text; `base` is the folder that a relative path starts from.
// kInvalidArgument, naming the setting: no such setting; not a number in its range; not true or
// false.
absl::Status SetSetting(Config& config, absl::string_view name, absl::string_view value,
                        const std::string& base);

// Reads a TOML file into `config`. kNotFound; kInvalidArgument names file, line and what is wrong:
// not TOML, a setting that does not exist, a value of another type, larger than kMaxConfigBytes.
absl::Status LoadConfigFile(const std::string& path, Config& config);

// What the environment sets. `get` is std::getenv, or a test's own.
absl::Status LoadEnvironment(const char* (*get)(const char* name), Config& config);

// Whether a log can be named so: a host name and perhaps a path, such as
// "log.example.org/handover", without scheme, port or spaces. kInvalidArgument says what is wrong.
// Stricter than what a checkpoint may hold: the fold takes logs that were named before.
absl::Status CheckLogName(absl::string_view origin);

// Whether the settings fit together. kInvalidArgument names the setting and the remedy; among the
// rest: no origin, one that is no log's name, an address that is none, TLS half given, a listener
// beyond loopback without TLS.
absl::Status CheckConfig(const Config& config);

// The documented file that gives `config`: each setting with its help, commented out where it is
// the default's. Paths are written as they stand in `config`.
std::string FormatConfig(const Config& config);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CONFIG_H_
