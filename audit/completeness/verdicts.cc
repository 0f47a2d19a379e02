#include "audit/completeness/verdicts.h"

#include <algorithm>

#include "audit/completeness/catalogue.h"
#include "audit/completeness/mandatory.h"

namespace cairn::completeness {

v1::CheckResult& Verdicts::Add(absl::string_view place, v1::Outcome outcome) {
  v1::CheckResult& result = results_.emplace_back();
  result.set_check(check_);
  result.set_place(std::string(place));
  result.set_outcome(outcome);
  result.set_severity(severity_);
  return result;
}

v1::Severity Verdicts::SeverityOf(absl::string_view field) const {
  if (view_ == nullptr || IsAsked(*view_, FieldNumber(field))) return severity_;
  return v1::SEVERITY_WARNING;
}

v1::CheckResult& Verdicts::FailAs(v1::Severity severity, absl::string_view place) {
  v1::CheckResult& result = Fail(place);
  // A grade can be milder than the rule set's severity, never harder.
  if (severity > severity_) result.set_severity(severity);
  return result;
}

v1::CheckResult& Verdicts::NotEvaluable(absl::string_view place, std::vector<std::string> missing) {
  v1::CheckResult& result = Add(place, v1::OUTCOME_NOT_EVALUABLE);
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  for (std::string& one : missing) result.add_missing(std::move(one));
  return result;
}

}  // namespace cairn::completeness
