// One check of the handover as a whole, as it is being made.
#ifndef CAIRN_AUDIT_COMPLETENESS_HANDOVER_CHECK_H_
#define CAIRN_AUDIT_COMPLETENESS_HANDOVER_CHECK_H_

#include <utility>

#include "absl/strings/string_view.h"
#include "audit/completeness/rule_set.h"
#include "audit/completeness/verdicts.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// Makes one check of the rule set and keeps what it said. Silent if the rule set does not make it.
class HandoverCheck {
 public:
  HandoverCheck(const Rules& rules, absl::string_view check, v1::HandoverResult& out)
      : rule_(rules.FindCheck(check)),
        verdicts_(check, rule_ == nullptr ? v1::SEVERITY_INFORMATION : rule_->severity()),
        out_(out) {}
  ~HandoverCheck() {
    if (rule_ == nullptr) return;
    out_.set_passed(out_.passed() + verdicts_.passed());
    for (v1::CheckResult& one : verdicts_.results()) *out_.add_results() = std::move(one);
  }
  HandoverCheck(const HandoverCheck&) = delete;
  HandoverCheck& operator=(const HandoverCheck&) = delete;

  Verdicts* operator->() { return &verdicts_; }

 private:
  const v1::CheckRule* rule_;
  Verdicts verdicts_;
  v1::HandoverResult& out_;
};

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_HANDOVER_CHECK_H_
