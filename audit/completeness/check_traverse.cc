// C-07, C-08: does a corner that several ties lead to lie in one place; if not, which single known
// mistake would make it.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/other_readings.h"
#include "audit/completeness/traverse.h"

namespace cairn::completeness {
namespace {

constexpr std::size_t kMostArrivals = 64;  // Ways to one corner that are compared.
constexpr std::size_t kMostTriedTies = 8;  // Of a corner that does not close.
constexpr int kMostTriedCorners = 16;      // Of a record.
constexpr std::int64_t kImprovement = 5;   // A mistake is named if it closes the gap so many fold.
constexpr std::int64_t kTurn = 360'000'000;

// A corner and the ties to it, as they stand or with one of them read otherwise.
struct Corner {
  const v1::Position* position = nullptr;
  ReadPosition own;
  std::vector<v1::Tie> ties;
  std::vector<int> index;                           // Of each tie in the record.
  std::vector<const v1::Position*> start_position;  // Null: no such reference point.
  std::vector<ReadPosition> start;
};

Corner CornerOf(const RecordView& view, int corner, std::size_t most_ties) {
  Corner out;
  const v1::Corner& message = view.where().perimeter(corner);
  out.position = &message.position();
  out.own = view.corners()[static_cast<std::size_t>(corner)];
  for (const int index : view.TiesTo(message.id())) {
    if (out.ties.size() >= most_ties) break;
    const v1::Tie& tie = view.where().ties(index);
    const TieStart start = StartOf(view, tie);
    out.ties.push_back(tie);
    out.index.push_back(index);
    out.start_position.push_back(start.position);
    out.start.push_back(start.read == nullptr ? ReadPosition() : *start.read);
  }
  return out;
}

// A place near the corner: its own, else the reference point of its first tie that has one. Never
// another's: a point far off by mistake would distort what is honest here.
Geographic NearCorner(const Corner& corner) {
  if (corner.own.usable()) return corner.own.wgs84;
  const auto tied = std::find_if(corner.start.begin(), corner.start.end(),
                                 [](const ReadPosition& at) { return at.usable(); });
  return tied == corner.start.end() ? Geographic() : tied->wgs84;
}

std::vector<Arrival> ArrivalsAt(const RecordView& view, const Corner& corner,
                                std::vector<std::string>& missing) {
  std::vector<Arrival> arrivals;
  const LocalPlane plane(NearCorner(corner));
  if (corner.own.usable()) {
    arrivals.push_back(
        {plane.ToPlane(corner.own.wgs84), PositionVarianceCm2(view, *corner.position, corner.own)});
  }
  for (std::size_t i = 0; i < corner.ties.size(); ++i) {
    TieStart start;
    if (corner.start_position[i] != nullptr) start = {corner.start_position[i], &corner.start[i]};
    TieReading reading = ReadTie(view, corner.ties[i], start, plane);
    if (reading.arrival.has_value()) arrivals.push_back(*reading.arrival);
    missing.insert(missing.end(), reading.missing.begin(), reading.missing.end());
  }
  return arrivals;
}

void CheckCorner(const RecordView& view, int corner, Verdicts& out) {
  const std::string place = absl::StrCat("where.perimeter[", corner, "]");
  std::vector<std::string> missing;
  const std::vector<Arrival> arrivals =
      ArrivalsAt(view, CornerOf(view, corner, kMostArrivals), missing);
  const v1::Thresholds& thresholds = view.rules().message().thresholds();
  const Gap worst = WorstGap(arrivals);
  if (worst.per_mille > static_cast<std::int64_t>(thresholds.warn_sigma_per_mille())) {
    const bool beyond =
        worst.per_mille > static_cast<std::int64_t>(thresholds.fail_sigma_per_mille());
    v1::CheckResult& result = beyond ? out.Fail(place) : out.FailAs(v1::SEVERITY_WARNING, place);
    const std::uint32_t factor =
        beyond ? thresholds.fail_sigma_per_mille() : thresholds.warn_sigma_per_mille();
    result.set_expected(worst.sigma_cm * factor / 100);
    result.set_found(worst.found_cm * 10);
    return;
  }
  if (arrivals.size() < 2 && missing.empty()) missing.emplace_back("F40");
  if (!missing.empty()) {
    out.NotEvaluable(place, std::move(missing));
  } else {
    out.Pass();
  }
}

// --- C-08 ----------------------------------------------------------------------------------------

// Whether the corner closes once it is read like this, and so much better that the mistake explains
// the gap.
bool Explains(const RecordView& view, const Corner& changed, const Gap& before) {
  std::vector<std::string> missing;
  const Gap after = WorstGap(ArrivalsAt(view, changed, missing));
  return after.per_mille >= 0 && after.found_cm * kImprovement <= before.found_cm &&
         after.per_mille <=
             static_cast<std::int64_t>(view.rules().message().thresholds().warn_sigma_per_mille());
}

// The known mistakes with a bearing or a distance: each changes one tie.
struct TieMistake {
  v1::Repair repair;
  absl::string_view part;  // "bearing"
  bool (*change)(v1::Tie& tie);
};

bool ReverseSense(v1::Tie& tie) {
  v1::Bearing& bearing = *tie.mutable_bearing();
  if (bearing.sense() == v1::TIE_SENSE_UNSPECIFIED) return false;
  bearing.set_sense(bearing.sense() == v1::TIE_SENSE_FROM_REFERENCE ? v1::TIE_SENSE_TO_REFERENCE
                                                                    : v1::TIE_SENSE_FROM_REFERENCE);
  return true;
}
// 15-00 of 60-00 read as 1,500 of 6,400, or the reverse.
bool OtherMils(v1::Tie& tie) {
  v1::Bearing& bearing = *tie.mutable_bearing();
  if (bearing.unit() == v1::ANGLE_UNIT_MIL_6000) {
    bearing.set_microdegree(bearing.microdegree() / 16 * 15 + bearing.microdegree() % 16 * 15 / 16);
    return true;
  }
  if (bearing.unit() != v1::ANGLE_UNIT_MIL_6400) return false;
  bearing.set_microdegree(bearing.microdegree() / 15 * 16 + bearing.microdegree() % 15 * 16 / 15);
  return bearing.microdegree() < kTurn;
}
bool OtherNorth(v1::Tie& tie) {
  v1::Bearing& bearing = *tie.mutable_bearing();
  if (bearing.north() == v1::NORTH_MAGNETIC) {
    bearing.set_north(v1::NORTH_GRID);
  } else if (bearing.north() == v1::NORTH_GRID) {
    bearing.set_north(v1::NORTH_MAGNETIC);
  } else {
    return false;
  }
  return true;
}
bool Mirror(v1::Tie& tie) {
  v1::Bearing& bearing = *tie.mutable_bearing();
  bearing.set_microdegree((kTurn - bearing.microdegree()) % kTurn);
  return true;
}
bool PacesAndMetres(v1::Tie& tie) {
  v1::Distance& distance = *tie.mutable_distance();
  if (distance.unit() != "m" && distance.unit() != "pace") return false;
  distance.set_unit(distance.unit() == "m" ? "pace" : "m");
  return true;
}

constexpr TieMistake kTieMistakes[] = {
    {v1::REPAIR_SENSE_REVERSED, "bearing", ReverseSense},
    {v1::REPAIR_OTHER_ANGLE_UNIT, "bearing", OtherMils},
    {v1::REPAIR_MAGNETIC_AS_GRID, "bearing", OtherNorth},
    {v1::REPAIR_MIRRORED, "bearing", Mirror},
    {v1::REPAIR_PACES_AS_METRES, "distance", PacesAndMetres},
};

// Tries one corner; says what it found.
class Explanation {
 public:
  Explanation(const RecordView& view, int corner, Verdicts& out)
      : view_(view), at_(corner), out_(out), corner_(CornerOf(view, corner, kMostTriedTies)) {
    std::vector<std::string> missing;
    before_ = WorstGap(ArrivalsAt(view, corner_, missing));
  }

  bool closes() const {
    return before_.per_mille <=
           static_cast<std::int64_t>(view_.rules().message().thresholds().fail_sigma_per_mille());
  }

  void Search() {
    Positions();
    Ties();
    if (!found_) out_.Pass();
  }

 private:
  void Name(const std::string& place, v1::Repair repair) {
    out_.Fail(place).set_repair(repair);
    found_ = true;
  }

  void Ties() {
    for (std::size_t i = 0; i < corner_.ties.size(); ++i) {
      if (!RecordView::IsComplete(corner_.ties[i])) continue;
      for (const TieMistake& mistake : kTieMistakes) {
        Corner changed = corner_;
        if (!mistake.change(changed.ties[i]) || !Explains(view_, changed, before_)) continue;
        Name(absl::StrCat("where.ties[", corner_.index[i], "].", mistake.part), mistake.repair);
      }
    }
  }

  void Positions() {
    if (corner_.own.given()) {
      TryReadings(corner_.own, absl::StrCat("where.perimeter[", at_, "].position"),
                  [](Corner& changed, const ReadPosition& read) { changed.own = read; });
    }
    std::vector<absl::string_view> tried;
    for (std::size_t i = 0; i < corner_.ties.size(); ++i) {
      const std::string& from = corner_.ties[i].from();
      const std::optional<int> point = view_.ReferencePoint(from);
      if (!point.has_value() || std::find(tried.begin(), tried.end(), from) != tried.end())
        continue;
      tried.push_back(from);
      TryReadings(corner_.start[i], absl::StrCat("where.reference_points[", *point, "].position"),
                  [&](Corner& changed, const ReadPosition& read) {
                    for (std::size_t k = 0; k < changed.ties.size(); ++k) {
                      if (changed.ties[k].from() == from) changed.start[k] = read;
                    }
                  });
    }
  }

  void TryReadings(const ReadPosition& at, const std::string& place,
                   const std::function<void(Corner&, const ReadPosition&)>& put) {
    std::vector<v1::Repair> named;
    for (const OtherReading& other : OtherReadings(view_.rules(), at)) {
      if (std::find(named.begin(), named.end(), other.repair) != named.end()) continue;
      ReadPosition read = at;
      read.state = PositionState::kUsable;
      read.wgs84 = other.wgs84;
      Corner changed = corner_;
      put(changed, read);
      if (!Explains(view_, changed, before_)) continue;
      named.push_back(other.repair);
      Name(place, other.repair);
    }
  }

  const RecordView& view_;
  int at_;
  Verdicts& out_;
  Corner corner_;
  Gap before_;
  bool found_ = false;
};

}  // namespace

void CheckC07(const RecordView& view, Verdicts& out) {
  bool any = false;
  for (int corner = 0; corner < view.where().perimeter_size(); ++corner) {
    if (view.TiesTo(view.where().perimeter(corner).id()).empty()) continue;
    any = true;
    CheckCorner(view, corner, out);
  }
  if (!any) out.NotEvaluable("where.ties", {"F33", "F34"});
}

void CheckC08(const RecordView& view, Verdicts& out) {
  int tried = 0;
  bool any = false;
  for (int corner = 0; corner < view.where().perimeter_size(); ++corner) {
    if (view.TiesTo(view.where().perimeter(corner).id()).empty()) continue;
    any = true;
    Explanation explanation(view, corner, out);
    if (explanation.closes() || ++tried > kMostTriedCorners) {
      out.Pass();
    } else {
      explanation.Search();
    }
  }
  if (!any) out.NotEvaluable("where.ties", {"F33", "F34"});
}

}  // namespace cairn::completeness
