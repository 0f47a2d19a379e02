// Who controlled which area when, as the parties agreed: in the rule set, or in a file that the
// charter names. Only whether an area changed hands, and when, counts here.
#ifndef CAIRN_AUDIT_COMPLETENESS_CONTROL_HISTORY_H_
#define CAIRN_AUDIT_COMPLETENESS_CONTROL_HISTORY_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/rule_set.pb.h"

namespace cairn::completeness {

class ControlHistory {
 public:
  static ControlHistory FromPeriods(std::vector<v1::ControlPeriod> periods);
  // CSV with the columns area, party, first_day, last_day; days as 2020-11-10, or "-": since ever,
  // until now. kInvalidArgument names the line.
  static absl::StatusOr<ControlHistory> FromCsv(absl::string_view csv);

  const std::vector<v1::ControlPeriod>& periods() const { return periods_; }
  // Whether more than one party held the area.
  bool ChangedHands(absl::string_view area) const;

 private:
  std::vector<v1::ControlPeriod> periods_;
};

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CONTROL_HISTORY_H_
