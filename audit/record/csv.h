// Comma-separated values as in RFC 4180, read strictly and written in one way only.
//
// What comes in was made by people with spreadsheets: a mistake is named by file, line and column,
// with what to do about it, and never by quoting the cell, which may hold a coordinate or a name.
// What goes out will be opened by spreadsheets: no cell that we write runs as a formula.
#ifndef CAIRN_AUDIT_RECORD_CSV_H_
#define CAIRN_AUDIT_RECORD_CSV_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"

namespace cairn::record {

struct CsvLimits {
  std::size_t columns = 512;
  std::size_t cell_bytes = std::size_t{64} * 1024;
  std::uint64_t rows = 16'000'000;
  std::uint64_t file_bytes = std::uint64_t{8} << 30;
};

// Where a row begins: what Seek takes.
struct CsvPosition {
  std::uint64_t offset = 0;
  std::uint64_t line = 1;
};

struct CsvRow {
  CsvPosition at;                  // Its first byte and line.
  std::vector<std::string> cells;  // As many as the header has.
};

// Reads one file row by row; memory does not grow with the file. Movable; not thread-safe.
// Errors of all functions: kInvalidArgument for what the file holds, kNotFound, kPermissionDenied
// or kUnavailable for the file itself.
class CsvReader {
 public:
  // Fills a beginning of the buffer from this place of the file; 0 at its end.
  using ReadAt =
      std::function<absl::StatusOr<std::size_t>(std::uint64_t offset, std::span<std::uint8_t>)>;

  // Opens the file and reads its header. `name` stands in messages instead of the path.
  // kInvalidArgument also for what is no CSV at all: UTF-16, a spreadsheet's own format, another
  // separator; each by its name.
  static absl::StatusOr<CsvReader> Open(const std::string& path, absl::string_view name,
                                        const CsvLimits& limits = {});
  // The same over bytes, which must outlive the reader.
  static absl::StatusOr<CsvReader> OverBytes(keys::ByteView bytes, absl::string_view name,
                                             const CsvLimits& limits = {});

  const std::string& name() const { return name_; }
  const std::vector<std::string>& header() const { return header_; }

  // The next row; false at the end. The cells are valid UTF-8 without control characters other than
  // line breaks, not empty (check I-22), within the limits. `row` is reused: its memory is kept.
  absl::StatusOr<bool> Next(CsvRow& row);

  // Goes on at a row that Next has given before.
  void Seek(const CsvPosition& position);

 private:
  CsvReader(ReadAt read_at, absl::string_view name, const CsvLimits& limits);
  absl::Status ReadHeader();
  absl::Status CheckStart();
  absl::StatusOr<bool> ReadRow(CsvRow& row);
  absl::Status ReadCell(std::string& cell, bool& last);
  absl::Status ReadQuoted(std::string& cell);
  absl::Status ReadPlain(std::string& cell);
  absl::Status EndCell(bool quoted, bool& last);
  absl::StatusOr<int> Peek();  // The next byte, or -1.
  absl::StatusOr<bool> Fill();
  absl::Status Error(absl::string_view what) const;

  ReadAt read_at_;
  std::string name_;
  CsvLimits limits_;
  std::vector<std::string> header_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;  // Unread bytes are buffer_[begin_, end_).
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;  // Of buffer_[begin_] in the file.
  std::uint64_t line_ = 1;
  std::uint64_t rows_ = 0;
  std::size_t column_ = 0;  // Of the cell being read, from 0.
};

// An error about one cell: "FILE:LINE: column 'NAME': WHAT". kInvalidArgument.
absl::Status CellError(absl::string_view file, std::uint64_t line, absl::string_view column,
                       absl::string_view what);

// Whether a spreadsheet would take this cell for a formula: it begins, after spaces, with = + - or
// @ (or a tab or carriage return) and is not a plain number like "-1.04" or "+6°12'".
bool LooksLikeFormula(absl::string_view cell);

// Appends one row: cells quoted exactly where RFC 4180 needs it, lines ended by CR LF; what
// LooksLikeFormula gets an apostrophe before it. The same cells always give the same bytes.
void AppendCsvRow(std::span<const absl::string_view> cells, std::string& out);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_CSV_H_
