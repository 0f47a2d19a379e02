// Sums over the records of a report: classes by count of records and of mines, totals of mines.
#ifndef CAIRN_AUDIT_COMPLETENESS_SUMMARY_H_
#define CAIRN_AUDIT_COMPLETENESS_SUMMARY_H_

#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// Mines that the totals count on this record: none on an exact duplicate, and none on a form
// of which a line's count cannot be read, for such a sum would be neither its number nor nothing.
std::uint64_t CountedMines(const v1::RecordResult& record);

// One record more in a summary.
void AddRecord(const v1::RecordResult& record, v1::ClassSummary& summary);

// Fills submissions, cumulative, the areas' records, mines and near duplicates. REQUIRES: records
// have their headline, handover_level its rows.
void Summarise(v1::Report& report);

// Fills the summary that the Assess statement repeats. REQUIRES: all else is there.
void FillStatementSummary(v1::Report& report);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_SUMMARY_H_
