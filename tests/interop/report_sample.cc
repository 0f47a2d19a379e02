// A report as JSON, for judges that know nothing of Cairn: two records of which one lacks a field
// and one contradicts itself, a claim, and a field of every kind.
#include <iostream>

#include "audit/completeness/render.h"
#include "audit/completeness/testing.h"

int main() {
  namespace testing = cairn::completeness::testing;
  std::vector<cairn::v1::MinefieldRecord> records(3, testing::CompleteRecord());
  testing::Blank(records[1], "what.ordnance[0].fuze");
  testing::Move(records[1], 2000, 0);
  testing::SetCount(*records[2].mutable_what()->mutable_declared_total(), 121);
  cairn::v1::Report report = testing::AssessTogether(records);
  cairn::v1::ClaimRow& claim = *report.mutable_handover_level()->add_claims();
  claim.set_leaf(7);
  claim.set_subject(cairn::v1::CLAIM_SUBJECT_MINES_DELIVERED);
  claim.mutable_quantity()->set_precision(cairn::v1::PRECISION_ABOUT);
  claim.mutable_quantity()->set_value(200'000);
  claim.set_difference(-11'000);
  std::cout << cairn::completeness::Json(report);
  return std::cout.good() ? 0 : 1;
}
