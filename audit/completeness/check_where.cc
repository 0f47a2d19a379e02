// I-02 to I-05, I-13, I-19: is it said where the field lies.
#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/mandatory.h"
#include "audit/completeness/row_location.h"

namespace cairn::completeness {
namespace {

std::string ReferencePlace(std::size_t i, absl::string_view leaf) {
  return absl::StrCat("where.reference_points[", i, "].", leaf);
}

}  // namespace

void CheckI02(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "where.reference_points";
  const auto least = static_cast<std::size_t>(LeastEntries(view, 30));
  std::size_t usable = 0;
  std::size_t without_system = 0;
  std::size_t unread = 0;
  for (const ReadPosition& at : view.reference_points()) {
    switch (at.state) {
      case PositionState::kUsable:
      case PositionState::kWrongUnit:
      case PositionState::kNoPlace:
        ++usable;  // Numbers in a known system; whether they can be right is for C-01.
        break;
      case PositionState::kNoSystem:
        ++without_system;
        break;
      case PositionState::kUnread:
        ++unread;
        break;
      default:
        break;
    }
  }
  if (usable >= least) return out.Pass();
  if (IsUnread(view.where().reference_points_listed())) {
    out.NotEvaluable(kPlace, {"F30"});
  } else if (usable + without_system + unread < least) {
    out.Fail(kPlace);
  } else {
    std::vector<std::string> missing;
    if (without_system > 0) missing.emplace_back("F23");
    if (unread > 0) missing.emplace_back("F31");
    out.NotEvaluable(kPlace, std::move(missing));
  }
}

void CheckI03(const RecordView& view, Verdicts& out) {
  const auto& points = view.where().reference_points();
  if (points.empty()) out.NotEvaluable("where.reference_points", {"F30"});
  std::size_t i = 0;
  for (const v1::ReferencePoint& point : points) {
    out.Require(view.StandingOfField(point.position().leaf(), 31), "F31",
                [&] { return ReferencePlace(i, "position"); });
    out.Require(view.StandingOfField(point.description().leaf(), 32), "F32",
                [&] { return ReferencePlace(i, "description"); });
    ++i;
  }
}

void CheckI04(const RecordView& view, Verdicts& out) {
  const v1::WhereGroup& where = view.where();
  if (where.ties().empty()) {
    const bool unread = IsUnread(where.ties_listed());
    out.Require(unread ? Standing::kUnread : Standing::kLacking, "F33",
                [] { return "where.ties"; });
  }
  int i = 0;
  for (const v1::Tie& tie : where.ties()) {
    const v1::Bearing& bearing = tie.bearing();
    Standing standing = view.StandingOfField(bearing.leaf(), 33);
    if (standing == Standing::kGiven &&
        (bearing.unit() == v1::ANGLE_UNIT_UNSPECIFIED || bearing.north() == v1::NORTH_UNSPECIFIED ||
         bearing.sense() == v1::TIE_SENSE_UNSPECIFIED)) {
      standing = Standing::kLacking;
    }
    out.Require(standing, "F33", [&] { return absl::StrCat("where.ties[", i, "].bearing"); });
    standing = view.StandingOfField(tie.distance().leaf(), 34);
    if (standing == Standing::kGiven && tie.distance().unit().empty())
      standing = Standing::kLacking;
    out.Require(standing, "F34", [&] { return absl::StrCat("where.ties[", i, "].distance"); });
    ++i;
  }
}

void CheckI05(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "where.perimeter";
  constexpr int kFewestCorners = 3;  // A perimeter encloses an area.
  const v1::WhereGroup& where = view.where();
  int corners = 0;
  int possible_corners = 0;
  int i = 0;
  for (const v1::Corner& corner : where.perimeter()) {
    const PositionState state = view.corners()[static_cast<std::size_t>(i++)].state;
    const bool given = state != PositionState::kLacking && state != PositionState::kUnread;
    if (given || view.HasCompleteTieTo(corner.id())) ++corners;
    if (given || state == PositionState::kUnread || view.MayHaveCompleteTieTo(corner.id())) {
      ++possible_corners;
    }
  }
  if (corners >= kFewestCorners) return out.Pass();

  bool tie = false;
  bool possible_tie = false;
  bool bearing_unread = false;
  bool distance_unread = false;
  for (const v1::Tie& one : where.ties()) {
    tie = tie || RecordView::IsComplete(one);
    possible_tie = possible_tie || RecordView::MayBeComplete(one);
    bearing_unread = bearing_unread || IsUnread(one.bearing().leaf());
    distance_unread = distance_unread || IsUnread(one.distance().leaf());
  }
  possible_tie = possible_tie || (where.ties().empty() && IsUnread(where.ties_listed()));
  const v1::Leaf& front = where.front_mm().leaf();
  const v1::Leaf& depth = where.depth_mm().leaf();
  if (tie && IsGiven(front) && IsGiven(depth)) return out.Pass();

  std::vector<std::string> missing;
  if (possible_corners >= kFewestCorners ||
      (where.perimeter().empty() && IsUnread(where.perimeter_listed()))) {
    missing.emplace_back("F40");
  }
  const auto may_be = [](const v1::Leaf& leaf) { return IsGiven(leaf) || IsUnread(leaf); };
  if (possible_tie && may_be(front) && may_be(depth)) {
    if (IsUnread(front)) missing.emplace_back("F41");
    if (IsUnread(depth)) missing.emplace_back("F42");
    if (!tie && (bearing_unread || where.ties().empty())) missing.emplace_back("F33");
    if (!tie && (distance_unread || where.ties().empty())) missing.emplace_back("F34");
  }
  if (missing.empty()) {
    out.Fail(kPlace);
  } else {
    out.NotEvaluable(kPlace, std::move(missing));
  }
}

void CheckI13(const RecordView& view, Verdicts& out) {
  const v1::LayoutGroup& layout = view.layout();
  if (!IsKnown(layout.kind())) {
    out.NotEvaluable("layout.kind", {"F50"});
    return;
  }
  if (view.IsRemotelyDelivered()) return out.Pass();  // TA 1(b) asks for corners instead.
  if (view.rules().IsRowLayout(layout.kind().code())) {
    if (layout.rows().empty()) {
      const bool unread = IsUnread(layout.rows_listed());
      out.Require(unread ? Standing::kUnread : Standing::kLacking, "F51",
                  [] { return "layout.rows"; });
    }
    int i = 0;
    for (const v1::Row& row : layout.rows()) {
      out.Require(RowStanding(view, row), "F51",
                  [&] { return absl::StrCat("layout.rows[", i, "]"); });
      ++i;
    }
    return;
  }
  // "Whenever feasible": what lacks is a warning.
  const auto require = [&](Standing standing, auto place) {
    if (standing == Standing::kLacking) {
      out.FailAs(v1::SEVERITY_WARNING, place());
    } else {
      out.Require(standing, "F54", place);
    }
  };
  if (layout.mines().empty()) {
    const bool unread = IsUnread(layout.mines_listed());
    require(unread ? Standing::kUnread : Standing::kLacking,
            [] { return std::string("layout.mines"); });
  }
  int i = 0;
  for (const v1::Mine& mine : layout.mines()) {
    // Never excluded: that the field is no row field is what asks for it.
    require(StandingOf(mine.position().leaf(), false),
            [&] { return absl::StrCat("layout.mines[", i, "].position"); });
    ++i;
  }
}

void CheckI19(const RecordView& view, Verdicts& out) {
  bool magnetic = false;
  bool unread = view.where().ties().empty() && IsUnread(view.where().ties_listed());
  for (const v1::Tie& tie : view.where().ties()) {
    magnetic =
        magnetic || (IsGiven(tie.bearing().leaf()) && tie.bearing().north() == v1::NORTH_MAGNETIC);
    unread = unread || IsUnread(tie.bearing().leaf());
  }
  if (!magnetic) {
    if (unread) {
      out.NotEvaluable("where.ties", {"F33"});
    } else {
      out.Pass();
    }
    return;
  }
  const v1::MapReference& map = view.where().map();
  // Not excluded: a magnetic tie is what asks for it.
  out.Require(StandingOf(map.declination_e6().leaf(), false), "F24",
              [] { return "where.map.declination_e6"; });
  out.Require(StandingOf(map.declination_year().leaf(), false), "F24",
              [] { return "where.map.declination_year"; });
}

}  // namespace cairn::completeness
