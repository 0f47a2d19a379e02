// C-10, C-11, C-15, C-16, P-01, P-02, P-07: do lengths, areas and densities agree with each other
// and with what is laid in practice.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/exact_math.h"
#include "audit/completeness/field_plane.h"
#include "audit/completeness/int128.h"
#include "audit/completeness/traverse.h"

namespace cairn::completeness {
namespace {

constexpr absl::string_view kPerimeter = "where.perimeter";
constexpr std::int64_t kMmOfKm = 1'000'000;

// A length that something can have: known, above 0 and at most 1,000 km.
std::optional<std::int64_t> LengthOf(const v1::Integer& length) {
  constexpr std::int64_t kLongestMm = 1'000'000'000;
  if (!IsKnown(length) || length.value() <= 0 || length.value() > kLongestMm) return std::nullopt;
  return length.value();
}

// Sum of all lines; nothing, with what is missing, unless all counts are known.
std::optional<std::int64_t> AllMines(const RecordView& view, std::vector<std::string>& missing) {
  std::int64_t sum = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::optional<std::int64_t> count = CountOf(line.count());
    if (!count.has_value()) {
      missing.emplace_back("F62");
      return std::nullopt;
    }
    sum += *count;
  }
  if (!view.what().ordnance().empty()) return sum;
  missing.emplace_back("F62");
  return std::nullopt;
}

// A row's length as stated, else between its ends.
std::optional<std::int64_t> RowLength(const RecordView& view, const v1::Row& row) {
  if (const auto stated = LengthOf(row.length_mm()); stated.has_value()) return stated;
  const ReadPosition start = view.Read(row.start());
  const ReadPosition end = view.Read(row.end());
  if (!start.usable() || !end.usable()) return std::nullopt;
  const LocalPlane plane(start.wgs84);
  return DistanceCm(plane.ToPlane(start.wgs84), plane.ToPlane(end.wgs84)) * 10;
}

void CheckRowLength(const RecordView& view, int index, Verdicts& out) {
  const v1::Row& row = view.layout().rows(index);
  if (row.mines().empty()) return;
  const std::string place = absl::StrCat("layout.rows[", index, "]");
  std::vector<std::string> missing;
  std::int64_t mines = 0;
  for (const v1::RowMines& one : row.mines()) {
    const std::optional<std::int64_t> count = CountOf(one.count());
    if (!count.has_value()) missing.emplace_back("F53");
    mines += count.value_or(0);
  }
  const std::optional<std::int64_t> length = RowLength(view, row);
  const std::optional<std::int64_t> spacing = LengthOf(row.spacing_mm());
  if (!length.has_value()) missing.emplace_back("F51");
  if (!spacing.has_value()) missing.emplace_back("F52");
  if (!length.has_value() || !spacing.has_value() || !missing.empty()) {
    out.NotEvaluable(place, std::move(missing));
    return;
  }
  const Int128 expected = static_cast<Int128>(mines - 1) * *spacing;
  const std::uint32_t tolerance = view.rules().message().thresholds().row_length_per_mille();
  if (mines <= 1 || WithinPerMille(*length, expected, tolerance)) return out.Pass();
  v1::CheckResult& result = out.Fail(place);
  if (expected <= 1'000'000'000'000) result.set_expected(static_cast<std::int64_t>(expected));
  result.set_found(*length);
}

// Lines that stand in rows. With more than one, one gap cannot be that between all rows.
int CountMineLines(const RecordView& view) {
  return static_cast<int>(std::count_if(
      view.what().ordnance().begin(), view.what().ordnance().end(),
      [&](const v1::OrdnanceLine& line) { return view.CategoryOf(line) != "booby_trap"; }));
}

void CheckRowsDepth(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "where.depth_mm";
  if (view.layout().rows_size() < 2 || CountMineLines(view) > 1) return;
  const std::optional<std::int64_t> gap = LengthOf(view.layout().row_gap_mm());
  const std::optional<std::int64_t> depth = LengthOf(view.where().depth_mm());
  if (!gap.has_value() || !depth.has_value()) {
    std::vector<std::string> missing;
    if (!gap.has_value()) missing.emplace_back("F52");
    if (!depth.has_value()) missing.emplace_back("F42");
    out.NotEvaluable(kPlace, std::move(missing));
    return;
  }
  const Int128 found = static_cast<Int128>(view.layout().rows_size()) * *gap;
  const std::uint32_t tolerance = view.rules().message().thresholds().row_depth_per_mille();
  if (WithinPerMille(found, *depth, tolerance)) return out.Pass();
  v1::CheckResult& result = out.Fail(kPlace);
  result.set_expected(*depth);
  if (found <= 1'000'000'000'000) result.set_found(static_cast<std::int64_t>(found));
}

// The band of a category laid by a method, else of the category however laid; null if the rule set
// has none.
const v1::DensityBand* BandOf(const RecordView& view, absl::string_view category,
                              const v1::Code& method) {
  const v1::DensityBand* any = nullptr;
  for (const v1::DensityBand& band : view.rules().message().density_bands()) {
    if (band.category() != category) continue;
    if (band.method().empty()) any = &band;
    if (IsKnown(method) && band.method() == method.code()) return &band;
  }
  return any;
}

// One category of the field: what was laid of it, and where it stands first.
struct Laid {
  std::string category;
  int first = 0;
  std::int64_t count = 0;
  bool known = true;
};

std::vector<Laid> LaidByCategory(const RecordView& view) {
  std::vector<Laid> out;
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::string category = view.CategoryOf(line);
    auto at = std::find_if(out.begin(), out.end(),
                           [&](const Laid& one) { return one.category == category; });
    if (at == out.end()) at = out.insert(out.end(), Laid{category, i, 0, true});
    const std::optional<std::int64_t> count = CountOf(line.count());
    at->known = at->known && count.has_value();
    at->count += count.value_or(0);
    ++i;
  }
  return out;
}

void JudgeDensity(const RecordView& view, const v1::DensityBand& band, std::int64_t front_mm,
                  const Laid& laid, const std::string& place, Verdicts& out) {
  const v1::Thresholds& t = view.rules().message().thresholds();
  const Int128 density = static_cast<Int128>(laid.count) * kMmOfKm;  // Times the front.
  const Int128 least = static_cast<Int128>(band.least_per_km()) * front_mm;
  const Int128 most = static_cast<Int128>(band.most_per_km()) * front_mm;
  if (density * 1000 >= least * (1000 - t.density_slack_per_mille()) &&
      density * 1000 <= most * (1000 + t.density_slack_per_mille())) {
    return out.Pass();
  }
  const bool absurd =
      density > most * t.density_absurd_factor() || density * t.density_absurd_factor() < least;
  v1::CheckResult& result = absurd ? out.Fail(place) : out.FailAs(v1::SEVERITY_WARNING, place);
  result.set_expected(density < least ? band.least_per_km() : band.most_per_km());
  const Int128 found = density / front_mm;
  if (found <= kLargestCount) result.set_found(static_cast<std::int64_t>(found));
}

// Sigma of the field's place: of its least exact corner, else of the best tie; cm.
std::optional<std::int64_t> PlaceSigma(const RecordView& view, std::vector<std::string>& missing) {
  if (view.HasPerimeter()) {
    std::int64_t variance = 0;
    int i = 0;
    for (const ReadPosition& at : view.corners()) {
      const v1::Position& corner = view.where().perimeter(i++).position();
      variance = std::max(variance, PositionVarianceCm2(view, corner, at));
    }
    return IntegerRoot(variance);
  }
  std::optional<std::int64_t> best;
  for (const v1::Tie& tie : view.where().ties()) {
    const TieStart start = StartOf(view, tie);
    if (start.read == nullptr || !start.read->usable()) continue;
    const TieReading reading = ReadTie(view, tie, start, LocalPlane(start.read->wgs84));
    if (!reading.arrival.has_value()) continue;
    const std::int64_t sigma = IntegerRoot(reading.arrival->variance_cm2);
    best = std::min(best.value_or(sigma), sigma);
  }
  if (best.has_value()) return best;
  if (view.corners().size() < 3) missing.emplace_back("F40");
  for (const ReadPosition& at : view.corners()) {
    if (!at.usable()) missing.emplace_back(at.state == PositionState::kNoSystem ? "F23" : "F40");
  }
  return std::nullopt;
}

}  // namespace

void CheckC10(const RecordView& view, Verdicts& out) {
  std::vector<std::string> missing;
  const std::optional<FieldPlane> field = PlaneOf(view, missing);
  if (!field.has_value()) {
    out.NotEvaluable(kPerimeter, std::move(missing));
    return;
  }
  std::int64_t longest_cm = 0;
  for (std::size_t i = 0; i < field->ring.size(); ++i) {
    const Point& a = field->ring[i];
    const Point& b = field->ring[(i + 1) % field->ring.size()];
    longest_cm = std::max(longest_cm, DistanceCm({a.x, a.y}, {b.x, b.y}));
  }
  const std::int64_t most_mm = view.rules().message().thresholds().longest_side_mm();
  if (longest_cm * 10 <= most_mm) return out.Pass();
  v1::CheckResult& result = out.Fail(kPerimeter);
  result.set_expected(most_mm);
  result.set_found(longest_cm * 10);
}

void CheckC11(const RecordView& view, Verdicts& out) {
  std::vector<std::string> missing;
  const std::optional<FieldPlane> field = PlaneOf(view, missing);
  const std::optional<std::int64_t> front = LengthOf(view.where().front_mm());
  const std::optional<std::int64_t> depth = LengthOf(view.where().depth_mm());
  if (!front.has_value()) missing.emplace_back("F41");
  if (!depth.has_value()) missing.emplace_back("F42");
  if (!field.has_value() || !front.has_value() || !depth.has_value()) {
    out.NotEvaluable(kPerimeter, std::move(missing));
    return;
  }
  const Int128 stated = static_cast<Int128>(*front) * *depth;  // mm2
  const Int128 drawn = static_cast<Int128>(field->area_m2) * 1'000'000;
  const std::uint32_t most = view.rules().message().thresholds().area_ratio_per_mille();
  if (stated * 1000 <= drawn * most && drawn * 1000 <= stated * most) return out.Pass();
  v1::CheckResult& result = out.Fail(kPerimeter);
  result.set_expected(static_cast<std::int64_t>(stated / 1'000'000));  // Square metres.
  result.set_found(field->area_m2);
}

void CheckC15(const RecordView& view, Verdicts& out) {
  for (int i = 0; i < view.layout().rows_size(); ++i) CheckRowLength(view, i, out);
  CheckRowsDepth(view, out);
}

void CheckC16(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "what.density_per_km";
  std::vector<std::string> missing;
  const std::optional<std::int64_t> mines = AllMines(view, missing);
  const std::optional<std::int64_t> front = LengthOf(view.where().front_mm());
  const std::optional<std::int64_t> density = CountOf(view.what().density_per_km());
  if (!front.has_value()) missing.emplace_back("F41");
  if (!density.has_value()) missing.emplace_back("F72");
  if (!mines.has_value() || !front.has_value() || !density.has_value()) {
    out.NotEvaluable(kPlace, std::move(missing));
    return;
  }
  const Int128 expected = static_cast<Int128>(*mines) * kMmOfKm;
  const std::uint32_t tolerance = view.rules().message().thresholds().density_per_mille();
  if (WithinPerMille(static_cast<Int128>(*density) * *front, expected, tolerance)) {
    return out.Pass();
  }
  v1::CheckResult& result = out.Fail(kPlace);
  if (expected / *front <= kLargestCount) {
    result.set_expected(static_cast<std::int64_t>(expected / *front));
  }
  result.set_found(*density);
}

void CheckP01(const RecordView& view, Verdicts& out) {
  const std::optional<std::int64_t> front = LengthOf(view.where().front_mm());
  for (const Laid& laid : LaidByCategory(view)) {
    const std::string place = absl::StrCat("what.ordnance[", laid.first, "]");
    if (laid.category.empty()) {
      out.NotEvaluable(place, {"F60"});
      continue;
    }
    const v1::DensityBand* band =
        BandOf(view, laid.category, view.what().ordnance(laid.first).method());
    if (band == nullptr) continue;
    std::vector<std::string> missing;
    if (!front.has_value()) missing.emplace_back("F41");
    if (!laid.known) missing.emplace_back("F62");
    if (!missing.empty()) {
      out.NotEvaluable(place, std::move(missing));
    } else {
      JudgeDensity(view, *band, *front, laid, place, out);
    }
  }
}

void CheckP02(const RecordView& view, Verdicts& out) {
  std::vector<std::string> missing;
  const std::optional<FieldPlane> field = PlaneOf(view, missing);
  const std::optional<std::int64_t> mines = AllMines(view, missing);
  if (!field.has_value() || !mines.has_value()) {
    out.NotEvaluable(kPerimeter, std::move(missing));
    return;
  }
  const v1::Thresholds& t = view.rules().message().thresholds();
  const Int128 least = static_cast<Int128>(t.mine_least_area_m2()) * *mines;
  const Int128 most = static_cast<Int128>(t.mine_most_area_m2()) * *mines;
  if (least <= field->area_m2 && field->area_m2 <= most) return out.Pass();
  v1::CheckResult& result = out.Fail(kPerimeter);
  result.set_expected(field->area_m2 < least ? t.mine_least_area_m2() : t.mine_most_area_m2());
  if (*mines > 0) result.set_found(field->area_m2 / *mines);
}

void CheckP07(const RecordView& view, Verdicts& out) {
  constexpr Int128 kPiE6 = 3'141'593;
  std::vector<std::string> missing;
  const std::optional<std::int64_t> sigma_cm = PlaceSigma(view, missing);
  if (!sigma_cm.has_value()) {
    out.NotEvaluable(kPerimeter, std::move(missing));
    return;
  }
  const v1::Thresholds& t = view.rules().message().thresholds();
  const Int128 circle = kPiE6 * *sigma_cm * *sigma_cm;  // 1e-10 m2
  const bool rough = *sigma_cm * 10 > t.rough_radius_mm() ||
                     circle > static_cast<Int128>(t.rough_area_m2()) * 10'000'000'000;
  if (!rough) return out.Pass();
  v1::CheckResult& result = out.Fail(kPerimeter);
  result.set_expected(t.rough_radius_mm());
  result.set_found(*sigma_cm * 10);
}

}  // namespace cairn::completeness
