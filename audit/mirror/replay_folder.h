// Folding a log again out of its copy: the state at any size, from verified entries alone.
#ifndef CAIRN_AUDIT_MIRROR_REPLAY_FOLDER_H_
#define CAIRN_AUDIT_MIRROR_REPLAY_FOLDER_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/ledger/replay.h"
#include "audit/merkle/types.h"
#include "audit/mirror/log_reader.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::mirror {

// Called for each leaf, in order, after it was folded. An error ends the replay and is returned.
using OnLeaf =
    absl::FunctionRef<absl::Status(const ledger::ReplayStep& step, keys::ByteView entry)>;

// Folds the leaves from replay.size() up to `end` out of `log`. Signatures are verified by as many
// threads as the machine has cores, at most three bundles each ahead of the fold; memory beside the
// state is constant.
// kInvalidArgument: end > log.size(). kUnimplemented: from a leaf on the log wants a fold version
// that this program does not know; the replay then stands before that leaf. Otherwise errors of the
// reader and of `on_leaf`. A leaf that is malformed or refused is no error: it changed nothing.
absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay,
                       OnLeaf on_leaf);
absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay);

// The state of the first `size` leaves of the copy in `folder`, which SyncFolder has made, checked
// against its checkpoint under `log`. replay.state() is a ledger::ScanView for
// ledger::ReadHandover, ReadFacts and the others.
// kNotFound: there is no copy in `folder`. kOutOfRange: the copy has fewer leaves than `size`.
// Otherwise as above.
absl::StatusOr<ledger::Replay> ReplayFolder(const std::string& folder, const keys::VerifierKey& log,
                                            merkle::TreeSize size);

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_REPLAY_FOLDER_H_
