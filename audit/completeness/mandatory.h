// Which leaves of a record its rule set makes mandatory, and how each stands: what I-23 counts and
// what the fill class rests on.
#ifndef CAIRN_AUDIT_COMPLETENESS_MANDATORY_H_
#define CAIRN_AUDIT_COMPLETENESS_MANDATORY_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/record_view.h"

namespace cairn::completeness {

struct MandatoryLeaf {
  const v1::FieldRule* rule;
  int field;  // 63 for F63.
  Standing standing;
  v1::Presence presence;    // How it stands on the paper; of what lacks, never VALUE.
  absl::string_view place;  // Valid during the call only.
};

// Whether the rule set makes the field mandatory for this record: of mandatory strength, or
// conditional and its condition met; a condition of single entries counts as met.
bool IsAsked(const RecordView& view, int field);

// So many entries the list of the field must have on this kind of form; at least 1.
int LeastEntries(const RecordView& view, int field);

// Each mandatory leaf once, by field number, then in the record's order.
void ForEachMandatoryLeaf(const RecordView& view,
                          absl::FunctionRef<void(const MandatoryLeaf&)> visit);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_MANDATORY_H_
