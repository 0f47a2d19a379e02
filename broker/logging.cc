#include "broker/logging.h"

#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/log/mutex.h"

namespace cairn::broker {
namespace {

struct LogState {
  std::shared_ptr<spdlog::logger> logger;
  std::string origin;
};

log::Mutex log_mutex;

LogState& State() ABSL_EXCLUSIVE_LOCKS_REQUIRED(log_mutex) {
  static auto* const state = [] {
    auto* made = new LogState;
    made->logger = spdlog::stderr_logger_mt("cairn");
    made->logger->set_pattern("%v");
    made->logger->set_level(spdlog::level::warn);
    return made;
  }();
  return *state;
}

spdlog::level::level_enum LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

absl::string_view LevelName(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "debug";
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

Severity ParseLevel(absl::string_view level) {
  if (level == "debug") return Severity::kDebug;
  if (level == "warning") return Severity::kWarning;
  if (level == "error") return Severity::kError;
  return Severity::kInfo;
}

void AddField(nlohmann::ordered_json& line, const LogField& field) {
  const std::string name(field.name);
  if (const auto* text = std::get_if<absl::string_view>(&field.value)) {
    line[name] = std::string(*text);
  } else if (const auto* number = std::get_if<std::uint64_t>(&field.value)) {
    line[name] = *number;
  } else {
    line[name] = std::get<bool>(field.value);
  }
}

// gRPC's own lines, of which it writes only errors unless GRPC_VERBOSITY asks for more.
void LogLineOfGrpc(gpr_log_func_args* line) {
  LogEvent(Severity::kWarning, "grpc", {{"message", absl::string_view(line->message)}});
}

}  // namespace

void StartLogging(absl::string_view level, absl::string_view origin) {
  gpr_set_log_function(LogLineOfGrpc);
  log::MutexLock lock(log_mutex);
  State().origin = std::string(origin);
  State().logger->set_level(LevelOf(ParseLevel(level)));
}

void LogEvent(Severity severity, absl::string_view event, std::initializer_list<LogField> fields) {
  std::shared_ptr<spdlog::logger> logger;
  std::string origin;
  {
    log::MutexLock lock(log_mutex);
    logger = State().logger;
    if (!logger->should_log(LevelOf(severity))) return;
    origin = State().origin;
  }
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = std::string(LevelName(severity));
  line["event"] = std::string(event);
  if (!origin.empty()) line["origin"] = origin;
  for (const LogField& field : fields) AddField(line, field);
  // Bytes of foreign origin that are not UTF-8 become replacement characters; a dump never throws.
  logger->log(LevelOf(severity),
              line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void LogStatus(Severity severity, absl::string_view event, const absl::Status& status) {
  const std::string code = absl::StatusCodeToString(status.code());
  LogEvent(severity, event, {{"code", code}, {"error", status.message()}});
}

void FlushLogs() {
  log::MutexLock lock(log_mutex);
  State().logger->flush();
}

}  // namespace cairn::broker
