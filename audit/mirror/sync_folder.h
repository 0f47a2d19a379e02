// Keeping a copy of a log in a folder, in the layout of C2SP tlog-tiles, so that any static web
// server can serve the copy on, and any tile client can read it.
//
//   checkpoint                    the newest verified note; moved last, so that whatever it covers
//                                 is there
//   tile/..., tile/entries/...    as the log serves them; partial ones until the full one is there
//   evidence/<sha256>.note        notes that this log's key has signed and that no one tree can
//                                 have: two of them convict the operator
//   predecessor/...               the same of the log that this one goes on from, if its Genesis
//                                 names one and the source has it (under "predecessor")
//   lock                          held while a process writes
//
// The copy grows only by what extends it. Order of effects, and what a crash leaves:
//   1. Fetch the note and the right edge of its tree; check them.     Nothing is on disk.
//   2. Check that the tree extends the copy's.                        Else: both notes to
//   evidence/.
//   3. For each new bundle: fetch, check, write it; then the tiles.   A next run checks what is
//                                                                     there and fetches the rest.
//   4. Sync, then move the checkpoint.                                The copy is the larger one.
//   5. Remove partial tiles whose full one is there.                  A few files too many.
#ifndef CAIRN_AUDIT_MIRROR_SYNC_FOLDER_H_
#define CAIRN_AUDIT_MIRROR_SYNC_FOLDER_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "audit/merkle/types.h"
#include "audit/mirror/source.h"
#include "audit/note/checkpoint.h"
#include "keys/vkey.h"

namespace cairn::mirror {

struct SyncResult {
  note::Checkpoint checkpoint;  // Of the copy, as it is now.
  merkle::TreeSize from{};      // Its size before; zero for a new one.
  merkle::TreeSize shown{};     // The size that the source showed: smaller than the copy's if the
                                // source lags behind, which proves nothing.
  std::uint64_t bundles_fetched = 0;
  std::uint64_t bundles_kept = 0;  // Of an earlier run that broke off.
};

// Called as leaves arrive: how many of how many new ones are there.
using OnLeaves = absl::FunctionRef<void(std::uint64_t done, std::uint64_t total)>;

// Brings the copy in `folder` (made if need be) up to what `source` shows, verified under `log`; of
// predecessors, under the keys that the Genesis names, until all leaves are there that were carried
// over. A source that has none of them is no error: who folds the copy will miss it.
// Errors of the source, of note::OpenCheckpoint and of the disk (kUnavailable), and:
// kDataLoss: the source gives bytes that its own checkpoint does not commit to; or the copy's own
//   files were changed; or the log shows another history than before, and then both notes are kept
//   and the message names them. The three messages differ; ShowsTwoHistories tells the last.
// kFailedPrecondition: another process is writing this copy.
absl::StatusOr<SyncResult> SyncFolder(const std::string& folder, Source& source,
                                      const keys::VerifierKey& log,
                                      std::span<const keys::VerifierKey> witnesses,
                                      OnLeaves on_leaves);
absl::StatusOr<SyncResult> SyncFolder(const std::string& folder, Source& source,
                                      const keys::VerifierKey& log);

// Whether an error of SyncFolder says that the log's key has signed two histories: an accusation,
// so it never hangs on the wording of a message, in which names of others' choice stand.
bool ShowsTwoHistories(const absl::Status& status);

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_SYNC_FOLDER_H_
