// Checkpoints (C2SP tlog-checkpoint): what a log signs about its whole tree. The text of a note of
// three lines, none more, each ended by 0A:
//
//   <origin>
//   <tree size, decimal>
//   <base64 of the 32-byte root>
//
// The log's key has the origin as its name. There is no time in it: that comes from cosignatures.
// Extension lines are refused, since nobody could audit them. Pure, thread-safe.
#ifndef CAIRN_AUDIT_NOTE_CHECKPOINT_H_
#define CAIRN_AUDIT_NOTE_CHECKPOINT_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/merkle/types.h"
#include "audit/note/note.h"
#include "keys/bytes.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::note {

inline constexpr std::size_t kMaxOriginBytes = 255;  // As many as a type 06 cosignature can name.

struct Checkpoint {
  std::string origin;
  merkle::TreeSize size{};
  merkle::NodeHash root;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// kInvalidArgument unless `origin` can name a log: what keys::CheckKeyName takes.
[[nodiscard]] absl::Status CheckOrigin(absl::string_view origin);

// The text of a checkpoint. kInvalidArgument: a bad origin, size > merkle::kMaxTreeSize, size 0
// with another than the empty root.
absl::StatusOr<std::string> FormatCheckpoint(const Checkpoint& checkpoint);

// The inverse; one text for each checkpoint. For texts out of an opened note, or made by us.
// kInvalidArgument: anything that FormatCheckpoint would not have written, but for size 0 with
// another root, which a witness has to tell from a malformed one: see HasFittingRoot.
absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text);

// False for size 0 with another than the empty root: no tree has that.
bool HasFittingRoot(const Checkpoint& checkpoint);

// The note of a checkpoint, signed by its log (type 01, named by the origin). Deterministic.
// kInvalidArgument as for FormatCheckpoint.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           const keys::SigningPrivateKey& key);

// A checkpoint that its log has signed, and who of those asked about has cosigned it.
struct OpenedCheckpoint {
  Checkpoint checkpoint;
  std::string text;  // As signed: what cosigners sign, and what is compared.
  keys::VerifierKey log;
  std::vector<VerifiedSignature> cosignatures;  // In the order of the note; one a key.
};

// Verifies a checkpoint note. `log` is a key of type 01; `witnesses`, of type 04, may be none.
// kInvalidArgument: not a note, not a checkpoint, a repeated signature line, or `log` or
// `witnesses`
//   of another type. kDataLoss: a line of one of these keys does not verify. kUnauthenticated: not
//   signed by `log`, or of another origin than the log's.
absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(keys::ByteView note, const keys::VerifierKey& log,
                                                std::span<const keys::VerifierKey> witnesses = {});

// The first line of a note, before anything was verified: to find the key to open it with, and for
// nothing else. kInvalidArgument: not a signed note, or no line that CheckOrigin takes.
absl::StatusOr<std::string> ClaimedOrigin(keys::ByteView note);

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_CHECKPOINT_H_
