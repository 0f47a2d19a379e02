// Where passphrases come from: a file, a descriptor or a terminal. Never from a command line or
// the environment, which other processes can read.
//
// In every case one trailing newline (LF or CR LF) is taken off; the rest is the passphrase, byte
// for byte. kInvalidArgument: it is empty, longer than kMaxPassphraseSize, or holds a zero byte.
#ifndef CAIRN_KEYS_PASSPHRASE_H_
#define CAIRN_KEYS_PASSPHRASE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/secret.h"

namespace cairn::keys {

inline constexpr std::size_t kMaxPassphraseSize = 1024;
inline constexpr std::size_t kFewestPassphraseCharacters = 12;  // Of what protects a new key.

// kNotFound; kFailedPrecondition, with the remedy: not a regular file of this user with mode 0600
// or less, or a symbolic link; kUnavailable: it cannot be read.
absl::StatusOr<SecretBytes> ReadPassphraseFile(const std::string& path);

// Reads to the end of `fd`, which stays open. kUnavailable: it cannot be read.
absl::StatusOr<SecretBytes> ReadPassphraseFd(int fd);

// Whether a passphrase may protect a new key: kInvalidArgument, with the remedy, if it has fewer
// than kFewestPassphraseCharacters characters (of UTF-8). Keys that were made under a shorter one
// open as ever.
absl::Status CheckNewPassphrase(const SecretBytes& passphrase);

// Asks on the terminal (/dev/tty) without echo; the terminal is set back whatever happens short of
// SIGKILL: signals that end the process are held while it waits. With `confirm` the passphrase is
// that of a new key: CheckNewPassphrase, then it is asked for once more, and kInvalidArgument says
// if the two differ. kFailedPrecondition: there is no
// terminal. kCancelled: a signal came that did not end the process, or the terminal went away.
// Not thread-safe.
absl::StatusOr<SecretBytes> PromptPassphrase(absl::string_view prompt, bool confirm = false);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_PASSPHRASE_H_
