#include "audit/completeness/wording.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace cairn::completeness {

std::string WithCommas(std::uint64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string Share(std::uint64_t n, std::uint64_t total) {
  const std::uint64_t tenths = (n * 2000 + total) / (2 * total);
  return absl::StrCat(tenths / 10, ".", tenths % 10);
}

std::string Words(absl::string_view enumerator, absl::string_view prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(enumerator.substr(prefix.size())), {{"_", " "}});
}

std::string ClassName(v1::HeadlineClass value) {
  switch (value) {
    case v1::HEADLINE_CLASS_NOT_READ:
      return "not read yet";
    case v1::HEADLINE_CLASS_NO_INFORMATION:
      return "without information pertinent to demining";
    case v1::HEADLINE_CLASS_CONTRADICTING:
      return "contradicting itself or another record";
    case v1::HEADLINE_CLASS_PARTIAL:
      return "partially filled in";
    case v1::HEADLINE_CLASS_COMPLETE:
      return "complete";
    default:
      return "not assessed";
  }
}

std::string SplitName(v1::PartialSplit value) {
  switch (value) {
    case v1::PARTIAL_SPLIT_BLANK:
      return "boxes left blank";
    case v1::PARTIAL_SPLIT_ILLEGIBLE:
      return "illegible";
    case v1::PARTIAL_SPLIT_WITHHELD:
      return "withheld";
    case v1::PARTIAL_SPLIT_UNKNOWN:
      return "unknown to the holder";
    case v1::PARTIAL_SPLIT_NO_BOX:
      return "only what this form never asked";
    case v1::PARTIAL_SPLIT_ON_THE_GROUND:
      return "to be located on the ground";
    case v1::PARTIAL_SPLIT_TRANSCRIPTION:
      return "not read twice";
    default:
      return "-";
  }
}

std::string AreaStateName(v1::AreaDelivery value) {
  switch (value) {
    case v1::AREA_DELIVERY_DELIVERED:
      return "delivered as declared";
    case v1::AREA_DELIVERY_PARTLY:
      return "partly delivered";
    case v1::AREA_DELIVERY_NOTHING_PENDING:
      return "nothing delivered: pending";
    case v1::AREA_DELIVERY_NOTHING_WITHHELD:
      return "nothing delivered: withheld";
    case v1::AREA_DELIVERY_NOTHING_UNKNOWN:
      return "nothing delivered: the holder says it has nothing";
    case v1::AREA_DELIVERY_NOTHING_REFUSED:
      return "nothing delivered: refused";
    case v1::AREA_DELIVERY_NOTHING_SILENT:
      return "nothing delivered: a request is overdue without answer";
    default:
      return "-";
  }
}

std::string FindingStateName(v1::FindingState value) {
  switch (value) {
    case v1::FINDING_STATE_OPEN:
      return "found in part or otherwise; open";
    case v1::FINDING_STATE_CONFIRMED:
      return "confirmed";
    case v1::FINDING_STATE_DISPROOF_CLAIMED:
      return "disproof claimed; the time to answer runs";
    case v1::FINDING_STATE_DISPROOF_UNANSWERED:
      return "disproof claimed; unanswered";
    case v1::FINDING_STATE_DISPROOF_CONTESTED:
      return "disproof claimed and contested; counted nowhere";
    case v1::FINDING_STATE_DISPROVED:
      return "disproved";
    case v1::FINDING_STATE_SUPPLEMENTED:
      return "found otherwise; changed by the holding party since";
    default:
      return "nothing found yet";
  }
}

std::string FindingBasisName(v1::FindingBasis value) {
  switch (value) {
    case v1::FINDING_BASIS_CONCEDED:
      return "conceded by the holding party";
    case v1::FINDING_BASIS_RULING:
      return "by ruling of the mediators";
    case v1::FINDING_BASIS_ACCEPTED_FINDER:
      return "by a finder that both sides accepted";
    default:
      return "";
  }
}

std::string ProposalOutcomeName(v1::ProposalOutcome value) {
  switch (value) {
    case v1::PROPOSAL_OUTCOME_OPEN:
      return "open: for the holding party to confirm by supplement";
    case v1::PROPOSAL_OUTCOME_CONFIRMED:
      return "confirmed by supplement of the holding party";
    case v1::PROPOSAL_OUTCOME_TAKEN_BACK:
      return "taken back";
    default:
      return "about records that are not among the packages assessed";
  }
}

std::string QuantityText(const v1::Quantity& quantity) {
  switch (quantity.precision()) {
    case v1::PRECISION_EXACT:
      return WithCommas(quantity.value());
    case v1::PRECISION_ABOUT:
      return absl::StrCat("about ", WithCommas(quantity.value()));
    case v1::PRECISION_MORE_THAN:
      return absl::StrCat("more than ", WithCommas(quantity.value()));
    case v1::PRECISION_AT_LEAST:
      return absl::StrCat("at least ", WithCommas(quantity.value()));
    case v1::PRECISION_ALMOST:
      return absl::StrCat("almost ", WithCommas(quantity.value()));
    case v1::PRECISION_FRACTION:
      return absl::StrCat(quantity.numerator(), "/", quantity.denominator());
    default:
      return "in words";
  }
}

std::string ComparisonName(v1::ClaimComparison value) {
  switch (value) {
    case v1::CLAIM_COMPARISON_EQUAL:
      return "equal to what was computed";
    case v1::CLAIM_COMPARISON_COMPATIBLE:
      return "compatible with what was computed";
    case v1::CLAIM_COMPARISON_DIFFERS:
      return "differs from what was computed";
    case v1::CLAIM_COMPARISON_CONTRADICTED:
      return "more was delivered later";
    case v1::CLAIM_COMPARISON_OUTSTANDING:
      return "not all that was declared had been delivered";
    case v1::CLAIM_COMPARISON_NO_NUMBER:
      return "no number was said";
    default:
      return "nothing to compare it with";
  }
}

}  // namespace cairn::completeness
