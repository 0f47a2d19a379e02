// What a holding party still owes, in its own language: each mandatory field that lacks, with its
// place on the form and what would mend it. As a page to print and fill in by hand, and as CSV for
// a spreadsheet. No coordinate is on either.
#ifndef CAIRN_AUDIT_PAGE_GAP_LIST_H_
#define CAIRN_AUDIT_PAGE_GAP_LIST_H_

#include "absl/status/status.h"
#include "audit/completeness/rule_set.h"
#include "audit/page/html.h"
#include "audit/page/messages.h"
#include "cairn/v1/report.pb.h"

namespace cairn::page {

// Both stream. kInvalidArgument: rules that are not the report's. Errors of the sink are passed on.
absl::Status WriteGapList(const v1::Report& report, const completeness::Rules& rules,
                          const Messages& messages, Sink sink);
// CSV as of audit/record/csv.h; the first row names the columns in the language, the first column
// carries the exercise mark, the last the digest of the report.
absl::Status WriteGapCsv(const v1::Report& report, const completeness::Rules& rules,
                         const Messages& messages, Sink sink);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_GAP_LIST_H_
