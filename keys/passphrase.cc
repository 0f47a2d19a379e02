#include "keys/passphrase.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "keys/private_file.h"

namespace cairn::keys {
namespace {

// With the line end that is taken off.
constexpr std::size_t kMaxPassphraseInput = kMaxPassphraseSize + 2;

absl::StatusOr<SecretBytes> WithoutLineEnd(const SecretBytes& input) {
  ByteView bytes = input.View();
  if (!bytes.empty() && bytes.back() == '\n') {
    bytes = bytes.first(bytes.size() - 1);
    if (!bytes.empty() && bytes.back() == '\r') bytes = bytes.first(bytes.size() - 1);
  }
  if (bytes.empty()) return absl::InvalidArgumentError("the passphrase is empty");
  if (bytes.size() > kMaxPassphraseSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a passphrase has at most ", kMaxPassphraseSize, " bytes"));
  }
  if (std::find(bytes.begin(), bytes.end(), std::uint8_t{0}) != bytes.end()) {
    return absl::InvalidArgumentError("a passphrase cannot hold a zero byte");
  }
  return SecretBytes::CopyOf(bytes);
}

// The controlling terminal without echo, and the signals that would leave it so held back. Going
// out of scope sets the terminal back first and lets the signals through then.
class SilentTerminal {
 public:
  SilentTerminal() : fd_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (fd_ < 0 || tcgetattr(fd_, &before_) != 0) return;
    sigset_t ending;
    sigemptyset(&ending);
    for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&ending, number);
    pthread_sigmask(SIG_BLOCK, &ending, &mask_before_);
    signals_ = signalfd(-1, &ending, SFD_CLOEXEC);
    struct termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ICANON | ISIG | ECHONL;  // The newline alone is seen.
    ready_ = signals_ >= 0 && tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
    if (!ready_) pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  ~SilentTerminal() {
    if (ready_) {
      tcsetattr(fd_, TCSAFLUSH, &before_);
      pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    }
    if (signals_ >= 0) close(signals_);
    if (fd_ >= 0) close(fd_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  bool ready() const { return ready_; }

  // One line, its end included. kCancelled: a signal came, or the terminal went away.
  absl::StatusOr<SecretBytes> Ask(absl::string_view prompt) {
    if (write(fd_, prompt.data(), prompt.size()) < 0) return Lost();
    struct pollfd waiting[2] = {{fd_, POLLIN, 0}, {signals_, POLLIN, 0}};
    while (poll(waiting, 2, -1) < 0) {
      if (errno != EINTR) return Lost();
    }
    // Not read from the descriptor: the signal stays pending, and is delivered once let through.
    if (waiting[1].revents != 0) return absl::CancelledError("interrupted");
    // In canonical mode one read gives one line, or the part of it that fits.
    SecretBytes line(kMaxPassphraseInput);
    ssize_t got = read(fd_, line.MutableView().data(), line.size());
    if (got <= 0) return Lost();
    std::size_t size = static_cast<std::size_t>(got);
    if (line.View()[size - 1] != '\n') {
      tcflush(fd_, TCIFLUSH);  // The rest of an endless line must not answer the next question.
      if (size == line.size()) {
        return absl::InvalidArgumentError(
            absl::StrCat("a passphrase has at most ", kMaxPassphraseSize, " bytes"));
      }
    }
    return SecretBytes::CopyOf(line.View().first(size));
  }

 private:
  static absl::Status Lost() { return absl::CancelledError("the terminal gave no passphrase"); }

  int fd_;
  int signals_ = -1;
  bool ready_ = false;
  struct termios before_ {};
  sigset_t mask_before_{};
};

}  // namespace

absl::StatusOr<SecretBytes> ReadPassphraseFile(const std::string& path) {
  absl::StatusOr<SecretBytes> input = ReadPrivateFile(path, kMaxPassphraseInput);
  if (!input.ok()) return input.status();
  absl::StatusOr<SecretBytes> passphrase = WithoutLineEnd(*input);
  if (passphrase.ok()) return passphrase;
  return absl::Status(passphrase.status().code(),
                      absl::StrCat(path, ": ", passphrase.status().message()));
}

absl::StatusOr<SecretBytes> ReadPassphraseFd(int fd) {
  absl::StatusOr<SecretBytes> input =
      ReadAllOf(fd, absl::StrCat("descriptor ", fd), kMaxPassphraseInput);
  if (!input.ok()) return input.status();
  return WithoutLineEnd(*input);
}

absl::Status CheckNewPassphrase(const SecretBytes& passphrase) {
  const ByteView bytes = passphrase.View();
  // Every byte but those that go on with a character.
  const auto characters = std::count_if(bytes.begin(), bytes.end(),
                                        [](std::uint8_t byte) { return (byte & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(characters) >= kFewestPassphraseCharacters) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the passphrase of a new key has at least ", kFewestPassphraseCharacters,
      " characters; take several words, or have one made into a file for --passphrase-file: "
      "(umask 077; head -c 18 /dev/urandom | base64 > FILE)"));
}

absl::StatusOr<SecretBytes> PromptPassphrase(absl::string_view prompt, bool confirm) {
  SilentTerminal terminal;
  if (!terminal.ready()) {
    return absl::FailedPreconditionError(
        "no terminal to ask for a passphrase on; give it in a file or by a descriptor");
  }
  absl::StatusOr<SecretBytes> line = terminal.Ask(prompt);
  if (!line.ok()) return line.status();
  absl::StatusOr<SecretBytes> passphrase = WithoutLineEnd(*line);
  if (!passphrase.ok() || !confirm) return passphrase;
  if (absl::Status fit = CheckNewPassphrase(*passphrase); !fit.ok()) return fit;
  absl::StatusOr<SecretBytes> again = terminal.Ask("The same again: ");
  if (!again.ok()) return again.status();
  if (!ConstantTimeEquals(*line, *again)) {
    return absl::InvalidArgumentError("the two passphrases differ");
  }
  return passphrase;
}

}  // namespace cairn::keys
