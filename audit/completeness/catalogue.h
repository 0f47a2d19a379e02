// The checks this program makes and the fields it knows, as tables. A check's severity and
// paragraph in force are the rule set's; what stands here is what a check is.
#ifndef CAIRN_AUDIT_COMPLETENESS_CATALOGUE_H_
#define CAIRN_AUDIT_COMPLETENESS_CATALOGUE_H_

#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "audit/completeness/record_view.h"
#include "audit/completeness/verdicts.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// Who may decide: the machine alone; a person, to confirm what the machine suggests; a signed
// finding from the ground only.
enum class Decider { kMachine, kPerson, kFinding };

// What a FAIL at severity ERROR does to the record.
enum class Effect {
  kNote,               // Nothing.
  kIncomplete,         // Not complete.
  kContradictsItself,  // K3i
  kContradictsOther,   // K3x
  kTotals,             // Not counted in totals of mines.
};

using RecordCheck = void (*)(const RecordView& view, Verdicts& out);

struct CheckInfo {
  absl::string_view id;
  absl::string_view title;   // A sentence: what passes.
  absl::string_view inputs;  // "F31 F40"
  v1::Severity severity;     // Default for new rule sets.
  Decider decider;
  Effect effect;
  absl::string_view paragraph;  // Default for new rule sets.
  RecordCheck run;              // Null: made across records or for the handover.
};

// What a FAIL at severity ERROR does, in the one place where it is decided who may decide: what a
// person has to confirm, or a signed finding alone can tell, never acts, whatever a rule set says.
Effect EffectOf(const CheckInfo& info);

// In byte order of the ids.
std::span<const CheckInfo> Catalogue();
const CheckInfo* FindCheckInfo(absl::string_view id);  // Null if there is none.

// 63 for "F63"; 0 if the catalogue has no such field.
int FieldNumber(absl::string_view field);
std::string FieldId(int number);
absl::string_view FieldTitle(int number);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CATALOGUE_H_
