// How the client answers: data on stdout, talk on stderr, one of four exit codes.
//
// A command returns an Answer; nothing else in the client prints data, but what watches for ever.
// Under `--output json` the answer's JSON goes to stdout and an error becomes one JSON object on
// stderr's last line.
#ifndef CAIRN_CLIENT_CONSOLE_H_
#define CAIRN_CLIENT_CONSOLE_H_

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::client {

// What the process exits with. A script can rely on these four.
enum class ExitCode : int {
  kHolds = 0,        // Done; for a verification: every claim asked for holds.
  kDoesNotHold = 1,  // A verdict: something does not hold.
  kUsage = 2,        // The command line is wrong, or a prompt was needed and not allowed.
  kNotDone = 3,      // It could not be checked or done.
};

// What a command has to say.
struct Answer {
  std::string text = {};  // For people; ends with a newline if not empty.
  std::string json = {};  // One JSON value.
  ExitCode code = ExitCode::kHolds;
  std::string next = {};  // A command that would sensibly come next; may be empty.
};

// Not thread-safe.
class Console {
 public:
  void set_json(bool json) { json_ = json; }
  void set_quiet(bool quiet) { quiet_ = quiet; }
  bool json() const { return json_; }
  bool shows_progress() const { return !json_ && !quiet_; }

  // A line of talk on stderr; silent under --quiet and --output json.
  void Talk(absl::string_view line) const;
  // One line of an answer that never ends, at once: the text, or under --output json the JSON.
  void Emit(absl::string_view text, const std::string& json) const;
  // Prints the answer, or the error, and gives the exit code.
  ExitCode Finish(const absl::StatusOr<Answer>& answer) const;

 private:
  bool json_ = false;
  bool quiet_ = false;
};

// Text safe for a terminal: control characters and marks that turn text round (a record may hold
// anything) become '?'.
std::string Printable(absl::string_view text);

// The JSON of an answer, on one line. Bytes that are no UTF-8 (a path may hold any) become U+FFFD.
std::string JsonText(const nlohmann::json& json);

// A progress line on stderr, drawn at most ten times a second, only on a terminal and only once the
// work has taken a second. Not thread-safe.
class Progress {
 public:
  // `total` 0: unknown. `unit`: "MiB", "records".
  Progress(absl::string_view what, std::uint64_t total, bool allowed);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void Advance(std::uint64_t done);

 private:
  void Draw();
  std::string what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool on_terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_;
};

// A mistake in what the user typed: exit code 2.
absl::Status UsageError(absl::string_view message);
bool IsUsageError(const absl::Status& status);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_CONSOLE_H_
