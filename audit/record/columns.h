// The tables of the transcription template: which column of which file fills which field. Made from
// the descriptors of record.proto, so that a field has its column as soon as it exists; TEMPLATE.md
// describes them, and a test compares the two.
#ifndef CAIRN_AUDIT_RECORD_COLUMNS_H_
#define CAIRN_AUDIT_RECORD_COLUMNS_H_

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/record/csv.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"

namespace cairn::record {

// Which cell of a field a column holds.
enum class Slot {
  kFirst,
  kSecond,
  kUnit,
  kNorth,
  kSense,
  kHow,
  kCrs,
  kHowFixed,
  kAccuracy,
};
inline constexpr std::size_t kSlots = 9;

struct Column {
  std::string name;
  bool optional = false;
  std::size_t target = 0;  // Index into TablePlan::targets.
  Slot slot = Slot::kFirst;
};

// A field that a row fills: the way to it from the row's message.
struct Target {
  std::vector<const google::protobuf::FieldDescriptor*> chain;
  FieldKind kind = FieldKind::kPlain;
};

struct TablePlan {
  std::string file;  // "ordnance.csv"
  std::vector<Column> columns;
  std::vector<Target> targets;
};

// A list of a record that has a table of its own.
struct ListTable {
  absl::string_view file;
  int group;  // Field numbers in MinefieldRecord and in the group.
  int list;
  int listed;  // The Leaf that says how the list stands on the paper.
};
// reference_points, ties, corners, ordnance, booby_traps, layout_rows, mines, lanes, changes; in
// this order.
std::span<const ListTable> ListTables();
const google::protobuf::Descriptor& EntryType(const ListTable& table);

// Plans made once each; thread-safe.
const TablePlan& RecordsPlan();
const TablePlan& PersonsPlan();
const TablePlan& ListPlan(const ListTable& table);  // Without column `row`.
const TablePlan& RowMinesPlan();                    // Without `row` and `layout_row`.
const TablePlan& TripwiresPlan();                   // Without `row` and `mine`.

// Where the columns of a plan are in one file.
class BoundPlan {
 public:
  // `leading` are further columns that the file must have. kInvalidArgument: a column that is
  // missing, unknown or there twice, by its name, with the nearest known one.
  static absl::StatusOr<BoundPlan> Create(const TablePlan& plan, const CsvReader& file,
                                          std::span<const absl::string_view> leading);

  // Index of a leading column.
  std::size_t Leading(std::size_t at) const { return leading_[at]; }
  // Fills `message`, which is empty, from a row. kInvalidArgument: as SetField, with file, line and
  // column.
  absl::Status Fill(const CsvReader& file, const CsvRow& row, const FieldContext& context,
                    google::protobuf::Message& message) const;

 private:
  const TablePlan* plan_ = nullptr;
  std::vector<std::size_t> leading_;
  // One a target: column index of each slot in the file; -1: left out.
  std::vector<std::array<int, kSlots>> cells_;
};

// The same for a file with plain columns only: the index of each of `names`, -1 for those of the
// last `optional` ones that are not there.
absl::StatusOr<std::vector<int>> BindNames(const CsvReader& file,
                                           std::span<const absl::string_view> names,
                                           std::size_t optional);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_COLUMNS_H_
