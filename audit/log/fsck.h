// The check of a whole store: every entry is read again, every hash, tile, root, id, listing and
// object of the fold is made anew from the entries and compared with what is stored. Believes
// nothing that it can compute. Streams: memory grows with the state of the fold, not with the log.
#ifndef CAIRN_AUDIT_LOG_FSCK_H_
#define CAIRN_AUDIT_LOG_FSCK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/ledger/replay.h"
#include "audit/log/anchor.h"
#include "audit/log/store.h"
#include "keys/vkey.h"

namespace cairn::v1 {
class Statement;
}  // namespace cairn::v1

namespace cairn::log {

// What a doubt is about. Values are for output, never stored.
enum class DoubtAbout {
  kHead,        // Size or root.
  kEntry,       // Missing, unreadable, or not a verified statement.
  kTile,        // Missing, of the wrong width, a wrong hash, or one too many.
  kId,          // An entry's id missing, leading elsewhere, or an id without an entry.
  kHandover,    // The same of a handover's listing.
  kObject,      // An object of the fold missing, differing, or one too many.
  kRefused,     // A leaf that the fold refuses stands in the log.
  kNote,        // The newest, previous or published note.
  kAnchor,      // A slot, or what it says.
  kContent,     // What the broker keeps apart (broker/content_check.h); never found by Fsck.
  kUnknownKey,  // Stored under a key that no part of a log has.
  kDatabase,    // The database cannot be opened at all; nothing else is known then.
};

struct Doubt {
  DoubtAbout about;
  std::string message;  // A sentence: where, expected, found.
};

struct FsckOptions {
  // The state before leaf 0: of a successor log its predecessor's, carried over. Must outlive the
  // call. Null: none.
  const ledger::Replay* begin = nullptr;
  // Why there is none, where one is needed: then entries and tree are checked, and not the state.
  std::string no_begin;
  // Doubts beyond this many are counted, not kept.
  std::size_t max_doubts = 100;
  // Called now and then with the number of leaves done and of all leaves.
  std::function<void(std::uint64_t done, std::uint64_t of)> progress;
  // Called with each leaf that holds a valid statement, in leaf order: for checks of what the
  // statements name and the log does not hold.
  std::function<void(merkle::LeafIndex leaf, const v1::Statement& statement)> on_statement;
};

struct FsckReport {
  TreeHead head;              // As recomputed from the entries.
  std::vector<Doubt> doubts;  // In the order found.
  std::uint64_t more_doubts = 0;
  std::string not_checked;  // What this program could not judge (a later fold version); else empty.

  bool clean() const { return doubts.empty() && more_doubts == 0; }
};

// Checks everything in one snapshot of `store`, and `anchor` as it was read (ReadAnchor, or the
// running sequencer's own). Never fails: what cannot be read is a doubt.
FsckReport Fsck(const Store& store, const absl::StatusOr<AnchorContents>& anchor,
                const keys::VerifierKey& log_key, const FsckOptions& options = {});

// "entry", "tile" …: how a doubt is named to people and machines.
const char* DoubtName(DoubtAbout about);

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_FSCK_H_
