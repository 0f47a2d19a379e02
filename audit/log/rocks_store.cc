#include "audit/log/rocks_store.h"

#include <algorithm>
#include <cstdarg>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/layout.h"
#include "audit/log/mutex.h"
#include "audit/log/rocks_reader.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/tile.h"
#include "keys/secret.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"

namespace cairn::log {
namespace {

constexpr std::size_t kProtectionBytes = 8;  // A checksum for each key, from the call to the WAL.
constexpr std::size_t kWriteBufferBytes = std::size_t{16} * 1024 * 1024;  // Bounds replay at start.

// What goes wrong comes in statuses. RocksDB's own log file asserts that nobody writes on after a
// failed write, and does so itself: on a full disk it would end the process before we can say why.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::Options MakeOptions(const RocksOptions& wanted) {
  rocksdb::Options options;
  if (wanted.env != nullptr) options.env = wanted.env;
  options.create_if_missing = wanted.mode == RocksOptions::Mode::kCreateOrOpen;
  // After a kill the WAL ends in a torn record; absolute consistency would refuse to open then.
  // Whatever was acknowledged lies before it, and the anchor tells if it does not.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.paranoid_checks = true;
  options.track_and_verify_wals_in_manifest = true;
  options.memtable_protection_bytes_per_key = kProtectionBytes;
  options.write_buffer_size = kWriteBufferBytes;
  // Entries come in the order of their keys, and a batch's objects too: each goes into the memory
  // table beside the one before of its kind, and not by a search from the top.
  options.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(layout::kEntryPrefix.size()));
  options.max_background_jobs = 2;
  options.bytes_per_sync = std::size_t{1} << 20;  // Flushes do not pile up in front of a sync.
  options.compression = rocksdb::kNoCompression;  // Hashes and signatures do not compress.
  options.info_log = std::make_shared<NoLog>();
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(wanted.block_cache_bytes);
  table.cache_index_and_filter_blocks = true;  // So that memory stays flat as the log grows.
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::WriteOptions MakeWriteOptions(Durability durability) {
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::kSynced;
  options.protection_bytes_per_key = kProtectionBytes;
  return options;
}

rocksdb::WriteBatch MakeWriteBatch() { return rocksdb::WriteBatch(0, 0, kProtectionBytes, 0); }

// Collects puts; the first error counts.
class Puts {
 public:
  void Put(absl::string_view key, absl::string_view value) {
    Note(batch_.Put(ToSlice(key), ToSlice(value)));
  }
  void Delete(absl::string_view key) { Note(batch_.Delete(ToSlice(key))); }
  void Apply(absl::string_view space, const std::vector<ledger::Change>& changes) {
    for (const ledger::Change& change : changes) {
      const std::string key = absl::StrCat(space, change.key);
      change.value ? Put(key, *change.value) : Delete(key);
    }
  }
  absl::Status Write(rocksdb::DB& db, Durability durability) {
    if (!status_.ok()) return ToStatus(status_, "preparing a write");
    return ToStatus(db.Write(MakeWriteOptions(durability), &batch_), "writing the store");
  }

 private:
  void Note(const rocksdb::Status& status) {
    if (status_.ok()) status_ = status;
  }
  rocksdb::WriteBatch batch_ = MakeWriteBatch();
  rocksdb::Status status_;
};

std::string Describe(const TileRow& tile) {
  return absl::StrCat("tile ", tile.level, "/", tile.index);
}

// The tiles must be exactly those that growing from `from` changes, in their widths.
absl::Status CheckShape(const Batch& batch) {
  const std::uint64_t from = merkle::ToInt(batch.from);
  if (merkle::ToInt(batch.head.size) != from + batch.entries.size() || batch.entries.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("a batch of ", batch.entries.size(),
                                                      " entries does not lead from ", from, " to ",
                                                      merkle::ToInt(batch.head.size)));
  }
  const auto wanted = merkle::ChangedTiles(batch.from, batch.head.size);
  const bool fits = std::equal(wanted.begin(), wanted.end(), batch.tiles.begin(), batch.tiles.end(),
                               [](const merkle::TileId& id, const TileRow& row) {
                                 return id.level == row.level && id.index == row.index &&
                                        row.row.size() == id.width * keys::kDigestSize;
                               });
  if (!fits) return absl::FailedPreconditionError("the batch does not bring the tiles it changes");
  return absl::OkStatus();
}

class RocksStore final : public Store {
 public:
  RocksStore(std::unique_ptr<rocksdb::DB> db, const DatabaseId& id,
             std::function<void(const absl::Status&)> on_write_failure)
      : db_(std::move(db)),
        id_(id),
        reader_(*db_),
        on_write_failure_(std::move(on_write_failure)) {}

  const DatabaseId& database_id() const override { return id_; }
  std::unique_ptr<const Reader> TakeSnapshot() const override {
    return std::make_unique<RocksSnapshot>(*db_);
  }

  absl::Status Commit(const Batch& batch, Durability durability) override;
  absl::Status SeedObjects(const std::vector<ledger::Change>& objects) override;
  absl::Status PutNote(const NoteRecord& note, Durability durability) override;
  absl::Status PutPublishedNote(const NoteRecord& note) override;

  absl::StatusOr<std::optional<keys::Bytes>> GetContent(absl::string_view key) const override {
    return GetValue(*db_, {}, absl::StrCat(layout::kContentPrefix, key));
  }
  absl::Status ScanContent(
      absl::string_view prefix,
      absl::FunctionRef<bool(absl::string_view, keys::ByteView)> visit) const override {
    return ScanPrefix(*db_, {}, absl::StrCat(layout::kContentPrefix, prefix), "",
                      [&](absl::string_view key, absl::string_view value) {
                        return visit(key.substr(2), keys::AsBytes(value));
                      });
  }
  absl::Status CommitContent(const std::vector<ledger::Change>& changes,
                             Durability durability) override {
    Puts puts;
    puts.Apply(layout::kContentPrefix, changes);
    return Write(puts, durability);
  }

  absl::StatusOr<TreeHead> ReadHead() const override { return reader_.ReadHead(); }
  absl::StatusOr<StoredNotes> ReadNotes() const override { return reader_.ReadNotes(); }
  absl::StatusOr<keys::Bytes> ReadEntry(merkle::LeafIndex index) const override {
    return reader_.ReadEntry(index);
  }
  absl::Status ReadEntries(
      merkle::LeafIndex first, std::uint64_t count,
      absl::FunctionRef<bool(merkle::LeafIndex, keys::ByteView)> visit) const override {
    return reader_.ReadEntries(first, count, visit);
  }
  absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> ReadTiles(
      std::span<const merkle::TileId> tiles) const override {
    return reader_.ReadTiles(tiles);
  }
  absl::StatusOr<keys::Bytes> ReadTileRow(unsigned level, std::uint64_t index) const override {
    return reader_.ReadTileRow(level, index);
  }
  absl::StatusOr<std::optional<merkle::LeafIndex>> FindLeaf(
      const statement::StatementId& id) const override {
    return reader_.FindLeaf(id);
  }
  absl::StatusOr<std::vector<merkle::LeafIndex>> ListHandover(
      const statement::StatementId& handover, merkle::LeafIndex first, merkle::TreeSize size,
      std::size_t limit) const override {
    return reader_.ListHandover(handover, first, size, limit);
  }
  absl::Status ScanAll(absl::FunctionRef<bool(const StoredItem&)> visit) const override {
    return reader_.ScanAll(visit);
  }
  absl::StatusOr<std::optional<keys::Bytes>> Get(absl::string_view key) const override {
    return reader_.Get(key);
  }
  absl::Status Scan(
      absl::string_view prefix,
      absl::FunctionRef<bool(absl::string_view, keys::ByteView)> visit) const override {
    return reader_.Scan(prefix, visit);
  }

 private:
  absl::Status CheckGrowsOnly(const Batch& batch) const;
  absl::Status Write(Puts& puts, Durability durability);

  const std::unique_ptr<rocksdb::DB> db_;
  const DatabaseId id_;
  const RocksReader reader_;
  const std::function<void(const absl::Status&)> on_write_failure_;
  Mutex write_mutex_;
  absl::Status failed_ ABSL_GUARDED_BY(write_mutex_);  // Of the first write that failed.
};

// One write at a time, and none after one that failed: RocksDB then does not know what its WAL
// holds, and asserts that nobody writes on, from whatever thread.
absl::Status RocksStore::Write(Puts& puts, Durability durability) {
  absl::Status status;
  {
    const MutexLock lock(write_mutex_);
    if (!failed_.ok()) return failed_;
    status = failed_ = puts.Write(*db_, durability);
  }
  if (!status.ok() && on_write_failure_) on_write_failure_(status);
  return status;
}

// A hash once stored never changes: a tile may only grow longer.
absl::Status RocksStore::CheckGrowsOnly(const Batch& batch) const {
  for (const TileRow& tile : batch.tiles) {
    const unsigned before = merkle::TileAt(tile.level, tile.index, batch.from).width;
    auto stored = GetValue(*db_, {}, layout::TileKey(tile.level, tile.index));
    if (!stored.ok()) return stored.status();
    const std::size_t stored_bytes = stored->has_value() ? (*stored)->size() : 0;
    if (stored_bytes != before * keys::kDigestSize) {
      return absl::FailedPreconditionError(
          absl::StrCat(Describe(tile), " is stored with ", stored_bytes, " bytes, and a tree of ",
                       merkle::ToInt(batch.from), " leaves has ", before, " hashes there"));
    }
    if (before != 0 && tile.row.compare(0, stored_bytes, **stored) != 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(Describe(tile), " would get other hashes than are stored"));
    }
  }
  return absl::OkStatus();
}

absl::Status RocksStore::Commit(const Batch& batch, Durability durability) {
  auto head = ReadHead();
  if (!head.ok()) return head.status();
  if (head->size != batch.from) {
    return absl::FailedPreconditionError(absl::StrCat("the store has ", merkle::ToInt(head->size),
                                                      " leaves, the batch goes on from ",
                                                      merkle::ToInt(batch.from)));
  }
  if (absl::Status shape = CheckShape(batch); !shape.ok()) return shape;
  if (absl::Status grows = CheckGrowsOnly(batch); !grows.ok()) return grows;

  Puts puts;
  std::uint64_t leaf = merkle::ToInt(batch.from);
  for (const NewEntry& entry : batch.entries) {
    puts.Put(layout::EntryKey(leaf), entry.entry);
    puts.Put(layout::IdKey(entry.id), layout::U64(leaf));
    if (entry.handover) puts.Put(layout::HandoverKey(*entry.handover, leaf), "");
    ++leaf;
  }
  for (const TileRow& tile : batch.tiles) {
    puts.Put(layout::TileKey(tile.level, tile.index), tile.row);
  }
  puts.Apply(layout::kObjectPrefix, batch.objects);
  puts.Put(layout::kHeadKey, layout::EncodeHead(batch.head));
  return Write(puts, durability);
}

absl::Status RocksStore::SeedObjects(const std::vector<ledger::Change>& objects) {
  auto head = ReadHead();
  if (!head.ok()) return head.status();
  if (merkle::ToInt(head->size) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("the store has ", merkle::ToInt(head->size),
                                                      " leaves: its state follows from them"));
  }
  Puts puts;
  puts.Apply(layout::kObjectPrefix, objects);
  return Write(puts, Durability::kSynced);
}

absl::Status RocksStore::PutNote(const NoteRecord& note, Durability durability) {
  auto head = ReadHead();
  if (!head.ok()) return head.status();
  auto notes = ReadNotes();
  if (!notes.ok()) return notes.status();
  const std::optional<NoteRecord>& newest = notes->newest;
  if (newest == note) return absl::OkStatus();
  if (note.size > head->size || (newest && newest->size >= note.size)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "a note of ", merkle::ToInt(note.size), " leaves does not go on from one of ",
        newest ? merkle::ToInt(newest->size) : 0, " in a tree of ", merkle::ToInt(head->size)));
  }
  Puts puts;
  puts.Put(layout::kNoteKey, layout::EncodeNote(note));
  if (newest) puts.Put(layout::kPreviousNoteKey, layout::EncodeNote(*newest));
  return Write(puts, durability);
}

absl::Status RocksStore::PutPublishedNote(const NoteRecord& note) {
  auto notes = ReadNotes();
  if (!notes.ok()) return notes.status();
  if (!notes->newest || note.size > notes->newest->size) {
    return absl::FailedPreconditionError("only a note that the log has signed can be published");
  }
  if (notes->published && note.size < notes->published->size) {
    return absl::FailedPreconditionError(absl::StrCat(
        "a note of ", merkle::ToInt(note.size), " leaves cannot follow the published one of ",
        merkle::ToInt(notes->published->size), ": a checkpoint never goes back"));
  }
  Puts puts;
  puts.Put(layout::kPublishedNoteKey, layout::EncodeNote(note));
  return Write(puts, Durability::kSynced);
}

// --- Opening
// ------------------------------------------------------------------------------------

absl::Status DescribeOpenError(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  // Of an I/O error only: a corruption speaks of blocks.
  if (status.IsIOError() && text.find("/LOCK: ") != std::string::npos) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database ", path, " is open in another process; stop that one first: ", text));
  }
  // Opened for writing it says the one, for reading only the other.
  if (text.find("does not exist") != std::string::npos ||
      text.find("CURRENT: No such file") != std::string::npos) {
    return absl::NotFoundError(absl::StrCat("there is no database at ", path));
  }
  const std::string what = absl::StrCat("opening the database ", path);
  // Opening reads only files that the database itself names: one that is not there was lost.
  if (status.IsIOError() && text.find("No such file") != std::string::npos) {
    return absl::DataLossError(absl::StrCat(what, ": ", text));
  }
  return ToStatus(status, what);
}

// Gives a database that was only just made its format, its id and an empty tree.
absl::StatusOr<DatabaseId> Initialise(rocksdb::DB& db) {
  const keys::Bytes random = keys::RandomBytes(sizeof(DatabaseId::bytes));
  Puts puts;
  puts.Put(layout::kFormatKey, layout::kFormat);
  puts.Put(layout::kDatabaseKey, random);
  puts.Put(layout::kHeadKey, layout::EncodeHead({merkle::TreeSize{0}, merkle::EmptyRoot()}));
  if (absl::Status status = puts.Write(db, Durability::kSynced); !status.ok()) return status;
  DatabaseId id;
  std::copy(random.begin(), random.end(), id.bytes.begin());
  return id;
}

bool IsEmpty(rocksdb::DB& db) {
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator({}));
  it->SeekToFirst();
  return !it->Valid() && it->status().ok();
}

absl::StatusOr<DatabaseId> Identify(rocksdb::DB& db, RocksOptions::Mode mode) {
  auto format = GetValue(db, {}, layout::kFormatKey);
  if (!format.ok()) return format.status();
  if (!format->has_value()) {
    if (mode == RocksOptions::Mode::kCreateOrOpen && IsEmpty(db)) return Initialise(db);
    return absl::DataLossError("the database does not say of which format it is");
  }
  if (**format != layout::kFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database is of another format than ", layout::kFormat, ": a later program made it"));
  }
  auto stored = GetValue(db, {}, layout::kDatabaseKey);
  if (!stored.ok()) return stored.status();
  DatabaseId id;
  if (!stored->has_value() || (*stored)->size() != id.bytes.size()) {
    return absl::DataLossError("the database has no id");
  }
  std::copy((*stored)->begin(), (*stored)->end(), id.bytes.begin());
  return id;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const std::string& path,
                                                      const RocksOptions& options) {
  rocksdb::DB* opened = nullptr;
  const rocksdb::Options made = MakeOptions(options);
  const rocksdb::Status status = options.mode == RocksOptions::Mode::kReadOnly
                                     ? rocksdb::DB::OpenForReadOnly(made, path, &opened)
                                     : rocksdb::DB::Open(made, path, &opened);
  if (!status.ok()) return DescribeOpenError(status, path);
  return AdoptRocks(std::unique_ptr<rocksdb::DB>(opened), options.mode, options.on_write_failure);
}

absl::StatusOr<std::unique_ptr<Store>> AdoptRocks(
    std::unique_ptr<rocksdb::DB> db, RocksOptions::Mode mode,
    std::function<void(const absl::Status&)> on_write_failure) {
  auto id = Identify(*db, mode);
  if (!id.ok()) return id.status();
  return std::make_unique<RocksStore>(std::move(db), *id, std::move(on_write_failure));
}

}  // namespace cairn::log
