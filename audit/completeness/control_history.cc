#include "audit/completeness/control_history.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/calendar.h"
#include "audit/record/csv.h"
#include "keys/bytes.h"

namespace cairn::completeness {
namespace {

constexpr absl::string_view kControlFile = "control history";
constexpr absl::string_view kOpenEnd = "-";  // A cell is never empty; this says "open".

absl::Status ReadEnd(const std::string& cell, std::uint64_t line, absl::string_view column,
                     std::optional<std::int32_t>& out) {
  if (cell == kOpenEnd) return absl::OkStatus();
  out = ParseDay(cell);
  if (out.has_value()) return absl::OkStatus();
  return record::CellError(kControlFile, line, column, "not a day like 2020-11-10, nor '-'");
}

}  // namespace

ControlHistory ControlHistory::FromPeriods(std::vector<v1::ControlPeriod> periods) {
  ControlHistory history;
  history.periods_ = std::move(periods);
  return history;
}

absl::StatusOr<ControlHistory> ControlHistory::FromCsv(absl::string_view csv) {
  auto reader = record::CsvReader::OverBytes(keys::AsBytes(csv), kControlFile);
  if (!reader.ok()) return reader.status();
  const std::vector<std::string> columns = {"area", "party", "first_day", "last_day"};
  if (reader->header() != columns) {
    return absl::InvalidArgumentError(
        absl::StrCat(kControlFile, ": the columns are area, party, first_day, last_day"));
  }
  std::vector<v1::ControlPeriod> periods;
  record::CsvRow row;
  while (true) {
    absl::StatusOr<bool> more = reader->Next(row);
    if (!more.ok()) return more.status();
    if (!*more) break;
    std::optional<std::int32_t> first;
    std::optional<std::int32_t> last;
    absl::Status status = ReadEnd(row.cells[2], row.at.line, columns[2], first);
    status.Update(ReadEnd(row.cells[3], row.at.line, columns[3], last));
    if (!status.ok()) return status;
    v1::ControlPeriod& period = periods.emplace_back();
    period.set_area(row.cells[0]);
    period.set_party(row.cells[1]);
    if (first.has_value()) period.set_first_day(*first);
    if (last.has_value()) period.set_last_day(*last);
  }
  return FromPeriods(std::move(periods));
}

bool ControlHistory::ChangedHands(absl::string_view area) const {
  const std::string* first_party = nullptr;
  for (const v1::ControlPeriod& period : periods_) {
    if (period.area() != area) continue;
    if (first_party != nullptr && *first_party != period.party()) return true;
    first_party = &period.party();
  }
  return false;
}

}  // namespace cairn::completeness
