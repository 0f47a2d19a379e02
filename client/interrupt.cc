#include "client/interrupt.h"

#include <atomic>
#include <cstddef>

namespace cairn::client {
namespace {

constexpr std::array kEnding = {SIGINT, SIGTERM, SIGHUP};
std::atomic<bool> told_to_stop{false};

}  // namespace

InterruptGuard::InterruptGuard() {
  struct sigaction action {};
  action.sa_handler = [](int) { told_to_stop = true; };
  for (std::size_t i = 0; i < kEnding.size(); ++i) sigaction(kEnding[i], &action, &before_[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < kEnding.size(); ++i) sigaction(kEnding[i], &before_[i], nullptr);
}

bool Interrupted() { return told_to_stop; }

absl::Status CheckInterrupted() {
  if (!Interrupted()) return absl::OkStatus();
  return absl::CancelledError("stopped by a signal; nothing was finished, nothing is left behind");
}

}  // namespace cairn::client
