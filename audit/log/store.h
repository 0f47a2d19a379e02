// The narrow interface to whatever keeps a log: entries, tiles, indices, the objects of the fold,
// notes, and the index of uploaded content. One engine stands behind it today
// (audit/log/rocks_store.h); nothing above this folder knows which.
//
// Codes, the same for all calls unless a call says otherwise:
//   kDataLoss           stored bytes cannot be what they should be: raise an alarm, run fsck.
//   kUnavailable        the engine could not read or write; kResourceExhausted: no room on the
//   disk.
// After an error of a call that writes, the state on disk is not known: the process is to end and
// to open the store again.
#ifndef CAIRN_AUDIT_LOG_STORE_H_
#define CAIRN_AUDIT_LOG_STORE_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/view.h"
#include "audit/merkle/tile_source.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "keys/bytes.h"

namespace cairn::log {

// Drawn at random when a database is made. A copy of a database keeps it; a new one has another.
struct DatabaseId {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const DatabaseId&, const DatabaseId&) = default;
  std::string Hex() const;
};

// A tree: how many leaves, and the root over them.
struct TreeHead {
  merkle::TreeSize size{};
  merkle::NodeHash root;

  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// A checkpoint note and the size that it is for.
struct NoteRecord {
  merkle::TreeSize size{};
  keys::Bytes note;

  friend bool operator==(const NoteRecord&, const NoteRecord&) = default;
};

// What the store knows of the log's own notes.
struct StoredNotes {
  std::optional<NoteRecord> newest;    // Nothing in a database that was only just made.
  std::optional<NoteRecord> previous;  // The one before, of a smaller size.
  std::optional<NoteRecord>
      published;  // What /checkpoint shows, with cosignatures. Never goes back.
};

// --- Reading
// ------------------------------------------------------------------------------------

// One thing as it is stored. The views are good during the visit only.
struct StoredItem {
  enum class Kind {
    kEntry,     // `index`, `value`: the entry bytes.
    kTile,      // `level`, `index`, `value`: the row.
    kId,        // `id`; `index`: its leaf.
    kHandover,  // `id`: the handover; `index`: a leaf of it.
    kObject,    // `key`, `value`.
    kUnknown    // `key`: no part of a log has such a key, or such a value under it.
  };
  Kind kind = Kind::kUnknown;
  unsigned level = 0;
  std::uint64_t index = 0;
  statement::StatementId id;
  absl::string_view key;
  keys::ByteView value;
};

// Reads of one state. Thread-safe. As merkle::TileReader it gives tiles, as ledger::ScanView the
// objects of the fold.
class Reader : public merkle::TileReader, public ledger::ScanView {
 public:
  virtual absl::StatusOr<TreeHead> ReadHead() const = 0;
  virtual absl::StatusOr<StoredNotes> ReadNotes() const = 0;

  // The entry bytes of one leaf. kNotFound: there is no such leaf.
  virtual absl::StatusOr<keys::Bytes> ReadEntry(merkle::LeafIndex index) const = 0;
  // Visits the entries from `first` on in order, at most `count`, until `visit` returns false or
  // the leaves end. The view is good during the call only. kDataLoss: a leaf is left out.
  virtual absl::Status ReadEntries(
      merkle::LeafIndex first, std::uint64_t count,
      absl::FunctionRef<bool(merkle::LeafIndex index, keys::ByteView entry)> visit) const = 0;

  // The tiles named, cut from the stored value, at least as wide as named (merkle::TileReader).
  // kNotFound: no such tile, or none as wide. kDataLoss: no bytes of a tile.
  absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> ReadTiles(
      std::span<const merkle::TileId> tiles) const override = 0;
  // The stored row of hashes, in whatever width it has. kNotFound: no such tile.
  virtual absl::StatusOr<keys::Bytes> ReadTileRow(unsigned level, std::uint64_t index) const = 0;

  // Where the statement stands in the log; nothing if it does not.
  virtual absl::StatusOr<std::optional<merkle::LeafIndex>> FindLeaf(
      const statement::StatementId& id) const = 0;

  // The leaves of one handover, ascending, from `first` on, below `size` (which pins a listing to
  // one tree), at most `limit`.
  virtual absl::StatusOr<std::vector<merkle::LeafIndex>> ListHandover(
      const statement::StatementId& handover, merkle::LeafIndex first, merkle::TreeSize size,
      std::size_t limit) const = 0;

  // Visits every stored item but the content index, by kind, until `visit` returns false: what fsck
  // compares. Items that should not be there are among them.
  virtual absl::Status ScanAll(absl::FunctionRef<bool(const StoredItem& item)> visit) const = 0;
};

// --- Writing
// ------------------------------------------------------------------------------------

enum class Durability {
  kSynced,    // On disk when the call returns.
  kUnsynced,  // On disk after the next synced write at the latest, and never after what comes
              // later: for a note that the anchor makes durable (committer.h), and for filling test
              // stores.
};

// One leaf to be.
struct NewEntry {
  keys::Bytes entry;
  statement::StatementId id;
  std::optional<statement::StatementId> handover;  // Whose listing it belongs to, if any.
};

// The hashes of one tile from position 0 on, 32 bytes each: the whole row, old part included.
struct TileRow {
  unsigned level = 0;
  std::uint64_t index = 0;
  keys::Bytes row;
};

// What one batch of leaves changes, all of it or nothing.
struct Batch {
  merkle::TreeSize from{};  // The size before: it must be the store's.
  std::vector<NewEntry> entries;
  std::vector<TileRow> tiles;
  std::vector<ledger::Change> objects;  // Each key once.
  TreeHead head;                        // The tree with these entries.
};

// Reads the newest state, each call on its own; writes. Reads may be made by any thread at any
// time; Commit and PutNote by one thread, PutPublishedNote by one that may be another,
// CommitContent by any.
class Store : public Reader {
 public:
  virtual const DatabaseId& database_id() const = 0;

  // The state of now, for as long as the object lives: for answers that need several reads to
  // agree (a proof and the root it is for). Keeps old data from being dropped: do not hoard.
  // The store must outlive it.
  virtual std::unique_ptr<const Reader> TakeSnapshot() const = 0;

  // Writes the batch in one piece. kFailedPrecondition, and nothing written: `from` is not the
  // store's size, the counts do not add up, or a tile is not the stored one grown longer: a hash
  // that was once stored never changes.
  virtual absl::Status Commit(const Batch& batch, Durability durability) = 0;

  // Writes objects that are there before leaf 0: the state that a successor log goes on from
  // (audit/ledger/carry.h). Synced. kFailedPrecondition, and nothing written: there are leaves.
  virtual absl::Status SeedObjects(const std::vector<ledger::Change>& objects) = 0;

  // Makes `note` the newest; the former newest becomes the previous if it is smaller.
  // Again the same note changes nothing. kFailedPrecondition: smaller than the newest, larger than
  // the tree, or other bytes for the same size.
  virtual absl::Status PutNote(const NoteRecord& note, Durability durability) = 0;

  // Makes `note` what /checkpoint shows, synced. kFailedPrecondition: smaller than the one shown
  // now, or larger than the newest note.
  virtual absl::Status PutPublishedNote(const NoteRecord& note) = 0;

  // --- The index of content (uploads and files), owned by the broker: opaque keys and values in
  // a space of their own. No leaf depends on it.
  virtual absl::StatusOr<std::optional<keys::Bytes>> GetContent(absl::string_view key) const = 0;
  // As ledger::ScanView::Scan.
  virtual absl::Status ScanContent(
      absl::string_view prefix,
      absl::FunctionRef<bool(absl::string_view key, keys::ByteView value)> visit) const = 0;
  // Writes all changes in one piece.
  virtual absl::Status CommitContent(const std::vector<ledger::Change>& changes,
                                     Durability durability) = 0;
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_STORE_H_
