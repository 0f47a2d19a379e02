// Where a check says what it found.
#ifndef CAIRN_AUDIT_COMPLETENESS_VERDICTS_H_
#define CAIRN_AUDIT_COMPLETENESS_VERDICTS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/leaf.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

class RecordView;

// The verdicts of one check on one record (or on the handover). Passes are counted; the rest is
// kept with its place. Not thread-safe.
class Verdicts {
 public:
  // With a view, which must outlive it, what Require finds lacking is at most a warning where the
  // rule set does not make the field mandatory for this record.
  Verdicts(absl::string_view check, v1::Severity severity, const RecordView* view = nullptr)
      : check_(check), severity_(severity), view_(view) {}

  void Pass() { ++passed_; }

  // The result, for details to be added; valid until the next call.
  v1::CheckResult& Fail(absl::string_view place) { return Add(place, v1::OUTCOME_FAIL); }
  // At another severity than the rule set's: for grades within a check.
  v1::CheckResult& FailAs(v1::Severity severity, absl::string_view place);

  // `missing`: F-numbers as "F23", or words. Sorted, each once.
  v1::CheckResult& NotEvaluable(absl::string_view place, std::vector<std::string> missing);

  // The usual verdict on a field that a check asks for: filled PASS, unread NOT EVALUABLE with the
  // field as what is missing, else FAIL. `place` is any callable that gives the path: it is called
  // only if the path is needed.
  template <typename Place>
  void Require(Standing standing, absl::string_view field, Place place) {
    switch (standing) {
      case Standing::kGiven:
      case Standing::kExcluded:
        return Pass();
      case Standing::kUnread:
        NotEvaluable(place(), {std::string(field)});
        return;
      case Standing::kLacking:
        FailAs(SeverityOf(field), place());
        return;
    }
  }

  const std::vector<v1::CheckResult>& results() const { return results_; }
  std::vector<v1::CheckResult>& results() { return results_; }
  std::uint32_t passed() const { return passed_; }

 private:
  v1::CheckResult& Add(absl::string_view place, v1::Outcome outcome);
  v1::Severity SeverityOf(absl::string_view field) const;

  std::string check_;
  v1::Severity severity_;
  const RecordView* view_;
  std::uint32_t passed_ = 0;
  std::vector<v1::CheckResult> results_;
};

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_VERDICTS_H_
