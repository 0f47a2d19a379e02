#include "audit/log/opening.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/foreign_note.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/entry.h"

namespace cairn::log {
namespace {

std::string Leaves(merkle::TreeSize size) {
  return absl::StrCat(merkle::ToInt(size), merkle::ToInt(size) == 1 ? " leaf" : " leaves");
}

// Works through the checks in order. Each gives an error, which ends the opening, or seals the log,
// which ends the checks.
class Opener {
 public:
  Opener(const Store& store, const std::string& anchor_path, const keys::VerifierKey& log_key,
         std::span<const keys::Bytes> foreign)
      : store_(store), anchor_path_(anchor_path), log_key_(log_key), foreign_(foreign) {}

  absl::StatusOr<Opening> Open() {
    using Check = absl::Status (Opener::*)();
    for (const Check check :
         {&Opener::ReadTree, &Opener::ReadNotes, &Opener::ReadLastLeaf, &Opener::OpenAnchor,
          &Opener::CheckSlots, &Opener::CheckNewest, &Opener::CheckForeign}) {
      absl::Status status = (this->*check)();
      if (absl::IsDataLoss(status)) {
        Seal(std::string(status.message()));
        status = absl::OkStatus();
      }
      if (!status.ok()) return status;
      if (opening_.sealed) break;
    }
    if (opening_.sealed) opening_.anchor.reset();
    return std::move(opening_);
  }

 private:
  void Seal(std::string why) { opening_.sealed = std::move(why); }

  absl::Status ReadTree() {
    auto head = store_.ReadHead();
    if (!head.ok()) return head.status();
    head_ = *head;
    auto edge = Edge::Load(head_, store_);
    if (absl::IsNotFound(edge.status())) return absl::DataLossError(edge.status().message());
    if (!edge.ok()) return edge.status();
    opening_.edge = *std::move(edge);
    return absl::OkStatus();
  }

  // That `note` is the log's own and a prefix of the database. kDataLoss if not;
  // kFailedPrecondition for another key's, because then the configuration is wrong and not the log.
  absl::Status CheckPrefix(absl::string_view what, const keys::Bytes& note,
                           merkle::TreeSize claimed) const {
    auto opened = note::OpenCheckpoint(keys::AsBytes(note), log_key_);
    if (absl::IsUnauthenticated(opened.status())) {
      return absl::FailedPreconditionError(
          absl::StrCat(what, " is not signed by ", log_key_.ToString(),
                       ": this is the database of another log, or the wrong key"));
    }
    if (!opened.ok()) {
      return absl::DataLossError(absl::StrCat(what, ": ", opened.status().message()));
    }
    const note::Checkpoint& checkpoint = opened->checkpoint;
    if (checkpoint.size != claimed) {
      return absl::DataLossError(absl::StrCat(what, " is of ", Leaves(checkpoint.size),
                                              ", kept as one of ", merkle::ToInt(claimed)));
    }
    if (checkpoint.size > head_.size) {
      return absl::DataLossError(absl::StrCat(
          what, " is of ", Leaves(checkpoint.size), ", the database has ",
          merkle::ToInt(head_.size),
          ": it was restored from an older copy, or has lost its end. Going on would make a second "
          "history"));
    }
    auto root = merkle::RootAt(checkpoint.size, merkle::TileSource(checkpoint.size, store_));
    if (!root.ok()) return root.status();
    if (*root != checkpoint.root) {
      return absl::DataLossError(
          absl::StrCat(what, " says that the root of ", Leaves(checkpoint.size), " is ",
                       checkpoint.root.digest.Hex(), "; the database has ", root->digest.Hex()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadNotes() {
    auto notes = store_.ReadNotes();
    if (!notes.ok()) return notes.status();
    opening_.notes = *std::move(notes);
    const StoredNotes& stored = opening_.notes;
    if (!stored.newest) {
      if (head_.size == merkle::TreeSize{0}) return absl::OkStatus();
      return absl::DataLossError(
          absl::StrCat("the database has ", Leaves(head_.size), " and no note"));
    }
    absl::Status status =
        CheckPrefix("the newest note of the database", stored.newest->note, stored.newest->size);
    if (status.ok() && stored.previous) {
      status = CheckPrefix("the previous note of the database", stored.previous->note,
                           stored.previous->size);
    }
    if (status.ok() && stored.published) {
      status = CheckPrefix("the published note", stored.published->note, stored.published->size);
    }
    return status;
  }

  absl::Status ReadLastLeaf() {
    const std::uint64_t size = merkle::ToInt(head_.size);
    if (size == 0) return absl::OkStatus();
    auto bytes = store_.ReadEntry(merkle::LeafIndex{size - 1});
    if (absl::IsNotFound(bytes.status())) return absl::DataLossError(bytes.status().message());
    if (!bytes.ok()) return bytes.status();
    auto entry = statement::ParseEntry(keys::AsBytes(*bytes));
    if (!entry.ok()) {
      return absl::DataLossError(
          absl::StrCat("leaf ", size - 1, " is no entry: ", entry.status().message()));
    }
    opening_.last_logged_ms = entry->logged_at_ms;
    return absl::OkStatus();
  }

  absl::Status OpenAnchor() {
    auto anchor = Anchor::Open(anchor_path_);
    if (absl::IsNotFound(anchor.status())) {
      if (head_.size == merkle::TreeSize{0}) return absl::OkStatus();
      return absl::DataLossError(absl::StrCat(
          "there is no anchor at ", anchor_path_, ", and the database has ", Leaves(head_.size),
          ": how far this log has signed cannot be known without it"));
    }
    if (!anchor.ok()) return anchor.status();
    opening_.anchor = *std::move(anchor);
    return absl::OkStatus();
  }

  // A note that the anchor may hold: the newest, or the one before where the crash came before the
  // newest was anchored. Leaves behind the newest note show that it was: no batch begins before.
  bool IsKnown(const AnchorRecord& record) const {
    const auto is = [&](const std::optional<NoteRecord>& note) {
      return note && note->size == record.head.size && note->note == record.note;
    };
    const StoredNotes& notes = opening_.notes;
    const bool anchored = notes.newest && notes.newest->size < head_.size;
    return record.database == store_.database_id() &&
           (is(notes.newest) || (!anchored && is(notes.previous)));
  }

  // One damaged slot is what a crash while writing it leaves; then the other one holds the note
  // before. Whatever else is damaged, somebody has to look.
  absl::Status CheckSlots() {
    if (opening_.anchor == nullptr) return absl::OkStatus();
    const auto& slots = opening_.anchor->contents().slots;
    if (slots[0].ok() && slots[1].ok()) return absl::OkStatus();
    if (!slots[0].ok() && !slots[1].ok()) {
      return absl::DataLossError(absl::StrCat(
          "both slots of the anchor ", anchor_path_, " are damaged (", slots[0].status().message(),
          "; ", slots[1].status().message(), "): how far this log has signed cannot be known"));
    }
    const int damaged = slots[0].ok() ? 1 : 0;
    const std::string what = absl::StrCat("slot ", damaged + 1, " of the anchor ", anchor_path_,
                                          " is damaged (", slots[damaged].status().message(), ")");
    const AnchorRecord whole = *slots[1 - damaged];
    if (!IsKnown(whole)) {
      return absl::DataLossError(
          absl::StrCat(what, ", and the other slot, of ", Leaves(whole.head.size),
                       ", holds neither the newest nor the previous note of this database"));
    }
    if (absl::Status status = opening_.anchor->Repair(); !status.ok()) return status;
    opening_.messages.push_back(
        absl::StrCat(what, ": written again from the other slot, of ", Leaves(whole.head.size)));
    return absl::OkStatus();
  }

  absl::Status CheckNewest() {
    if (opening_.anchor == nullptr) return absl::OkStatus();
    const std::optional<AnchorRecord> newest = opening_.anchor->contents().Newest();
    if (!newest) {
      return absl::DataLossError(
          absl::StrCat("the slots of the anchor ", anchor_path_, " are of one size and differ"));
    }
    if (newest->database != store_.database_id()) {
      return absl::DataLossError(absl::StrCat("the anchor ", anchor_path_, " belongs to database ",
                                              newest->database.Hex(), ", this one is ",
                                              store_.database_id().Hex()));
    }
    absl::Status status = CheckPrefix(absl::StrCat("the note of the anchor ", anchor_path_),
                                      newest->note, newest->head.size);
    if (!status.ok()) return status;
    return CheckAge(*newest);
  }

  // Every note goes into the anchor before the next batch, so an anchor is at most one note behind.
  // An older one was put back, and no longer tells how far this log has signed.
  absl::Status CheckAge(const AnchorRecord& newest) {
    const StoredNotes& notes = opening_.notes;
    if (!notes.newest || newest.head.size > notes.newest->size) {
      opening_.messages.push_back(
          "the database had lost its newest note; the anchor has it, and the tree fits it");
      return absl::OkStatus();
    }
    if (IsKnown(newest)) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        "the anchor ", anchor_path_, " is of ", Leaves(newest.head.size),
        ", which is neither the newest note of the database, of ", Leaves(notes.newest->size),
        ", nor the one before: an older anchor was put back"));
  }

  absl::Status CheckForeign() {
    for (const keys::Bytes& note : foreign_) {
      const absl::Status judged = JudgeForeignNote(store_, log_key_, keys::AsBytes(note));
      if (!judged.ok() && !absl::IsUnauthenticated(judged)) return judged;
    }
    return absl::OkStatus();
  }

  const Store& store_;
  const std::string& anchor_path_;
  const keys::VerifierKey& log_key_;
  const std::span<const keys::Bytes> foreign_;
  TreeHead head_;
  Opening opening_;
};

}  // namespace

absl::StatusOr<Opening> OpenAnchored(const Store& store, const std::string& anchor_path,
                                     const keys::VerifierKey& log_key,
                                     std::span<const keys::Bytes> foreign) {
  return Opener(store, anchor_path, log_key, foreign).Open();
}

}  // namespace cairn::log
