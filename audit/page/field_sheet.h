// One sheet a record, to print and carry: what the paper says, leaf by leaf, with how each stands;
// where it lies in WGS 84, with a sketch; its class, what was found on the ground, and every result
// of the checks. For those who may see where fields lie: every sheet holds coordinates. No persons.
//
// A record is never shown as a confirmed area: each sheet says that it is as reported.
#ifndef CAIRN_AUDIT_PAGE_FIELD_SHEET_H_
#define CAIRN_AUDIT_PAGE_FIELD_SHEET_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/rule_set.h"
#include "audit/page/html.h"
#include "audit/page/messages.h"
#include "cairn/v1/report.pb.h"

namespace cairn::page {

// Of a record with more leaves the rest is counted, not shown.
inline constexpr std::uint64_t kMostLeavesOfSheet = 2'000;

struct SheetInputs {
  const v1::Report* report = nullptr;                     // Not null.
  const completeness::Rules* rules = nullptr;             // Not null: those of the report.
  std::span<const completeness::AssessedInput> packages;  // Those of the report, in its order.
  std::vector<std::string> rows;                          // Keys of records; none: all.
};

// Sheets in the report's order, supplements applied, one at a time. kInvalidArgument: rules or
// packages that are not the report's; a row that no record has. Errors of the content and of the
// sink are passed on.
absl::Status WriteFieldSheets(const SheetInputs& inputs, const Messages& messages, Sink sink);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_FIELD_SHEET_H_
