#include "broker/config.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/note/checkpoint.h"

namespace cairn::broker {
namespace {

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

// In the order in which the file has them.
SettingTable BindSettings(Config& config) {
  return {
      "CAIRN_BROKER",
      {
          {"broker.origin", &config.origin,
           "Origin of the log: its name in every checkpoint, for ever. A host name and a path "
           "that\n"
           "nobody else uses, without scheme: \"log.example.org/handover\"."},
          {"broker.data", &config.data,
           "Folder of the database, the anchor and the content. One broker at a time; only its "
           "user\n"
           "needs access.",
           true},
          {"broker.operator", &config.operator_party, "Handle of the party that operates the log."},
          {"keys.log", &config.log_key,
           "Key file that signs checkpoints. It lives as long as the origin.", true},
          {"keys.operator", &config.operator_key,
           "Key file of the operator's party: signs Witnessed statements and refusals.", true},
          {"keys.sealing", &config.sealing_key,
           "Sealing key file of the operator's party. Used only in handovers whose charter names "
           "the\n"
           "operator's party as recipient and assessor.",
           true},
          {"keys.passphrase_file", &config.passphrase_file,
           "File (mode 0600) with the passphrase of these keys. Empty: --passphrase-fd, else asked "
           "for\n"
           "on the terminal.",
           true},
          {"grpc.listen", &config.grpc_listen,
           "Address and port of the gRPC services. Beyond loopback TLS is obligatory."},
          {"grpc.tls_certificate", &config.tls_certificate,
           "PEM file with the certificate chain, the server's first. Read again when it changes.\n"
           "`cairn-broker certificate` makes a self-signed one.",
           true},
          {"grpc.tls_key", &config.tls_key, "PEM file with the certificate's private key.", true},
          {"grpc.max_streams", &config.max_streams, "Calls at once on one connection.", false, 1,
           65'536},
          {"grpc.memory_mib", &config.memory_mib,
           "MiB that gRPC may hold for all calls together; beyond it new calls are refused.", false,
           64, 1'048'576},
          {"grpc.reflection", &config.reflection,
           "Whether tools may ask which services there are. Off in production."},
          {"http.listen", &config.http_listen,
           "Address and port of the read-only HTTP listener: checkpoint, tiles, /healthz, "
           "/metrics.\n"
           "Put a web server in front of it for TLS. Empty: none."},
          {"http.url", &config.http_url,
           "How others reach the HTTP listener. Empty: http:// and the address above."},
          {"http.threads", &config.http_threads,
           "HTTP connections served at once; a kept connection holds its thread for five seconds "
           "of\n"
           "silence, one that stops in the middle for ten.",
           false, 1, 1024},
          {"log.publish_ms", &config.publish_ms,
           "How often /checkpoint moves while the log grows, in milliseconds.", false, 10,
           3'600'000},
          {"log.witnessed_ms", &config.witnessed_ms,
           "How often, while anything changes, the time goes into the log, in milliseconds. At "
           "most "
           "an\n"
           "hour; seconds suit an exercise.",
           false, 100, 3'600'000},
          {"witnesses.policy", &config.witness_policy,
           "Policy file (C2SP tlog-policy) whose witness lines say who is asked to cosign this "
           "log, each\n"
           "with its URL. Its groups and quorum decide nothing here: what counts for the log's "
           "time is in\n"
           "Genesis, what counts for receipts in the charters. Empty: nobody is asked.",
           true},
          {"witnesses.timeout_ms", &config.witness_timeout_ms,
           "How long a witness may take for one answer, in milliseconds.", false, 100, 60'000},
          {"limits.verify_threads", &config.verify_threads,
           "Threads that verify signatures. 0: one a processor.", false, 0, 256},
          {"limits.queued_statements", &config.queued_statements,
           "Statements that may wait for verification; beyond it callers are told to come again.",
           false, 16, 1'000'000},
          {"limits.package_bytes", &config.package_bytes, "Largest sealed file.", false, 1,
           std::uint64_t{64} * 1024 * 1024 * 1024},
          {"limits.open_uploads", &config.open_uploads, "Unfinished uploads of one party.", false,
           1, 100'000},
          {"limits.open_upload_bytes", &config.open_upload_bytes,
           "Bytes that the unfinished uploads of one party may come to."},
          {"limits.upload_expiry_hours", &config.upload_expiry_hours,
           "An unfinished upload is forgotten after this long.", false, 1, std::uint64_t{24} * 365},
          {"limits.free_disk_mib", &config.free_disk_mib,
           "MiB that uploads leave free on the disk, so that the log can go on."},
          {"assessment.enabled", &config.assess,
           "Whether the broker assesses where a charter names the operator's party as recipient "
           "and\n"
           "assessor. Elsewhere it can read nothing, whatever this says."},
          {"assessment.rule_sets", &config.rule_sets,
           "Folder of rule sets that parties agreed on by digest (*.textproto), with the files "
           "that\n"
           "they name; besides those that came with the program.",
           true},
          {"assessment.seconds", &config.assess_seconds, "Longest time for one assessment.", false,
           1, 86'400},
          {"assessment.memory_mib", &config.assess_memory_mib, "Most memory for one assessment.",
           false, 64, 1'048'576},
          {"logging.level", &config.log_level,
           "debug, info, warning or error. Logs are JSON lines on standard error."},
      }};
}

std::vector<SettingInfo> Settings() {
  Config unused;
  return BindSettings(unused).Infos();
}

absl::Status SetSetting(Config& config, absl::string_view name, absl::string_view value,
                        const std::string& base) {
  return BindSettings(config).Set(name, value, base);
}

absl::Status LoadConfigFile(const std::string& path, Config& config) {
  return BindSettings(config).LoadFile(path);
}

absl::Status LoadEnvironment(const char* (*get)(const char* name), Config& config) {
  return BindSettings(config).LoadEnvironment(get);
}

absl::Status CheckLogName(absl::string_view origin) {
  if (const absl::Status line = note::CheckOrigin(origin); !line.ok()) return line;
  const auto wrong = [origin](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", origin, "\" ", what, "; name the log like log.example.org/handover"));
  };
  if (absl::StrContains(origin, "://")) return wrong("begins with a scheme; leave it out");
  const absl::string_view host = origin.substr(0, origin.find('/'));
  const bool letters = std::all_of(host.begin(), host.end(), [](char letter) {
    return absl::ascii_isalnum(letter) || letter == '.' || letter == '-';
  });
  if (host.empty() || !letters) return wrong("does not begin with a host name");
  const bool path = std::all_of(origin.begin(), origin.end(), [](char letter) {
    return absl::ascii_isgraph(letter) && letter != '?' && letter != '#' && letter != '"';
  });
  if (!path) return wrong("has letters that no name of a log has");
  if (origin.back() == '/' || absl::StrContains(origin, "//")) {
    return wrong("has an empty part between or after its slashes");
  }
  return absl::OkStatus();
}

absl::Status CheckConfig(const Config& config) {
  if (config.origin.empty()) {
    return SettingError("broker.origin", "not set; `cairn-broker init --origin NAME` writes it");
  }
  if (const absl::Status origin = CheckLogName(config.origin); !origin.ok()) {
    return SettingError("broker.origin", origin.message());
  }
  if (const absl::Status listen = CheckListen(config.grpc_listen, true); !listen.ok()) {
    return SettingError("grpc.listen", listen.message());
  }
  if (const absl::Status listen = CheckListen(config.http_listen, false);
      !config.http_listen.empty() && !listen.ok()) {
    return SettingError("http.listen", listen.message());
  }
  if (config.data.empty()) return SettingError("broker.data", "not set");
  if (config.operator_party.empty()) return SettingError("broker.operator", "not set");
  if (absl::Status level = CheckLogLevel(config.log_level); !level.ok()) return level;
  return CheckTls(config);
}

std::string FormatConfig(const Config& config) {
  Config written = config;
  Config defaults;
  return absl::StrCat(
      "# Configuration of cairn-broker. What is commented out is the default. Relative paths "
      "start\n"
      "# from the folder of this file. The environment (CAIRN_BROKER_GRPC_LISTEN for grpc.listen)\n"
      "# overrides this file, the command line (--grpc-listen) overrides both.\n",
      BindSettings(written).Format(BindSettings(defaults)));
}

}  // namespace cairn::broker
