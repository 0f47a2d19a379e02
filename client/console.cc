#include "client/console.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cairn::client {
namespace {

constexpr absl::string_view kUsagePayload = "cairn.client/usage";

void Write(std::FILE* stream, absl::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

// How many bytes a terminal shall not see the text begins with; 0: none. Besides the control
// characters of ASCII those of Latin 1, of which U+009B begins an escape sequence, and the marks
// that change the direction of what follows (U+202A to U+202E, U+2066 to U+2069).
std::size_t UnprintableAt(absl::string_view text) {
  const auto byte = [text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  if ((byte(0) < 0x20 && text[0] != '\n' && text[0] != '\t') || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) <= 0x9f) return 2;
  if (byte(0) != 0xe2) return 0;
  const bool embeds = byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae;
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
  return embeds || isolates ? 3 : 0;
}

void WriteError(const absl::Status& status, bool json) {
  if (!json) {
    Write(stderr, absl::StrCat("cairn: ", Printable(status.message()), "\n"));
    return;
  }
  const nlohmann::json object = {{"error",
                                  {{"code", std::string(absl::StatusCodeToString(status.code()))},
                                   {"message", std::string(status.message())}}}};
  Write(stderr, JsonText(object) + "\n");
}

}  // namespace

void Console::Talk(absl::string_view line) const {
  if (quiet_ || json_) return;
  Write(stderr, absl::StrCat(Printable(line), "\n"));
}

void Console::Emit(absl::string_view text, const std::string& json) const {
  Write(stdout, json_ ? json + "\n" : absl::StrCat(Printable(text), "\n"));
  std::fflush(stdout);
}

ExitCode Console::Finish(const absl::StatusOr<Answer>& answer) const {
  if (!answer.ok()) {
    WriteError(answer.status(), json_);
    return IsUsageError(answer.status()) ? ExitCode::kUsage : ExitCode::kNotDone;
  }
  Write(stdout, json_ ? answer->json + "\n" : answer->text);
  // Data that did not reach its reader was not given: a full disk must not look like success.
  if (std::fflush(stdout) != 0) {
    WriteError(absl::UnavailableError("the answer could not be written to standard output"), json_);
    return ExitCode::kNotDone;
  }
  if (!answer->next.empty()) Talk(absl::StrCat("next: ", answer->next));
  return answer->code;
}

std::string JsonText(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Printable(absl::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = UnprintableAt(text);
    if (size > 0) {
      printable += '?';
      text.remove_prefix(size);
    } else {
      printable += text.front();
      text.remove_prefix(1);
    }
  }
  return printable;
}

Progress::Progress(absl::string_view what, std::uint64_t total, bool allowed)
    : what_(what),
      total_(total),
      on_terminal_(allowed && isatty(STDERR_FILENO) == 1),
      started_(std::chrono::steady_clock::now()),
      last_(started_) {}

Progress::~Progress() {
  if (drawn_) Write(stderr, "\n");
}

void Progress::Advance(std::uint64_t done) {
  done_ = done;
  if (!on_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - started_ < std::chrono::seconds(1)) return;
  if (now - last_ < std::chrono::milliseconds(100) && done_ != total_) return;
  last_ = now;
  Draw();
}

void Progress::Draw() {
  drawn_ = true;
  if (total_ == 0) {
    Write(stderr, absl::StrFormat("\r%s %d", what_, done_));
    return;
  }
  constexpr std::uint64_t kWidth = 24;
  const std::uint64_t filled = done_ >= total_ ? kWidth : done_ / (total_ / kWidth + 1);
  Write(stderr, absl::StrFormat("\r%s [%s%s] %d / %d", what_, std::string(filled, '#'),
                                std::string(kWidth - filled, '-'), done_, total_));
}

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

bool IsUsageError(const absl::Status& status) {
  return status.GetPayload(kUsagePayload).has_value();
}

}  // namespace cairn::client
