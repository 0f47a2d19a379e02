// Settings of a program: a table of names, each bound to a member of its configuration, which a
// TOML file, the environment and the command line can set. Shared by the programs of this folder.
//
// A setting "grpc.listen" of a program with the prefix CAIRN_BROKER is `listen` in the table [grpc]
// of the file, CAIRN_BROKER_GRPC_LISTEN in the environment and --grpc-listen on the command line.
#ifndef CAIRN_BROKER_SETTINGS_H_
#define CAIRN_BROKER_SETTINGS_H_

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cairn::broker {

enum class SettingKind { kText, kPath, kNumber, kFlag };

// One row of a table, as command lines and documents need it.
struct SettingInfo {
  std::string name;         // "grpc.listen"
  std::string environment;  // "CAIRN_BROKER_GRPC_LISTEN"
  std::string option;       // "--grpc-listen"
  SettingKind kind;
  std::string help;   // One or two sentences.
  std::string value;  // That the table's object has now, as a file writes it.
};

// One row, bound to the configuration that it sets.
struct Setting {
  const char* name;
  std::variant<std::string*, std::uint64_t*, bool*> member;
  const char* help;
  bool is_path = false;
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max() / 2;

  SettingKind kind() const;
};

// A table bound to one configuration object, which must outlive it.
class SettingTable {
 public:
  // `program` is the prefix of the environment's names.
  SettingTable(const char* program, std::vector<Setting> settings)
      : program_(program), settings_(std::move(settings)) {}

  std::vector<SettingInfo> Infos() const;

  // Sets one setting from text; `base` is the folder that a relative path starts from.
  // kInvalidArgument, naming the setting: no such setting; not a number in its range; not true or
  // false.
  absl::Status Set(absl::string_view name, absl::string_view value, const std::string& base) const;

  // The value of a setting of kind kText or kPath; empty for others.
  std::string GetText(absl::string_view name) const;

  // Reads a TOML file. What it does not set is relative to its folder too. kNotFound;
  // kInvalidArgument names file, line and what is wrong: not TOML, a setting that does not exist, a
  // value of another type, larger than kMaxConfigBytes.
  absl::Status LoadFile(const std::string& path) const;

  // What the environment sets. `get` is std::getenv, or a test's own.
  absl::Status LoadEnvironment(const char* (*get)(const char* name)) const;

  // The documented file: each setting with its help, commented out where it is as in `defaults`,
  // a table of the same rows. Paths are written as they stand.
  std::string Format(const SettingTable& defaults) const;

 private:
  const Setting* Find(absl::string_view name) const;

  const char* program_;
  std::vector<Setting> settings_;
};

// `status` with the name of the setting that it is about before its message.
absl::Status SettingStatus(absl::string_view name, const absl::Status& status);
// kInvalidArgument: "<name>: <what>".
absl::Status SettingError(absl::string_view name, absl::string_view what);

// Whether a listener can be meant by `address`: HOST:PORT, [IPv6]:PORT, or "unix:PATH" if
// `unix_too`; port 0 is any that is free. kInvalidArgument says what is expected.
absl::Status CheckListen(absl::string_view address, bool unix_too);

// True for "127.0.0.0/8", "::1", "localhost" and unix sockets, with or without a port.
bool IsLoopback(absl::string_view listen);

// kInvalidArgument unless `level` is debug, info, warning or error.
absl::Status CheckLogLevel(absl::string_view level);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_SETTINGS_H_
