// What every page of this folder has around it: head, style, the marks of an exercise and of an
// unreviewed translation, and what must be said on each.
#ifndef CAIRN_AUDIT_PAGE_FRAME_H_
#define CAIRN_AUDIT_PAGE_FRAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/rule_set.h"
#include "audit/page/html.h"
#include "audit/page/messages.h"
#include "cairn/v1/report.pb.h"

namespace cairn::page {

// From the doctype to the title's heading, with the exercise banner.
void OpenPage(const v1::Report& report, const Messages& messages, absl::string_view title_key,
              Html& html);
// Which edition it is, that blank does not mean safe, and the digest of the report.
void WriteFrameNotes(const Messages& messages, bool coordinates, absl::string_view report_sha256,
                     Html& html);
void ClosePage(Html& html);

// A table head; each key is a text.
void WriteTableHead(const Messages& messages, std::initializer_list<absl::string_view> keys,
                    Html& html);

// SHA-256 of the report's canonical bytes, as hexadecimal digits.
absl::StatusOr<std::string> ReportSha256(const v1::Report& report);

// The paragraph that a result rests on: the field's for a gap, else the check's.
std::string ParagraphOf(const completeness::Rules& rules, const v1::CheckResult& result);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_FRAME_H_
