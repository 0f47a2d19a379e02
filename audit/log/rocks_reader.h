// Reads of a RocksDB database laid out as in layout.h, of one snapshot or of the newest state.
// Internal to this folder.
#ifndef CAIRN_AUDIT_LOG_ROCKS_READER_H_
#define CAIRN_AUDIT_LOG_ROCKS_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/log/rocks_store.h"
#include "audit/log/store.h"
#include "rocksdb/db.h"
#include "rocksdb/slice.h"
#include "rocksdb/status.h"

namespace cairn::log {

inline rocksdb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view ToText(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// The codes of store.h; `what` was being done.
absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what);

// One value; nothing if the key is not there.
absl::StatusOr<std::optional<std::string>> GetValue(rocksdb::DB& db,
                                                    const rocksdb::ReadOptions& options,
                                                    absl::string_view key);

// Visits keys with the prefix in order, from `from` (a whole key) or from the first on.
absl::Status ScanPrefix(
    rocksdb::DB& db, rocksdb::ReadOptions options, absl::string_view prefix, absl::string_view from,
    absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit);

// The reads of Reader, written once for the store (no snapshot) and for its snapshots.
class RocksReader : public Reader {
 public:
  // `db` must outlive this.
  explicit RocksReader(rocksdb::DB& db) : db_(db) {}

  absl::StatusOr<TreeHead> ReadHead() const override;
  absl::StatusOr<StoredNotes> ReadNotes() const override;
  absl::StatusOr<keys::Bytes> ReadEntry(merkle::LeafIndex index) const override;
  absl::Status ReadEntries(
      merkle::LeafIndex first, std::uint64_t count,
      absl::FunctionRef<bool(merkle::LeafIndex, keys::ByteView)> visit) const override;
  absl::StatusOr<std::vector<std::shared_ptr<const merkle::Tile>>> ReadTiles(
      std::span<const merkle::TileId> tiles) const override;
  absl::StatusOr<keys::Bytes> ReadTileRow(unsigned level, std::uint64_t index) const override;
  absl::StatusOr<std::optional<merkle::LeafIndex>> FindLeaf(
      const statement::StatementId& id) const override;
  absl::StatusOr<std::vector<merkle::LeafIndex>> ListHandover(
      const statement::StatementId& handover, merkle::LeafIndex first, merkle::TreeSize size,
      std::size_t limit) const override;
  absl::Status ScanAll(absl::FunctionRef<bool(const StoredItem&)> visit) const override;
  absl::StatusOr<std::optional<keys::Bytes>> Get(absl::string_view key) const override;
  absl::Status Scan(
      absl::string_view prefix,
      absl::FunctionRef<bool(absl::string_view, keys::ByteView)> visit) const override;

 protected:
  absl::StatusOr<std::optional<NoteRecord>> ReadNote(absl::string_view key) const;
  absl::Status ScanSpace(absl::string_view space, absl::string_view prefix,
                         absl::FunctionRef<bool(absl::string_view, keys::ByteView)> visit) const;

  rocksdb::DB& db_;
  rocksdb::ReadOptions read_;  // Checksums are verified by default.
};

// Holds a snapshot for its lifetime.
class RocksSnapshot final : public RocksReader {
 public:
  explicit RocksSnapshot(rocksdb::DB& db);
  ~RocksSnapshot() override;
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;
};

// The store over a database that is open already: OpenRocksStore's second half, and how tests get
// at the bytes beneath a store.
absl::StatusOr<std::unique_ptr<Store>> AdoptRocks(
    std::unique_ptr<rocksdb::DB> db, RocksOptions::Mode mode,
    std::function<void(const absl::Status&)> on_write_failure = {});

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_ROCKS_READER_H_
