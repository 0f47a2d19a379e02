// The classes of a record: what README.md, section 3, "Classes" says, in code.
#ifndef CAIRN_AUDIT_COMPLETENESS_CLASSES_H_
#define CAIRN_AUDIT_COMPLETENESS_CLASSES_H_

#include "audit/completeness/record_view.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// How the place is known, best first.
v1::LocationGrade LocationOf(const RecordView& view);

// Sets fill class, split, location, score and block scores. Reads result.results, which must hold
// the verdicts of all checks on the single record.
void SetFillClass(const RecordView& view, v1::RecordResult& result);

// Sets contradictions, the counts of contradiction checks, and the headline class. Reads results,
// now those across records too, and the fill class.
void SetHeadline(const Rules& rules, v1::RecordResult& result);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CLASSES_H_
