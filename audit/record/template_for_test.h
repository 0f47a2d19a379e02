// For tests: the transcription template as TEMPLATE.md documents it, with its examples as the one
// good template that each test spoils in one place.
#ifndef CAIRN_AUDIT_RECORD_TEMPLATE_FOR_TEST_H_
#define CAIRN_AUDIT_RECORD_TEMPLATE_FOR_TEST_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/record/alias.h"
#include "audit/record/template.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record::testing {

struct DocumentedColumn {
  std::string name;
  std::string state;  // "S", "L", "N", "A" or "-".
  bool optional = false;
  std::string type;
  std::string example;
};
// By file, in the order of the document.
const std::map<std::string, std::vector<DocumentedColumn>>& DocumentedTables();

// A table as it will be written: header, then rows.
using Table = std::vector<std::vector<std::string>>;

// A folder of the template in memory. Starts as the document's example: one record, "A-017", with
// one entry in each table; without adjudicated.csv and supplements.csv.
class ExampleTemplate {
 public:
  ExampleTemplate();

  std::map<std::string, Table> tables;
  std::map<std::string, std::string> raw_files;  // Other files, by path; scans among them.

  // The cell of the row-th row (from 1) in this column.
  std::string& Cell(absl::string_view file, absl::string_view column, std::size_t row = 1);
  // Another record like the first, with this key, in all tables but attachments and the like.
  void AddRecord(const std::string& key);

  // Writes it into a fresh folder below the test's temporary directory and returns its path.
  std::string Write() const;
};

// BuiltInAliases and the spellings that the examples use.
const AliasTable& ExampleAliases();

// The record of the example, read.
v1::MinefieldRecord ExampleRecord();

// A fresh empty folder, removed when the test program ends.
std::string FreshFolder();

// Reads and writes whole files; the tests' own folder only.
std::string ReadWholeFile(const std::string& path);
void WriteWholeFile(const std::string& path, absl::string_view content);

}  // namespace cairn::record::testing

#endif  // CAIRN_AUDIT_RECORD_TEMPLATE_FOR_TEST_H_
