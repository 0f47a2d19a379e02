#include "audit/completeness/record_assessment.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/completeness/calendar.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/classes.h"
#include "audit/completeness/exact_math.h"
#include "audit/completeness/field_plane.h"
#include "audit/completeness/traverse.h"
#include "audit/record/path.h"
#include "audit/record/text.h"
#include "audit/statement/canonical.h"

namespace cairn::completeness {
namespace {

v1::MineCategory CategoryOf(const v1::OrdnanceLine& line) {
  if (!IsKnown(line.category())) return v1::MINE_CATEGORY_UNSTATED;
  const std::string& code = line.category().code();
  if (code == "at") return v1::MINE_CATEGORY_ANTI_TANK;
  if (code == "ap_blast" || code == "ap_fragmentation" || code == "ap_directional") {
    return v1::MINE_CATEGORY_ANTI_PERSONNEL;
  }
  return code == "booby_trap" ? v1::MINE_CATEGORY_BOOBY_TRAP : v1::MINE_CATEGORY_OTHER;
}

void SetMines(const v1::WhatGroup& what, v1::RecordResult& result) {
  std::array<std::uint64_t, 6> mines{};
  std::array<bool, 6> stated{};
  bool unreadable = what.ordnance().empty();
  for (const v1::OrdnanceLine& line : what.ordnance()) {
    const std::optional<std::int64_t> count = CountOf(line.count());
    unreadable = unreadable || !count.has_value();
    const auto category = static_cast<std::size_t>(CategoryOf(line));
    mines[category] += static_cast<std::uint64_t>(count.value_or(0));
    stated[category] = stated[category] || count.has_value();
  }
  result.set_count_unreadable(unreadable);
  for (std::size_t category = 0; category < mines.size(); ++category) {
    if (!stated[category]) continue;
    v1::CategoryCount* count = result.add_mines();
    count->set_category(static_cast<v1::MineCategory>(category));
    count->set_mines(mines[category]);
    count->set_precision(v1::PRECISION_EXACT);
  }
}

std::string LiesIn(const RecordView& view) {
  if (!view.HasPerimeter()) return {};
  const Geographic centre = view.Centre();
  for (const Outline& outline : view.rules().outlines()) {
    if (Inside(outline, centre)) return outline.area;
  }
  return {};
}

std::optional<std::string> FoldedText(const v1::Text& text) {
  if (!IsKnown(text) || !record::TextFault(text.value(), true).empty()) return std::nullopt;
  std::string folded = record::AliasKey(text.value());
  if (folded.empty()) return std::nullopt;
  return folded;
}

std::optional<int> YearOfRecord(const v1::MinefieldRecord& record) {
  for (const v1::Date* date :
       {&record.identity().drawn_up(), &record.laying().ended(), &record.laying().begun()}) {
    const std::optional<Span> span = SpanOf(*date);
    if (span.has_value()) return YearOf(date->day());
  }
  return std::nullopt;
}

std::vector<Landmark> LandmarksOf(const RecordView& view) {
  std::vector<Landmark> out;
  for (int i = 0; i < view.where().reference_points_size(); ++i) {
    const v1::ReferencePoint& point = view.where().reference_points(i);
    const std::optional<std::string> text = FoldedText(point.description());
    if (!text.has_value()) continue;
    const ReadPosition& at = view.reference_points()[static_cast<std::size_t>(i)];
    Landmark landmark;
    landmark.index = i;
    landmark.description =
        absl::StrCat(IsKnown(point.kind()) ? point.kind().code() : "", " ", *text);
    landmark.usable = at.usable();
    landmark.no_system = at.state == PositionState::kNoSystem;
    if (at.usable()) {
      landmark.at = at.wgs84;
      landmark.sigma_cm = IntegerRoot(PositionVarianceCm2(view, point.position(), at));
    }
    out.push_back(std::move(landmark));
  }
  return out;
}

std::optional<Span> ToTheHour(const v1::Date& date) {
  const bool fine =
      date.precision() == v1::DATE_PRECISION_MINUTE || date.precision() == v1::DATE_PRECISION_HOUR;
  return fine ? SpanOf(date) : std::nullopt;
}

// What the checks on copies, signatures and regularities compare.
void AddHabits(const RecordView& view, RecordTraits& traits) {
  const v1::IdentityGroup& identity = view.identity();
  traits.copy_number = CountOf(identity.copy_number());
  traits.copy_total = CountOf(identity.copy_total());
  traits.commander_named = IsGiven(view.laying().commander_named());
  const std::optional<Span> begun = ToTheHour(view.laying().begun());
  const std::optional<Span> ended = ToTheHour(view.laying().ended());
  if (begun.has_value() && ended.has_value() && begun->first <= ended->last) {
    traits.laid_first = begun->first;
    traits.laid_last = ended->last;
  }
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::optional<std::int64_t> count = CountOf(line.count());
    if (count.has_value() && line.count_precision() == "exact") {
      traits.exact_counts.push_back(*count);
    }
  }
  for (const v1::AttachmentUse& use : identity.attachments()) traits.files.push_back(use.sha256());
  std::vector<std::string> missing;
  traits.perimeter_encloses = PlaneOf(view, missing).has_value();
  traits.landmarks = LandmarksOf(view);
}

RecordTraits TraitsOf(const RecordView& view) {
  const v1::MinefieldRecord& record = view.record();
  RecordTraits traits;
  traits.content = ContentDigest(record);
  traits.number = FoldedText(record.identity().record_number());
  if (traits.number.has_value()) traits.number_text = record.identity().record_number().value();
  traits.unit = FoldedText(record.laying().laying_unit());
  traits.year = YearOfRecord(record);
  traits.source = record.identity().source();
  for (const v1::Change& change : record.marking().changes()) {
    if (Says(change.is_signed(), true)) ++traits.signed_changes;
  }
  if (view.HasPerimeter()) {
    for (const ReadPosition& at : view.corners()) traits.corners.push_back(at.wgs84);
  } else {
    if (view.corners().size() < 3) traits.corners_missing.emplace_back("F40");
    for (const ReadPosition& at : view.corners()) {
      if (at.usable()) continue;
      traits.corners_missing.emplace_back(at.state == PositionState::kNoSystem ? "F23" : "F40");
    }
  }
  traits.mines = view.what().ordnance().empty() ? std::nullopt : std::optional<std::int64_t>(0);
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::optional<std::int64_t> count = CountOf(line.count());
    if (traits.mines.has_value() && count.has_value()) {
      *traits.mines += *count;
    } else {
      traits.mines.reset();
    }
  }
  for (const v1::AttachmentUse& use : record.identity().attachments()) {
    const bool paper = use.role() == "scan" || use.role() == "sketch";
    traits.scans.push_back(paper ? use.sha256() : std::string());
  }
  if (IsKnown(record.identity().form_kind())) {
    traits.form_kind = record.identity().form_kind().code();
  }
  AddHabits(view, traits);
  return traits;
}

}  // namespace

keys::Digest ContentDigest(const v1::MinefieldRecord& record) {
  v1::MinefieldRecord content = record;
  content.clear_persons();
  v1::IdentityGroup& identity = *content.mutable_identity();
  identity.clear_record_number();
  identity.clear_copy_number();
  identity.clear_copy_total();
  identity.clear_sheet_number();
  identity.clear_sheet_total();
  identity.clear_archive();
  identity.clear_same_original_as();
  identity.clear_holding_leaves();
  identity.clear_source();
  identity.clear_row();
  identity.clear_language();
  identity.clear_attachments();
  identity.clear_transcription();
  identity.clear_differing();
  record::ForEachLeaf(content, false, [](const record::LeafVisit& visit) {
    // Our own copy, which the walk hands out as const. Absent messages are shared defaults: they
    // have no presence, and are left alone.
    const v1::Leaf& leaf = record::LeafOf(visit.message);
    if (leaf.presence() == v1::PRESENCE_UNSPECIFIED) return;
    auto& own = const_cast<v1::Leaf&>(leaf);
    own.clear_source();
    own.clear_raw_language();
    if (!IsGiven(own)) return;
    own.clear_norm_rule();
    if (visit.kind != record::FieldKind::kLeaf) own.clear_raw();
  });
  return keys::Sha256(keys::AsBytes(statement::SerializeTrusted(content)));
}

void SortResults(v1::RecordResult& result) {
  auto& results = *result.mutable_results();
  std::stable_sort(results.pointer_begin(), results.pointer_end(),
                   [](const v1::CheckResult* a, const v1::CheckResult* b) {
                     return std::tie(a->check(), a->place()) < std::tie(b->check(), b->place());
                   });
}

namespace {

// The checks on the single record, and what they come to.
v1::RecordResult CheckView(const RecordView& view) {
  const v1::MinefieldRecord& record = view.record();
  const Rules& rules = view.rules();
  v1::RecordResult result;
  for (const CheckInfo& info : Catalogue()) {
    const v1::CheckRule* rule = rules.FindCheck(info.id);
    if (info.run == nullptr || rule == nullptr) continue;
    Verdicts verdicts(info.id, rule->severity(), &view);
    info.run(view, verdicts);
    result.set_passed(result.passed() + verdicts.passed());
    for (v1::CheckResult& one : verdicts.results()) {
      if (one.check() == "T-03" && one.outcome() == v1::OUTCOME_FAIL)
        result.set_after_cut_off(true);
      if (one.check() == "C-18" && one.outcome() == v1::OUTCOME_FAIL) result.set_urgent(true);
      *result.add_results() = std::move(one);
    }
  }
  result.set_record_number(record.identity().record_number().value());
  result.set_row(record.identity().row());
  result.set_area(view.area());
  result.set_lies_in(LiesIn(view));
  SetMines(record.what(), result);
  SetFillClass(view, result);
  return result;
}

}  // namespace

v1::RecordResult CheckRecord(const v1::MinefieldRecord& record, const Rules& rules,
                             const RecordContext& context) {
  return CheckView(RecordView(record, rules, context));
}

RecordAssessment AssessRecord(const v1::MinefieldRecord& record, const Rules& rules,
                              const RecordContext& context) {
  const RecordView view(record, rules, context);
  return {CheckView(view), TraitsOf(view)};
}

}  // namespace cairn::completeness
