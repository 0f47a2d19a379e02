// What somebody said in public, set beside what the leaves say (H-04, H-13). Nothing is judged but
// arithmetic.
#ifndef CAIRN_AUDIT_COMPLETENESS_CLAIMS_H_
#define CAIRN_AUDIT_COMPLETENESS_CLAIMS_H_

#include <cstdint>

#include "cairn/v1/facts.pb.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// The row of one claim: compared with the deliveries and declarations before its leaf; "more
// was found" with those behind it; "all" with what was outstanding at its leaf and with what came
// behind it. "All" is compatible only if something was declared and all of that had come.
v1::ClaimRow CompareClaim(const v1::HandoverFacts& facts, const v1::FactClaim& claim);

// How a number that was said goes with one that was counted. "About 200,000" goes with whatever
// rounds to it at its last digit that is not 0, or lies within a tenth of it; "almost" with what
// lies below, by a tenth at most. REQUIRES: precision is not FRACTION.
v1::ClaimComparison CompareQuantity(const v1::Quantity& said, std::uint64_t counted);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CLAIMS_H_
