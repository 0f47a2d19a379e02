// What was found on the ground, set beside the records: a column of its own. No finding changes a
// class, and no record is called disproved but by the rule that the fold applied to its findings
// (FindingStanding): conceded, ruled on, or by a finder that both sides had accepted.
#ifndef CAIRN_AUDIT_COMPLETENESS_GROUND_H_
#define CAIRN_AUDIT_COMPLETENESS_GROUND_H_

#include "cairn/v1/facts.pb.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// The incidents of the leaves, by area. REQUIRES: the rows of areas are there.
void FillIncidents(const v1::HandoverFacts& facts, v1::HandoverResult& out);

// The finding state of each record, the sums by state, and what became of proposals. REQUIRES:
// records have their headline, supplements their outcome.
void JudgeGround(const v1::HandoverFacts& facts, v1::Report& report);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_GROUND_H_
