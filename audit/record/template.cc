#include "audit/record/template.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/record/path.h"
#include "audit/record/plain_value.h"
#include "audit/record/template_state.h"
#include "audit/record/text.h"
#include "keys/encoding.h"

namespace cairn::record {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTemplateFiles = 1000;
constexpr std::size_t kMaxSupplementRows = 1'000'000;

constexpr std::array<absl::string_view, 10> kOtherFiles = {
    "records.csv", "row_mines.csv", "tripwires.csv", "attachments.csv", "persons.csv",
    "totals.csv",  "regions.csv",   "scans",         "adjudicated.csv", "supplements.csv"};

bool IsTemplateFile(absl::string_view name) {
  if (std::find(kOtherFiles.begin(), kOtherFiles.end(), name) != kOtherFiles.end()) return true;
  for (const ListTable& table : ListTables()) {
    if (name == table.file) return true;
  }
  const bool ignored = name[0] == '.' || name[0] == '~' || name[0] == '_';
  return ignored || name == "README.txt";
}

absl::Status CheckFolder(const std::string& folder) {
  std::error_code error;
  fs::directory_iterator at(folder, error);
  if (error) return absl::ErrnoToStatus(error.value(), "the template's folder cannot be listed");
  std::vector<std::string> names;
  for (; at != fs::directory_iterator(); at.increment(error)) {
    if (error || names.size() == kMaxTemplateFiles) break;
    names.push_back(at->path().filename().native());
  }
  if (error) return absl::ErrnoToStatus(error.value(), "the template's folder cannot be listed");
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (IsTemplateFile(name)) continue;
    const std::string fault = TextFault(name, false);
    return absl::InvalidArgumentError(
        absl::StrCat("the template has no file '", fault.empty() ? name : "(unprintable)",
                     "'; spell it as TEMPLATE.md does, or take it out of the folder"));
  }
  return absl::OkStatus();
}

// nullopt if the file is not there.
absl::StatusOr<std::optional<CsvReader>> OpenIfThere(const std::string& folder,
                                                     absl::string_view name) {
  absl::StatusOr<CsvReader> file = CsvReader::Open(absl::StrCat(folder, "/", name), name);
  if (absl::IsNotFound(file.status())) return std::optional<CsvReader>();
  if (!file.ok()) return file.status();
  return std::optional<CsvReader>(*std::move(file));
}

absl::Status OpenChild(const TemplateReader::State& state, const TablePlan& plan,
                       std::span<const absl::string_view> leading, std::optional<ChildTable>& out) {
  absl::StatusOr<std::optional<CsvReader>> file = OpenIfThere(state.folder, plan.file);
  if (!file.ok() || !file->has_value()) return file.status();
  absl::StatusOr<BoundPlan> bound = BoundPlan::Create(plan, **file, leading);
  if (!bound.ok()) return bound.status();
  absl::StatusOr<IndexedTable> table =
      IndexedTable::Create(**std::move(file), bound->Leading(0), state.index);
  if (!table.ok()) return table.status();
  out = ChildTable{*std::move(table), *std::move(bound)};
  return absl::OkStatus();
}

absl::Status OpenPlain(const TemplateReader::State& state, absl::string_view name,
                       std::span<const absl::string_view> columns, std::optional<PlainTable>& out) {
  absl::StatusOr<std::optional<CsvReader>> file = OpenIfThere(state.folder, name);
  if (!file.ok() || !file->has_value()) return file.status();
  absl::StatusOr<std::vector<int>> bound = BindNames(**file, columns, 0);
  if (!bound.ok()) return bound.status();
  absl::StatusOr<IndexedTable> table =
      IndexedTable::Create(**std::move(file), static_cast<std::size_t>((*bound)[0]), state.index);
  if (!table.ok()) return table.status();
  out = PlainTable{*std::move(table), *std::move(bound)};
  return absl::OkStatus();
}

absl::Status OpenRecords(TemplateReader::State& state) {
  absl::StatusOr<std::optional<CsvReader>> file = OpenIfThere(state.folder, "records.csv");
  if (!file.ok() || !file->has_value()) return file.status();
  state.records = **std::move(file);
  static constexpr std::array<absl::string_view, 1> kKey = {"row"};
  absl::StatusOr<BoundPlan> bound = BoundPlan::Create(RecordsPlan(), *state.records, kKey);
  if (!bound.ok()) return bound.status();
  state.records_plan = *std::move(bound);
  for (CsvRow row;;) {
    absl::StatusOr<bool> more = state.records->Next(row);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    const std::string key(TrimText(row.cells[state.records_plan.Leading(0)]));
    if (!IsRowKey(key)) {
      return CellError("records.csv", row.at.line, "row", "expected 1 to 64 of A-Z a-z 0-9 - _ .");
    }
    if (state.keys.size() == kMaxRecords) {
      return absl::InvalidArgumentError(
          absl::StrCat("records.csv: more than ", kMaxRecords, " records; split the package"));
    }
    const auto at = static_cast<std::uint32_t>(state.keys.size());
    const auto [first, is_new] = state.index.try_emplace(key, at);
    if (!is_new) {
      return CellError("records.csv", row.at.line, "row",
                       absl::StrCat("the key '", key, "' stands already in line ",
                                    state.places[first->second].line));
    }
    state.keys.push_back(key);
    state.places.push_back(row.at);
  }
}

absl::Status OpenChildren(TemplateReader::State& state) {
  static constexpr std::array<absl::string_view, 1> kRow = {"row"};
  static constexpr std::array<absl::string_view, 2> kRowMines = {"row", "layout_row"};
  static constexpr std::array<absl::string_view, 2> kTripwires = {"row", "mine"};
  std::size_t at = 0;
  for (const ListTable& list : ListTables()) {
    absl::Status status = OpenChild(state, ListPlan(list), kRow, state.lists[at++]);
    if (!status.ok()) return status;
  }
  absl::Status status = OpenChild(state, RowMinesPlan(), kRowMines, state.row_mines);
  if (!status.ok()) return status;
  return OpenChild(state, TripwiresPlan(), kTripwires, state.tripwires);
}

// Rows of a file without records: totals.csv, supplements.csv.
absl::Status ForEachRowOf(
    const std::string& folder, absl::string_view name, std::span<const absl::string_view> columns,
    std::size_t optional,
    absl::FunctionRef<absl::Status(const std::vector<absl::string_view>&, std::uint64_t line)>
        take) {
  absl::StatusOr<std::optional<CsvReader>> file = OpenIfThere(folder, name);
  if (!file.ok() || !file->has_value()) return file.status();
  absl::StatusOr<std::vector<int>> bound = BindNames(**file, columns, optional);
  if (!bound.ok()) return bound.status();
  for (CsvRow row;;) {
    absl::StatusOr<bool> more = (*file)->Next(row);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    std::vector<absl::string_view> cells;
    for (const int at : *bound) {
      cells.push_back(at < 0 ? kNotStated : row.cells[static_cast<std::size_t>(at)]);
    }
    if (absl::Status status = take(cells, row.at.line); !status.ok()) return status;
  }
}

constexpr std::array<absl::string_view, 9> kTotalsColumns = {
    "area", "source", "documents", "at", "ap", "booby_trap", "other", "unstated", "precision"};
constexpr std::array<v1::MineCategory, 5> kTotalsCategories = {
    v1::MINE_CATEGORY_ANTI_TANK, v1::MINE_CATEGORY_ANTI_PERSONNEL, v1::MINE_CATEGORY_BOOBY_TRAP,
    v1::MINE_CATEGORY_OTHER, v1::MINE_CATEGORY_UNSTATED};
constexpr std::uint64_t kMostMines = 1'000'000'000'000;

absl::StatusOr<v1::Precision> ParsePrecision(absl::string_view text) {
  const std::string word = WordKey(text);
  if (word == "exact" || word == kNotStated) return v1::PRECISION_EXACT;
  if (word == "about") return v1::PRECISION_ABOUT;
  if (word == "more_than") return v1::PRECISION_MORE_THAN;
  if (word == "at_least") return v1::PRECISION_AT_LEAST;
  if (word == "almost") return v1::PRECISION_ALMOST;
  return absl::InvalidArgumentError("expected exact, about, more_than, at_least or almost");
}

absl::Status TakeTotals(const std::vector<absl::string_view>& cells, std::uint64_t line,
                        std::vector<v1::SubmissionTotals>& totals) {
  const auto error = [line](std::size_t at, absl::string_view what) {
    return CellError("totals.csv", line, kTotalsColumns[at], what);
  };
  v1::SubmissionTotals out;
  out.set_area(std::string(TrimText(cells[0])));
  out.set_source(std::string(TrimText(cells[1])));
  if (!IsHandle(out.area())) return error(0, "expected a handle: a-z, 0-9 and - inside");
  if (!IsHandle(out.source())) return error(1, "expected a handle: a-z, 0-9 and - inside");
  for (const v1::SubmissionTotals& other : totals) {
    if (other.area() == out.area() && other.source() == out.source()) {
      return error(0, "this area and source have a row already");
    }
  }
  absl::StatusOr<std::uint64_t> documents = ParseWholeNumber(cells[2], kMostMines);
  if (!documents.ok()) return error(2, documents.status().message());
  out.set_documents(*documents);
  absl::StatusOr<v1::Precision> precision = ParsePrecision(cells[8]);
  if (!precision.ok()) return error(8, precision.status().message());
  for (std::size_t i = 0; i < kTotalsCategories.size(); ++i) {
    absl::StatusOr<std::optional<std::uint64_t>> mines =
        ParseStatedNumber(cells[3 + i], kMostMines);
    if (!mines.ok()) return error(3 + i, mines.status().message());
    if (!mines->has_value()) continue;
    v1::CategoryCount& count = *out.add_mines();
    count.set_category(kTotalsCategories[i]);
    count.set_mines(**mines);
    count.set_precision(*precision);
  }
  if (totals.size() == kMaxTotals) return error(0, absl::StrCat("more than ", kMaxTotals, " rows"));
  totals.push_back(std::move(out));
  return absl::OkStatus();
}

constexpr std::array<absl::string_view, 7> kSupplementColumns = {
    "package", "row", "field", "old", "new", "reason", "explanation"};

absl::Status TakeSupplement(const std::vector<absl::string_view>& cells, std::uint64_t line,
                            std::vector<SupplementRow>& supplements) {
  const auto error = [line](std::size_t at, absl::string_view what) {
    return CellError("supplements.csv", line, kSupplementColumns[at], what);
  };
  SupplementRow out;
  out.line = line;
  absl::StatusOr<keys::Digest> package = keys::Digest::FromHex(TrimText(cells[0]));
  if (!package.ok()) return error(0, "expected the package's digest, 64 lowercase digits");
  out.package = *package;
  out.row = std::string(TrimText(cells[1]));
  if (!IsRowKey(out.row)) return error(1, "expected the key of a record");
  out.field = std::string(TrimText(cells[2]));
  if (absl::Status field = FieldAtPath(out.field).status(); !field.ok()) {
    return error(2, field.message());
  }
  out.old_cell = std::string(cells[3]);
  out.new_cell = std::string(cells[4]);
  out.reason = WordKey(cells[5]);
  out.explanation = std::string(cells[6]);
  if (supplements.size() == kMaxSupplementRows) return error(0, "too many rows");
  supplements.push_back(std::move(out));
  return absl::OkStatus();
}

absl::Status AddScan(TemplateReader::State& state, const std::string& name, bool in_persons_file) {
  const auto known = state.scan_files.find(name);
  if (known != state.scan_files.end()) {
    if (known->second.in_persons_file == in_persons_file) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "scans/", name, " is in the persons' file for one record and not for another"));
  }
  absl::StatusOr<Scan> scan =
      HashScan(absl::StrCat(state.scans_folder, "/", name), absl::StrCat("scans/", name));
  if (!scan.ok()) return scan.status();
  scan->in_persons_file = in_persons_file;
  state.scan_files.emplace(name, *std::move(scan));
  return absl::OkStatus();
}

// In the folder, or beside it, where two transcriptions share it.
std::string ScansFolder(const std::string& folder) {
  std::error_code error;
  const fs::path inside = fs::path(folder) / "scans";
  if (fs::exists(inside, error)) return inside.native();
  return (fs::absolute(folder, error) / ".." / "scans").lexically_normal().native();
}

// Every file below scans/ is named by a row, or there are no rows at all.
absl::Status FindScans(TemplateReader::State& state) {
  absl::StatusOr<std::vector<std::string>> names = ListScans(state.scans_folder);
  if (!names.ok()) return names.status();
  if (state.attachments.has_value()) {
    PlainTable& table = *state.attachments;
    for (std::uint32_t at = 0; at < state.keys.size(); ++at) {
      absl::Status status = table.table.ForEachRow(at, [&](const CsvRow& row) {
        const std::string name(TrimText(table.Cell(row, 1)));
        if (!std::binary_search(names->begin(), names->end(), name)) {
          return CellError("attachments.csv", row.at.line, "file",
                           "there is no such file below scans/");
        }
        absl::StatusOr<bool> persons = ParseYesNo(table.Cell(row, 7));
        if (!persons.ok()) {
          return CellError("attachments.csv", row.at.line, "in_persons_file",
                           persons.status().message());
        }
        return AddScan(state, name, *persons);
      });
      if (!status.ok()) return status;
    }
  }
  for (const std::string& name : *names) {
    if (state.scan_files.contains(name)) continue;
    if (state.records.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "scans/", name, ": no row of attachments.csv names it; add a row or take it out"));
    }
    if (absl::Status status = AddScan(state, name, false); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CollectScans(TemplateReader::State& state) {
  for (const auto& [name, scan] : state.scan_files) state.scans.push_back(scan);
  std::sort(state.scans.begin(), state.scans.end(), [](const Scan& a, const Scan& b) {
    return std::tie(a.sha256, a.in_persons_file, a.path) <
           std::tie(b.sha256, b.in_persons_file, b.path);
  });
  for (std::size_t i = 1; i < state.scans.size(); ++i) {
    if (state.scans[i - 1].sha256 != state.scans[i].sha256) continue;
    if (state.scans[i - 1].in_persons_file != state.scans[i].in_persons_file) {
      return absl::InvalidArgumentError(
          absl::StrCat("scans/: one file under two names (SHA-256 ", state.scans[i].sha256.Hex(),
                       ") is in the persons' file once and once not"));
    }
  }
  const auto same = [](const Scan& a, const Scan& b) { return a.sha256 == b.sha256; };
  state.scans.erase(std::unique(state.scans.begin(), state.scans.end(), same), state.scans.end());
  return absl::OkStatus();
}

absl::Status OpenFirstPart(TemplateReader::State& state) {
  static constexpr std::array<absl::string_view, 1> kRow = {"row"};
  absl::Status status = OpenChild(state, PersonsPlan(), kRow, state.persons);
  if (!status.ok()) return status;
  status = OpenPlain(state, "attachments.csv", kAttachmentColumns, state.attachments);
  if (!status.ok()) return status;
  status = OpenPlain(state, "regions.csv", kRegionColumns, state.regions);
  if (!status.ok()) return status;
  status = OpenPlain(state, "adjudicated.csv", kAdjudicationColumns, state.adjudicated);
  if (!status.ok()) return status;
  status = ForEachRowOf(state.folder, "totals.csv", kTotalsColumns, 4,
                        [&](const std::vector<absl::string_view>& cells, std::uint64_t line) {
                          return TakeTotals(cells, line, state.totals);
                        });
  if (!status.ok()) return status;
  status = ForEachRowOf(state.folder, "supplements.csv", kSupplementColumns, 0,
                        [&](const std::vector<absl::string_view>& cells, std::uint64_t line) {
                          return TakeSupplement(cells, line, state.supplements);
                        });
  if (!status.ok()) return status;
  if (status = FindScans(state); !status.ok()) return status;
  return CollectScans(state);
}

}  // namespace

absl::StatusOr<TemplateReader> TemplateReader::Open(const std::string& folder,
                                                    const AliasTable& aliases, TemplatePart part) {
  if (absl::Status status = CheckFolder(folder); !status.ok()) return status;
  auto state = std::make_unique<State>(aliases);
  state->folder = folder;
  state->scans_folder = ScansFolder(folder);
  if (absl::Status status = OpenRecords(*state); !status.ok()) return status;
  if (absl::Status status = OpenChildren(*state); !status.ok()) return status;
  if (part == TemplatePart::kFirst) {
    if (absl::Status status = OpenFirstPart(*state); !status.ok()) return status;
  }
  if (!state->records.has_value() && state->supplements.empty() && state->scans.empty()) {
    return absl::NotFoundError("the folder has no records.csv, no supplements.csv and no scans");
  }
  return TemplateReader(std::move(state));
}

TemplateReader::TemplateReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
TemplateReader::TemplateReader(TemplateReader&&) noexcept = default;
TemplateReader& TemplateReader::operator=(TemplateReader&&) noexcept = default;
TemplateReader::~TemplateReader() = default;

std::uint64_t TemplateReader::record_count() const { return state_->keys.size(); }
const std::string& TemplateReader::RowKey(std::uint64_t index) const { return state_->keys[index]; }
std::optional<std::uint64_t> TemplateReader::FindRow(absl::string_view key) const {
  const auto at = state_->index.find(key);
  if (at == state_->index.end()) return std::nullopt;
  return at->second;
}
const std::vector<v1::SubmissionTotals>& TemplateReader::totals() const { return state_->totals; }
const std::vector<SupplementRow>& TemplateReader::supplements() const {
  return state_->supplements;
}
const std::vector<Scan>& TemplateReader::scans() const { return state_->scans; }
const AliasTable& TemplateReader::aliases() const { return state_->aliases; }

std::vector<absl::Status> CheckTemplate(TemplateReader& reader, std::size_t most) {
  std::vector<absl::Status> faults;
  for (std::uint64_t i = 0; i < reader.record_count() && faults.size() < most; ++i) {
    absl::Status status = reader.Read(i).status();
    if (!status.ok()) faults.push_back(std::move(status));
  }
  return faults;
}

}  // namespace cairn::record
