// Every check on a single record, by its id. What each says where stands in README.md, section 3.
// All are pure; none looks at the class of the record, at severities, or at other records.
#ifndef CAIRN_AUDIT_COMPLETENESS_CHECKS_H_
#define CAIRN_AUDIT_COMPLETENESS_CHECKS_H_

#include "audit/completeness/record_view.h"
#include "audit/completeness/verdicts.h"

namespace cairn::completeness {

void CheckC01(const RecordView& view, Verdicts& out);  // Coordinates are places in the theatre.
void CheckC02(const RecordView& view,
              Verdicts& out);  // Zone number, longitude and map sheet agree.
void CheckC07(const RecordView& view,
              Verdicts& out);  // A corner reached by different ties is one place.
void CheckC09(const RecordView& view,
              Verdicts& out);  // The perimeter encloses an area and does not cross itself.
void CheckC12(const RecordView& view,
              Verdicts& out);  // Lines, rows, single mines, changes and the declared total add up.
void CheckI01(const RecordView& view, Verdicts& out);  // The record has a number.
void CheckI02(
    const RecordView& view,
    Verdicts& out);  // There are as many reference points with usable coordinates as asked for.
void CheckI03(const RecordView& view,
              Verdicts& out);  // Each reference point has coordinates and a description.
void CheckI04(const RecordView& view,
              Verdicts& out);  // Each tie has bearing, north, unit, sense and distance.
void CheckI05(
    const RecordView& view,
    Verdicts& out);  // The perimeter is given by three corners, or by front, depth and a tie.
void CheckI06(const RecordView& view,
              Verdicts& out);  // A sketch or map is there, both sides, legible.
void CheckI07(const RecordView& view, Verdicts& out);  // Each line has a category and a model.
void CheckI08(const RecordView& view, Verdicts& out);  // Each line has a number.
void CheckI09(const RecordView& view, Verdicts& out);  // Each line has a fuse.
void CheckI10(const RecordView& view, Verdicts& out);  // Anti-handling is answered for each line.
void CheckI11(const RecordView& view,
              Verdicts& out);  // Method, life time, date and time of laying are given.
void CheckI12(const RecordView& view,
              Verdicts& out);  // Two transcriptions agree, or a third person decided.
void CheckI13(const RecordView& view,
              Verdicts& out);  // Rows are located; where there are none, each mine is.
void CheckI14(const RecordView& view,
              Verdicts& out);  // Each booby-trap has a location and a mechanism.
void CheckI15(
    const RecordView& view,
    Verdicts& out);  // A remotely delivered field has corners, totals, types, times and life time.
void CheckI16(const RecordView& view, Verdicts& out);  // The coordinate system is stated.
void CheckI17(const RecordView& view, Verdicts& out);  // Map sheet, scale and edition are stated.
void CheckI18(const RecordView& view,
              Verdicts& out);  // A commander is named and a signature is there.
void CheckI19(const RecordView& view,
              Verdicts& out);  // Declination and its year are given where a tie is magnetic.
void CheckI20(const RecordView& view, Verdicts& out);  // Lanes and marking are answered.
void CheckI21(const RecordView& view, Verdicts& out);  // The history of changes is answered.
void CheckI22(const RecordView& view, Verdicts& out);  // Every blank is typed.
void CheckI23(const RecordView& view, Verdicts& out);  // Every mandatory field is filled.
void CheckP09(const RecordView& view, Verdicts& out);  // No field holds a placeholder.
void CheckT01(const RecordView& view,
              Verdicts& out);  // Laying began, ended, was recorded and submitted in this order.
void CheckT03(const RecordView& view, Verdicts& out);  // Nothing was laid after a cut-off date.
void CheckT04(const RecordView& view,
              Verdicts& out);  // In areas that changed hands the record is dated.
void CheckX08(const RecordView& view,
              Verdicts& out);  // The perimeter lies in the claimed district.

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CHECKS_H_
