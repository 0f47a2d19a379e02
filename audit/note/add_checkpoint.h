// The request by which a log asks a witness for a cosignature (C2SP tlog-witness, add-checkpoint):
//
//   "old " <decimal size> 0A
//   ( <base64 of a 32-byte hash> 0A )       0 to 63: the consistency proof from old
//   0A
//   <checkpoint note, verbatim>
//
// Both sides, the log's client and the witness, use this one reader and writer. Pure, thread-safe.
#ifndef CAIRN_AUDIT_NOTE_ADD_CHECKPOINT_H_
#define CAIRN_AUDIT_NOTE_ADD_CHECKPOINT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/merkle/types.h"
#include "audit/note/note.h"
#include "keys/bytes.h"

namespace cairn::note {

inline constexpr std::size_t kMaxAddCheckpointBytes = kMaxNoteBytes + std::size_t{4} * 1024;

struct AddCheckpointRequest {
  merkle::TreeSize old_size{};
  std::vector<merkle::NodeHash> proof;
  std::string note;  // Unverified.

  friend bool operator==(const AddCheckpointRequest&, const AddCheckpointRequest&) = default;
};

// kInvalidArgument: not of the form above, over a limit, or the rest is not a signed note. Whether
// `old_size`, proof and checkpoint fit each other is for the witness to judge, in its order.
// For a request that parses, FormatAddCheckpoint gives the same bytes.
absl::StatusOr<AddCheckpointRequest> ParseAddCheckpoint(keys::ByteView body);

// kInvalidArgument: parts that ParseAddCheckpoint would refuse.
absl::StatusOr<std::string> FormatAddCheckpoint(const AddCheckpointRequest& request);

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_ADD_CHECKPOINT_H_
