#include "audit/record/csv.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/record/text.h"
#include "keys/regular_file.h"

namespace cairn::record {
namespace {

constexpr std::size_t kCsvBufferSize = std::size_t{64} * 1024;
constexpr absl::string_view kUtf8Mark = "\xEF\xBB\xBF";

CsvReader::ReadAt ReadCsvFile(keys::RegularFile opened) {
  const auto file = std::make_shared<keys::RegularFile>(std::move(opened));
  return [file](std::uint64_t offset, std::span<std::uint8_t> out) {
    return file->ReadAt(offset, out);
  };
}

// What people save by mistake instead of CSV, told by its first bytes.
absl::string_view NotCsvBecause(absl::string_view start) {
  if (absl::StartsWith(start, "\xFF\xFE") || absl::StartsWith(start, "\xFE\xFF")) {
    return "the file is UTF-16; save it as CSV in UTF-8";
  }
  if (start.size() >= 4 && (start[1] == '\0' || start[0] == '\0')) {
    return "the file is UTF-16 or binary; save it as CSV in UTF-8";
  }
  if (absl::StartsWith(start, "PK\x03\x04") || absl::StartsWith(start, "\xD0\xCF\x11\xE0")) {
    return "this is a spreadsheet file; export the sheet as CSV in UTF-8";
  }
  return {};
}

bool IsPlainNumber(absl::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  bool digit = false;
  while (!text.empty()) {
    if (text[0] >= '0' && text[0] <= '9') {
      digit = true;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t mark = NumberMarkLength(text);
    if (mark == 0) return false;
    text.remove_prefix(mark);
  }
  return digit;
}

}  // namespace

absl::Status CellError(absl::string_view file, std::uint64_t line, absl::string_view column,
                       absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(file, ":", line, ": column '", column, "': ", what));
}

bool LooksLikeFormula(absl::string_view cell) {
  while (!cell.empty() && cell[0] == ' ') cell.remove_prefix(1);
  if (cell.empty()) return false;
  switch (cell[0]) {
    case '=':
    case '@':
    case '\t':
    case '\r':
      return true;
    case '+':
    case '-':
      return !IsPlainNumber(cell);
    default:
      return false;
  }
}

CsvReader::CsvReader(ReadAt read_at, absl::string_view name, const CsvLimits& limits)
    : read_at_(std::move(read_at)), name_(name), limits_(limits), buffer_(kCsvBufferSize) {}

absl::StatusOr<CsvReader> CsvReader::Open(const std::string& path, absl::string_view name,
                                          const CsvLimits& limits) {
  absl::StatusOr<keys::RegularFile> file = keys::RegularFile::Open(path, name);
  if (!file.ok()) return file.status();
  if (file->size() > limits.file_bytes) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": ", file->size(), " bytes, more than ",
                                                   limits.file_bytes, "; split the package"));
  }
  CsvReader reader(ReadCsvFile(*std::move(file)), name, limits);
  if (absl::Status status = reader.ReadHeader(); !status.ok()) return status;
  return reader;
}

absl::StatusOr<CsvReader> CsvReader::OverBytes(keys::ByteView bytes, absl::string_view name,
                                               const CsvLimits& limits) {
  if (bytes.size() > limits.file_bytes) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": more than ", limits.file_bytes));
  }
  CsvReader reader(
      [bytes](std::uint64_t offset, std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
        if (offset >= bytes.size()) return std::size_t{0};
        const keys::ByteView rest = bytes.subspan(offset);
        const std::size_t size = std::min(out.size(), rest.size());
        std::memcpy(out.data(), rest.data(), size);
        return size;
      },
      name, limits);
  if (absl::Status status = reader.ReadHeader(); !status.ok()) return status;
  return reader;
}

absl::Status CsvReader::Error(absl::string_view what) const {
  const std::string column = column_ < header_.size() ? absl::StrCat("'", header_[column_], "'")
                                                      : absl::StrCat(column_ + 1);
  return absl::InvalidArgumentError(
      absl::StrCat(name_, ":", line_, ": column ", column, ": ", what));
}

absl::StatusOr<bool> CsvReader::Fill() {
  if (begin_ < end_) return true;
  absl::StatusOr<std::size_t> got = read_at_(offset_, buffer_);
  if (!got.ok())
    return absl::Status(got.status().code(), absl::StrCat(name_, ": ", got.status().message()));
  begin_ = 0;
  end_ = *got;
  if (offset_ + end_ > limits_.file_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ": more than ", limits_.file_bytes, " bytes"));
  }
  return end_ > 0;
}

absl::StatusOr<int> CsvReader::Peek() {
  absl::StatusOr<bool> more = Fill();
  if (!more.ok()) return more.status();
  return *more ? int{buffer_[begin_]} : -1;
}

void CsvReader::Seek(const CsvPosition& position) {
  line_ = position.line;
  rows_ = 0;  // What is read again was counted before.
  if (position.offset == offset_) return;
  // Within what is buffered nothing need be read again.
  const std::uint64_t buffer_offset = offset_ - begin_;
  if (position.offset >= buffer_offset && position.offset < buffer_offset + end_) {
    begin_ = static_cast<std::size_t>(position.offset - buffer_offset);
  } else {
    begin_ = end_ = 0;
  }
  offset_ = position.offset;
}

absl::Status CsvReader::CheckStart() {
  absl::StatusOr<bool> more = Fill();
  if (!more.ok()) return more.status();
  const absl::string_view start = keys::AsText({buffer_.data(), end_});
  if (const absl::string_view why = NotCsvBecause(start); !why.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(name_, ": ", why));
  }
  if (absl::StartsWith(start, kUtf8Mark)) {
    begin_ += kUtf8Mark.size();
    offset_ += kUtf8Mark.size();
  }
  if (begin_ == end_) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ": the file is empty; its first row must name the columns"));
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ReadHeader() {
  if (absl::Status status = CheckStart(); !status.ok()) return status;
  CsvRow row;
  absl::StatusOr<bool> more = ReadRow(row);
  if (!more.ok()) return more.status();
  column_ = 0;
  if (row.cells.size() == 1 && row.cells[0].find(';') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ":1: the cells are separated by ';'; save it with commas"));
  }
  header_ = std::move(row.cells);
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::Next(CsvRow& row) {
  absl::StatusOr<bool> more = ReadRow(row);
  if (!more.ok() || !*more) return more;
  if (row.cells.size() != header_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ":", row.at.line, ": ", row.cells.size(), " cells, but the header has ",
                     header_.size(), "; put quotes around cells that have a comma in them"));
  }
  if (++rows_ > limits_.rows) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ": more than ", limits_.rows, " rows; split the package"));
  }
  return true;
}

absl::StatusOr<bool> CsvReader::ReadRow(CsvRow& row) {
  column_ = 0;
  absl::StatusOr<int> next = Peek();
  if (!next.ok()) return next.status();
  if (*next < 0) return false;
  row.at = {offset_, line_};
  std::size_t count = 0;
  for (bool last = false; !last; ++count) {
    column_ = count;
    if (count == limits_.columns) {
      return Error(absl::StrCat("more than ", limits_.columns, " columns"));
    }
    if (count == row.cells.size()) row.cells.emplace_back();
    if (absl::Status status = ReadCell(row.cells[count], last); !status.ok()) return status;
  }
  row.cells.resize(count);
  return true;
}

absl::Status CsvReader::ReadCell(std::string& cell, bool& last) {
  cell.clear();
  absl::StatusOr<int> first = Peek();
  if (!first.ok()) return first.status();
  const bool quoted = *first == '"';
  const std::uint64_t start_line = line_;
  absl::Status status = quoted ? ReadQuoted(cell) : ReadPlain(cell);
  if (!status.ok()) return status;
  const std::uint64_t end_line = line_;
  line_ = start_line;  // So that errors name the line where the cell begins.
  if (cell.find_first_not_of(" \n\r") == std::string::npos) {
    return Error(
        "the cell is empty; write what the paper says or why not: [blank], [illegible], [no box], "
        "[not transcribed] ... (check I-22)");
  }
  if (const std::string fault = TextFault(cell, quoted); !fault.empty()) return Error(fault);
  line_ = end_line;
  return EndCell(quoted, last);
}

absl::Status CsvReader::ReadPlain(std::string& cell) {
  for (;;) {
    absl::StatusOr<bool> more = Fill();
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    std::size_t at = begin_;
    for (; at < end_; ++at) {
      const std::uint8_t byte = buffer_[at];
      if (byte == ',' || byte == '\n' || byte == '\r' || byte == '"') break;
    }
    keys::AppendBytes(cell, {buffer_.data() + begin_, at - begin_});
    offset_ += at - begin_;
    begin_ = at;
    if (cell.size() > limits_.cell_bytes) {
      return Error(absl::StrCat("more than ", limits_.cell_bytes, " bytes in one cell"));
    }
    if (at == end_) continue;
    if (buffer_[at] == '"') {
      return Error(
          "a quote inside a cell that does not begin with one; write \"...\" around the "
          "cell and each quote in it twice");
    }
    return absl::OkStatus();
  }
}

absl::Status CsvReader::ReadQuoted(std::string& cell) {
  const std::uint64_t start_line = line_;
  ++begin_;
  ++offset_;
  for (;;) {
    absl::StatusOr<int> next = Peek();
    if (!next.ok()) return next.status();
    if (*next < 0) {
      line_ = start_line;
      return Error("a quote is opened here and never closed");
    }
    ++begin_;
    ++offset_;
    if (*next == '"') {
      absl::StatusOr<int> after = Peek();
      if (!after.ok()) return after.status();
      if (*after != '"') return absl::OkStatus();
      ++begin_;
      ++offset_;
    }
    if (*next == '\n') ++line_;
    cell.push_back(static_cast<char>(*next));
    if (cell.size() > limits_.cell_bytes) {
      line_ = start_line;
      return Error(absl::StrCat("more than ", limits_.cell_bytes,
                                " bytes in one cell; is a closing quote missing?"));
    }
  }
}

absl::Status CsvReader::EndCell(bool quoted, bool& last) {
  absl::StatusOr<int> next = Peek();
  if (!next.ok()) return next.status();
  last = *next != ',';
  if (*next < 0) return absl::OkStatus();
  if (*next == '\r') {
    ++begin_;
    ++offset_;
    next = Peek();
    if (!next.ok()) return next.status();
    if (*next != '\n')
      return Error("a carriage return without a line feed; save it with CR LF or LF");
  } else if (*next != ',' && *next != '\n') {
    return Error(quoted ? "text after the closing quote; write each quote inside a cell twice"
                        : "unexpected character");
  }
  if (*next == '\n') ++line_;
  ++begin_;
  ++offset_;
  return absl::OkStatus();
}

void AppendCsvRow(std::span<const absl::string_view> cells, std::string& out) {
  bool first = true;
  for (const absl::string_view cell : cells) {
    if (!first) out.push_back(',');
    first = false;
    bool quote = false;
    for (const char c : cell) quote = quote || c == ',' || c == '"' || c == '\r' || c == '\n';
    if (quote) out.push_back('"');
    if (LooksLikeFormula(cell)) out.push_back('\'');
    if (!quote) {
      out.append(cell.data(), cell.size());
      continue;
    }
    for (const char c : cell) {
      if (c == '"') out.push_back('"');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out += "\r\n";
}

}  // namespace cairn::record
