// What an open template is made of: private to template.cc and template_read.cc.
#ifndef CAIRN_AUDIT_RECORD_TEMPLATE_STATE_H_
#define CAIRN_AUDIT_RECORD_TEMPLATE_STATE_H_

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/record/columns.h"
#include "audit/record/indexed_table.h"
#include "audit/record/template.h"

namespace cairn::record {

// A child table with the plan that fills its entries.
struct ChildTable {
  IndexedTable table;
  BoundPlan plan;
};

// A child table of plain columns.
struct PlainTable {
  IndexedTable table;
  std::vector<int> columns;

  // The cell of the at-th name that the columns were bound with.
  absl::string_view Cell(const CsvRow& row, std::size_t at) const {
    return row.cells[static_cast<std::size_t>(columns[at])];
  }
};

inline constexpr std::size_t kListTables = 9;

struct TemplateReader::State {
  explicit State(const AliasTable& alias_table) : aliases(alias_table) {}

  const AliasTable& aliases;
  std::string folder, scans_folder;
  std::optional<CsvReader> records;
  BoundPlan records_plan;
  std::vector<std::string> keys;
  std::vector<CsvPosition> places;
  RowKeys index;
  std::array<std::optional<ChildTable>, kListTables> lists;  // As ListTables().
  std::optional<ChildTable> row_mines, tripwires, persons;
  std::optional<PlainTable> attachments, regions, adjudicated;
  std::map<std::string, Scan> scan_files;  // By path inside scans/.
  std::vector<Scan> scans;
  std::vector<v1::SubmissionTotals> totals;
  std::vector<SupplementRow> supplements;

  // Steps of Read, in this order. They take the record as far as it is.
  absl::Status ReadRecordRow(std::uint32_t at, v1::MinefieldRecord& record);
  absl::Status ReadLists(std::uint32_t at, const FieldContext& context,
                         v1::MinefieldRecord& record);
  absl::Status ReadRowMines(std::uint32_t at, const FieldContext& context,
                            v1::MinefieldRecord& record);
  absl::Status ReadTripwires(std::uint32_t at, const FieldContext& context,
                             v1::MinefieldRecord& record);
  absl::Status ReadPersons(std::uint32_t at, const FieldContext& context,
                           v1::MinefieldRecord& record);
  absl::Status ReadAttachments(std::uint32_t at, v1::MinefieldRecord& record);
  absl::Status ReadRegions(std::uint32_t at, v1::MinefieldRecord& record);
};

// Columns of the plain tables, `row` first.
inline constexpr std::array<absl::string_view, 8> kAttachmentColumns = {
    "row", "file", "role", "pages", "both_sides", "legible", "dpi", "in_persons_file"};
inline constexpr std::array<absl::string_view, 8> kRegionColumns = {
    "row", "field", "file", "page", "left", "top", "width", "height"};
inline constexpr std::array<absl::string_view, 3> kAdjudicationColumns = {"row", "field", "value"};

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_TEMPLATE_STATE_H_
