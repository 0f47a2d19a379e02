#include "audit/record/decimal.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

constexpr int kMostDigits = 15;
constexpr std::size_t kGroup = 3;

__extension__ using Wide = __int128;

std::size_t LeadingDigits(absl::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[count]))) {
    ++count;
  }
  return count;
}

absl::Status TakeDigits(absl::string_view& text, std::size_t count, Decimal& out, int& total) {
  total += static_cast<int>(std::min<std::size_t>(count, kMostDigits + 1));
  if (total > kMostDigits) return absl::InvalidArgumentError("a number of more than 15 digits");
  for (std::size_t i = 0; i < count; ++i) out.digits = out.digits * 10 + (text[i] - '0');
  text.remove_prefix(count);
  return absl::OkStatus();
}

void TakeSign(absl::string_view& text, Decimal& out) {
  for (const absl::string_view minus : {"-", "\xE2\x88\x92"}) {
    if (absl::StartsWith(text, minus)) {
      out.negative = true;
      text.remove_prefix(minus.size());
      return;
    }
  }
  if (absl::StartsWith(text, "+")) text.remove_prefix(1);
}

}  // namespace

absl::StatusOr<Decimal> TakeDecimal(absl::string_view& text, Grouping grouping) {
  Decimal out;
  int total = 0;
  TakeSign(text, out);
  const std::size_t first = LeadingDigits(text);
  if (first == 0) return absl::InvalidArgumentError("expected a number");
  const bool may_be_thousands = first <= kGroup && text[0] != '0';
  if (absl::Status status = TakeDigits(text, first, out, total); !status.ok()) return status;
  bool grouped = false;
  while (grouping == Grouping::kSpaces && first <= kGroup) {
    const std::size_t space = SpaceLength(text);
    absl::string_view after = text.substr(space);
    if (space == 0 || LeadingDigits(after) != kGroup) break;
    text = after;
    grouped = true;
    if (absl::Status status = TakeDigits(text, kGroup, out, total); !status.ok()) return status;
  }
  if (text.empty() || (text[0] != '.' && text[0] != ',')) return out;
  const std::size_t decimals = LeadingDigits(text.substr(1));
  if (decimals == 0) return out;
  text.remove_prefix(1);
  if (absl::Status status = TakeDigits(text, decimals, out, total); !status.ok()) return status;
  out.decimals = static_cast<int>(decimals);
  out.ambiguous = may_be_thousands && !grouped && decimals == kGroup;
  return out;
}

absl::StatusOr<std::int64_t> ScaleDecimal(const Decimal& value, std::int64_t multiplier,
                                          std::int64_t divisor) {
  // At most 10^15 * 10^12 above and 10^15 * 10^12 below: far within 127 bits.
  Wide below = divisor;
  for (int i = 0; i < value.decimals; ++i) below *= 10;
  const Wide above = Wide{value.digits} * multiplier;
  const Wide rounded = (2 * above + below) / (2 * below);
  if (rounded > Wide{std::numeric_limits<std::int64_t>::max()}) {
    return absl::InvalidArgumentError("a number far too large");
  }
  const auto out = static_cast<std::int64_t>(rounded);
  return value.negative ? -out : out;
}

}  // namespace cairn::record
