// The log that this one goes on from: its verified copy below the data folder, in the layout of a
// mirror, and the state that was carried over from it.
#ifndef CAIRN_BROKER_PREDECESSOR_H_
#define CAIRN_BROKER_PREDECESSOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/replay.h"
#include "audit/log/store.h"
#include "broker/http_listener.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::broker {

// What `cairn-broker genesis` is told of a predecessor.
struct PredecessorRequest {
  std::string folder;                 // A copy, as `cairn log mirror` makes it; empty: none.
  std::string vkey;                   // Its key; believed, so it must come from the operator.
  std::optional<std::uint64_t> size;  // Up to which it is carried over; nothing: the copy's.
  std::vector<std::string> lost;      // "FIRST-LAST" or "LEAF": admitted loss.
};

// A predecessor that was folded.
struct CarriedLog {
  v1::Predecessor predecessor;  // As the Genesis names it.
  ledger::Replay replay;        // The state under the Genesis (ledger::Replay::GoOnFrom).
};

// Copies it to `data`/predecessor, verified under its key, with its own predecessors, and folds it.
// Again: goes on from what is there. kInvalidArgument: a request that is none. kNotFound: no copy
// in the folder. kDataLoss: it is not what its key has signed. kFailedPrecondition: fewer leaves
// than asked for, or the log never stood.
absl::StatusOr<CarriedLog> CarryPredecessor(const std::string& data,
                                            const PredecessorRequest& request);

// Makes `state` all of the objects of a store without leaves, so that a Genesis can be logged over
// it; an empty one for a log without predecessor. In batches, the log's own object last: what a
// crash leaves is no state, and is replaced by the next call. kFailedPrecondition: it has leaves.
absl::Status SeedState(log::Store& store, const ledger::MemoryState& state);

// Before leaf 0: an empty replay, or the predecessor's state out of `data`/predecessor.
// kFailedPrecondition: the copy is not there.
absl::StatusOr<ledger::Replay> BeginReplay(const log::Reader& reader, const std::string& data);

// What a path below "/predecessor" gets over HTTP: the copy's files, and its predecessor's.
HttpResponse AnswerPredecessorPath(absl::string_view path, const std::string& data);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_PREDECESSOR_H_
