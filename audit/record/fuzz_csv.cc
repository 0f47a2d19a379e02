// CSV: whatever is read is read again from its own writing, and every cell ends somewhere.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "audit/record/alias.h"
#include "audit/record/cell.h"
#include "audit/record/csv.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"
#include "audit/record/shape.h"

namespace {

using cairn::record::CsvReader;

// Every kind of field from every cell: what SetField accepts has a proper shape.
void SetEachKind(const std::string& cell) {
  static const auto* aliases = new cairn::record::AliasTable(cairn::record::BuiltInAliases());
  static const cairn::v1::Position kNoPosition;
  for (const char* path : {"where.front_mm", "where.map.scale", "where.map.declination_e6",
                           "laying.begun", "marking.remarks", "where.place.confirmed",
                           "identity.form_kind", "where.area_m2", "where.map.edition_year"}) {
    const auto field = cairn::record::FieldAtPath(path);
    cairn::v1::MinefieldRecord record;
    const auto message = cairn::record::FindMutableLeaf(record, path);
    if (!field.ok() || !message.ok()) std::abort();
    cairn::record::FieldCells cells;
    cells.first = cell;
    if (!cairn::record::SetField(**field, cells, {*aliases, "SK42-GK8"}, **message).ok()) continue;
    if (!cairn::record::CheckLeafShape(**message, path).ok()) std::abort();
  }
  for (const char* crs : {"SK42-GK8", "WGS84-GEO"}) {
    const auto field = cairn::record::FieldAtPath("where.perimeter[0].position");
    cairn::v1::Position position;
    const absl::Status status =
        cairn::record::SetFieldFromOneCell(**field, cell, kNoPosition, {*aliases, crs}, position);
    if (status.ok() && !cairn::record::CheckLeafShape(position, "p").ok()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  absl::StatusOr<CsvReader> reader = CsvReader::OverBytes({data, size}, "fuzz.csv");
  if (!reader.ok()) return 0;
  std::string written;
  std::vector<std::vector<std::string>> rows;
  cairn::record::CsvRow row;
  for (;;) {
    absl::StatusOr<bool> more = reader->Next(row);
    if (!more.ok()) return 0;
    if (!*more) break;
    bool formula = false;
    for (const std::string& cell : row.cells) {
      SetEachKind(cell);
      formula = formula || cairn::record::LooksLikeFormula(cell);
    }
    if (formula) continue;  // Written with an apostrophe, so not the same.
    const std::vector<absl::string_view> cells(row.cells.begin(), row.cells.end());
    cairn::record::AppendCsvRow(cells, written);
    rows.push_back(row.cells);
  }
  if (rows.empty()) return 0;
  absl::StatusOr<CsvReader> again =
      CsvReader::OverBytes(cairn::keys::AsBytes(written), "again.csv");
  // A first row that looks like something else than CSV is refused as a header.
  if (!again.ok()) return 0;
  if (again->header() != rows[0]) std::abort();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    absl::StatusOr<bool> more = again->Next(row);
    if (!more.ok() || !*more || row.cells != rows[i]) std::abort();
  }
  return 0;
}
