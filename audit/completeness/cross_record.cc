#include "audit/completeness/cross_record.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/geodesy.h"
#include "audit/record/text.h"

namespace cairn::completeness {
namespace {

CrossVerdicts EmptyVerdicts(absl::string_view check, std::size_t records, v1::Severity severity) {
  return {std::vector<Verdicts>(records, Verdicts(check, severity)),
          std::vector<std::optional<std::size_t>>(records)};
}

bool IsCollectiveForm(const std::string& form_kind) {
  return form_kind == "map" || form_kind == "register" || form_kind == "scheme";
}

// The south-western corner of a perimeter's box, in cells as wide as near duplicates can differ.
struct Cell {
  std::int64_t x = 0;
  std::int64_t y = 0;
  friend bool operator==(const Cell&, const Cell&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Cell& c) {
    return H::combine(std::move(h), c.x, c.y);
  }
};

class NearIndex {
 public:
  // A degree of longitude shrinks to a quarter at 75 degrees of latitude: cells are wide enough.
  explicit NearIndex(std::int64_t tolerance_mm) : cell_e7_(tolerance_mm * 100 / 1106 * 4 + 1) {}

  Cell CellOf(const RecordTraits& record) const {
    std::int64_t west = record.corners[0].longitude_e7;
    std::int64_t south = record.corners[0].latitude_e7;
    for (const Geographic& at : record.corners) {
      west = std::min(west, at.longitude_e7);
      south = std::min(south, at.latitude_e7);
    }
    return {(west + 1'800'000'000) / cell_e7_, (south + 900'000'000) / cell_e7_};
  }
  void Add(const Cell& cell, std::size_t record) { cells_[cell].push_back(record); }

  // The first earlier record around the cell that `matches`.
  std::optional<std::size_t> Find(const Cell& cell,
                                  absl::FunctionRef<bool(std::size_t)> matches) const {
    std::optional<std::size_t> first;
    for (std::int64_t dx = -1; dx <= 1; ++dx) {
      for (std::int64_t dy = -1; dy <= 1; ++dy) {
        const auto it = cells_.find(Cell{cell.x + dx, cell.y + dy});
        if (it == cells_.end()) continue;
        for (const std::size_t other : it->second) {
          if (first.has_value() && other >= *first) break;  // Ascending within a cell.
          if (matches(other)) first = other;
        }
      }
    }
    return first;
  }

 private:
  std::int64_t cell_e7_;
  absl::flat_hash_map<Cell, std::vector<std::size_t>> cells_;
};

bool EveryCornerIsNear(const std::vector<Geographic>& a, const std::vector<Geographic>& b,
                       std::int64_t tolerance_cm) {
  const LocalPlane plane(a[0]);
  return std::all_of(a.begin(), a.end(), [&](const Geographic& corner) {
    const PlanePoint at = plane.ToPlane(corner);
    return std::any_of(b.begin(), b.end(), [&](const Geographic& other) {
      return DistanceCm(at, plane.ToPlane(other)) <= tolerance_cm;
    });
  });
}

constexpr std::size_t kMostComparedCorners = 1000;  // Of a perimeter; larger ones differ by count.

bool IsNearDuplicate(const RecordTraits& a, const RecordTraits& b, std::int64_t tolerance_cm) {
  if (a.corners.size() != b.corners.size() || a.corners.size() > kMostComparedCorners) return false;
  if (a.mines != b.mines || a.content == b.content) return false;
  if (a.number.has_value() && a.number == b.number) return false;  // X-03's business.
  return EveryCornerIsNear(a.corners, b.corners, tolerance_cm) &&
         EveryCornerIsNear(b.corners, a.corners, tolerance_cm);
}

// What tells originals apart: number, unit and year.
using OriginalKey = std::tuple<std::string, std::string, int>;

std::vector<std::string> MissingForOriginal(const RecordTraits& record) {
  std::vector<std::string> missing;
  if (!record.number.has_value()) missing.emplace_back("F01");
  if (!record.unit.has_value()) missing.emplace_back("F10");
  if (!record.year.has_value()) missing.emplace_back("F80");
  return missing;
}

// "МВЗ-2021-123" is 123 behind "МВЗ-2021-".
struct SeriesNumber {
  std::string prefix;
  std::uint64_t number = 0;
};
std::optional<SeriesNumber> ParseSeriesNumber(absl::string_view text) {
  constexpr std::size_t kMostDigits = 9;
  const absl::string_view trimmed = record::TrimText(text);
  std::size_t begin = trimmed.size();
  while (begin > 0 && trimmed[begin - 1] >= '0' && trimmed[begin - 1] <= '9') --begin;
  const absl::string_view digits = trimmed.substr(begin);
  if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
  SeriesNumber out;
  for (const char c : digits) out.number = out.number * 10 + static_cast<std::uint64_t>(c - '0');
  if (out.number == 0) return std::nullopt;
  out.prefix = record::AliasKey(trimmed.substr(0, begin));
  return out;
}

}  // namespace

CrossVerdicts CheckX01(std::span<const RecordTraits* const> records, v1::Severity severity) {
  CrossVerdicts out = EmptyVerdicts("X-01", records.size(), severity);
  absl::flat_hash_map<keys::Digest, std::size_t> first_of;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto [it, is_first] = first_of.try_emplace(records[i]->content, i);
    const RecordTraits& first = *records[it->second];
    const bool same_number = records[i]->number.has_value() && records[i]->number == first.number;
    if (is_first || same_number) {
      out.verdicts[i].Pass();
      continue;
    }
    out.equal_to[i] = it->second;
    out.verdicts[i].Fail("");
  }
  return out;
}

CrossVerdicts CheckX02(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity) {
  constexpr absl::string_view kPlace = "where.perimeter";
  const std::int64_t tolerance_mm = rules.message().thresholds().near_duplicate_mm();
  CrossVerdicts out = EmptyVerdicts("X-02", records.size(), severity);
  NearIndex index(tolerance_mm);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RecordTraits& record = *records[i];
    std::vector<std::string> missing = record.corners_missing;
    if (!record.mines.has_value()) missing.emplace_back("F62");
    if (!missing.empty()) {
      out.verdicts[i].NotEvaluable(kPlace, std::move(missing));
      continue;
    }
    const Cell cell = index.CellOf(record);
    out.equal_to[i] = index.Find(cell, [&](std::size_t other) {
      return IsNearDuplicate(record, *records[other], tolerance_mm / 10);
    });
    index.Add(cell, i);
    if (out.equal_to[i].has_value()) {
      out.verdicts[i].Fail(kPlace);
    } else {
      out.verdicts[i].Pass();
    }
  }
  return out;
}

CrossVerdicts CheckX03(std::span<const RecordTraits* const> records, v1::Severity severity) {
  constexpr absl::string_view kPlace = "identity.record_number";
  CrossVerdicts out = EmptyVerdicts("X-03", records.size(), severity);
  std::map<OriginalKey, std::vector<std::size_t>> originals;
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::vector<std::string> missing = MissingForOriginal(*records[i]);
    if (missing.empty()) {
      originals[{*records[i]->number, *records[i]->unit, *records[i]->year}].push_back(i);
    } else {
      out.verdicts[i].NotEvaluable(kPlace, std::move(missing));
    }
  }
  for (const auto& [key, copies] : originals) {
    // A copy with more signed changes is an update: only states of the same age contradict.
    std::map<std::int64_t, std::set<keys::Digest>> contents;
    std::map<keys::Digest, std::size_t> first_of;
    for (const std::size_t i : copies) {
      contents[records[i]->signed_changes].insert(records[i]->content);
      const auto [it, is_first] = first_of.try_emplace(records[i]->content, i);
      if (!is_first) out.equal_to[i] = it->second;
    }
    for (const std::size_t i : copies) {
      if (contents[records[i]->signed_changes].size() > 1) {
        out.verdicts[i].Fail(kPlace);
      } else {
        out.verdicts[i].Pass();
      }
    }
  }
  return out;
}

namespace {

// X-15 and P-08 ask the same of the files; what follows differs.
CrossVerdicts CheckSharedScans(absl::string_view check,
                               std::span<const RecordTraits* const> records,
                               v1::Severity severity) {
  CrossVerdicts out = EmptyVerdicts(check, records.size(), severity);
  absl::flat_hash_map<std::string, std::size_t>
      first_of;  // By file: the first single form's record.
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RecordTraits& record = *records[i];
    const bool collective = record.form_kind.has_value() && IsCollectiveForm(*record.form_kind);
    for (std::size_t k = 0; k < record.scans.size(); ++k) {
      const std::string& file = record.scans[k];
      if (file.empty()) continue;
      const auto it = first_of.find(file);
      const bool shared = it != first_of.end() && it->second != i;
      if (!collective && it == first_of.end()) first_of.emplace(file, i);
      if (!shared || collective) {
        out.verdicts[i].Pass();
        continue;
      }
      const std::string place = absl::StrCat("identity.attachments[", k, "]");
      if (record.form_kind.has_value()) {
        out.verdicts[i].Fail(place);
      } else {
        out.verdicts[i].NotEvaluable(place, {"F02"});
      }
    }
  }
  return out;
}

}  // namespace

CrossVerdicts CheckX15(std::span<const RecordTraits* const> records, v1::Severity severity) {
  return CheckSharedScans("X-15", records, severity);
}

CrossVerdicts CheckP08(std::span<const RecordTraits* const> records, v1::Severity severity) {
  return CheckSharedScans("P-08", records, severity);
}

std::vector<Series> FindSeries(std::span<const RecordTraits* const> records, const Rules& rules) {
  const v1::Thresholds& thresholds = rules.message().thresholds();
  std::map<std::tuple<std::string, int, std::string>, Series> found;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RecordTraits& record = *records[i];
    if (!MissingForOriginal(record).empty()) continue;
    const std::optional<SeriesNumber> number = ParseSeriesNumber(record.number_text);
    if (!number.has_value()) continue;
    const auto [it, is_new] =
        found.try_emplace({*record.unit, *record.year, number->prefix}, Series{i, {}});
    it->second.numbers.push_back(number->number);
  }
  std::vector<Series> out;
  for (auto& [key, series] : found) {
    std::vector<std::uint64_t>& numbers = series.numbers;
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    if (numbers.size() < thresholds.series_fewest_records()) continue;
    if (numbers.size() * 1000 < thresholds.series_least_fill_per_mille() * numbers.back()) continue;
    out.push_back(std::move(series));
  }
  std::sort(out.begin(), out.end(),
            [](const Series& a, const Series& b) { return a.first < b.first; });
  return out;
}

}  // namespace cairn::completeness
