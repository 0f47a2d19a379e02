// do fields overlap, do landmarks have one place, is there a corridor.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/cross_record.h"
#include "audit/completeness/exact_math.h"
#include "audit/completeness/geodesy.h"
#include "audit/completeness/int128.h"
#include "audit/completeness/ring_overlap.h"

namespace cairn::completeness {
namespace {

constexpr std::size_t kMostOverlapCorners = 200;  // Larger perimeters are not compared.
constexpr std::int64_t kBoxCellE7 = 50'000;       // About 500 m.
constexpr std::int64_t kMostCells = 400;          // Of a field; larger ones are compared with all.
constexpr std::size_t kMostOfOneLandmark = 64;    // In one neighbourhood.
constexpr absl::string_view kFieldPlace = "where.perimeter";

CrossVerdicts NoVerdicts(absl::string_view check, std::size_t records, v1::Severity severity) {
  return {std::vector<Verdicts>(records, Verdicts(check, severity)),
          std::vector<std::optional<std::size_t>>(records)};
}

struct FieldBox {
  std::int64_t south = 0, north = 0, west = 0, east = 0;
};
FieldBox BoxOf(const std::vector<Geographic>& corners, std::int64_t margin_e7) {
  FieldBox box{corners[0].latitude_e7, corners[0].latitude_e7, corners[0].longitude_e7,
               corners[0].longitude_e7};
  for (const Geographic& at : corners) {
    box.south = std::min(box.south, at.latitude_e7);
    box.north = std::max(box.north, at.latitude_e7);
    box.west = std::min(box.west, at.longitude_e7);
    box.east = std::max(box.east, at.longitude_e7);
  }
  // A degree of longitude is never longer than one of latitude; four times is enough to 75 degrees.
  return {box.south - margin_e7, box.north + margin_e7, box.west - 4 * margin_e7,
          box.east + 4 * margin_e7};
}
bool Touch(const FieldBox& a, const FieldBox& b) {
  return a.south <= b.north && b.south <= a.north && a.west <= b.east && b.west <= a.east;
}

// Which earlier fields have a box that touches that of a field. Adding and asking cost as many
// cells as a field covers.
class FieldIndex {
 public:
  // Ascending, each once.
  std::vector<std::size_t> Near(const FieldBox& box) const {
    std::vector<std::size_t> out;
    const auto take = [&](std::size_t entry) {
      if (Touch(boxes_[entry], box)) out.push_back(records_[entry]);
    };
    if (CellsOf(box) > kMostCells) {
      for (std::size_t entry = 0; entry < boxes_.size(); ++entry) take(entry);
    } else {
      for (const std::size_t entry : large_) take(entry);
      ForEachCell(box, [&](std::pair<std::int64_t, std::int64_t> cell) {
        const auto it = cells_.find(cell);
        if (it == cells_.end()) return;
        for (const std::size_t entry : it->second) take(entry);
      });
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  void Add(const FieldBox& box, std::size_t record) {
    const std::size_t entry = boxes_.size();
    boxes_.push_back(box);
    records_.push_back(record);
    if (CellsOf(box) > kMostCells) {
      large_.push_back(entry);
    } else {
      ForEachCell(box, [&](auto cell) { cells_[cell].push_back(entry); });
    }
  }

 private:
  static std::int64_t Floor(std::int64_t e7) { return (e7 + 4'000'000'000) / kBoxCellE7; }
  static std::int64_t CellsOf(const FieldBox& box) {
    return (Floor(box.north) - Floor(box.south) + 1) * (Floor(box.east) - Floor(box.west) + 1);
  }
  template <typename Visit>
  static void ForEachCell(const FieldBox& box, Visit visit) {
    for (std::int64_t y = Floor(box.south); y <= Floor(box.north); ++y) {
      for (std::int64_t x = Floor(box.west); x <= Floor(box.east); ++x) visit(std::pair(x, y));
    }
  }

  std::vector<FieldBox> boxes_;
  std::vector<std::size_t> records_;
  std::vector<std::size_t> large_;
  absl::flat_hash_map<std::pair<std::int64_t, std::int64_t>, std::vector<std::size_t>> cells_;
};

std::vector<Point> RingOn(const LocalPlane& plane, const std::vector<Geographic>& corners) {
  std::vector<Point> ring;
  for (const Geographic& at : corners) {
    const PlanePoint p = plane.ToPlane(at);
    ring.push_back({p.east_cm, p.north_cm});
  }
  return ring;
}

// Copies and states of one original, and records that say the same, are one field.
bool SameField(const RecordTraits& a, const RecordTraits& b) {
  if (a.content == b.content) return true;
  return a.number.has_value() && a.number == b.number && a.unit == b.unit && a.year == b.year;
}

std::int64_t TwiceArea(const std::vector<Point>& ring) { return TwiceCommonArea(ring, ring); }

// Whether the fields of two records can be compared at all.
bool Comparable(const RecordTraits& record) {
  return record.perimeter_encloses && record.corners.size() <= kMostOverlapCorners;
}

bool SayMissing(const RecordTraits& record, Verdicts& out) {
  std::vector<std::string> missing = record.corners_missing;
  if (missing.empty() && !record.perimeter_encloses) missing.emplace_back("F40");
  if (missing.empty()) return false;
  out.NotEvaluable(kFieldPlace, std::move(missing));
  return true;
}

std::int64_t OverlapPerMille(const RecordTraits& a, const RecordTraits& b) {
  const LocalPlane plane(a.corners[0]);
  const std::vector<Point> first = RingOn(plane, a.corners);
  const std::vector<Point> second = RingOn(plane, b.corners);
  const std::int64_t smaller = std::min(TwiceArea(first), TwiceArea(second));
  if (smaller == 0) return 0;
  return static_cast<std::int64_t>(static_cast<Int128>(TwiceCommonArea(first, second)) * 1000 /
                                   smaller);
}

// A landmark of the package, where it is.
struct Placed {
  std::size_t record = 0;
  const Landmark* landmark = nullptr;
};
using LandmarkCell = std::tuple<std::string, std::int64_t, std::int64_t>;

bool AtOdds(const Landmark& a, const Landmark& b, const v1::Thresholds& t) {
  const LocalPlane plane(a.at);
  const std::int64_t apart_cm = DistanceCm(plane.ToPlane(a.at), plane.ToPlane(b.at));
  const std::int64_t sigma_cm =
      std::max<std::int64_t>(IntegerRoot(a.sigma_cm * a.sigma_cm + b.sigma_cm * b.sigma_cm), 1);
  return apart_cm * 10 <= t.landmark_reach_mm() &&
         apart_cm * 1000 > sigma_cm * t.fail_sigma_per_mille();
}

}  // namespace

CrossVerdicts CheckX06(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity) {
  const std::int64_t limit = rules.message().thresholds().overlap_per_mille();
  CrossVerdicts out = NoVerdicts("X-06", records.size(), severity);
  FieldIndex index;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (SayMissing(*records[i], out.verdicts[i])) continue;
    if (!Comparable(*records[i])) continue;
    const FieldBox box = BoxOf(records[i]->corners, 0);
    std::int64_t most = limit;
    std::optional<std::size_t> with;
    for (const std::size_t other : index.Near(box)) {
      if (SameField(*records[i], *records[other])) continue;
      const std::int64_t share = OverlapPerMille(*records[i], *records[other]);
      if (share <= most) continue;
      most = share;
      with = other;
    }
    index.Add(box, i);
    if (!with.has_value()) {
      out.verdicts[i].Pass();
      continue;
    }
    v1::CheckResult& result = out.verdicts[i].Fail(kFieldPlace);
    result.set_expected(limit);
    result.set_found(most);
    result.mutable_other()->set_record(*with);
  }
  return out;
}

CrossVerdicts CheckX07(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity) {
  const v1::Thresholds& t = rules.message().thresholds();
  CrossVerdicts out = NoVerdicts("X-07", records.size(), severity);
  // As wide as landmarks can be apart, to 75 degrees of latitude.
  const std::int64_t cell_e7 = t.landmark_reach_mm() * 100 / 1106 * 4 + 1;
  std::map<LandmarkCell, std::vector<Placed>> cells;
  std::vector<std::vector<std::optional<std::size_t>>> odds(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    odds[i].resize(records[i]->landmarks.size());
    for (std::size_t k = 0; k < records[i]->landmarks.size(); ++k) {
      const Landmark& landmark = records[i]->landmarks[k];
      if (!landmark.usable) continue;
      const std::int64_t x = (landmark.at.longitude_e7 + 1'800'000'000) / cell_e7;
      const std::int64_t y = (landmark.at.latitude_e7 + 900'000'000) / cell_e7;
      for (std::int64_t dx = -1; dx <= 1; ++dx) {
        for (std::int64_t dy = -1; dy <= 1; ++dy) {
          const auto it = cells.find({landmark.description, x + dx, y + dy});
          if (it == cells.end()) continue;
          for (const Placed& other : it->second) {
            if (other.record == i || !AtOdds(landmark, *other.landmark, t)) continue;
            if (!odds[i][k].has_value()) odds[i][k] = other.record;
            const auto at =
                static_cast<std::size_t>(other.landmark - records[other.record]->landmarks.data());
            if (!odds[other.record][at].has_value()) odds[other.record][at] = i;
          }
        }
      }
      std::vector<Placed>& own = cells[{landmark.description, x, y}];
      if (own.size() < kMostOfOneLandmark) own.push_back({i, &landmark});
    }
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (std::size_t k = 0; k < records[i]->landmarks.size(); ++k) {
      const Landmark& landmark = records[i]->landmarks[k];
      const std::string place =
          absl::StrCat("where.reference_points[", landmark.index, "].position");
      if (!landmark.usable) {
        out.verdicts[i].NotEvaluable(place, {landmark.no_system ? "F23" : "F31"});
      } else if (odds[i][k].has_value()) {
        out.verdicts[i].Fail(place).mutable_other()->set_record(*odds[i][k]);
      } else {
        out.verdicts[i].Pass();
      }
    }
  }
  return out;
}

CrossVerdicts CheckX13(std::span<const RecordTraits* const> records, const Rules& rules,
                       v1::Severity severity) {
  const std::int64_t widest_mm = rules.message().thresholds().corridor_most_mm();
  const std::int64_t margin_e7 = widest_mm * 100 / 1106 + 1;
  CrossVerdicts out = NoVerdicts("X-13", records.size(), severity);
  FieldIndex index;  // Of all, so that a third field can cover the gap.
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (Comparable(*records[i])) index.Add(BoxOf(records[i]->corners, 0), i);
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RecordTraits& record = *records[i];
    if (SayMissing(record, out.verdicts[i])) continue;
    if (!record.unit.has_value()) {
      out.verdicts[i].NotEvaluable(kFieldPlace, {"F10"});
      continue;
    }
    if (!Comparable(record)) continue;
    const LocalPlane plane(record.corners[0]);
    const std::vector<Point> ring = RingOn(plane, record.corners);
    const std::vector<std::size_t> near = index.Near(BoxOf(record.corners, margin_e7));
    std::optional<std::size_t> with;
    std::int64_t width_cm = 0;
    for (const std::size_t other : near) {
      if (other >= i || with.has_value()) break;
      if (records[other]->unit != record.unit || SameField(record, *records[other])) continue;
      const std::vector<Point> theirs = RingOn(plane, records[other]->corners);
      if (TwiceCommonArea(ring, theirs) > 0) continue;
      const Approach gap = NearestApproach(ring, theirs);
      if (gap.distance == 0 || gap.distance * 10 > widest_mm) continue;
      const bool covered = std::any_of(near.begin(), near.end(), [&](std::size_t third) {
        if (third == i || third == other) return false;
        return SideOf(RingOn(plane, records[third]->corners), gap.middle) != Side::kOutside;
      });
      if (covered) continue;
      with = other;
      width_cm = gap.distance;
    }
    if (!with.has_value()) {
      out.verdicts[i].Pass();
      continue;
    }
    v1::CheckResult& result = out.verdicts[i].Fail(kFieldPlace);
    result.set_expected(widest_mm);
    result.set_found(width_cm * 10);
    result.mutable_other()->set_record(*with);
  }
  return out;
}

}  // namespace cairn::completeness
