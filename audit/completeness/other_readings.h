// What else the numbers of a position could mean: the single known mistakes with coordinates. They
// are hypotheses, for a person and then the holding party to confirm; nothing applies them.
#ifndef CAIRN_AUDIT_COMPLETENESS_OTHER_READINGS_H_
#define CAIRN_AUDIT_COMPLETENESS_OTHER_READINGS_H_

#include <vector>

#include "audit/completeness/geodesy.h"
#include "audit/completeness/record_view.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

struct OtherReading {
  v1::Repair repair = v1::REPAIR_UNSPECIFIED;
  Geographic wgs84;
};

// Axes swapped; another datum (its degrees taken for these, or the numbers of another system of the
// rule set); the number of the zone missing, wrong or of 3-degree zones. Readings that name no
// place are left out. In this order; empty if the position has no numbers or no system.
std::vector<OtherReading> OtherReadings(const Rules& rules, const ReadPosition& at);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_OTHER_READINGS_H_
