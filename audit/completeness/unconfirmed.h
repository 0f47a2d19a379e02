// What a report rests on that was written from memory and not from a text: the parts of the rule
// set marked `to_be_confirmed` that this assessment used.
#ifndef CAIRN_AUDIT_COMPLETENESS_UNCONFIRMED_H_
#define CAIRN_AUDIT_COMPLETENESS_UNCONFIRMED_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/record.pb.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// Borrows the rules: they must outlive it. Not thread-safe.
class Unconfirmed {
 public:
  explicit Unconfirmed(const Rules& rules) : rules_(rules) {}

  // Takes note of the mine models and fuzes that a record names.
  void Note(const v1::MinefieldRecord& record);

  // Fills in Report.to_be_confirmed, ascending, each once: "check C-07", "field F41", "source Art.
  // 9", "model TM-62M", "fuze MVCh-62", "fuzes of TM-62M", "density band ...", "uncertainty
  // budget".
  void Name(v1::Report& report) const;

 private:
  void NoteCode(const v1::Code& code, absl::flat_hash_set<std::string>& codes);

  const Rules& rules_;
  absl::flat_hash_set<std::string> models_, fuzes_;
};

// Whether the rule that a result rests on is to be confirmed: the field's for I-23, else the
// check's.
bool IsUnconfirmed(const Rules& rules, const v1::CheckResult& result);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_UNCONFIRMED_H_
