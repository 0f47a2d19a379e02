// Whether a row of mines is located (I-13, and field F51 of I-23).
#ifndef CAIRN_AUDIT_COMPLETENESS_ROW_LOCATION_H_
#define CAIRN_AUDIT_COMPLETENESS_ROW_LOCATION_H_

#include "audit/completeness/record_view.h"

namespace cairn::completeness {

// Given: it has a beginning (coordinates, or a complete tie to "<id>.start") and an end (likewise,
// or azimuth and length). Unread: it would, if what is unread were given. Else lacking.
Standing RowStanding(const RecordView& view, const v1::Row& row);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_ROW_LOCATION_H_
