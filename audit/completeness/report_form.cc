#include "audit/completeness/report_form.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cairn::completeness {
namespace {

constexpr std::size_t kDigestBytes = 32;

absl::Status CheckCount(absl::string_view where, std::uint64_t counted, int records) {
  if (counted == static_cast<std::uint64_t>(records)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("its ", where, " speaks of ", counted, " records, and there are ", records));
}

}  // namespace

absl::Status CheckReportForm(const v1::Report& report) {
  const std::pair<const char*, bool> parts[] = {
      {"rule set", !report.rule_set().id().empty()},
      {"digest of the rule set", report.rule_set().digest().size() == kDigestBytes},
      {"version of the checks", report.check_semantics() > 0},
      {"handover", report.handover().size() == kDigestBytes},
      {"handover's results", report.has_handover_level()},
      {"classes of all records", report.has_cumulative()},
      {"summary", report.has_summary()}};
  for (const auto& [part, is_there] : parts) {
    if (is_there) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("it has no ", part, ": it is empty, cut short, or something else"));
  }
  absl::Status counts = CheckCount("summary", report.summary().records(), report.records_size());
  if (!counts.ok()) return counts;
  return CheckCount("table of classes", report.cumulative().all().records(), report.records_size());
}

}  // namespace cairn::completeness
