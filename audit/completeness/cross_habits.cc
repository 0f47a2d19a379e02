// P-06: copies that exist elsewhere, one commander at two places, one text on many
// forms.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/cross_record.h"
#include "audit/completeness/geodesy.h"

namespace cairn::completeness {
namespace {

CrossVerdicts NothingSaid(absl::string_view check, std::size_t records, v1::Severity severity) {
  return {std::vector<Verdicts>(records, Verdicts(check, severity)),
          std::vector<std::optional<std::size_t>>(records)};
}

// Copies of one original: number, unit and year.
using Original = std::tuple<std::string, std::string, int>;

std::vector<std::string> MissingForCopies(const RecordTraits& record) {
  std::vector<std::string> missing;
  if (!record.number.has_value()) missing.emplace_back("F01");
  if (!record.unit.has_value()) missing.emplace_back("F10");
  if (!record.year.has_value()) missing.emplace_back("F80");
  if (!record.copy_number.has_value() || !record.copy_total.has_value()) {
    missing.emplace_back("F03");
  }
  return missing;
}

std::vector<std::string> MissingForHours(const RecordTraits& record) {
  std::vector<std::string> missing = record.corners_missing;
  if (!record.unit.has_value()) missing.emplace_back("F10");
  if (!record.commander_named) missing.emplace_back("F12");
  if (!record.laid_first.has_value()) missing.emplace_back("F80");
  return missing;
}

// The same hour of the day: laying that overlaps, whole hours counted.
bool InOneHour(const RecordTraits& a, const RecordTraits& b) {
  constexpr std::int64_t kHour = 60;
  return *a.laid_first / kHour <= *b.laid_last / kHour &&
         *b.laid_first / kHour <= *a.laid_last / kHour;
}

// Whether no two records of `lot` are farther apart than `reach_mm`, because each has the whole box
// around them within reach. A plane is linear and its rounding keeps the order, so this holds only
// where it would of every pair; a unit that stayed in its district needs no pairs looked at.
// REQUIRES: `lot` is not empty, and all have corners.
bool AllWithinReach(std::span<const RecordTraits* const> records,
                    const std::vector<std::size_t>& lot, std::int64_t reach_mm) {
  constexpr std::int64_t kSquaresFitCm = 2'000'000'000;  // DistanceCm is exact below.
  Geographic low = records[lot[0]]->corners[0];
  Geographic high = low;
  for (const std::size_t i : lot) {
    const Geographic& at = records[i]->corners[0];
    low.latitude_e7 = std::min(low.latitude_e7, at.latitude_e7);
    low.longitude_e7 = std::min(low.longitude_e7, at.longitude_e7);
    high.latitude_e7 = std::max(high.latitude_e7, at.latitude_e7);
    high.longitude_e7 = std::max(high.longitude_e7, at.longitude_e7);
  }
  Geographic low_high = low;
  low_high.longitude_e7 = high.longitude_e7;
  Geographic high_low = high;
  high_low.longitude_e7 = low.longitude_e7;
  for (const std::size_t i : lot) {
    const LocalPlane plane(records[i]->corners[0]);
    const PlanePoint here = plane.ToPlane(records[i]->corners[0]);
    for (const Geographic& corner : {low, high, low_high, high_low}) {
      const std::int64_t cm = DistanceCm(here, plane.ToPlane(corner));
      if (cm >= kSquaresFitCm || cm * 10 > reach_mm) return false;
    }
  }
  return true;
}

}  // namespace

CrossVerdicts CheckX05(std::span<const RecordTraits* const> records, v1::Severity severity) {
  constexpr absl::string_view kPlace = "identity.copy_total";
  CrossVerdicts out = NothingSaid("X-05", records.size(), severity);
  std::map<Original, std::vector<std::size_t>> originals;
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::vector<std::string> missing = MissingForCopies(*records[i]);
    if (missing.empty()) {
      originals[{*records[i]->number, *records[i]->unit, *records[i]->year}].push_back(i);
    } else {
      out.verdicts[i].NotEvaluable(kPlace, std::move(missing));
    }
  }
  for (const auto& [key, lot] : originals) {
    std::set<std::int64_t> copies;
    std::map<std::int64_t, std::set<keys::Digest>> states;  // By signed changes.
    std::int64_t total = 0;
    for (const std::size_t i : lot) {
      copies.insert(*records[i]->copy_number);
      states[records[i]->signed_changes].insert(records[i]->content);
      total = std::max(total, *records[i]->copy_total);
    }
    const bool differ = copies.size() > 1 && std::any_of(states.begin(), states.end(), [](auto& s) {
                          return s.second.size() > 1;
                        });
    const auto delivered = static_cast<std::int64_t>(copies.size());
    for (const std::size_t i : lot) {
      if (delivered >= total && !differ) {
        out.verdicts[i].Pass();
        continue;
      }
      v1::CheckResult& result = out.verdicts[i].Fail(kPlace);
      result.set_expected(total);
      result.set_found(delivered);
    }
  }
  return out;
}

CrossVerdicts CheckX11(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity) {
  constexpr absl::string_view kPlace = "laying.begun";
  const std::int64_t reach_mm = rules.message().thresholds().one_hour_reach_mm();
  CrossVerdicts out = NothingSaid("X-11", records.size(), severity);
  std::map<std::string, std::vector<std::size_t>> units;
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::vector<std::string> missing = MissingForHours(*records[i]);
    if (missing.empty()) {
      units[*records[i]->unit].push_back(i);
    } else {
      out.verdicts[i].NotEvaluable(kPlace, std::move(missing));
    }
  }
  for (auto& [unit, lot] : units) {
    if (AllWithinReach(records, lot, reach_mm)) {
      for (const std::size_t i : lot) out.verdicts[i].Pass();
      continue;
    }
    // By their beginning; only those that have not ended an hour before are looked back at.
    std::stable_sort(lot.begin(), lot.end(), [&](std::size_t a, std::size_t b) {
      return *records[a]->laid_first < *records[b]->laid_first;
    });
    std::vector<std::optional<std::size_t>> far(records.size());
    std::vector<std::size_t> open;
    for (const std::size_t i : lot) {
      std::erase_if(open,
                    [&](std::size_t other) { return !InOneHour(*records[i], *records[other]); });
      const LocalPlane plane(records[i]->corners[0]);
      const PlanePoint here = plane.ToPlane(records[i]->corners[0]);
      for (const std::size_t other : open) {
        const std::int64_t cm = DistanceCm(here, plane.ToPlane(records[other]->corners[0]));
        if (cm * 10 <= reach_mm) continue;
        far[i] = far[i].value_or(other);
        far[other] = far[other].value_or(i);
      }
      open.push_back(i);
    }
    for (const std::size_t i : lot) {
      if (far[i].has_value()) {
        out.verdicts[i].Fail(kPlace).mutable_other()->set_record(*far[i]);
      } else {
        out.verdicts[i].Pass();
      }
    }
  }
  return out;
}

CrossVerdicts CheckP06(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity) {
  const v1::Thresholds& t = rules.message().thresholds();
  CrossVerdicts out = NothingSaid("P-06", records.size(), severity);
  // By text: the different records that have it. Doubles and copies are X-01's and X-03's.
  absl::flat_hash_map<std::string, std::set<keys::Digest>> having;
  std::set<keys::Digest> described;
  for (const RecordTraits* record : records) {
    for (const Landmark& landmark : record->landmarks) {
      having[landmark.description].insert(record->content);
      described.insert(record->content);
    }
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const Landmark& landmark : records[i]->landmarks) {
      const std::size_t many = having[landmark.description].size();
      if (many < t.same_text_fewest() ||
          many * 1000 <= described.size() * t.same_text_per_mille()) {
        out.verdicts[i].Pass();
        continue;
      }
      v1::CheckResult& result = out.verdicts[i].Fail(
          absl::StrCat("where.reference_points[", landmark.index, "].description"));
      result.set_found(static_cast<std::int64_t>(many));
    }
  }
  return out;
}

}  // namespace cairn::completeness
