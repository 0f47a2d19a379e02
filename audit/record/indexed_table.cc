#include "audit/record/indexed_table.h"

#include <algorithm>
#include <utility>

#include "audit/record/text.h"

namespace cairn::record {

absl::StatusOr<IndexedTable> IndexedTable::Create(CsvReader file, std::size_t key_column,
                                                  const RowKeys& keys) {
  IndexedTable table(std::move(file));
  for (CsvRow& row = table.row_;;) {
    absl::StatusOr<bool> more = table.file_.Next(row);
    if (!more.ok()) return more.status();
    if (!*more) break;
    const auto key = keys.find(TrimText(row.cells[key_column]));
    if (key == keys.end()) {
      return CellError(table.file_.name(), row.at.line, table.file_.header()[key_column],
                       "records.csv has no record with this key");
    }
    table.places_.push_back({key->second, row.at});
  }
  std::stable_sort(table.places_.begin(), table.places_.end(),
                   [](const Place& a, const Place& b) { return a.record < b.record; });
  return table;
}

std::span<const IndexedTable::Place> IndexedTable::PlacesOf(std::uint32_t record) const {
  const auto first =
      std::lower_bound(places_.begin(), places_.end(), record,
                       [](const Place& place, std::uint32_t of) { return place.record < of; });
  auto last = first;
  while (last != places_.end() && last->record == record) ++last;
  return {first, last};
}

absl::Status IndexedTable::ForEachRow(std::uint32_t record,
                                      absl::FunctionRef<absl::Status(const CsvRow&)> take) {
  for (const Place& place : PlacesOf(record)) {
    file_.Seek(place.at);
    absl::StatusOr<bool> more = file_.Next(row_);
    if (!more.ok()) return more.status();
    if (!*more) return absl::AbortedError(file_.name() + ": the file changed while it was read");
    if (absl::Status status = take(row_); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace cairn::record
