// The checks that compare records: duplicates, copies, series, overlaps, landmarks, habits, shared
// scans (X-01 to, P-06, P-08).
//
// Records stand in package order throughout; where one of several is meant, it is the first.
#ifndef CAIRN_AUDIT_COMPLETENESS_CROSS_RECORD_H_
#define CAIRN_AUDIT_COMPLETENESS_CROSS_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/record_assessment.h"
#include "audit/completeness/rule_set.h"
#include "audit/completeness/verdicts.h"

namespace cairn::completeness {

// What a check across records says, record by record.
struct CrossVerdicts {
  std::vector<Verdicts> verdicts;                    // One a record.
  std::vector<std::optional<std::size_t>> equal_to;  // The record it is a double or copy of.
};

CrossVerdicts CheckX01(std::span<const RecordTraits* const> records, v1::Severity severity);
// equal_to: the record that it is nearly equal to.
CrossVerdicts CheckX02(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity);
// equal_to: the first equal copy of the same number.
CrossVerdicts CheckX03(std::span<const RecordTraits* const> records, v1::Severity severity);
CrossVerdicts CheckX05(std::span<const RecordTraits* const> records, v1::Severity severity);
// A result's `other` names its record by the index in `records`, here and below.
CrossVerdicts CheckX06(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity);
CrossVerdicts CheckX07(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity);
CrossVerdicts CheckX11(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity);
CrossVerdicts CheckX13(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity);
CrossVerdicts CheckX15(std::span<const RecordTraits* const> records, v1::Severity severity);
CrossVerdicts CheckP06(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity);
CrossVerdicts CheckP08(std::span<const RecordTraits* const> records, v1::Severity severity);

// A number series of one unit, year and prefix.
struct Series {
  std::size_t first = 0;               // Its first record.
  std::vector<std::uint64_t> numbers;  // Ascending, each once.
};
// Those large and dense enough to be series by the rule set, in the order of their first records;
// with or without gaps.
std::vector<Series> FindSeries(std::span<const RecordTraits* const> records, const Rules& rules);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_CROSS_RECORD_H_
