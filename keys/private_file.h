// Small files that only their owner may read: key files and passphrase files. Used by keys/ only.
#ifndef CAIRN_KEYS_PRIVATE_FILE_H_
#define CAIRN_KEYS_PRIVATE_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keys/bytes.h"
#include "keys/secret.h"

namespace cairn::keys {

// The whole file. What is checked is the file that was opened, so nobody can swap it in between.
// kNotFound. kFailedPrecondition, with the remedy: a symbolic link; not a regular file; of another
// user; a mode with any bit beyond 0600. kInvalidArgument: more than `max_size` bytes.
// kUnavailable: it cannot be opened or read; names the cause.
absl::StatusOr<SecretBytes> ReadPrivateFile(const std::string& path, std::size_t max_size);

// Everything up to the end of `fd`. kInvalidArgument: more than `max_size` bytes. kUnavailable.
absl::StatusOr<SecretBytes> ReadAllOf(int fd, const std::string& name, std::size_t max_size);

// A new file of mode 0600. Order of effects, and what a crash leaves:
//   1. a temporary file beside it, written and synced      the temporary file
//   2. renamed to `path` unless something is there         the whole file
//   3. the folder synced                                   the whole file
// kAlreadyExists: something is at `path`; it is untouched. kNotFound: no such folder. kUnavailable:
// any other failure; names the step and the cause, and leaves nothing behind.
absl::Status WriteNewPrivateFile(const std::string& path, ByteView bytes);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_PRIVATE_FILE_H_
