#include "broker/config.h"

#include <charconv>
#include <filesystem>
#include <limits>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "audit/note/checkpoint.h"

namespace cairn::broker {
namespace {

using TextMember = std::string Config::*;
using NumberMember = std::uint64_t Config::*;
using FlagMember = bool Config::*;

struct Setting {
  const char* name;
  std::variant<TextMember, NumberMember, FlagMember> member;
  const char* help;
  bool is_path = false;
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max() / 2;
};

const std::vector<Setting>& Table() {
  static const auto* const table = new std::vector<Setting>{
      {"broker.origin", &Config::origin,
       "Origin of the log: its name in every checkpoint, for ever. A host name and a path that\n"
       "nobody else uses, without scheme: \"log.example.org/handover\"."},
      {"broker.data", &Config::data,
       "Folder of the database, the anchor and the content. One broker at a time; only its user\n"
       "needs access.",
       true},
      {"broker.operator", &Config::operator_party, "Handle of the party that operates the log."},
      {"keys.log", &Config::log_key,
       "Key file that signs checkpoints. It lives as long as the origin.", true},
      {"keys.operator", &Config::operator_key,
       "Key file of the operator's party: signs Witnessed statements and refusals.", true},
      {"keys.sealing", &Config::sealing_key,
       "Sealing key file of the operator's party. Used only in handovers whose charter names the\n"
       "operator's party as recipient and assessor.",
       true},
      {"keys.passphrase_file", &Config::passphrase_file,
       "File (mode 0600) with the passphrase of these keys. Empty: --passphrase-fd, else asked "
       "for\n"
       "on the terminal.",
       true},
      {"grpc.listen", &Config::grpc_listen,
       "Address and port of the gRPC services. Beyond loopback TLS is obligatory."},
      {"grpc.tls_certificate", &Config::tls_certificate,
       "PEM file with the certificate chain, the server's first. Read again when it changes.\n"
       "`cairn-broker certificate` makes a self-signed one.",
       true},
      {"grpc.tls_key", &Config::tls_key, "PEM file with the certificate's private key.", true},
      {"grpc.max_streams", &Config::max_streams, "Calls at once on one connection.", false, 1,
       65'536},
      {"grpc.memory_mib", &Config::memory_mib,
       "MiB that gRPC may hold for all calls together; beyond it new calls are refused.", false, 64,
       1'048'576},
      {"grpc.reflection", &Config::reflection,
       "Whether tools may ask which services there are. Off in production."},
      {"http.listen", &Config::http_listen,
       "Address and port of the read-only HTTP listener: checkpoint, tiles, /healthz, /metrics.\n"
       "Put a web server in front of it for TLS. Empty: none."},
      {"http.url", &Config::http_url,
       "How others reach the HTTP listener. Empty: http:// and the address above."},
      {"http.threads", &Config::http_threads, "HTTP connections served at once.", false, 1, 1024},
      {"log.publish_ms", &Config::publish_ms,
       "How often /checkpoint moves while the log grows, in milliseconds.", false, 10, 3'600'000},
      {"log.witnessed_ms", &Config::witnessed_ms,
       "How often, while anything changes, the time goes into the log, in milliseconds. At most "
       "an\n"
       "hour; seconds suit an exercise.",
       false, 100, 3'600'000},
      {"limits.verify_threads", &Config::verify_threads,
       "Threads that verify signatures. 0: one a processor.", false, 0, 256},
      {"limits.queued_statements", &Config::queued_statements,
       "Statements that may wait for verification; beyond it callers are told to come again.",
       false, 16, 1'000'000},
      {"limits.package_bytes", &Config::package_bytes, "Largest sealed file.", false, 1,
       std::uint64_t{64} * 1024 * 1024 * 1024},
      {"limits.open_uploads", &Config::open_uploads, "Unfinished uploads of one party.", false, 1,
       100'000},
      {"limits.open_upload_bytes", &Config::open_upload_bytes,
       "Bytes that the unfinished uploads of one party may come to."},
      {"limits.upload_expiry_hours", &Config::upload_expiry_hours,
       "An unfinished upload is forgotten after this long.", false, 1, 24 * 365},
      {"limits.free_disk_mib", &Config::free_disk_mib,
       "MiB that uploads leave free on the disk, so that the log can go on."},
      {"assessment.enabled", &Config::assess,
       "Whether the broker assesses where a charter names the operator's party as recipient and\n"
       "assessor. Elsewhere it can read nothing, whatever this says."},
      {"assessment.rule_sets", &Config::rule_sets,
       "Folder of rule sets that parties agreed on by digest (*.textproto), with the files that\n"
       "they name; besides those that came with the program.",
       true},
      {"assessment.seconds", &Config::assess_seconds, "Longest time for one assessment.", false, 1,
       86'400},
      {"assessment.memory_mib", &Config::assess_memory_mib, "Most memory for one assessment.",
       false, 64, 1'048'576},
      {"logging.level", &Config::log_level,
       "debug, info, warning or error. Logs are JSON lines on standard error."},
  };
  return *table;
}

const Setting* FindSetting(absl::string_view name) {
  for (const Setting& setting : Table()) {
    if (name == setting.name) return &setting;
  }
  return nullptr;
}

absl::Status SettingError(absl::string_view name, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", what));
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string ValueText(const Config& config, const Setting& setting) {
  if (const auto* text = std::get_if<TextMember>(&setting.member)) return Quoted(config.*(*text));
  if (const auto* number = std::get_if<NumberMember>(&setting.member)) {
    return absl::StrCat(config.*(*number));
  }
  return config.*std::get<FlagMember>(setting.member) ? "true" : "false";
}

absl::Status SetNumber(Config& config, const Setting& setting, absl::string_view value) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < setting.least ||
      number > setting.most) {
    return SettingError(setting.name,
                        absl::StrCat("expected a whole number from ", setting.least, " to ",
                                     setting.most, ", found \"", value, "\""));
  }
  config.*std::get<NumberMember>(setting.member) = number;
  return absl::OkStatus();
}

absl::Status CheckTls(const Config& config) {
  if (config.tls_certificate.empty() != config.tls_key.empty()) {
    return SettingError("grpc.tls_certificate",
                        "give grpc.tls_certificate and grpc.tls_key, or "
                        "neither");
  }
  if (config.tls_certificate.empty() && !IsLoopback(config.grpc_listen)) {
    return SettingError(
        "grpc.listen",
        absl::StrCat("\"", config.grpc_listen,
                     "\" can be reached from other machines, so it needs TLS: set "
                     "grpc.tls_certificate and grpc.tls_key (`cairn-broker certificate` makes "
                     "them), or listen on 127.0.0.1"));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<SettingInfo> Settings() {
  std::vector<SettingInfo> all;
  for (const Setting& setting : Table()) {
    SettingKind kind = SettingKind::kText;
    if (setting.is_path) kind = SettingKind::kPath;
    if (std::holds_alternative<NumberMember>(setting.member)) kind = SettingKind::kNumber;
    if (std::holds_alternative<FlagMember>(setting.member)) kind = SettingKind::kFlag;
    all.push_back(
        {.name = setting.name,
         .environment = absl::StrCat("CAIRN_BROKER_", absl::AsciiStrToUpper(absl::StrReplaceAll(
                                                          setting.name, {{".", "_"}}))),
         .option = absl::StrCat("--", absl::StrReplaceAll(setting.name, {{".", "-"}, {"_", "-"}})),
         .kind = kind,
         .help = setting.help});
  }
  return all;
}

absl::Status SetSetting(Config& config, absl::string_view name, absl::string_view value,
                        const std::string& base) {
  const Setting* const setting = FindSetting(name);
  if (setting == nullptr) return SettingError(name, "there is no such setting");
  if (std::holds_alternative<NumberMember>(setting->member)) {
    return SetNumber(config, *setting, value);
  }
  if (const auto* flag = std::get_if<FlagMember>(&setting->member)) {
    if (value != "true" && value != "false") {
      return SettingError(name, absl::StrCat("expected true or false, found \"", value, "\""));
    }
    config.*(*flag) = value == "true";
    return absl::OkStatus();
  }
  std::string text(value);
  if (setting->is_path && !text.empty()) {
    text = std::filesystem::path(base).append(text).lexically_normal().string();
  }
  config.*std::get<TextMember>(setting->member) = std::move(text);
  return absl::OkStatus();
}

std::string GetTextSetting(const Config& config, absl::string_view name) {
  const Setting* const setting = FindSetting(name);
  const auto* text = setting == nullptr ? nullptr : std::get_if<TextMember>(&setting->member);
  return text == nullptr ? std::string() : config.*(*text);
}

absl::Status LoadEnvironment(const char* (*get)(const char* name), Config& config) {
  std::error_code error;
  const std::string base = std::filesystem::current_path(error).string();
  for (const SettingInfo& setting : Settings()) {
    const char* const value = get(setting.environment.c_str());
    if (value == nullptr) continue;
    if (const absl::Status set = SetSetting(config, setting.name, value, base); !set.ok()) {
      return absl::Status(set.code(),
                          absl::StrCat("environment ", setting.environment, ": ", set.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckConfig(const Config& config) {
  if (config.origin.empty()) {
    return SettingError("broker.origin", "not set; `cairn-broker init --origin NAME` writes it");
  }
  if (const absl::Status origin = note::CheckOrigin(config.origin); !origin.ok()) {
    return SettingError("broker.origin", origin.message());
  }
  if (config.data.empty()) return SettingError("broker.data", "not set");
  if (config.operator_party.empty()) return SettingError("broker.operator", "not set");
  if (config.log_level != "debug" && config.log_level != "info" && config.log_level != "warning" &&
      config.log_level != "error") {
    return SettingError("logging.level", absl::StrCat("expected debug, info, warning or error, "
                                                      "found \"",
                                                      config.log_level, "\""));
  }
  return CheckTls(config);
}

bool IsLoopback(absl::string_view listen) {
  if (absl::StartsWith(listen, "unix:")) return true;
  absl::string_view host = listen;
  if (absl::StartsWith(host, "[")) {
    return absl::StartsWith(host, "[::1]");
  }
  if (const auto colon = host.rfind(':'); colon != absl::string_view::npos) {
    host = host.substr(0, colon);
  }
  if (host == "localhost") return true;
  const std::vector<std::string> parts = absl::StrSplit(host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  for (const std::string& part : parts) {
    int number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size() || number < 0 || number > 255) {
      return false;
    }
  }
  return true;
}

std::string FormatConfig(const Config& config) {
  const Config defaults;
  std::string out =
      "# Configuration of cairn-broker. What is commented out is the default. Relative paths "
      "start\n"
      "# from the folder of this file. The environment (CAIRN_BROKER_GRPC_LISTEN for grpc.listen)\n"
      "# overrides this file, the command line (--grpc-listen) overrides both.\n";
  std::string section;
  for (const Setting& setting : Table()) {
    const std::pair<std::string, std::string> name = absl::StrSplit(setting.name, '.');
    if (name.first != section) {
      section = name.first;
      absl::StrAppend(&out, "\n[", section, "]\n");
    }
    absl::StrAppend(&out, "# ", absl::StrReplaceAll(setting.help, {{"\n", "\n# "}}), "\n");
    const std::string value = ValueText(config, setting);
    absl::StrAppend(&out, value == ValueText(defaults, setting) ? "# " : "", name.second, " = ",
                    value, "\n");
  }
  return out;
}

}  // namespace cairn::broker
