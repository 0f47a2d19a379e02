// T-02: could so many mines be laid in that time.
#include <optional>
#include <string>
#include <vector>

#include "audit/completeness/calendar.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/int128.h"

namespace cairn::completeness {
namespace {

std::int64_t RateOf(const Rules& rules, const v1::Code& method) {
  for (const v1::LayingRate& rate : rules.message().laying_rates()) {
    if (IsKnown(method) && rate.method() == method.code()) return rate.most_per_hour();
  }
  return 0;
}

}  // namespace

void CheckT02(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "laying";
  constexpr Int128 kMinuteParts = 1'000'000;  // So that each line's time is rounded down by less.
  const std::optional<Span> begun = SpanOf(view.laying().begun());
  const std::optional<Span> ended = SpanOf(view.laying().ended());
  std::vector<std::string> missing;
  if (!begun.has_value() || !ended.has_value() || ended->last < begun->first) {
    missing.emplace_back("F80");
  }
  Int128 least = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::optional<std::int64_t> count = CountOf(line.count());
    const std::int64_t rate = RateOf(view.rules(), line.method());
    if (!count.has_value()) missing.emplace_back("F62");
    if (rate == 0) missing.emplace_back("F68");
    if (count.has_value() && rate > 0) least += Int128{*count} * 60 * kMinuteParts / rate;
  }
  if (view.what().ordnance().empty()) missing.emplace_back("F62");
  if (!missing.empty()) {
    out.NotEvaluable(kPlace, std::move(missing));
    return;
  }
  const std::int64_t longest = ended->last - begun->first + 1;  // Minutes, both ends included.
  if (least <= longest * kMinuteParts) return out.Pass();
  v1::CheckResult& result = out.Fail(kPlace);
  result.set_expected(static_cast<std::int64_t>(least / kMinuteParts));
  result.set_found(longest);
}

}  // namespace cairn::completeness
