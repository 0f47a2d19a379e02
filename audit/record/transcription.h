// Two people copied the same papers: where they agree, where they differ, and who decides.
// Check I-12: a record is as sure as its transcription.
#ifndef CAIRN_AUDIT_RECORD_TRANSCRIPTION_H_
#define CAIRN_AUDIT_RECORD_TRANSCRIPTION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/record/template.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record {

// The paths of the fields in which two transcriptions of one record do not say the same
// (SaysTheSame; plain fields: other values), ascending. A list of other length is one path, that of
// the list ("what.ordnance"). Persons, attachments and what the reader sets itself do not count.
std::vector<std::string> DifferingFields(const v1::MinefieldRecord& first,
                                         const v1::MinefieldRecord& second);

// The first one with its TranscriptionState: TWO_AGREE; TWO_DIFFER, `differing` naming what nobody
// has decided; or ADJUDICATED, `differing` naming what was decided. Adjudications put their value
// in. kInvalidArgument "adjudicated.csv:LINE: ...": a field that does not differ, is decided twice,
// or a value that does not fit.
absl::StatusOr<v1::MinefieldRecord> MergeTranscriptions(
    const v1::MinefieldRecord& first, const v1::MinefieldRecord& second,
    const std::vector<Adjudication>& adjudications, const AliasTable& aliases);

// A template and perhaps its second transcription, read record by record as one.
class TranscriptionReader {
 public:
  // Without `second_folder` records are SINGLE, and adjudications are refused. `aliases` must
  // outlive the reader. kInvalidArgument: as TemplateReader; a record that only the second has.
  static absl::StatusOr<TranscriptionReader> Open(const std::string& first_folder,
                                                  const std::string* second_folder,
                                                  const AliasTable& aliases);

  TemplateReader& first() { return first_; }
  const TemplateReader& first() const { return first_; }

  // As TemplateReader::Read, merged. A record that the second folder does not have is SINGLE.
  // REQUIRES: index < first().record_count().
  absl::StatusOr<v1::MinefieldRecord> Read(std::uint64_t index);

 private:
  TranscriptionReader(TemplateReader first, std::vector<TemplateReader> second)
      : first_(std::move(first)), second_(std::move(second)) {}
  TemplateReader first_;
  std::vector<TemplateReader> second_;  // None or one.
};

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_TRANSCRIPTION_H_
