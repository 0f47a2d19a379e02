// Assessments as facts: who computed which report from which inputs.
//
// A report is made of the log's first leaves (Assess.at_size), and no assessment can be among the
// leaves that it was made from. So what earlier assessments came to may be said in a later report
// without any report depending on itself.
#ifndef CAIRN_AUDIT_LEDGER_ASSESSED_H_
#define CAIRN_AUDIT_LEDGER_ASSESSED_H_

#include "audit/ledger/matter.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/statement.pb.h"
#include "keys/digest.h"

namespace cairn::ledger {

// What two assessments must share to be compared: SHA-256 of the canonical Assess with only
// rule_set, check_semantics, packages and at_size.
keys::Digest InputsOf(const v1::Assess& body);

// The newest assessment of each party from the same inputs, in leaf order.
void AddAssessments(const HandoverMatter& matter, v1::HandoverFacts& facts);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_ASSESSED_H_
