// C-12: do the numbers of one record add up. Numbers are those laid, before any change.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/exact_math.h"

namespace cairn::completeness {
namespace {

// A sum with the tolerance of what it is a sum of; nothing if a part is not known.
struct Sum {
  std::int64_t value = 0;
  std::int64_t tolerance = 0;
  bool known = true;

  void Add(std::optional<std::int64_t> part, std::int64_t part_tolerance = 0) {
    if (!part.has_value()) {
      known = false;
      return;
    }
    value += *part;
    tolerance += part_tolerance;
  }
};

// "1,200, rounded" may be 1,150 to 1,250: half a unit of the last digit that is not 0.
std::int64_t RoundingTolerance(std::int64_t value) {
  if (value == 0) return 0;
  std::int64_t unit = 1;
  while (value % (unit * 10) == 0) unit *= 10;
  return unit / 2;
}

std::int64_t CountTolerance(const RecordView& view, const std::string& precision,
                            std::optional<std::int64_t> value) {
  if (!value.has_value()) return 0;
  if (precision == "rounded") return RoundingTolerance(*value);
  if (precision == "estimate") {
    return *value * view.rules().message().thresholds().estimate_per_mille() / 1000;
  }
  return 0;
}

void AddLine(const RecordView& view, const v1::OrdnanceLine& line, Sum& sum) {
  const std::optional<std::int64_t> count = CountOf(line.count());
  sum.Add(count, CountTolerance(view, line.count_precision(), count));
}

Sum SumOfLines(const RecordView& view) {
  Sum sum;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) AddLine(view, line, sum);
  return sum;
}

// What stands in rows and as single mines: the lines that are not booby-traps, which have a list of
// their own.
struct MineLines {
  Sum sum;
  std::vector<std::string> missing;  // For want of what there is no sum.
};
MineLines SumOfMineLines(const RecordView& view) {
  MineLines out;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::string category = view.CategoryOf(line);
    if (category.empty()) out.missing.emplace_back("F60");
    if (category != "booby_trap") AddLine(view, line, out.sum);
  }
  if (!out.sum.known || view.what().ordnance().empty()) out.missing.emplace_back("F62");
  return out;
}

void Compare(const Sum& expected, const Sum& found, absl::string_view place, Verdicts& out) {
  const std::int64_t difference = found.value - expected.value;
  const std::int64_t tolerance = expected.tolerance + found.tolerance;
  if (difference <= tolerance && -difference <= tolerance) return out.Pass();
  v1::CheckResult& result = out.Fail(place);
  result.set_expected(expected.value);
  result.set_found(found.value);
}

void CompareTotal(const RecordView& view, const Sum& lines, Verdicts& out) {
  constexpr absl::string_view kPlace = "what.declared_total";
  const v1::WhatGroup& what = view.what();
  Sum total;
  const std::optional<std::int64_t> value = CountOf(what.declared_total());
  total.Add(value, CountTolerance(view, what.declared_total_precision(), value));
  std::vector<std::string> missing;
  if (what.ordnance().empty()) missing.emplace_back("F60");
  if (!lines.known) missing.emplace_back("F62");
  if (!total.known) missing.emplace_back("F71");
  if (!missing.empty()) {
    out.NotEvaluable(kPlace, std::move(missing));
  } else {
    Compare(lines, total, kPlace, out);
  }
}

void CompareRows(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "layout.rows";
  Sum rows;
  bool stated = false;
  for (const v1::Row& row : view.layout().rows()) {
    for (const v1::RowMines& mines : row.mines()) {
      stated = true;
      rows.Add(CountOf(mines.count()));
    }
  }
  if (!stated) return;
  MineLines lines = SumOfMineLines(view);
  if (!rows.known) lines.missing.emplace_back("F53");
  if (!lines.missing.empty()) {
    out.NotEvaluable(kPlace, std::move(lines.missing));
  } else {
    Compare(lines.sum, rows, kPlace, out);
  }
}

void CompareMines(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "layout.mines";
  if (!view.layout().mines_complete()) return;
  MineLines lines = SumOfMineLines(view);
  if (!lines.missing.empty()) {
    out.NotEvaluable(kPlace, std::move(lines.missing));
    return;
  }
  Sum mines;
  mines.Add(view.layout().mines_size());
  Compare(lines.sum, mines, kPlace, out);
}

void CompareRemaining(const RecordView& view, const Sum& lines, Verdicts& out) {
  constexpr absl::string_view kPlace = "marking.remaining_total";
  const v1::MarkingGroup& marking = view.marking();
  const std::optional<std::int64_t> remaining = CountOf(marking.remaining_total());
  if (!remaining.has_value()) return;
  Sum now = lines;
  bool changes_known = marking.changes_size() > 0 ||
                       marking.changes_listed().presence() == v1::PRESENCE_NOT_APPLICABLE;
  for (const v1::Change& change : marking.changes()) {
    if (!IsKnown(change.what())) {
      changes_known = false;
      continue;
    }
    const std::string& what = change.what().code();
    if (what != "removed" && what != "detonated" && what != "added") continue;
    const std::optional<std::int64_t> count = CountOf(change.count());
    changes_known = changes_known && count.has_value();
    now.Add(what == "added" || !count.has_value() ? count.value_or(0) : -*count);
  }
  std::vector<std::string> missing;
  if (!lines.known || view.what().ordnance().empty()) missing.emplace_back("F62");
  if (!changes_known) missing.emplace_back("F100");
  if (!missing.empty()) {
    out.NotEvaluable(kPlace, std::move(missing));
    return;
  }
  Sum stated;
  stated.Add(remaining);
  Compare(now, stated, kPlace, out);
}

}  // namespace

void CheckC12(const RecordView& view, Verdicts& out) {
  const Sum lines = SumOfLines(view);
  CompareTotal(view, lines, out);
  CompareRows(view, out);
  CompareMines(view, out);
  CompareRemaining(view, lines, out);
}

}  // namespace cairn::completeness
