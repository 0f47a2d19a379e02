// Reads a transcription template (TEMPLATE.md): a folder of CSV files, and scans.
//
// Opening reads every table once and keeps where the rows of each record are; records are then made
// one at a time, so that memory grows with the number of rows (24 bytes each), not with what they
// hold. Every error is kInvalidArgument "FILE:LINE: column 'NAME': what is wrong and what to do",
// unless the file itself cannot be read. Messages never quote a cell.
#ifndef CAIRN_AUDIT_RECORD_TEMPLATE_H_
#define CAIRN_AUDIT_RECORD_TEMPLATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/record/alias.h"
#include "audit/record/scan_folder.h"
#include "cairn/v1/package.pb.h"
#include "cairn/v1/record.pb.h"
#include "keys/digest.h"

namespace cairn::record {

inline constexpr std::uint64_t kMaxRecords = 1'000'000;                // Of a package.
inline constexpr std::uint64_t kMaxTotals = std::uint64_t{16} * 1024;  // Rows of totals.csv.

enum class TemplatePart {
  kFirst,   // Everything.
  kSecond,  // A second transcription: only records.csv and the child tables are read.
};

// One row of adjudicated.csv.
struct Adjudication {
  std::uint64_t line = 0;
  std::string field;
  std::string value;  // The cell.
};

// One row of supplements.csv, as it stands there.
struct SupplementRow {
  std::uint64_t line = 0;
  keys::Digest package;
  std::string row, field, old_cell, new_cell, reason, explanation;
};

// Movable; not thread-safe: reading moves the positions of its files.
class TemplateReader {
 public:
  // `aliases` must outlive the reader. Also kInvalidArgument: a file that the template does not
  // know, by its name; a scan that no row names.
  static absl::StatusOr<TemplateReader> Open(const std::string& folder, const AliasTable& aliases,
                                             TemplatePart part = TemplatePart::kFirst);
  TemplateReader(TemplateReader&&) noexcept;
  TemplateReader& operator=(TemplateReader&&) noexcept;
  ~TemplateReader();

  std::uint64_t record_count() const;
  // The key of a record. REQUIRES: index < record_count().
  const std::string& RowKey(std::uint64_t index) const;
  std::optional<std::uint64_t> FindRow(absl::string_view key) const;

  // One record, its persons included, transcription SINGLE; scan salts are not there yet (the
  // package's seed makes them: audit/record/commitment.h). It has passed CheckRecordShape.
  // REQUIRES: index < record_count().
  absl::StatusOr<v1::MinefieldRecord> Read(std::uint64_t index);

  // What adjudicated.csv says of this record, in file order.
  absl::StatusOr<std::vector<Adjudication>> ReadAdjudications(std::uint64_t index);

  const std::vector<v1::SubmissionTotals>& totals() const;
  const std::vector<SupplementRow>& supplements() const;
  // Each once, ascending by digest. Without records.csv all files of scans/; else those that
  // attachments.csv names.
  const std::vector<Scan>& scans() const;
  const AliasTable& aliases() const;

  struct State;  // Defined for the sources of this folder alone.

 private:
  explicit TemplateReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reads every record and lists what is wrong: the first error of each record, at most `most`. For
// people who would rather mend twenty rows at once. Empty if the template is sound.
std::vector<absl::Status> CheckTemplate(TemplateReader& reader, std::size_t most);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_TEMPLATE_H_
