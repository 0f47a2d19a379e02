// Decimal numbers as people write them, exactly. Pure.
#ifndef CAIRN_AUDIT_RECORD_DECIMAL_H_
#define CAIRN_AUDIT_RECORD_DECIMAL_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::record {

// digits / 10^decimals, with a sign.
struct Decimal {
  bool negative = false;
  std::int64_t digits = 0;  // At most 15 digits were written.
  int decimals = 0;
  // "1.200": one to three digits, not beginning with 0, one point or comma, three digits. It could
  // mean twelve hundred.
  bool ambiguous = false;
};

enum class Grouping { kNone, kSpaces };  // Whether spaces may stand between groups of three digits.

// Takes a number off the front of `text`: a sign, digits, perhaps a point or comma and digits.
// kInvalidArgument: `text` does not begin with one, or more than 15 digits.
absl::StatusOr<Decimal> TakeDecimal(absl::string_view& text, Grouping grouping);

// value * multiplier / divisor, rounded half away from zero. kInvalidArgument: beyond 63 bits.
// REQUIRES: 1 <= multiplier, divisor <= 10^12.
absl::StatusOr<std::int64_t> ScaleDecimal(const Decimal& value, std::int64_t multiplier,
                                          std::int64_t divisor = 1);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_DECIMAL_H_
