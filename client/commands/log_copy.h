// The home's verified copy of a log: where it is, and bringing it up to date.
#ifndef CAIRN_CLIENT_COMMANDS_LOG_COPY_H_
#define CAIRN_CLIENT_COMMANDS_LOG_COPY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/types.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/source.h"
#include "audit/mirror/sync_folder.h"
#include "audit/note/policy.h"
#include "client/context.h"
#include "keys/vkey.h"

namespace cairn::client {

// home/log for the profile's log, home/logs/<digest of its key> for any other.
absl::StatusOr<std::string> CopyFolder(const Context& context, const keys::VerifierKey& log);

// Where to fetch from: `url`, else the profile's. kFailedPrecondition names the remedy.
absl::StatusOr<std::string> LogUrl(const Context& context, const std::string& url);

// Brings the copy up to date, with progress; waits a few seconds for leaves that this home has seen
// a note of and that the log does not publish yet. Errors as mirror::SyncFolder; also kDataLoss:
// the copy is not of the history of the newest note that this home has verified.
absl::StatusOr<mirror::SyncResult> UpdateCopy(Context& context, const keys::VerifierKey& log,
                                              const std::string& url, const std::string& folder);

// The profile's pinned log key. kFailedPrecondition: none.
absl::StatusOr<keys::VerifierKey> PinnedLogKey(const Context& context);

// A copy opened for reading.
struct OpenedCopy {
  std::unique_ptr<mirror::FolderSource> source;
  std::unique_ptr<mirror::LogReader> log;
};
absl::StatusOr<OpenedCopy> OpenCopy(const std::string& folder, const keys::VerifierKey& log);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_LOG_COPY_H_
