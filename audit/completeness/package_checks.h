// The checks of packages and of what passed hands with them: P-03, X-14, H-05, H-10, H-11,
// H-14 to H-18.
#ifndef CAIRN_AUDIT_COMPLETENESS_PACKAGE_CHECKS_H_
#define CAIRN_AUDIT_COMPLETENESS_PACKAGE_CHECKS_H_

#include <cstdint>
#include <set>
#include <span>
#include <string>

#include "audit/completeness/rule_set.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// What a package's records come to.
struct PackageHabits {
  std::set<std::string> files;     // SHA-256 of every attachment that a record names.
  std::uint64_t counts = 0;        // Of lines that say they are exact.
  std::uint64_t round_counts = 0;  // Of these, multiples of 100.
};

// From the leaves alone: H-05, H-10, H-11, H-14 to H-16, H-18. Appends to `out`. REQUIRES: the rows
// of areas.
void CheckCustody(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out);

// P-03, X-14, H-17: one of `habits` for each package of the report. Appends to `out`.
void CheckPackages(const Rules& rules, const v1::HandoverFacts& facts,
                   std::span<const PackageHabits> habits, const v1::Report& report,
                   v1::HandoverResult& out);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_PACKAGE_CHECKS_H_
