// Whether a database and its anchor fit each other: what decides, at start, if a log may go on
// signing or opens sealed. Internal to this folder.
#ifndef CAIRN_AUDIT_LOG_OPENING_H_
#define CAIRN_AUDIT_LOG_OPENING_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/anchor.h"
#include "audit/log/edge.h"
#include "audit/log/store.h"
#include "keys/vkey.h"

namespace cairn::log {

struct Opening {
  // A sentence: why nothing may be signed. Then only `notes` below is to be used, as far as it
  // goes.
  std::optional<std::string> sealed;
  std::vector<std::string> messages;  // What was repaired or is gone on with.

  StoredNotes notes;
  Edge edge;
  std::uint64_t last_logged_ms = 0;  // Of the last leaf; 0 without leaves.
  // Locked. Null where it has yet to be made: in a log of no leaves.
  std::unique_ptr<Anchor> anchor;
};

// Reads O(log n). Repairs one damaged slot of the anchor where the other one is known to the
// database; changes nothing else. Errors, as against a sealed log: kFailedPrecondition: the anchor
// is held by another process, or another key has signed this log; kUnavailable and the like: store
// or anchor cannot be read at all.
// A note of `foreign` that this log's key has signed and that is no prefix of the database seals it
// too; one that shows nothing about this log is passed over.
absl::StatusOr<Opening> OpenAnchored(const Store& store, const std::string& anchor_path,
                                     const keys::VerifierKey& log_key,
                                     std::span<const keys::Bytes> foreign = {});

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_OPENING_H_
