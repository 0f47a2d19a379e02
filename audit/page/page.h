// The report as people read it: one HTML page that stands by itself. It needs no script and no
// network, prints, and can be read in thirty years. A rendering: what counts is the report, whose
// SHA-256 the page carries. The same inputs give the same bytes on every machine.
//
// Two editions. Without fields there is no coordinate on the page at all: the edition of mediators
// and the public record. With fields it has maps, and is for those who may see where mines lie.
#ifndef CAIRN_AUDIT_PAGE_PAGE_H_
#define CAIRN_AUDIT_PAGE_PAGE_H_

#include "absl/status/status.h"
#include "audit/completeness/delivered_fields.h"
#include "audit/completeness/rule_set.h"
#include "audit/page/html.h"
#include "audit/page/messages.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/report.pb.h"

namespace cairn::page {

// Of one record no more results are shown; the list of faults has all of them.
inline constexpr int kMostResultsOfRecord = 200;
// Nor of all records together.
inline constexpr std::uint64_t kMostResults = 500'000;

struct PageInputs {
  const v1::Report* report = nullptr;          // Not null.
  const completeness::Rules* rules = nullptr;  // Not null: those of the report.
  // What the leaves said at the report's size: names, dates, due dates, grounds. May be null.
  const v1::HandoverFacts* facts = nullptr;
  // Where the fields of the report's packages lie. Null: the edition without any coordinate.
  const completeness::DeliveredFields* fields = nullptr;
};

// Memory grows with the number of records, not with the page. kInvalidArgument: rules, facts or
// fields that are not those of the report. kResourceExhausted: see kMaxPageBytes. Errors of the
// sink are passed on.
absl::Status WritePage(const PageInputs& inputs, const Messages& messages, Sink sink);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_PAGE_H_
