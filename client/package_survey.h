// What one look at all records of a template folder shows, and whether a package can be built of
// it: the same for `package build` and `package check`.
#ifndef CAIRN_CLIENT_PACKAGE_SURVEY_H_
#define CAIRN_CLIENT_PACKAGE_SURVEY_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/record/transcription.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::client {

struct Survey {
  std::map<std::pair<std::string, std::string>, std::uint64_t> records;  // By area and source.
  std::map<std::string, std::uint64_t> pages;  // By the file's digest: records may share a scan.
  bool has_persons = false;
};

// Reads every record. kInvalidArgument: one is not well made, or its exercise flag is not that of
// `whose` ("the charter").
absl::StatusOr<Survey> SurveyRecords(record::TranscriptionReader& reader, bool exercise,
                                     absl::string_view whose);

// What the folder's files make it. kInvalidArgument: there is nothing in it to hand over.
absl::StatusOr<v1::PackageKind> KindOfFolder(const record::TemplateReader& reader);

// Whether a package of this kind can be built: the files that it needs, none that it cannot have,
// and a row of totals.csv for every record. Usage errors and kInvalidArgument say what is wrong.
// Rows that state another number than there are records are remarked: what the holder states and
// what it delivers are two things, and the receiver will compare them.
absl::Status CheckBuildable(v1::PackageKind kind, const record::TemplateReader& reader,
                            const Survey& survey, std::vector<std::string>& remarks);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_PACKAGE_SURVEY_H_
