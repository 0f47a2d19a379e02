#include "client/holding_file.h"

#include <array>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "audit/completeness/calendar.h"
#include "audit/record/csv.h"

namespace cairn::client {
namespace {

constexpr std::array<absl::string_view, 9> kColumns = {
    "area", "source", "documents", "at", "ap", "withheld", "ground", "end", "unknown"};
enum Column { kArea, kSource, kDocuments, kAt, kAp, kWithheld, kGround, kEnd, kUnknown };

// One cell with what an error about it needs.
struct Cell {
  const std::string& text;
  absl::string_view file;
  std::uint64_t line;
  absl::string_view column;

  absl::Status Error(absl::string_view what) const {
    return record::CellError(file, line, column, what);
  }
  // A state token stands for "not stated here".
  bool IsToken() const { return absl::StartsWith(text, "["); }
};

absl::StatusOr<std::uint64_t> NumberOf(const Cell& cell) {
  std::uint64_t number = 0;
  if (cell.IsToken()) return number;
  if (!absl::SimpleAtoi(cell.text, &number) || number > 100'000'000) {
    return cell.Error("a whole number up to 100,000,000 is expected, or a token in brackets");
  }
  return number;
}

absl::StatusOr<v1::WithholdingGround> GroundOf(const Cell& cell) {
  const std::string ground = absl::StrReplaceAll(cell.text, {{"_", " "}});
  if (ground == "own forces") return v1::WITHHOLDING_GROUND_OWN_FORCES;
  if (ground == "security") return v1::WITHHOLDING_GROUND_SECURITY;
  if (ground == "personal data") return v1::WITHHOLDING_GROUND_PERSONAL_DATA;
  if (ground == "third party") return v1::WITHHOLDING_GROUND_THIRD_PARTY;
  if (ground == "other") return v1::WITHHOLDING_GROUND_OTHER;
  return cell.Error(
      "withheld records need a ground: own_forces, security, personal_data, "
      "third_party or other");
}

absl::Status SetEnd(const Cell& cell, v1::Withholding& withholding) {
  if (cell.text == "withdrawal") {
    withholding.set_end(v1::WITHHOLDING_END_WITHDRAWAL);
  } else if (cell.text == "agreement") {
    withholding.set_end(v1::WITHHOLDING_END_AGREEMENT);
  } else if (cell.text == "other") {
    withholding.set_end(v1::WITHHOLDING_END_OTHER);
  } else {
    const std::optional<std::int32_t> day = completeness::ParseDay(cell.text);
    if (!day.has_value()) {
      return cell.Error(
          "withheld records need an end: a date such as 2026-12-31, withdrawal, "
          "agreement or other");
    }
    withholding.set_end(v1::WITHHOLDING_END_DATE);
    withholding.set_end_day(*day);
  }
  return absl::OkStatus();
}

absl::Status SetMines(const Cell& cell, v1::MineCategory category, v1::HoldingRow& row) {
  if (cell.IsToken()) return absl::OkStatus();
  const absl::StatusOr<std::uint64_t> mines = NumberOf(cell);
  if (!mines.ok()) return mines.status();
  v1::CategoryCount& count = *row.add_mines();
  count.set_category(category);
  count.set_mines(*mines);
  count.set_precision(v1::PRECISION_EXACT);
  return absl::OkStatus();
}

absl::Status AddWithheld(const record::CsvRow& csv, const std::string& file, v1::HoldingRow& row) {
  const auto cell = [&](Column column) {
    return Cell{csv.cells[column], file, csv.at.line, kColumns[column]};
  };
  const absl::StatusOr<std::uint64_t> documents = NumberOf(cell(kWithheld));
  if (!documents.ok()) return documents.status();
  if (*documents == 0) return absl::OkStatus();
  const absl::StatusOr<v1::WithholdingGround> ground = GroundOf(cell(kGround));
  if (!ground.ok()) return ground.status();
  v1::WithheldRow& withheld = *row.add_withheld();
  withheld.set_documents(*documents);
  withheld.mutable_withholding()->set_ground(*ground);
  return SetEnd(cell(kEnd), *withheld.mutable_withholding());
}

absl::Status AddRow(const record::CsvRow& csv, const std::string& file,
                    std::vector<v1::HoldingRow>& rows) {
  const auto cell = [&](Column column) {
    return Cell{csv.cells[column], file, csv.at.line, kColumns[column]};
  };
  if (csv.cells[kDocuments] == "[same]") {
    if (rows.empty() || rows.back().area() != csv.cells[kArea] ||
        rows.back().source() != csv.cells[kSource]) {
      return cell(kDocuments).Error("[same] needs a row of the same area and source just above");
    }
    return AddWithheld(csv, file, rows.back());
  }
  v1::HoldingRow row;
  row.set_area(csv.cells[kArea]);
  row.set_source(csv.cells[kSource]);
  const absl::StatusOr<std::uint64_t> documents = NumberOf(cell(kDocuments));
  const absl::StatusOr<std::uint64_t> unknown = NumberOf(cell(kUnknown));
  if (!documents.ok()) return documents.status();
  if (!unknown.ok()) return unknown.status();
  row.set_documents(*documents);
  row.set_unknown(*unknown);
  absl::Status added = SetMines(cell(kAt), v1::MINE_CATEGORY_ANTI_TANK, row);
  if (added.ok()) added = SetMines(cell(kAp), v1::MINE_CATEGORY_ANTI_PERSONNEL, row);
  if (added.ok()) added = AddWithheld(csv, file, row);
  if (added.ok()) rows.push_back(std::move(row));
  return added;
}

}  // namespace

absl::StatusOr<std::vector<v1::HoldingRow>> ReadHoldingFile(const std::string& path) {
  absl::StatusOr<record::CsvReader> reader = record::CsvReader::Open(path, path);
  if (!reader.ok()) return reader.status();
  if (reader->header() != std::vector<std::string>(kColumns.begin(), kColumns.end())) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": the header must be ", absl::StrJoin(kColumns, ",")));
  }
  std::vector<v1::HoldingRow> rows;
  record::CsvRow csv;
  while (true) {
    const absl::StatusOr<bool> more = reader->Next(csv);
    if (!more.ok()) return more.status();
    if (!*more) break;
    if (absl::Status added = AddRow(csv, path, rows); !added.ok()) return added;
  }
  if (rows.empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": no rows"));
  return rows;
}

}  // namespace cairn::client
