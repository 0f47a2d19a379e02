// One record through every check that needs no other record.
#ifndef CAIRN_AUDIT_COMPLETENESS_RECORD_ASSESSMENT_H_
#define CAIRN_AUDIT_COMPLETENESS_RECORD_ASSESSMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/completeness/geodesy.h"
#include "audit/completeness/record_view.h"
#include "cairn/v1/report.pb.h"
#include "keys/digest.h"

namespace cairn::completeness {

// A described reference point.
struct Landmark {
  int index = 0;            // In the record's list.
  std::string description;  // Folded, with its kind.
  bool usable = false;
  bool no_system = false;
  Geographic at;              // If usable.
  std::int64_t sigma_cm = 0;  // Likewise.
};

// What the checks across records keep of a record: small, whatever the record holds.
struct RecordTraits {
  keys::Digest content;               // README.md, X-01.
  std::optional<std::string> number;  // Folded; nothing if not known.
  std::string number_text;            // As transcribed, for series.
  std::optional<std::string> unit;
  std::optional<int> year;
  std::string source;
  std::int64_t signed_changes = 0;
  std::vector<Geographic> corners;           // Empty unless there are three and all can be used.
  std::vector<std::string> corners_missing;  // Then: for want of what.
  std::optional<std::int64_t> mines;         // Sum of lines, if all are known.
  std::vector<std::string> scans;            // SHA-256 by attachment; empty for other roles.
  std::optional<std::string> form_kind;
  bool perimeter_encloses = false;  // The corners enclose an area without crossing.
  std::vector<Landmark> landmarks;
  std::vector<std::string> files;  // SHA-256 of every attachment.
  std::optional<std::int64_t> copy_number;
  std::optional<std::int64_t> copy_total;
  bool commander_named = false;
  std::optional<std::int64_t> laid_first;  // First and last minute of laying, where both dates are
  std::optional<std::int64_t> laid_last;   // known to the hour.
  std::vector<std::int64_t> exact_counts;  // Of lines that say they are exact.
};

struct RecordAssessment {
  v1::RecordResult result;  // Without headline; results in the order of the catalogue.
  RecordTraits traits;
};

// `record` must be as the checks are to see it: supplements applied, placeholders marked. Pure.
RecordAssessment AssessRecord(const v1::MinefieldRecord& record, const Rules& rules,
                              const RecordContext& context);

// The result alone, where nothing is compared across records.
v1::RecordResult CheckRecord(const v1::MinefieldRecord& record, const Rules& rules,
                             const RecordContext& context);

// The digest that equal contents share.
keys::Digest ContentDigest(const v1::MinefieldRecord& record);

// Results in the order of a report: check id, then place, in byte order.
void SortResults(v1::RecordResult& result);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_RECORD_ASSESSMENT_H_
