// Every check on a single record, by its id. What each says where stands in README.md, section 3.
// All are pure; none looks at the class of the record, at severities, or at other records.
#ifndef CAIRN_AUDIT_COMPLETENESS_CHECKS_H_
#define CAIRN_AUDIT_COMPLETENESS_CHECKS_H_

#include "audit/completeness/record_view.h"
#include "audit/completeness/verdicts.h"

namespace cairn::completeness {

// Coordinates are places in the theatre.
void CheckC01(const RecordView& view, Verdicts& out);
// Zone number, longitude and map sheet agree.
void CheckC02(const RecordView& view, Verdicts& out);
// Positions lie on the map sheet.
void CheckC03(const RecordView& view, Verdicts& out);
// The sheet's name is one, and of the stated scale.
void CheckC04(const RecordView& view, Verdicts& out);
// A point given in two systems is one place.
void CheckC05(const RecordView& view, Verdicts& out);
// Bearings lie in their unit's circle, as they are written.
void CheckC06(const RecordView& view, Verdicts& out);
// A corner reached by different ties is one place.
void CheckC07(const RecordView& view, Verdicts& out);
// No single known mistake would make an open traverse close.
void CheckC08(const RecordView& view, Verdicts& out);
// The perimeter encloses an area and does not cross itself.
void CheckC09(const RecordView& view, Verdicts& out);
// No side of the perimeter is longer than a field has.
void CheckC10(const RecordView& view, Verdicts& out);
// Front and depth agree with the perimeter.
void CheckC11(const RecordView& view, Verdicts& out);
// Lines, rows, single mines, changes and the declared total add up.
void CheckC12(const RecordView& view, Verdicts& out);
// Fuse and anti-handling device are possible for the model.
void CheckC13(const RecordView& view, Verdicts& out);
// There are no more traps than mines, and as many booby-traps as are listed.
void CheckC14(const RecordView& view, Verdicts& out);
// Rows are as long and as many as their mines, spacing and gaps ask for.
void CheckC15(const RecordView& view, Verdicts& out);
// The declared density is the number on the front.
void CheckC16(const RecordView& view, Verdicts& out);
// Rows and mines lie inside the perimeter.
void CheckC17(const RecordView& view, Verdicts& out);
// Safe lanes are wide enough and run over no recorded mine.
void CheckC18(const RecordView& view, Verdicts& out);
// Reference points stand outside the field and apart.
void CheckC19(const RecordView& view, Verdicts& out);
// The kind of field agrees with what it holds.
void CheckC20(const RecordView& view, Verdicts& out);
// The record has a number.
void CheckI01(const RecordView& view, Verdicts& out);
// There are as many reference points with usable coordinates as asked for.
void CheckI02(const RecordView& view, Verdicts& out);
// Each reference point has coordinates and a description.
void CheckI03(const RecordView& view, Verdicts& out);
// Each tie has bearing, north, unit, sense and distance.
void CheckI04(const RecordView& view, Verdicts& out);
// The perimeter is given by three corners, or by front, depth and a tie.
void CheckI05(const RecordView& view, Verdicts& out);
// A sketch or map is there, both sides, legible.
void CheckI06(const RecordView& view, Verdicts& out);
// Each line has a category and a model.
void CheckI07(const RecordView& view, Verdicts& out);
// Each line has a number.
void CheckI08(const RecordView& view, Verdicts& out);
// Each line has a fuse.
void CheckI09(const RecordView& view, Verdicts& out);
// Anti-handling is answered for each line.
void CheckI10(const RecordView& view, Verdicts& out);
// Method, life time, date and time of laying are given.
void CheckI11(const RecordView& view, Verdicts& out);
// Two transcriptions agree, or a third person decided.
void CheckI12(const RecordView& view, Verdicts& out);
// Rows are located; where there are none, each mine is.
void CheckI13(const RecordView& view, Verdicts& out);
// Each booby-trap has a location and a mechanism.
void CheckI14(const RecordView& view, Verdicts& out);
// A remotely delivered field has corners, totals, types, times and life time.
void CheckI15(const RecordView& view, Verdicts& out);
// The coordinate system is stated.
void CheckI16(const RecordView& view, Verdicts& out);
// Map sheet, scale and edition are stated.
void CheckI17(const RecordView& view, Verdicts& out);
// A commander is named and a signature is there.
void CheckI18(const RecordView& view, Verdicts& out);
// Declination and its year are given where a tie is magnetic.
void CheckI19(const RecordView& view, Verdicts& out);
// Lanes and marking are answered.
void CheckI20(const RecordView& view, Verdicts& out);
// The history of changes is answered.
void CheckI21(const RecordView& view, Verdicts& out);
// Every blank is typed.
void CheckI22(const RecordView& view, Verdicts& out);
// Every mandatory field is filled.
void CheckI23(const RecordView& view, Verdicts& out);
// The density is one that practice lays.
void CheckP01(const RecordView& view, Verdicts& out);
// There is neither too little nor too much ground for a mine.
void CheckP02(const RecordView& view, Verdicts& out);
// Bearings and distances are not all round numbers.
void CheckP04(const RecordView& view, Verdicts& out);
// The ground is one in which mines can be laid.
void CheckP05(const RecordView& view, Verdicts& out);
// The field is located better than only roughly.
void CheckP07(const RecordView& view, Verdicts& out);
// No field holds a placeholder.
void CheckP09(const RecordView& view, Verdicts& out);
// Laying began, ended, was recorded and submitted in this order.
void CheckT01(const RecordView& view, Verdicts& out);
// So many mines can be laid in that time.
void CheckT02(const RecordView& view, Verdicts& out);
// Nothing was laid after a cut-off date.
void CheckT03(const RecordView& view, Verdicts& out);
// In areas that changed hands the record is dated.
void CheckT04(const RecordView& view, Verdicts& out);
// No life time is over (all are treated as live).
void CheckT05(const RecordView& view, Verdicts& out);
// Models were in service, and mines were made, when they were laid.
void CheckT06(const RecordView& view, Verdicts& out);
// The perimeter lies in the claimed district.
void CheckX08(const RecordView& view, Verdicts& out);
// The field lies on the laying party's side of the line of contact.
void CheckX09(const RecordView& view, Verdicts& out);
// The unit was in the area when the field was laid.
void CheckX10(const RecordView& view, Verdicts& out);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CHECKS_H_
