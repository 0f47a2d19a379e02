// Folding a log again out of its copy: the state at any size, from verified entries alone.
#ifndef CAIRN_AUDIT_MIRROR_REPLAY_FOLDER_H_
#define CAIRN_AUDIT_MIRROR_REPLAY_FOLDER_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/ledger/replay.h"
#include "audit/merkle/types.h"
#include "audit/mirror/log_reader.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::mirror {

// Called for each leaf, in order, after it was folded. An error ends the replay and is returned.
using OnLeaf =
    absl::FunctionRef<absl::Status(const ledger::ReplayStep& step, keys::ByteView entry)>;

// Successors. A log whose Genesis names a predecessor is folded over that one's state, so a copy of
// it must lie beside the copy of the log (Source::Predecessor), and of its own predecessor beside
// that. Everything below folds it first and checks it against what the Genesis names; `on_leaf` is
// called for its leaves only where that says so. Without such a copy: kFailedPrecondition, with the
// remedy. kDataLoss: the copy is not the log, or not the root, that the Genesis names.
inline constexpr int kMaxPredecessors = 16;

// The predecessor of the log in `log`, if its Genesis names one. Errors of the reader.
absl::StatusOr<std::optional<v1::Predecessor>> ReadPredecessor(LogReader& log);
// Folds all predecessors of a log and takes their state for `before`'s successor.
// `on_old_leaf` is called for each of their leaves, the oldest log first.
absl::StatusOr<ledger::Replay> ReplayPredecessor(const Source& log_source,
                                                 const v1::Predecessor& before, OnLeaf on_old_leaf);

// Folds the leaves from replay.size() up to `end` out of `log`. Signatures are verified by as many
// threads as the machine has cores, at most three bundles each ahead of the fold; memory beside the
// state is constant.
// kInvalidArgument: end > log.size(). kUnimplemented: from a leaf on the log wants a fold version
// that this program does not know; the replay then stands before that leaf. Otherwise errors of the
// reader and of `on_leaf`. A leaf that is malformed or refused is no error: it changed nothing.
absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay,
                       OnLeaf on_leaf);
absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay);
// The same, and `on_old_leaf` for each leaf of the predecessors, if the replay begins here.
absl::Status ReplayAll(LogReader& log, merkle::TreeSize end, ledger::Replay& replay,
                       OnLeaf on_old_leaf, OnLeaf on_leaf);

// The state of the first `size` leaves of the copy in `folder`, which SyncFolder has made, checked
// against its checkpoint under `log`. replay.state() is a ledger::ScanView for
// ledger::ReadHandover, ReadFacts and the others.
// kNotFound: there is no copy in `folder`. kOutOfRange: the copy has fewer leaves than `size`.
// Otherwise as above.
absl::StatusOr<ledger::Replay> ReplayFolder(const std::string& folder, const keys::VerifierKey& log,
                                            merkle::TreeSize size);

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_REPLAY_FOLDER_H_
