#include "audit/completeness/claims.h"

#include <algorithm>
#include <string>

#include "audit/completeness/handover_checks.h"
#include "audit/completeness/outstanding.h"

namespace cairn::completeness {
namespace {

bool IsAbout(const v1::FactClaim& claim, const std::string& area) {
  return claim.areas().empty() ||
         std::find(claim.areas().begin(), claim.areas().end(), area) != claim.areas().end();
}

struct Delivered {
  std::uint64_t documents = 0;
  std::uint64_t mines = 0;
};

// Up to the claim's leaf, or after it.
Delivered DeliveredFor(const v1::HandoverFacts& facts, const v1::FactClaim& claim, bool after) {
  Delivered out;
  for (const v1::FactSubmission& submission : facts.submissions()) {
    if (!DeliversDocuments(submission.kind())) continue;
    if ((submission.leaf() > claim.leaf()) != after) continue;
    for (const v1::SubmissionRow& row : submission.rows()) {
      if (!IsAbout(claim, row.area())) continue;
      out.documents += row.documents();
      out.mines += SumOfMines(row.mines());
    }
  }
  return out;
}

Delivered DeclaredFor(const v1::HandoverFacts& facts, const v1::FactClaim& claim) {
  Delivered out;
  for (const v1::FactDeclaration& declaration : facts.declarations()) {
    if (!IsAbout(claim, declaration.row().area())) continue;
    out.documents += declaration.row().documents();
    out.mines += SumOfMines(declaration.row().mines());
  }
  return out;
}

// A share that was said, against delivered of declared: compatible within a twentieth of the whole.
v1::ClaimComparison CompareShare(const v1::Quantity& said, const v1::Fraction& share) {
  if (said.precision() != v1::PRECISION_FRACTION) return v1::CLAIM_COMPARISON_NO_NUMBER;
  if (share.total() == 0 || said.denominator() == 0) {
    return v1::CLAIM_COMPARISON_NOTHING_TO_COMPARE;
  }
  const std::uint64_t left = said.numerator() * share.total();
  const std::uint64_t right = share.filled() * said.denominator();
  const std::uint64_t apart = left > right ? left - right : right - left;
  if (apart == 0) return v1::CLAIM_COMPARISON_EQUAL;
  return apart * 20 <= share.total() * said.denominator() ? v1::CLAIM_COMPARISON_COMPATIBLE
                                                          : v1::CLAIM_COMPARISON_DIFFERS;
}

void SetBeside(std::uint64_t computed, v1::ClaimRow& row) {
  row.set_computed(computed);
  const bool is_number = row.quantity().has_value() &&
                         row.quantity().precision() != v1::PRECISION_WORDS &&
                         row.quantity().precision() != v1::PRECISION_FRACTION;
  if (!is_number) {
    row.set_comparison(v1::CLAIM_COMPARISON_NO_NUMBER);
    return;
  }
  row.set_difference(static_cast<std::int64_t>(row.quantity().value()) -
                     static_cast<std::int64_t>(computed));
  row.set_comparison(CompareQuantity(row.quantity(), computed));
}

// "All has been delivered": beside it what was declared and outstanding at the claim's leaf, and
// what was delivered behind it. What was declared only later says nothing about that time.
void CompareAll(const v1::HandoverFacts& facts, const v1::FactClaim& claim, std::uint64_t later,
                v1::ClaimRow& row) {
  const Outstanding open = CountOutstanding(
      facts, [&](const std::string& area) { return IsAbout(claim, area); }, claim.leaf());
  row.set_computed(later);
  row.set_outstanding(open.documents);
  row.set_withheld(open.withheld);
  if (later > 0) {
    row.set_comparison(v1::CLAIM_COMPARISON_CONTRADICTED);
  } else if (open.documents > 0) {
    row.set_comparison(v1::CLAIM_COMPARISON_OUTSTANDING);
  } else if (open.declared > 0 && !open.redeclared) {
    row.set_comparison(v1::CLAIM_COMPARISON_COMPATIBLE);
  }
}

}  // namespace

v1::ClaimComparison CompareQuantity(const v1::Quantity& said, std::uint64_t counted) {
  const std::uint64_t value = said.value();
  if (value == counted) {
    return said.precision() == v1::PRECISION_MORE_THAN ? v1::CLAIM_COMPARISON_DIFFERS
                                                       : v1::CLAIM_COMPARISON_EQUAL;
  }
  const std::uint64_t apart = value > counted ? value - counted : counted - value;
  std::uint64_t half_unit = 0;  // Of the last digit that is not 0.
  if (value > 0) {
    std::uint64_t unit = 1;
    while (value % (unit * 10) == 0) unit *= 10;
    half_unit = unit / 2;
  }
  bool compatible = false;
  switch (said.precision()) {
    case v1::PRECISION_ABOUT:
      compatible = apart <= half_unit || apart <= value / 10;
      break;
    case v1::PRECISION_MORE_THAN:
    case v1::PRECISION_AT_LEAST:
      compatible = counted > value;
      break;
    case v1::PRECISION_ALMOST:
      compatible = counted < value && apart <= value / 10;
      break;
    default:
      break;
  }
  return compatible ? v1::CLAIM_COMPARISON_COMPATIBLE : v1::CLAIM_COMPARISON_DIFFERS;
}

v1::ClaimRow CompareClaim(const v1::HandoverFacts& facts, const v1::FactClaim& claim) {
  v1::ClaimRow row;
  row.set_leaf(claim.leaf());
  row.set_subject(claim.subject());
  *row.mutable_quantity() = claim.quantity();
  const Delivered before = DeliveredFor(facts, claim, false);
  const Delivered after = DeliveredFor(facts, claim, true);
  const Delivered declared = DeclaredFor(facts, claim);
  row.set_comparison(v1::CLAIM_COMPARISON_NOTHING_TO_COMPARE);
  switch (claim.subject()) {
    case v1::CLAIM_SUBJECT_MINES_DELIVERED:
      SetBeside(before.mines, row);
      break;
    case v1::CLAIM_SUBJECT_RECORDS_DELIVERED:
      SetBeside(before.documents, row);
      break;
    case v1::CLAIM_SUBJECT_SHARE_OF_HOLDING_DELIVERED:
      row.mutable_share()->set_filled(before.documents);
      row.mutable_share()->set_total(declared.documents);
      row.set_comparison(CompareShare(claim.quantity(), row.share()));
      break;
    case v1::CLAIM_SUBJECT_ALL_DELIVERED:
      CompareAll(facts, claim, after.documents, row);
      break;
    case v1::CLAIM_SUBJECT_FURTHER_RECORDS_FOUND:
      if (after.documents > 0) SetBeside(after.documents, row);
      break;
    case v1::CLAIM_SUBJECT_MINES_LAID:
      if (declared.mines > 0) SetBeside(declared.mines, row);
      break;
    default:
      break;
  }
  return row;
}

}  // namespace cairn::completeness
