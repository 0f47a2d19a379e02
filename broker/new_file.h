// Files and folders that setting up makes. Nothing that is there is ever overwritten.
#ifndef CAIRN_BROKER_NEW_FILE_H_
#define CAIRN_BROKER_NEW_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cairn::broker {

// A new file, synced. kAlreadyExists: something is at `path`. kUnavailable: otherwise.
absl::Status WriteNewFile(const std::string& path, absl::string_view text);

// The folder and those above it, if they are not there; it is its owner's alone. kUnavailable.
absl::Status MakePrivateFolder(const std::string& path);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_NEW_FILE_H_
