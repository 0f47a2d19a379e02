// The configuration of cairn-witness. How settings are named in file, environment
// (CAIRN_WITNESS_...) and on the command line: broker/settings.h.
#ifndef CAIRN_BROKER_WITNESS_CONFIG_H_
#define CAIRN_BROKER_WITNESS_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "broker/settings.h"

namespace cairn::broker {

struct WitnessConfig {
  // [witness]
  std::string name;                // In its key and in every line that it signs.
  std::string data = "data";       // Folder: db/ (RocksDB).
  std::string logs = "logs.list";  // audit/witness/log_list.h

  // [keys]
  std::string key = "keys/witness.key";
  std::string passphrase_file;

  // [http]
  std::string http_listen = "127.0.0.1:7490";
  std::uint64_t http_threads = 32;

  // [logging]
  std::string log_level = "info";
};

SettingTable BindSettings(WitnessConfig& config);

// kInvalidArgument names the setting and the remedy.
absl::Status CheckConfig(const WitnessConfig& config);

// The documented file that gives `config`.
std::string FormatConfig(const WitnessConfig& config);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_WITNESS_CONFIG_H_
