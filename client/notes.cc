#include "client/notes.h"

#include <grpcpp/grpcpp.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/merkle/verify.h"
#include "client/connection.h"
#include "keys/vkey.h"

namespace cairn::client {
namespace {

constexpr std::size_t kMaxKeptNoteBytes = note::kMaxNoteBytes;

std::string NewestPath(const Home& home) { return home.Notes() + "/newest"; }

absl::StatusOr<note::OpenedCheckpoint> OpenUnderPinnedKey(const Profile& profile,
                                                          const std::string& note) {
  if (profile.log_vkey.empty()) {
    return absl::FailedPreconditionError(
        "no log is pinned; do so with: cairn log trust --vkey VKEY --genesis DIGEST");
  }
  const absl::StatusOr<keys::VerifierKey> log = keys::VerifierKey::Parse(profile.log_vkey);
  if (!log.ok()) return log.status();
  return note::OpenCheckpoint(keys::AsBytes(note), *log);
}

absl::StatusOr<std::vector<merkle::NodeHash>> FetchConsistency(Connection& connection,
                                                               merkle::TreeSize from,
                                                               merkle::TreeSize to) {
  v1::GetConsistencyProofRequest request;
  request.set_from_size(merkle::ToInt(from));
  request.set_to_size(merkle::ToInt(to));
  absl::StatusOr<v1::GetConsistencyProofResponse> answer =
      connection.Call(&v1::LogService::Stub::GetConsistencyProof, connection.log(), request);
  if (!answer.ok()) return answer.status();
  std::vector<merkle::NodeHash> proof;
  for (const std::string& hash : answer->hashes()) {
    absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(keys::AsBytes(hash));
    if (!digest.ok()) return digest.status();
    proof.push_back({*digest});
  }
  return proof;
}

// Two notes of one key that no tree can have both: the operator's own signature convicts it.
absl::Status KeepEvidence(const Home& home, const std::string& note, const absl::Status& why) {
  const std::string path =
      absl::StrCat(home.Notes(), "/other-history-", keys::Sha256(keys::AsBytes(note)).Hex());
  if (absl::Status kept = WriteFileDurably(path, keys::AsBytes(note)); !kept.ok()) return kept;
  return absl::DataLossError(absl::StrCat(
      "the log shows another history than before: its note does not extend the newest one that "
      "this profile has verified (",
      why.message(), "). Both notes are kept: ", NewestPath(home), " and ", path,
      ". Do not go on; show them to the other parties."));
}

}  // namespace

absl::StatusOr<std::optional<note::OpenedCheckpoint>> NewestNote(const Home& home,
                                                                 const Profile& profile) {
  absl::StatusOr<keys::Bytes> kept = ReadFile(NewestPath(home), kMaxKeptNoteBytes);
  if (absl::IsNotFound(kept.status())) return std::optional<note::OpenedCheckpoint>();
  if (!kept.ok()) return kept.status();
  absl::StatusOr<note::OpenedCheckpoint> opened = OpenUnderPinnedKey(profile, *kept);
  if (!opened.ok()) return opened.status();
  return std::optional<note::OpenedCheckpoint>(*std::move(opened));
}

absl::StatusOr<note::OpenedCheckpoint> AdvanceNote(Context& context, const std::string& note) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<note::OpenedCheckpoint> opened = OpenUnderPinnedKey(*profile, note);
  if (!opened.ok()) return opened;
  absl::StatusOr<std::optional<note::OpenedCheckpoint>> newest = NewestNote(*home, *profile);
  if (!newest.ok()) return newest.status();

  if (newest->has_value() && merkle::ToInt((*newest)->checkpoint.size) > 0) {
    const note::Checkpoint& seen = (*newest)->checkpoint;
    const note::Checkpoint& shown = opened->checkpoint;
    const bool grown = merkle::ToInt(shown.size) >= merkle::ToInt(seen.size);
    const note::Checkpoint& small = grown ? seen : shown;
    const note::Checkpoint& large = grown ? shown : seen;
    std::vector<merkle::NodeHash> proof;
    if (small.size != large.size) {
      absl::StatusOr<Connection*> connection = context.Connect();
      if (!connection.ok()) return connection.status();
      auto fetched = FetchConsistency(**connection, small.size, large.size);
      if (!fetched.ok()) return fetched.status();
      proof = *std::move(fetched);
    }
    const absl::Status consistent =
        merkle::VerifyConsistency(small.size, small.root, large.size, large.root, proof);
    if (!consistent.ok()) return KeepEvidence(*home, note, consistent);
    if (!grown) return opened;
  }
  if (absl::Status made = MakeFolder(home->Notes()); !made.ok()) return made;
  if (absl::Status kept = WriteFileDurably(NewestPath(*home), keys::AsBytes(note)); !kept.ok()) {
    return kept;
  }
  return opened;
}

}  // namespace cairn::client
