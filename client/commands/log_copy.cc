#include "client/commands/log_copy.h"

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/mirror/http_source.h"
#include "client/notes.h"
#include "keys/digest.h"

namespace cairn::client {
namespace {

constexpr std::size_t kFolderNameDigits = 16;
// A receipt is answered before its note is published to all: how long to wait for that.
constexpr int kCatchUpTries = 20;
constexpr std::chrono::milliseconds kCatchUpPause{250};

// The newest note that this home has verified, if it is of this log.
absl::StatusOr<std::optional<note::Checkpoint>> NewestSeen(const Context& context,
                                                           const keys::VerifierKey& log) {
  const absl::StatusOr<Home> home = context.GetHome();
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!home.ok() || !profile.ok() || profile->log_vkey != log.ToString()) {
    return std::optional<note::Checkpoint>();
  }
  absl::StatusOr<std::optional<note::OpenedCheckpoint>> newest = NewestNote(*home, *profile);
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) return std::optional<note::Checkpoint>();
  return std::optional<note::Checkpoint>((*newest)->checkpoint);
}

// Two notes of one key that no one tree can have are evidence wherever they came from.
absl::Status CheckAgainstSeen(const note::Checkpoint& seen, const std::string& folder,
                              const keys::VerifierKey& log) {
  absl::StatusOr<OpenedCopy> copy = OpenCopy(folder, log);
  if (!copy.ok()) return copy.status();
  if (seen.size > copy->log->size()) return absl::OkStatus();
  absl::StatusOr<merkle::NodeHash> root = copy->log->RootAt(seen.size);
  if (!root.ok()) return root.status();
  if (*root == seen.root) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the log shows two histories: ", folder,
      "/checkpoint and the newest note in this home's "
      "notes/ are both signed with its key, and no one tree can have both. Do not go on; show them "
      "to the other parties"));
}

}  // namespace

absl::StatusOr<std::string> CopyFolder(const Context& context, const keys::VerifierKey& log) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<Profile> profile = context.GetProfile();
  const std::string key = log.ToString();
  if (profile.ok() && profile->log_vkey == key) return home->Log();
  return absl::StrCat(home->folder(), "/logs/",
                      keys::Sha256(keys::AsBytes(key)).Hex().substr(0, kFolderNameDigits));
}

absl::StatusOr<std::string> LogUrl(const Context& context, const std::string& url) {
  if (!url.empty()) return url;
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (profile.ok() && !profile->url.empty()) return profile->url;
  return absl::FailedPreconditionError(
      "where is the log? Give --url URL, or keep it with `cairn log trust --url URL`");
}

absl::StatusOr<mirror::SyncResult> UpdateCopy(Context& context, const keys::VerifierKey& log,
                                              const std::string& url, const std::string& folder) {
  mirror::HttpOptions options;
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (profile.ok() && profile->url == url) options.certificate = profile->certificate;
  absl::StatusOr<std::unique_ptr<mirror::HttpSource>> source =
      mirror::HttpSource::Create(url, options);
  if (!source.ok()) return source.status();
  const absl::StatusOr<std::optional<note::Checkpoint>> seen = NewestSeen(context, log);
  if (!seen.ok()) return seen.status();
  std::optional<Progress> progress;
  const auto on_leaves = [&](std::uint64_t done, std::uint64_t total) {
    if (!progress.has_value()) progress.emplace("leaves", total, !context.console.json());
    progress->Advance(done);
  };
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<mirror::SyncResult> result =
        mirror::SyncFolder(folder, **source, log, {}, on_leaves);
    if (!result.ok() || !seen->has_value()) return result;
    if (result->checkpoint.size >= (*seen)->size || attempt == kCatchUpTries) {
      absl::Status same = CheckAgainstSeen(**seen, folder, log);
      return same.ok() ? result : absl::StatusOr<mirror::SyncResult>(std::move(same));
    }
    std::this_thread::sleep_for(kCatchUpPause);
  }
}

absl::StatusOr<keys::VerifierKey> PinnedLogKey(const Context& context) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  if (profile->log_vkey.empty()) {
    return absl::FailedPreconditionError(
        "no log is pinned; do so with: cairn log trust --vkey VKEY --genesis DIGEST");
  }
  return keys::VerifierKey::Parse(profile->log_vkey);
}

absl::StatusOr<OpenedCopy> OpenCopy(const std::string& folder, const keys::VerifierKey& log) {
  OpenedCopy copy;
  copy.source = std::make_unique<mirror::FolderSource>(folder);
  absl::StatusOr<std::unique_ptr<mirror::LogReader>> reader =
      mirror::LogReader::Open(*copy.source, log);
  if (!reader.ok()) return reader.status();
  copy.log = *std::move(reader);
  return copy;
}

}  // namespace cairn::client
