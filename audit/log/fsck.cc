#include "audit/log/fsck.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "audit/ledger/replay.h"
#include "audit/log/listing.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/tile.h"
#include "audit/note/checkpoint.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::log {
namespace {

constexpr std::uint64_t kChunk = 1024;  // Entries read in one scan.

// One pass over everything. Members in the order in which they are used.
class Checker {
 public:
  Checker(const Store& store, const absl::StatusOr<AnchorContents>& anchor,
          const keys::VerifierKey& log_key, const FsckOptions& options)
      : database_(store.database_id()),
        snapshot_(store.TakeSnapshot()),
        reader_(*snapshot_),
        anchor_(anchor),
        log_key_(log_key),
        options_(options) {
    if (options.begin != nullptr) replay_ = *options.begin;
    if (!options.no_begin.empty()) {
      report_.not_checked = absl::StrCat("the state: ", options.no_begin);
    }
  }

  FsckReport Run() {
    ReadHeadAndNotes();
    WatchSizes();
    CheckEntries();
    CheckLastTiles();
    CheckHead();
    CheckItems();
    CheckNotes();
    CheckAnchor();
    return std::move(report_);
  }

 private:
  template <typename... Parts>
  void Doubtful(DoubtAbout about, const Parts&... parts) {
    if (report_.doubts.size() >= options_.max_doubts) {
      ++report_.more_doubts;
      return;
    }
    report_.doubts.push_back({about, absl::StrCat(parts...)});
  }

  void ReadHeadAndNotes() {
    auto head = reader_.ReadHead();
    if (head.ok()) {
      stored_ = *head;
    } else {
      Doubtful(DoubtAbout::kHead, head.status().message());
    }
    auto notes = reader_.ReadNotes();
    if (notes.ok()) {
      notes_ = *std::move(notes);
    } else {
      Doubtful(DoubtAbout::kNote, notes.status().message());
    }
  }

  // Notes are compared with the roots that the entries gave on the way.
  void WatchSizes() {
    for (const auto* note : {&notes_.newest, &notes_.previous, &notes_.published}) {
      if (*note) roots_.emplace(merkle::ToInt((*note)->size), std::nullopt);
    }
    if (!anchor_.ok()) return;
    for (const auto& slot : anchor_->slots) {
      if (slot.ok()) roots_.emplace(merkle::ToInt(slot->head.size), std::nullopt);
    }
  }
  void NoteRoot() {
    const auto found = roots_.find(merkle::ToInt(frontier_.size()));
    if (found != roots_.end()) found->second = frontier_.Root();
  }

  // --- Entries, and the tiles, ids, listings and state that they make
  void CheckEntries() {
    NoteRoot();
    const std::uint64_t size = merkle::ToInt(stored_.size);
    for (std::uint64_t next = 0; next < size && !lost_;) {
      const std::uint64_t count = std::min(kChunk, size - next);
      std::uint64_t seen = 0;
      const absl::Status status = reader_.ReadEntries(
          merkle::LeafIndex{next}, count, [&](merkle::LeafIndex index, keys::ByteView entry) {
            CheckEntry(index, entry);
            return ++seen < count;
          });
      next += seen;
      if (seen < count) {
        Doubtful(DoubtAbout::kEntry, "leaf ", next, " cannot be read (",
                 status.ok() ? "it is not there" : status.message(),
                 "): nothing that builds on it can be checked");
        lost_ = true;
      }
      if (options_.progress) options_.progress(next, size);
    }
  }

  void CheckEntry(merkle::LeafIndex index, keys::ByteView entry) {
    frontier_.Append(merkle::HashLeaf(entry),
                     [&](const merkle::NodeId& id, const merkle::NodeHash& hash) {
                       if (id.level % merkle::kTileHeight == 0) AddToTile(id, hash);
                     });
    NoteRoot();
    if (!report_.not_checked.empty()) return;
    auto step = replay_.Step(entry);
    if (!step.ok()) {
      report_.not_checked = absl::StrCat("the state from leaf ", merkle::ToInt(index),
                                         " on: ", step.status().message());
      return;
    }
    if (!step->malformed.ok()) {
      Doubtful(DoubtAbout::kEntry, "leaf ", merkle::ToInt(index),
               " holds no valid statement: ", step->malformed.message());
      return;
    }
    if (step->refusal) {
      Doubtful(DoubtAbout::kRefused, "leaf ", merkle::ToInt(index), " holds a ",
               statement::BodyName(step->statement->statement()),
               " that the fold refuses: ", step->refusal->message());
    }
    CheckIndices(index, *step->statement);
    if (options_.on_statement) options_.on_statement(index, step->statement->statement());
  }

  void CheckIndices(merkle::LeafIndex index, const statement::VerifiedStatement& statement) {
    ++ids_wanted_;
    auto leaf = reader_.FindLeaf(statement.id());
    if (!leaf.ok()) {
      Doubtful(DoubtAbout::kId, leaf.status().message());
    } else if (!leaf->has_value()) {
      Doubtful(DoubtAbout::kId, "statement ", statement.id().Hex(), " of leaf ",
               merkle::ToInt(index), " is not in the index of ids");
    } else if (**leaf != index) {
      Doubtful(DoubtAbout::kId, "statement ", statement.id().Hex(), " is at leaf ",
               merkle::ToInt(index), ", the index of ids says ", merkle::ToInt(**leaf));
    }
    const auto handover = ListedUnder(statement);
    if (!handover) return;
    ++listed_wanted_;
    auto listed = reader_.ListHandover(*handover, index, merkle::SizeThrough(index), 1);
    if (!listed.ok()) {
      Doubtful(DoubtAbout::kHandover, listed.status().message());
    } else if (listed->empty()) {
      Doubtful(DoubtAbout::kHandover, "leaf ", merkle::ToInt(index),
               " is not listed under its handover ", handover->Hex());
    }
  }

  void AddToTile(const merkle::NodeId& id, const merkle::NodeHash& hash) {
    const unsigned level = id.level / merkle::kTileHeight;
    if (level >= rows_.size()) rows_.resize(level + 1);
    keys::AppendBytes(rows_[level], hash.digest.View());
    if (rows_[level].size() < merkle::kMaxTileBytes) return;
    CompareTile(level, id.index / merkle::kTileWidth);
    rows_[level].clear();
  }

  void CompareTile(unsigned level, std::uint64_t index) {
    ++tiles_wanted_;
    auto stored = reader_.ReadTileRow(level, index);
    if (!stored.ok()) {
      Doubtful(DoubtAbout::kTile, "tile ", level, "/", index, ": ", stored.status().message());
      return;
    }
    const keys::Bytes& wanted = rows_[level];
    if (*stored == wanted) return;
    if (stored->size() != wanted.size()) {
      Doubtful(DoubtAbout::kTile, "tile ", level, "/", index, " has ", stored->size(),
               " bytes, the entries make ", wanted.size());
      return;
    }
    const auto differs = std::mismatch(stored->begin(), stored->end(), wanted.begin()).first;
    Doubtful(DoubtAbout::kTile, "tile ", level, "/", index, ": hash ",
             static_cast<std::size_t>(differs - stored->begin()) / keys::kDigestSize,
             " is not the one that the entries make");
  }

  void CheckLastTiles() {
    if (lost_) return;
    for (unsigned level = 0; level < rows_.size(); ++level) {
      if (!rows_[level].empty()) CompareTile(level, merkle::FullTiles(level, frontier_.size()));
    }
  }

  void CheckHead() {
    report_.head = {frontier_.size(), frontier_.Root()};
    if (lost_ || report_.head == stored_) return;
    Doubtful(DoubtAbout::kHead, "the entries make the root ", report_.head.root.digest.Hex(),
             " of ", merkle::ToInt(report_.head.size), " leaves; stored is ",
             stored_.root.digest.Hex(), " of ", merkle::ToInt(stored_.size));
  }

  // --- What is stored and should not be
  void CheckItems() {
    const absl::Status status = reader_.ScanAll([&](const StoredItem& item) {
      CheckItem(item);
      return true;
    });
    if (!status.ok()) {
      Doubtful(DoubtAbout::kUnknownKey, "the store cannot be read to its end: ", status.message());
      return;
    }
    if (lost_) return;
    CountObjects();
    if (tiles_found_ != tiles_wanted_) {
      Doubtful(DoubtAbout::kTile, tiles_found_, " tiles are stored, the entries make ",
               tiles_wanted_);
    }
    if (ids_found_ != ids_wanted_ && report_.not_checked.empty()) {
      Doubtful(DoubtAbout::kId, ids_found_, " ids are stored, the entries have ", ids_wanted_);
    }
    if (listed_found_ != listed_wanted_ && report_.not_checked.empty()) {
      Doubtful(DoubtAbout::kHandover, listed_found_, " leaves are listed under handovers, not ",
               listed_wanted_);
    }
  }

  void CheckItem(const StoredItem& item) {
    switch (item.kind) {
      case StoredItem::Kind::kEntry:
        if (item.index >= merkle::ToInt(stored_.size)) {
          Doubtful(DoubtAbout::kEntry, "there is a leaf ", item.index, " in a tree of ",
                   merkle::ToInt(stored_.size));
        }
        break;
      case StoredItem::Kind::kTile:
        ++tiles_found_;
        if (!merkle::TileAt(item.level, item.index, stored_.size).width) {
          Doubtful(DoubtAbout::kTile, "there is a tile ", item.level, "/", item.index,
                   " that no tree of ", merkle::ToInt(stored_.size), " leaves has");
        }
        break;
      case StoredItem::Kind::kId:
        ++ids_found_;
        if (item.index >= merkle::ToInt(stored_.size)) {
          Doubtful(DoubtAbout::kId, "the index of ids names ", item.id.Hex(), " at leaf ",
                   item.index, " of ", merkle::ToInt(stored_.size));
        }
        break;
      case StoredItem::Kind::kHandover:
        ++listed_found_;
        if (item.index >= merkle::ToInt(stored_.size)) {
          Doubtful(DoubtAbout::kHandover, "handover ", item.id.Hex(), " lists leaf ", item.index,
                   " of ", merkle::ToInt(stored_.size));
        }
        break;
      case StoredItem::Kind::kObject:
        CheckObject(item);
        break;
      case StoredItem::Kind::kUnknown:
        Doubtful(DoubtAbout::kUnknownKey, "something is stored under a key that no log has, of ",
                 item.key.size(), " bytes");
        break;
    }
  }

  void CheckObject(const StoredItem& item) {
    if (lost_ || !report_.not_checked.empty()) return;
    ++objects_found_;
    auto wanted = replay_.state().Get(item.key);
    if (!wanted.ok() || !wanted->has_value()) {
      Doubtful(DoubtAbout::kObject, "the object \"", item.key, "\" follows from no leaf");
    } else if (**wanted != keys::AsText(item.value)) {
      Doubtful(DoubtAbout::kObject, "the object \"", item.key,
               "\" is not the one that the leaves make");
    }
  }

  // Objects that are missing have to be looked for only if some are.
  void CountObjects() {
    if (!report_.not_checked.empty() || objects_found_ == replay_.state().size()) return;
    const absl::Status status =
        replay_.state().Scan("", [&](absl::string_view key, keys::ByteView) {
          auto stored = reader_.Get(key);
          if (stored.ok() && !stored->has_value()) {
            Doubtful(DoubtAbout::kObject, "the object \"", key, "\" is missing");
          }
          return true;
        });
    if (!status.ok()) Doubtful(DoubtAbout::kObject, status.message());
  }

  // --- Notes and anchor
  void CheckNote(DoubtAbout about, absl::string_view what, const keys::Bytes& note,
                 merkle::TreeSize claimed) {
    auto opened = note::OpenCheckpoint(keys::AsBytes(note), log_key_);
    if (!opened.ok()) {
      Doubtful(about, what, ": ", opened.status().message());
      return;
    }
    const note::Checkpoint& checkpoint = opened->checkpoint;
    const auto root = roots_.find(merkle::ToInt(checkpoint.size));
    if (checkpoint.size != claimed) {
      Doubtful(about, what, " is of ", merkle::ToInt(checkpoint.size), " leaves, kept as one of ",
               merkle::ToInt(claimed));
    } else if (checkpoint.size > stored_.size) {
      Doubtful(about, what, " is of ", merkle::ToInt(checkpoint.size), " leaves, the store has ",
               merkle::ToInt(stored_.size), ": it has lost its end or is an older copy");
    } else if (root != roots_.end() && root->second && *root->second != checkpoint.root) {
      Doubtful(about, what, " has the root ", checkpoint.root.digest.Hex(), " for ",
               merkle::ToInt(checkpoint.size), " leaves, the entries make ",
               root->second->digest.Hex());
    }
  }

  void CheckNotes() {
    if (!notes_.newest) {
      if (stored_.size != merkle::TreeSize{0}) Doubtful(DoubtAbout::kNote, "there is no note");
      return;
    }
    CheckNote(DoubtAbout::kNote, "the newest note", notes_.newest->note, notes_.newest->size);
    if (notes_.previous) {
      CheckNote(DoubtAbout::kNote, "the previous note", notes_.previous->note,
                notes_.previous->size);
      if (notes_.previous->size >= notes_.newest->size) {
        Doubtful(DoubtAbout::kNote, "the previous note is not smaller than the newest");
      }
    }
    if (notes_.published) {
      CheckNote(DoubtAbout::kNote, "the published note", notes_.published->note,
                notes_.published->size);
    }
  }

  void CheckAnchor() {
    if (!anchor_.ok()) {
      Doubtful(DoubtAbout::kAnchor, anchor_.status().message());
      return;
    }
    for (std::size_t i = 0; i < anchor_->slots.size(); ++i) CheckSlot(i);
    const std::optional<AnchorRecord> newest = anchor_->Newest();
    if (!newest || !notes_.newest) return;
    const auto is = [&](const std::optional<NoteRecord>& note) {
      return note && note->size == newest->head.size && note->note == newest->note;
    };
    if (!is(notes_.newest) && !is(notes_.previous)) {
      Doubtful(DoubtAbout::kAnchor, "the anchor, of ", merkle::ToInt(newest->head.size),
               " leaves, holds neither the newest nor the previous note of the store");
    }
  }

  void CheckSlot(std::size_t i) {
    const absl::StatusOr<AnchorRecord>& slot = anchor_->slots[i];
    const std::string what = absl::StrCat("slot ", i + 1, " of the anchor");
    if (!slot.ok()) {
      Doubtful(DoubtAbout::kAnchor, what, " is damaged: ", slot.status().message());
      return;
    }
    if (slot->database != database_) {
      Doubtful(DoubtAbout::kAnchor, what, " belongs to database ", slot->database.Hex(),
               ", this one is ", database_.Hex());
      return;
    }
    CheckNote(DoubtAbout::kAnchor, what, slot->note, slot->head.size);
  }

  const DatabaseId database_;
  const std::unique_ptr<const Reader> snapshot_;
  const Reader& reader_;
  const absl::StatusOr<AnchorContents>& anchor_;
  const keys::VerifierKey& log_key_;
  const FsckOptions& options_;
  FsckReport report_;

  TreeHead stored_{merkle::TreeSize{0}, merkle::EmptyRoot()};
  StoredNotes notes_;
  absl::flat_hash_map<std::uint64_t, std::optional<merkle::NodeHash>> roots_;

  bool lost_ = false;  // A leaf could not be read: what follows from it is not known.
  merkle::Frontier frontier_;
  std::vector<keys::Bytes> rows_;  // The tile under way at each level.
  ledger::Replay replay_;
  std::uint64_t tiles_wanted_ = 0, tiles_found_ = 0;
  std::uint64_t ids_wanted_ = 0, ids_found_ = 0;
  std::uint64_t listed_wanted_ = 0, listed_found_ = 0;
  std::uint64_t objects_found_ = 0;
};

}  // namespace

FsckReport Fsck(const Store& store, const absl::StatusOr<AnchorContents>& anchor,
                const keys::VerifierKey& log_key, const FsckOptions& options) {
  return Checker(store, anchor, log_key, options).Run();
}

const char* DoubtName(DoubtAbout about) {
  switch (about) {
    case DoubtAbout::kHead:
      return "head";
    case DoubtAbout::kEntry:
      return "entry";
    case DoubtAbout::kTile:
      return "tile";
    case DoubtAbout::kId:
      return "id";
    case DoubtAbout::kHandover:
      return "handover";
    case DoubtAbout::kObject:
      return "object";
    case DoubtAbout::kRefused:
      return "refused";
    case DoubtAbout::kNote:
      return "note";
    case DoubtAbout::kAnchor:
      return "anchor";
    case DoubtAbout::kDatabase:
      return "database";
    case DoubtAbout::kContent:
      return "content";
    case DoubtAbout::kUnknownKey:
      break;
  }
  return "unknown key";
}

}  // namespace cairn::log
