// Signals that end a program, taken as a wish: whoever holds something that must not be left lying
// asks between two pieces of work, and leaves in good order.
#ifndef CAIRN_CLIENT_INTERRUPT_H_
#define CAIRN_CLIENT_INTERRUPT_H_

#include <signal.h>

#include <array>

#include "absl/status/status.h"

namespace cairn::client {

// While one lives, SIGINT, SIGTERM and SIGHUP only set a flag. One at a time, on the main thread.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  std::array<struct sigaction, 3> before_{};
};

// Whether one of them came while a guard lived. Thread-safe.
bool Interrupted();
// The same as an error: kCancelled.
absl::Status CheckInterrupted();

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_INTERRUPT_H_
