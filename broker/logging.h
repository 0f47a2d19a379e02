// Structured logs: one JSON object a line on standard error. No secrets, no bodies of messages, no
// coordinates; whoever calls is answerable for the fields.
//
//   {"time":"2026-01-31T12:00:00.123Z","level":"info","event":"broker_started","origin":"..."}
#ifndef CAIRN_BROKER_LOGGING_H_
#define CAIRN_BROKER_LOGGING_H_

#include <cstdint>
#include <initializer_list>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cairn::broker {

enum class Severity { kDebug, kInfo, kWarning, kError };

struct LogField {
  absl::string_view name;
  std::variant<absl::string_view, std::uint64_t, bool> value;
};

// Before the first, only warnings and errors are written. `level` as in Config; `origin` goes into
// every line. What gRPC has to say becomes events "grpc" from here on.
void StartLogging(absl::string_view level, absl::string_view origin);

// `event` is a name in snake_case that never changes: what one searches for. Thread-safe.
void LogEvent(Severity severity, absl::string_view event,
              std::initializer_list<LogField> fields = {});

// The same with the fields "code" and "error" of `status`.
void LogStatus(Severity severity, absl::string_view event, const absl::Status& status);

// Writes out what is buffered.
void FlushLogs();

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_LOGGING_H_
