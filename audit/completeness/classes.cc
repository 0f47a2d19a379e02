#include "audit/completeness/classes.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_set.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/mandatory.h"

namespace cairn::completeness {
namespace {

constexpr int kSketchField = 110;

bool IsLocatedByDescription(const RecordView& view) {
  const v1::WhereGroup& where = view.where();
  if (!Says(where.place().confirmed(), true)) return false;
  if (!IsGiven(where.settlement().leaf()) && !IsGiven(where.map().sheet().leaf())) return false;
  for (const v1::ReferencePoint& point : where.reference_points()) {
    if (!IsGiven(point.description().leaf())) continue;
    const bool tied =
        std::any_of(where.ties().begin(), where.ties().end(), [&](const v1::Tie& tie) {
          return tie.from() == point.id() && RecordView::IsComplete(tie);
        });
    if (tied) return true;
  }
  const auto& attachments = view.identity().attachments();
  return std::any_of(attachments.begin(), attachments.end(), [](const v1::AttachmentUse& use) {
    return (use.role() == "scan" || use.role() == "sketch") && use.legible() == v1::PRESENCE_VALUE;
  });
}

bool HasSomeOrdnance(const RecordView& view) {
  const auto& lines = view.what().ordnance();
  return !lines.empty() && std::all_of(lines.begin(), lines.end(), [](const auto& line) {
    return IsGiven(line.category().leaf());
  });
}

// What the mandatory leaves come to.
struct Tally {
  std::array<std::uint64_t, 8> filled{};
  std::array<std::uint64_t, 8> total{};
  std::array<std::uint64_t, 16> lacking{};  // By presence.
  std::uint64_t all_lacking = 0;
  bool unread = false;  // One that makes the record unread.
  bool sketch_unread = false;
};

Tally TallyOf(const RecordView& view) {
  Tally tally;
  ForEachMandatoryLeaf(view, [&](const MandatoryLeaf& leaf) {
    const auto block = static_cast<std::size_t>(leaf.rule->block());
    ++tally.total[block];
    if (IsFilled(leaf.standing)) ++tally.filled[block];
    if (leaf.standing == Standing::kUnread) {
      if (leaf.field == kSketchField) {
        tally.sketch_unread = true;
      } else {
        tally.unread = true;
      }
    }
    if (leaf.standing == Standing::kLacking) {
      ++tally.lacking[static_cast<std::size_t>(leaf.presence)];
      ++tally.all_lacking;
    }
  });
  return tally;
}

bool HasIncompleteFault(const v1::RecordResult& result) {
  return std::any_of(result.results().begin(), result.results().end(), [](const auto& one) {
    if (one.outcome() != v1::OUTCOME_FAIL || one.severity() != v1::SEVERITY_ERROR) return false;
    const CheckInfo* info = FindCheckInfo(one.check());
    return info != nullptr && EffectOf(*info) == Effect::kIncomplete;
  });
}

bool IsReadTwice(const v1::IdentityGroup& identity) {
  return identity.transcription() == v1::TRANSCRIPTION_STATE_TWO_AGREE ||
         identity.transcription() == v1::TRANSCRIPTION_STATE_ADJUDICATED;
}

v1::PartialSplit SplitOf(const Tally& tally, bool incomplete, v1::LocationGrade location) {
  const auto lacks = [&](v1::Presence presence) {
    return tally.lacking[static_cast<std::size_t>(presence)] > 0;
  };
  if (lacks(v1::PRESENCE_BLANK) || lacks(v1::PRESENCE_DEFAULTED) ||
      lacks(v1::PRESENCE_UNSPECIFIED) || lacks(v1::PRESENCE_NOT_APPLICABLE) ||
      lacks(v1::PRESENCE_VALUE)) {
    return v1::PARTIAL_SPLIT_BLANK;
  }
  if (lacks(v1::PRESENCE_ILLEGIBLE)) return v1::PARTIAL_SPLIT_ILLEGIBLE;
  if (lacks(v1::PRESENCE_WITHHELD)) return v1::PARTIAL_SPLIT_WITHHELD;
  if (lacks(v1::PRESENCE_UNKNOWN_TO_HOLDER)) return v1::PARTIAL_SPLIT_UNKNOWN;
  if (lacks(v1::PRESENCE_NO_BOX)) return v1::PARTIAL_SPLIT_NO_BOX;
  if (incomplete) return v1::PARTIAL_SPLIT_BLANK;  // Too few, or too coarse.
  if (location == v1::LOCATION_GRADE_DESCRIPTION) return v1::PARTIAL_SPLIT_ON_THE_GROUND;
  return v1::PARTIAL_SPLIT_TRANSCRIPTION;
}

void SetScores(const Tally& tally, v1::RecordResult& result) {
  v1::Fraction* all = result.mutable_score();
  for (std::size_t block = 1; block < tally.total.size(); ++block) {
    all->set_filled(all->filled() + tally.filled[block]);
    all->set_total(all->total() + tally.total[block]);
    if (tally.total[block] == 0) continue;
    v1::BlockScore* score = result.add_block_scores();
    score->set_block(static_cast<v1::Block>(block));
    score->mutable_score()->set_filled(tally.filled[block]);
    score->mutable_score()->set_total(tally.total[block]);
  }
}

v1::HeadlineClass HeadlineOf(const v1::RecordResult& result) {
  if (result.fill_class() == v1::FILL_CLASS_NOT_READ) return v1::HEADLINE_CLASS_NOT_READ;
  if (result.fill_class() == v1::FILL_CLASS_NO_INFORMATION) {
    return v1::HEADLINE_CLASS_NO_INFORMATION;
  }
  if (!result.contradictions().empty()) return v1::HEADLINE_CLASS_CONTRADICTING;
  return result.fill_class() == v1::FILL_CLASS_PARTIAL ? v1::HEADLINE_CLASS_PARTIAL
                                                       : v1::HEADLINE_CLASS_COMPLETE;
}

}  // namespace

v1::LocationGrade LocationOf(const RecordView& view) {
  constexpr int kFewestCorners = 3;
  const auto corners = std::count_if(view.corners().begin(), view.corners().end(),
                                     [](const ReadPosition& at) { return at.given(); });
  if (corners >= kFewestCorners) return v1::LOCATION_GRADE_COORDINATES;
  for (const v1::Tie& tie : view.where().ties()) {
    const std::optional<int> from = view.ReferencePoint(tie.from());
    if (from.has_value() && RecordView::IsComplete(tie) &&
        view.reference_points()[static_cast<std::size_t>(*from)].given()) {
      return v1::LOCATION_GRADE_TIES;
    }
  }
  return IsLocatedByDescription(view) ? v1::LOCATION_GRADE_DESCRIPTION
                                      : v1::LOCATION_GRADE_UNSPECIFIED;
}

void SetFillClass(const RecordView& view, v1::RecordResult& result) {
  const Tally tally = TallyOf(view);
  SetScores(tally, result);
  const v1::LocationGrade location = LocationOf(view);
  result.set_location(location);
  if (tally.unread) {
    result.set_fill_class(v1::FILL_CLASS_NOT_READ);
    return;
  }
  // A place known by description only is taken as rougher than any limit, until it was located.
  if (location == v1::LOCATION_GRADE_UNSPECIFIED ||
      (location == v1::LOCATION_GRADE_DESCRIPTION && !HasSomeOrdnance(view))) {
    result.set_fill_class(v1::FILL_CLASS_NO_INFORMATION);
    return;
  }
  const bool incomplete = HasIncompleteFault(result);
  if (tally.all_lacking == 0 && !tally.sketch_unread && !incomplete &&
      location != v1::LOCATION_GRADE_DESCRIPTION && IsReadTwice(view.identity())) {
    result.set_fill_class(v1::FILL_CLASS_COMPLETE);
    return;
  }
  result.set_fill_class(v1::FILL_CLASS_PARTIAL);
  result.set_split(SplitOf(tally, incomplete, location));
}

void SetHeadline(const Rules& rules, v1::RecordResult& result) {
  bool itself = false;
  bool other = false;
  absl::flat_hash_set<std::string> undecided;
  for (const v1::CheckResult& one : result.results()) {
    const CheckInfo* info = FindCheckInfo(one.check());
    const bool of_itself = EffectOf(*info) == Effect::kContradictsItself;
    const bool of_other = EffectOf(*info) == Effect::kContradictsOther;
    if (!of_itself && !of_other) continue;
    if (one.outcome() == v1::OUTCOME_NOT_EVALUABLE) undecided.insert(one.check());
    if (one.outcome() != v1::OUTCOME_FAIL || one.severity() != v1::SEVERITY_ERROR) continue;
    itself = itself || of_itself;
    other = other || of_other;
  }
  std::uint32_t checks = 0;
  for (const CheckInfo& info : Catalogue()) {
    const bool shows =
        EffectOf(info) == Effect::kContradictsItself || EffectOf(info) == Effect::kContradictsOther;
    if (shows && rules.FindCheck(info.id) != nullptr) ++checks;
  }
  result.clear_contradictions();
  if (itself) result.add_contradictions(v1::CONTRADICTION_ITSELF);
  if (other) result.add_contradictions(v1::CONTRADICTION_OTHER_STATEMENT);
  result.set_contradiction_checks(checks);
  result.set_contradiction_checks_evaluable(checks - static_cast<std::uint32_t>(undecided.size()));
  result.set_headline(HeadlineOf(result));
}

}  // namespace cairn::completeness
