#include "audit/record/template_for_test.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "audit/record/csv.h"
#include "gtest/gtest.h"
#include "keys/bytes.h"
#include "keys/encoding.h"
#include "keys/secret.h"

namespace cairn::record::testing {
namespace {

namespace fs = std::filesystem;

std::string Unquoted(absl::string_view cell) {
  cell = absl::StripAsciiWhitespace(cell);
  if (absl::StartsWith(cell, "`") && absl::EndsWith(cell, "`") && cell.size() > 1) {
    return std::string(cell.substr(1, cell.size() - 2));
  }
  return std::string(cell);
}

std::map<std::string, std::vector<DocumentedColumn>> ReadDocument() {
  std::map<std::string, std::vector<DocumentedColumn>> tables;
  std::string file;
  const std::string text = ReadWholeFile(CAIRN_SOURCE_DIR "/audit/record/TEMPLATE.md");
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, "#")) {
      const absl::string_view title =
          absl::StripLeadingAsciiWhitespace(line.substr(line.find_first_not_of('#')));
      file = absl::EndsWith(title, ".csv") ? std::string(title) : "";
      continue;
    }
    if (file.empty() || !absl::StartsWith(line, "| `")) continue;
    const std::vector<absl::string_view> cells = absl::StrSplit(line, '|');
    if (cells.size() < 6) continue;
    DocumentedColumn column;
    column.name = Unquoted(cells[1]);
    column.state = std::string(absl::StripAsciiWhitespace(cells[2]));
    column.type = std::string(absl::StripAsciiWhitespace(cells[3]));
    column.optional = absl::StartsWith(column.type, "optional");
    column.example = Unquoted(cells[5]);
    tables[file].push_back(std::move(column));
  }
  return tables;
}

// All folders of this program are below one, which goes when the program ends.
struct TemporaryRoot {
  TemporaryRoot()
      : path(absl::StrCat(::testing::TempDir(), "cairn-record-",
                          keys::Hex(keys::AsBytes(keys::RandomBytes(8))))) {
    fs::create_directories(path);
  }
  ~TemporaryRoot() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  const std::string path;
  int folders = 0;
};

}  // namespace

const std::map<std::string, std::vector<DocumentedColumn>>& DocumentedTables() {
  static const auto* tables =
      new std::map<std::string, std::vector<DocumentedColumn>>(ReadDocument());
  return *tables;
}

ExampleTemplate::ExampleTemplate() {
  for (const auto& [file, columns] : DocumentedTables()) {
    if (file == "adjudicated.csv" || file == "supplements.csv") continue;
    Table& table = tables[file];
    table.resize(2);
    for (const DocumentedColumn& column : columns) {
      table[0].push_back(column.name);
      table[1].push_back(column.example);
    }
  }
  raw_files["scans/a/017-front.tif"] = "front of the formulary";
}

std::string& ExampleTemplate::Cell(absl::string_view file, absl::string_view column,
                                   std::size_t row) {
  Table& table = tables.at(std::string(file));
  for (std::size_t i = 0; i < table[0].size(); ++i) {
    if (table[0][i] == column) return table.at(row).at(i);
  }
  ADD_FAILURE() << file << " has no column " << column;
  std::abort();
}

void ExampleTemplate::AddRecord(const std::string& key) {
  for (auto& [file, table] : tables) {
    if (file == "totals.csv" || file == "attachments.csv" || file == "regions.csv") continue;
    table.push_back(table[1]);
    Cell(file, "row", table.size() - 1) = key;
  }
}

std::string ExampleTemplate::Write() const {
  const std::string folder = FreshFolder();
  for (const auto& [file, table] : tables) {
    std::string text;
    for (const std::vector<std::string>& row : table) {
      // Not AppendCsvRow, which would mend what a test has spoiled.
      for (std::size_t i = 0; i < row.size(); ++i) {
        std::string cell = row[i];
        if (cell.find_first_of(",\"\n\r") != std::string::npos) {
          cell = absl::StrCat("\"", absl::StrJoin(absl::StrSplit(cell, '"'), "\"\""), "\"");
        }
        absl::StrAppend(&text, i == 0 ? "" : ",", cell);
      }
      text += "\n";
    }
    WriteWholeFile(absl::StrCat(folder, "/", file), text);
  }
  for (const auto& [name, content] : raw_files) {
    WriteWholeFile(absl::StrCat(folder, "/", name), content);
  }
  return folder;
}

const AliasTable& ExampleAliases() {
  static const auto* aliases = [] {
    auto* table = new AliasTable(BuiltInAliases());
    EXPECT_TRUE(table->Add("crs", "SK42-GK8", "СК-42, зона 8").ok());
    EXPECT_TRUE(table->Add("category", "at", "ПТМ").ok());
    EXPECT_TRUE(table->Add("model", "tm_62m", "ТМ-62М").ok());
    EXPECT_TRUE(table->Add("model", "pmn", "ПМН").ok());
    EXPECT_TRUE(table->Add("fuze", "mvch_62", "МВЧ-62").ok());
    return table;
  }();
  return *aliases;
}

v1::MinefieldRecord ExampleRecord() {
  static const auto* record = [] {
    const ExampleTemplate example;
    absl::StatusOr<TemplateReader> reader = TemplateReader::Open(example.Write(), ExampleAliases());
    EXPECT_TRUE(reader.ok()) << reader.status();
    absl::StatusOr<v1::MinefieldRecord> read = reader->Read(0);
    EXPECT_TRUE(read.ok()) << read.status();
    return new v1::MinefieldRecord(*read);
  }();
  return *record;
}

std::string FreshFolder() {
  static TemporaryRoot root;
  const std::string folder = absl::StrCat(root.path, "/", root.folders++);
  fs::create_directories(folder);
  return folder;
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void WriteWholeFile(const std::string& path, absl::string_view content) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  EXPECT_TRUE(out.good()) << path;
}

}  // namespace cairn::record::testing
