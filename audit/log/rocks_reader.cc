#include "audit/log/rocks_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/layout.h"
#include "audit/merkle/tile.h"

namespace cairn::log {

absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat(what, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(message);
  if (status.IsNotSupported()) return absl::FailedPreconditionError(message);
  return absl::UnavailableError(message);
}

absl::StatusOr<std::optional<std::string>> GetValue(rocksdb::DB& db,
                                                    const rocksdb::ReadOptions& options,
                                                    absl::string_view key) {
  std::string value;
  const rocksdb::Status status = db.Get(options, ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return ToStatus(status, "reading the store");
  return std::optional<std::string>(std::move(value));
}

absl::Status ScanPrefix(
    rocksdb::DB& db, rocksdb::ReadOptions options, absl::string_view prefix, absl::string_view from,
    absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit) {
  const std::string end = layout::PrefixEnd(prefix);
  const rocksdb::Slice upper = ToSlice(end);
  if (!end.empty()) options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(options));
  it->Seek(ToSlice(std::max(prefix, from)));
  for (; it->Valid(); it->Next()) {
    if (!visit(ToText(it->key()), ToText(it->value()))) return absl::OkStatus();
  }
  return ToStatus(it->status(), "scanning the store");
}

absl::StatusOr<TreeHead> RocksReader::ReadHead() const {
  auto value = GetValue(db_, read_, layout::kHeadKey);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return absl::DataLossError("the store has no tree size");
  const std::optional<TreeHead> head = layout::ParseHead(**value);
  if (!head) return absl::DataLossError("the stored tree size and root are not 40 bytes");
  return *head;
}

absl::StatusOr<std::optional<NoteRecord>> RocksReader::ReadNote(absl::string_view key) const {
  auto value = GetValue(db_, read_, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::optional<NoteRecord>();
  std::optional<NoteRecord> note = layout::ParseNote(**value);
  if (!note) return absl::DataLossError(absl::StrCat("the stored ", key, " is no note"));
  return note;
}

absl::StatusOr<StoredNotes> RocksReader::ReadNotes() const {
  StoredNotes notes;
  const std::pair<absl::string_view, std::optional<NoteRecord>*> slots[] = {
      {layout::kNoteKey, &notes.newest},
      {layout::kPreviousNoteKey, &notes.previous},
      {layout::kPublishedNoteKey, &notes.published}};
  for (const auto& [key, slot] : slots) {
    auto note = ReadNote(key);
    if (!note.ok()) return note.status();
    *slot = *std::move(note);
  }
  return notes;
}

absl::StatusOr<keys::Bytes> RocksReader::ReadEntry(merkle::LeafIndex index) const {
  auto value = GetValue(db_, read_, layout::EntryKey(merkle::ToInt(index)));
  if (!value.ok()) return value.status();
  if (!value->has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no leaf ", merkle::ToInt(index)));
  }
  return **std::move(value);
}

absl::Status RocksReader::ReadEntries(
    merkle::LeafIndex first, std::uint64_t count,
    absl::FunctionRef<bool(merkle::LeafIndex, keys::ByteView)> visit) const {
  if (count == 0) return absl::OkStatus();
  std::uint64_t next = merkle::ToInt(first);
  absl::Status gap;
  const absl::Status status =
      ScanPrefix(db_, read_, layout::kEntryPrefix, layout::EntryKey(next),
                 [&](absl::string_view key, absl::string_view value) {
                   if (key != layout::EntryKey(next)) {
                     gap = absl::DataLossError(absl::StrCat("leaf ", next, " is not in the store"));
                     return false;
                   }
                   return visit(merkle::LeafIndex{next++}, keys::AsBytes(value)) && --count > 0;
                 });
  return status.ok() ? gap : status;
}

absl::StatusOr<keys::Bytes> RocksReader::ReadTileRow(unsigned level, std::uint64_t index) const {
  auto value = GetValue(db_, read_, layout::TileKey(level, index));
  if (!value.ok()) return value.status();
  if (!value->has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no tile ", level, "/", index));
  }
  return **std::move(value);
}

absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> RocksReader::ReadTiles(
    std::span<const merkle::TileId> tiles) const {
  std::vector<std::shared_ptr<const merkle::Tile>> out;
  out.reserve(tiles.size());
  for (const merkle::TileId& id : tiles) {
    auto row = ReadTileRow(id.level, id.index);
    if (!row.ok()) return row.status();
    auto tile = merkle::Tile::Parse(keys::AsBytes(*row));
    if (!tile.ok()) {
      return absl::DataLossError(
          absl::StrCat("tile ", id.level, "/", id.index, ": ", tile.status().message()));
    }
    if (tile->width() < id.width) {
      return absl::NotFoundError(absl::StrCat("tile ", id.level, "/", id.index, " has ",
                                              tile->width(), " hashes, not ", id.width));
    }
    out.push_back(std::make_shared<const merkle::Tile>(*std::move(tile)));
  }
  return out;
}

absl::StatusOr<std::optional<merkle::LeafIndex>> RocksReader::FindLeaf(
    const statement::StatementId& id) const {
  auto value = GetValue(db_, read_, layout::IdKey(id));
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::optional<merkle::LeafIndex>();
  if ((*value)->size() != 8) {
    return absl::DataLossError(absl::StrCat("the index of statement ", id.Hex(), " is damaged"));
  }
  return std::optional<merkle::LeafIndex>(merkle::LeafIndex{layout::ParseU64(**value)});
}

absl::StatusOr<std::vector<merkle::LeafIndex>> RocksReader::ListHandover(
    const statement::StatementId& handover, merkle::LeafIndex first, merkle::TreeSize size,
    std::size_t limit) const {
  std::vector<merkle::LeafIndex> leaves;
  if (limit == 0) return leaves;
  const std::string prefix = absl::StrCat(layout::kHandoverPrefix, keys::AsText(handover.View()));
  const absl::Status status =
      ScanPrefix(db_, read_, prefix, layout::HandoverKey(handover, merkle::ToInt(first)),
                 [&](absl::string_view key, absl::string_view) {
                   if (key.size() != prefix.size() + 8) return true;  // fsck names it.
                   const std::uint64_t leaf = layout::ParseU64(key.substr(prefix.size()));
                   if (leaf >= merkle::ToInt(size)) return false;
                   leaves.push_back(merkle::LeafIndex{leaf});
                   return leaves.size() < limit;
                 });
  if (!status.ok()) return status;
  return leaves;
}

absl::Status RocksReader::ScanAll(absl::FunctionRef<bool(const StoredItem&)> visit) const {
  rocksdb::ReadOptions options = read_;
  options.fill_cache = false;
  return ScanPrefix(db_, options, "", "", [&](absl::string_view key, absl::string_view value) {
    const bool known_metadata = key == layout::kFormatKey || key == layout::kDatabaseKey ||
                                key == layout::kHeadKey || key == layout::kNoteKey ||
                                key == layout::kPreviousNoteKey || key == layout::kPublishedNoteKey;
    if (known_metadata || key.substr(0, 2) == layout::kContentPrefix) return true;
    return visit(layout::Classify(key, value));
  });
}

absl::StatusOr<std::optional<keys::Bytes>> RocksReader::Get(absl::string_view key) const {
  return GetValue(db_, read_, absl::StrCat(layout::kObjectPrefix, key));
}

absl::Status RocksReader::ScanSpace(
    absl::string_view space, absl::string_view prefix,
    absl::FunctionRef<bool(absl::string_view, keys::ByteView)> visit) const {
  return ScanPrefix(db_, read_, absl::StrCat(space, prefix), "",
                    [&](absl::string_view key, absl::string_view value) {
                      return visit(key.substr(space.size()), keys::AsBytes(value));
                    });
}

absl::Status RocksReader::Scan(
    absl::string_view prefix,
    absl::FunctionRef<bool(absl::string_view, keys::ByteView)> visit) const {
  return ScanSpace(layout::kObjectPrefix, prefix, visit);
}

RocksSnapshot::RocksSnapshot(rocksdb::DB& db) : RocksReader(db) {
  read_.snapshot = db.GetSnapshot();
}

RocksSnapshot::~RocksSnapshot() { db_.ReleaseSnapshot(read_.snapshot); }

}  // namespace cairn::log
