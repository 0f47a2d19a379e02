// Whether a message is a whole report: canonical bytes alone do not say so, for nothing at all is
// canonical, and a report cut between two fields is.
#ifndef CAIRN_AUDIT_COMPLETENESS_REPORT_FORM_H_
#define CAIRN_AUDIT_COMPLETENESS_REPORT_FORM_H_

#include "absl/status/status.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// The parts that every report of Assess has, and as many records as its summary counts.
// kInvalidArgument names the first part that is missing; kDataLoss: the numbers disagree.
absl::Status CheckReportForm(const v1::Report& report);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_REPORT_FORM_H_
