#include "audit/completeness/mandatory.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/row_location.h"

namespace cairn::completeness {
namespace {

// Emits the leaves of one field.
class LeafSink {
 public:
  LeafSink(const RecordView& view, const v1::FieldRule& rule, int field,
           absl::FunctionRef<void(const MandatoryLeaf&)> visit)
      : view_(view), rule_(rule), field_(field), visit_(visit) {}

  void Leaf(const v1::Leaf& leaf, absl::string_view place) {
    Emit(StandingOf(leaf, rule_.excludable()), leaf.presence(), place);
  }
  // A leaf whose exclusion the record itself contradicts.
  void Needed(const v1::Leaf& leaf, absl::string_view place) {
    Emit(StandingOf(leaf, false), leaf.presence(), place);
  }
  // A list as a whole: filled with the entries that the rule set asks for.
  void List(const v1::Leaf& listed, int entries, absl::string_view place) {
    const int least = LeastEntries(view_, field_);
    if (entries >= least) return Emit(Standing::kGiven, v1::PRESENCE_VALUE, place);
    Standing standing = StandingOf(listed, rule_.excludable());
    v1::Presence presence = listed.presence();
    if (standing == Standing::kGiven || entries > 0) standing = Standing::kLacking;
    if (presence == v1::PRESENCE_VALUE || presence == v1::PRESENCE_NOT_APPLICABLE) {
      presence = v1::PRESENCE_BLANK;  // Too few, or said to be none: nothing is written there.
    }
    if (IsUnread(listed)) standing = Standing::kUnread;
    Emit(standing, presence, place);
  }
  void Emit(Standing standing, v1::Presence presence, absl::string_view place) {
    visit_({&rule_, field_, standing, presence, place});
  }

  const RecordView& view() const { return view_; }
  const v1::FieldRule& rule() const { return rule_; }

 private:
  const RecordView& view_;
  const v1::FieldRule& rule_;
  int field_;
  absl::FunctionRef<void(const MandatoryLeaf&)> visit_;
};

bool HasMagneticTie(const RecordView& view) {
  const auto& ties = view.where().ties();
  return std::any_of(ties.begin(), ties.end(), [](const v1::Tie& tie) {
    return IsGiven(tie.bearing().leaf()) && tie.bearing().north() == v1::NORTH_MAGNETIC;
  });
}

bool IsFarTie(const v1::Tie& tie, std::int64_t far_mm) {
  return IsGiven(tie.distance().leaf()) && tie.distance().unit() == "m" &&
         tie.distance().millimetre() > far_mm;
}

bool HasFarTie(const RecordView& view) {
  const std::int64_t far = view.rules().message().thresholds().far_tie_mm();
  const auto& ties = view.where().ties();
  return std::any_of(ties.begin(), ties.end(),
                     [&](const v1::Tie& tie) { return IsFarTie(tie, far); });
}

// What the rule says of the record's own kind of form, if that is known and has one.
const v1::FormException* ExceptionOf(const RecordView& view, const v1::FieldRule& rule) {
  const v1::Code& form = view.identity().form_kind();
  if (rule.forms().empty() || !IsKnown(form)) return nullptr;
  for (const v1::FormException& one : rule.forms()) {
    if (one.form_kind() == form.code()) return &one;
  }
  return nullptr;
}

bool IsMandatory(const RecordView& view, const v1::FieldRule& rule) {
  const v1::FormException* exception = ExceptionOf(view, rule);
  const v1::FieldStrength strength = exception == nullptr ? rule.strength() : exception->strength();
  if (strength == v1::FIELD_STRENGTH_MANDATORY) return true;
  if (strength != v1::FIELD_STRENGTH_CONDITIONAL) return false;
  const v1::Code& layout = view.layout().kind();
  switch (rule.condition()) {
    case v1::FIELD_CONDITION_ANY:
    case v1::FIELD_CONDITION_MADE_SINCE:
      return true;  // Decided entry by entry.
    case v1::FIELD_CONDITION_ROW_LAYOUT:
      return IsKnown(layout) && view.rules().IsRowLayout(layout.code()) &&
             !view.IsRemotelyDelivered();
    case v1::FIELD_CONDITION_NOT_ROW_LAYOUT:
      return IsKnown(layout) && !view.rules().IsRowLayout(layout.code()) &&
             !view.IsRemotelyDelivered();
    case v1::FIELD_CONDITION_REMOTELY_DELIVERED:
      return view.IsRemotelyDelivered();
    case v1::FIELD_CONDITION_MAGNETIC_TIES:
      return HasMagneticTie(view);
    case v1::FIELD_CONDITION_CONTROLLED:
      return IsKnown(view.laying().purpose()) && view.laying().purpose().code() == "controlled";
    case v1::FIELD_CONDITION_FAR_TIE:
      return HasFarTie(view);
    default:
      return false;
  }
}

void PointLeaves(int field, LeafSink& out) {
  const v1::WhereGroup& where = out.view().where();
  if (field == 30) {
    return out.List(where.reference_points_listed(), where.reference_points_size(),
                    "where.reference_points");
  }
  int i = 0;
  for (const v1::ReferencePoint& point : where.reference_points()) {
    const std::string place = absl::StrCat("where.reference_points[", i++, "].");
    if (field == 31) out.Leaf(point.position().leaf(), absl::StrCat(place, "position"));
    if (field == 32) out.Leaf(point.description().leaf(), absl::StrCat(place, "description"));
    if (field == 32) out.Leaf(point.kind().leaf(), absl::StrCat(place, "kind"));
  }
}

void TieLeaves(int field, LeafSink& out) {
  const v1::WhereGroup& where = out.view().where();
  if (field == 33) out.List(where.ties_listed(), where.ties_size(), "where.ties");
  int i = 0;
  for (const v1::Tie& tie : where.ties()) {
    const std::string place = absl::StrCat("where.ties[", i++, "].");
    if (field == 33) out.Leaf(tie.bearing().leaf(), absl::StrCat(place, "bearing"));
    if (field == 34) out.Leaf(tie.distance().leaf(), absl::StrCat(place, "distance"));
  }
}

// A landmark farther than the limit wants a marker between.
void IntermediateLeaves(LeafSink& out) {
  const v1::WhereGroup& where = out.view().where();
  absl::flat_hash_set<absl::string_view> with_marker;
  for (const v1::ReferencePoint& point : where.reference_points()) {
    if (point.intermediate_of().empty()) continue;
    with_marker.insert(point.id());  // A marker itself needs no other.
    with_marker.insert(point.intermediate_of());
  }
  const std::int64_t far = out.view().rules().message().thresholds().far_tie_mm();
  int i = 0;
  for (const v1::Tie& tie : where.ties()) {
    const std::string place = absl::StrCat("where.ties[", i++, "]");
    if (!IsFarTie(tie, far)) continue;
    const bool marked = with_marker.contains(tie.from());
    out.Emit(marked ? Standing::kGiven : Standing::kLacking,
             marked ? v1::PRESENCE_VALUE : v1::PRESENCE_BLANK, place);
  }
}

void PerimeterLeaves(LeafSink& out) {
  const v1::WhereGroup& where = out.view().where();
  out.List(where.perimeter_listed(), where.perimeter_size(), "where.perimeter");
  int i = 0;
  for (const v1::Corner& corner : where.perimeter()) {
    const std::string place = absl::StrCat("where.perimeter[", i++, "].position");
    const v1::Leaf& leaf = corner.position().leaf();
    if (!IsGiven(leaf) && out.view().HasCompleteTieTo(corner.id())) {
      out.Emit(Standing::kGiven, v1::PRESENCE_VALUE, place);
    } else {
      out.Leaf(leaf, place);
    }
  }
}

void LayoutLeaves(int field, LeafSink& out) {
  const v1::LayoutGroup& layout = out.view().layout();
  if (field == 52) out.Leaf(layout.row_gap_mm().leaf(), "layout.row_gap_mm");
  if (field == 51) out.List(layout.rows_listed(), layout.rows_size(), "layout.rows");
  int i = 0;
  for (const v1::Row& row : layout.rows()) {
    const std::string place = absl::StrCat("layout.rows[", i++, "]");
    if (field == 51) {
      const Standing standing = RowStanding(out.view(), row);
      v1::Presence presence = row.start().leaf().presence();
      if (standing == Standing::kLacking && IsGiven(row.start().leaf())) {
        presence = row.end().leaf().presence();
      }
      out.Emit(standing, presence, place);
    }
    if (field == 52) out.Leaf(row.spacing_mm().leaf(), absl::StrCat(place, ".spacing_mm"));
    if (field != 53) continue;
    int j = 0;
    for (const v1::RowMines& mines : row.mines()) {
      out.Leaf(mines.count().leaf(), absl::StrCat(place, ".mines[", j++, "].count"));
    }
  }
}

void MineLeaves(LeafSink& out) {
  const v1::LayoutGroup& layout = out.view().layout();
  out.List(layout.mines_listed(), layout.mines_size(), "layout.mines");
  int i = 0;
  for (const v1::Mine& mine : layout.mines()) {
    out.Leaf(mine.position().leaf(), absl::StrCat("layout.mines[", i++, "].position"));
  }
}

void OneLineLeaves(int field, const v1::OrdnanceLine& line, const std::string& place,
                   LeafSink& out) {
  const v1::AntiHandling& anti = line.anti_handling();
  switch (field) {
    case 60:
      return out.Leaf(line.category().leaf(), absl::StrCat(place, "category"));
    case 61:
      return out.Leaf(line.model().leaf(), absl::StrCat(place, "model"));
    case 62:
      return out.Leaf(line.count().leaf(), absl::StrCat(place, "count"));
    case 63:
      return out.Leaf(line.fuze().leaf(), absl::StrCat(place, "fuze"));
    case 64:
      out.Leaf(anti.present().leaf(), absl::StrCat(place, "anti_handling.present"));
      if (IsKnown(anti.present()) && anti.present().code() == "yes") {
        out.Needed(anti.count().leaf(), absl::StrCat(place, "anti_handling.count"));
      }
      return;
    case 67:
      if (IsKnown(line.production().made()) &&
          line.production().made().day() >= out.rule().condition_day()) {
        out.Needed(line.production().country().leaf(), absl::StrCat(place, "production.country"));
        out.Needed(line.production().lot().leaf(), absl::StrCat(place, "production.lot"));
      }
      return;
    case 68:
      return out.Leaf(line.method().leaf(), absl::StrCat(place, "method"));
    case 69:
      return out.Leaf(line.burial_mm().leaf(), absl::StrCat(place, "burial_mm"));
    case 70:
      out.Emit(out.view().LifeKindStanding(line), line.life_kind().leaf().presence(),
               absl::StrCat(place, "life_kind"));
      if (RecordView::WantsLifeDays(line)) {
        out.Needed(line.life_days().leaf(), absl::StrCat(place, "life_days"));
      }
      return;
    default:
      return;
  }
}

void LineLeaves(int field, LeafSink& out) {
  const v1::WhatGroup& what = out.view().what();
  if (field == 60) out.List(what.ordnance_listed(), what.ordnance_size(), "what.ordnance");
  int i = 0;
  for (const v1::OrdnanceLine& line : what.ordnance()) {
    OneLineLeaves(field, line, absl::StrCat("what.ordnance[", i++, "]."), out);
  }
}

void TripwireLeaves(LeafSink& out) {
  int i = 0;
  for (const v1::Mine& mine : out.view().layout().mines()) {
    const std::string place = absl::StrCat("layout.mines[", i++, "].tripwires[");
    int j = 0;
    for (const v1::Bearing& wire : mine.tripwires()) {
      out.Leaf(wire.leaf(), absl::StrCat(place, j++, "]"));
    }
  }
}

void TrapLeaves(LeafSink& out) {
  // Asked for in any case, the question itself must be answered.
  if (out.rule().strength() == v1::FIELD_STRENGTH_MANDATORY) {
    const v1::WhatGroup& what = out.view().what();
    out.List(what.booby_traps_listed(), what.booby_traps_size(), "what.booby_traps");
  }
  int i = 0;
  for (const v1::BoobyTrap& trap : out.view().what().booby_traps()) {
    const std::string place = absl::StrCat("what.booby_traps[", i++, "].");
    out.Needed(trap.position().leaf(), absl::StrCat(place, "position"));
    out.Needed(trap.mechanism().leaf(), absl::StrCat(place, "mechanism"));
  }
}

void SketchLeaf(LeafSink& out) {
  v1::Presence best = v1::PRESENCE_BLANK;
  for (const v1::AttachmentUse& use : out.view().identity().attachments()) {
    if (use.role() != "scan" && use.role() != "sketch") continue;
    if (best == v1::PRESENCE_VALUE) break;
    if (use.legible() == v1::PRESENCE_VALUE || best == v1::PRESENCE_BLANK ||
        use.legible() == v1::PRESENCE_NOT_TRANSCRIBED) {
      best = use.legible();
    }
  }
  out.Emit(StandingOf(best, false), best, "identity.attachments");
}

void IdentityLeaves(int field, LeafSink& out) {
  const v1::IdentityGroup& g = out.view().identity();
  switch (field) {
    case 1:
      return out.Leaf(g.record_number().leaf(), "identity.record_number");
    case 2:
      return out.Leaf(g.form_kind().leaf(), "identity.form_kind");
    case 3:
      out.Leaf(g.copy_number().leaf(), "identity.copy_number");
      return out.Leaf(g.copy_total().leaf(), "identity.copy_total");
    case 4:
      out.Leaf(g.sheet_number().leaf(), "identity.sheet_number");
      return out.Leaf(g.sheet_total().leaf(), "identity.sheet_total");
    case 5:
      return out.Leaf(g.secrecy_marking().leaf(), "identity.secrecy_marking");
    case 6:
      return out.Leaf(g.drawn_up().leaf(), "identity.drawn_up");
    case 7:
      return out.Leaf(g.replaces().leaf(), "identity.replaces");
    case 8:
      return out.Leaf(g.archive().archive().leaf(), "identity.archive.archive");
    default:
      return;
  }
}

void MapLeaves(int field, LeafSink& out) {
  const v1::MapReference& map = out.view().where().map();
  switch (field) {
    case 20:
      return out.Leaf(map.sheet().leaf(), "where.map.sheet");
    case 21:
      return out.Leaf(map.scale().leaf(), "where.map.scale");
    case 22:
      return out.Leaf(map.edition_year().leaf(), "where.map.edition_year");
    case 23:
      return out.Leaf(map.declared_crs().leaf(), "where.map.declared_crs");
    case 24:
      out.Leaf(map.declination_e6().leaf(), "where.map.declination_e6");
      return out.Leaf(map.declination_year().leaf(), "where.map.declination_year");
    case 25:
      out.Leaf(map.convergence_e6().leaf(), "where.map.convergence_e6");
      return out.Leaf(map.correction_e6().leaf(), "where.map.correction_e6");
    default:
      return;
  }
}

void AreaLeaves(int field, LeafSink& out) {
  const v1::WhereGroup& where = out.view().where();
  switch (field) {
    case 41:
      return out.Leaf(where.front_mm().leaf(), "where.front_mm");
    case 42:
      return out.Leaf(where.depth_mm().leaf(), "where.depth_mm");
    case 43:
      return out.Leaf(where.area_m2().leaf(), "where.area_m2");
    case 44:
      return out.Leaf(where.district().leaf(), "where.district");
    case 50:
      return out.Leaf(out.view().layout().kind().leaf(), "layout.kind");
    default:
      return;
  }
}

void LayingLeaves(int field, LeafSink& out) {
  const v1::LayingGroup& laying = out.view().laying();
  switch (field) {
    case 10:
      return out.Leaf(laying.laying_unit().leaf(), "laying.laying_unit");
    case 11:
      return out.Leaf(laying.authority().leaf(), "laying.authority");
    case 12:
      return out.Leaf(laying.commander_named(), "laying.commander_named");
    case 13:
      return out.Leaf(laying.signature_present().leaf(), "laying.signature_present");
    case 14:
      return out.Leaf(laying.recorder_named(), "laying.recorder_named");
    case 80:
      out.Leaf(laying.begun().leaf(), "laying.begun");
      return out.Leaf(laying.ended().leaf(), "laying.ended");
    case 81:
      return out.Leaf(out.view().layout().remotely_delivered().leaf(), "layout.remotely_delivered");
    case 82:
      return out.Leaf(laying.purpose().leaf(), "laying.purpose");
    case 83:
      return out.Leaf(out.view().layout().controlled().leaf(), "layout.controlled");
    default:
      return;
  }
}

void TotalLeaves(int field, LeafSink& out) {
  const v1::WhatGroup& what = out.view().what();
  if (field == 71) out.Leaf(what.declared_total().leaf(), "what.declared_total");
  if (field == 72) out.Leaf(what.density_per_km().leaf(), "what.density_per_km");
}

void MarkingLeaves(int field, LeafSink& out) {
  const v1::MarkingGroup& marking = out.view().marking();
  switch (field) {
    case 90:
      out.Leaf(marking.fence().leaf(), "marking.fence");
      return out.Leaf(marking.signs().leaf(), "marking.signs");
    case 91:
      return out.List(marking.lanes_listed(), marking.lanes_size(), "marking.lanes");
    case 92:
      return out.Leaf(marking.observed_by().leaf(), "marking.observed_by");
    case 100:
      return out.List(marking.changes_listed(), marking.changes_size(), "marking.changes");
    case 101:
      return out.Leaf(marking.transferred_to().leaf(), "marking.transferred_to");
    default:
      return;
  }
}

void LeavesOfField(int field, LeafSink& out) {
  if (field <= 8) return IdentityLeaves(field, out);
  if (field <= 14 || (field >= 80 && field <= 83)) return LayingLeaves(field, out);
  if (field >= 20 && field <= 25) return MapLeaves(field, out);
  if (field >= 30 && field <= 32) return PointLeaves(field, out);
  if (field == 33 || field == 34) return TieLeaves(field, out);
  if (field == 35) return IntermediateLeaves(out);
  if (field == 40) return PerimeterLeaves(out);
  if (field >= 41 && field <= 50) return AreaLeaves(field, out);
  if (field >= 51 && field <= 53) return LayoutLeaves(field, out);
  if (field == 54) return MineLeaves(out);
  if (field == 65) return TrapLeaves(out);
  if (field == 66) return TripwireLeaves(out);
  if (field >= 60 && field <= 70) return LineLeaves(field, out);
  if (field == 71 || field == 72) return TotalLeaves(field, out);
  if (field >= 90 && field <= 101) return MarkingLeaves(field, out);
  if (field == 110 || field == 111) return SketchLeaf(out);
}

}  // namespace

bool IsAsked(const RecordView& view, int field) {
  const v1::FieldRule* rule = view.rules().Field(field);
  return rule != nullptr && IsMandatory(view, *rule);
}

int LeastEntries(const RecordView& view, int field) {
  const v1::FieldRule* rule = view.rules().Field(field);
  if (rule == nullptr) return 1;
  const v1::FormException* exception = ExceptionOf(view, *rule);
  const std::uint32_t least = exception == nullptr ? rule->at_least() : exception->at_least();
  return std::max(1, static_cast<int>(std::min<std::uint32_t>(least, 1'000)));
}

void ForEachMandatoryLeaf(const RecordView& view,
                          absl::FunctionRef<void(const MandatoryLeaf&)> visit) {
  for (const v1::FieldRule& rule : view.rules().message().fields()) {
    if (!IsMandatory(view, rule)) continue;
    const int field = FieldNumber(rule.field());
    LeafSink sink(view, rule, field, visit);
    LeavesOfField(field, sink);
  }
}

}  // namespace cairn::completeness
