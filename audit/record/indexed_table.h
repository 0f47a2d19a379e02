// A child table of the template with the places of each record's rows, so that rows may stand in
// any order and no more than one record is in memory.
#ifndef CAIRN_AUDIT_RECORD_INDEXED_TABLE_H_
#define CAIRN_AUDIT_RECORD_INDEXED_TABLE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/record/csv.h"

namespace cairn::record {

// The key of each record (column `row`) and its index.
using RowKeys = absl::flat_hash_map<std::string, std::uint32_t>;

// 24 bytes a row. Movable; not thread-safe: reading moves the file's position.
class IndexedTable {
 public:
  // Reads the whole file once: CSV that is wrong anywhere is found here. kInvalidArgument also for
  // a row whose key is not among `keys`.
  static absl::StatusOr<IndexedTable> Create(CsvReader file, std::size_t key_column,
                                             const RowKeys& keys);

  const CsvReader& file() const { return file_; }
  std::size_t CountOf(std::uint32_t record) const { return PlacesOf(record).size(); }
  // Calls `take` for each row of the record, in the order of the file; stops at the first error.
  absl::Status ForEachRow(std::uint32_t record,
                          absl::FunctionRef<absl::Status(const CsvRow&)> take);

 private:
  struct Place {
    std::uint32_t record;
    CsvPosition at;
  };
  explicit IndexedTable(CsvReader file) : file_(std::move(file)) {}
  std::span<const Place> PlacesOf(std::uint32_t record) const;

  CsvReader file_;
  std::vector<Place> places_;  // By record, then by place in the file.
  CsvRow row_;
};

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_INDEXED_TABLE_H_
