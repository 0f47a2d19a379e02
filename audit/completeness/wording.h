// Numbers and names as people read them, in every rendering alike. Neutral, never hashed. Pure.
#ifndef CAIRN_AUDIT_COMPLETENESS_WORDING_H_
#define CAIRN_AUDIT_COMPLETENESS_WORDING_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// "1,230".
std::string WithCommas(std::uint64_t number);
// n of total in per cent with one decimal, halves up: "26.3". REQUIRES: total > 0.
std::string Share(std::uint64_t n, std::uint64_t total);

// Names as people read them: "complete", "boxes left blank", "nothing delivered: withheld".
std::string ClassName(v1::HeadlineClass value);
std::string SplitName(v1::PartialSplit value);
std::string AreaStateName(v1::AreaDelivery value);

// "disproved", "by ruling of the mediators", "open: ..."
std::string FindingStateName(v1::FindingState value);
std::string FindingBasisName(v1::FindingBasis value);
std::string ProposalOutcomeName(v1::ProposalOutcome value);

// What a claim said, and how it stands to what was computed: "more than 150", "differs from what
// was computed".
std::string QuantityText(const v1::Quantity& quantity);
std::string ComparisonName(v1::ClaimComparison value);

// The own words of an enumerator: "filled gap" of SUPPLEMENT_OUTCOME_FILLED_GAP. REQUIRES: it
// begins with `prefix`.
std::string Words(absl::string_view enumerator, absl::string_view prefix);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_WORDING_H_
