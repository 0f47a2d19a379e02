// One effective record as the checks see it: the message, with its positions read once.
#ifndef CAIRN_AUDIT_COMPLETENESS_RECORD_VIEW_H_
#define CAIRN_AUDIT_COMPLETENESS_RECORD_VIEW_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/control_history.h"
#include "audit/completeness/geodesy.h"
#include "audit/completeness/leaf.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/record.pb.h"

namespace cairn::completeness {

enum class PositionState {
  kUsable,  // It names a place.
  kUnread,
  kLacking,
  kNoSystem,   // Given, but in no known coordinate system.
  kNoNumbers,  // Given, but not as numbers.
  kWrongUnit,  // Numbers of another kind of system than it names.
  kNoPlace,    // Numbers that name no place in that system.
};

struct ReadPosition {
  PositionState state = PositionState::kLacking;
  const CoordinateSystem* system = nullptr;  // Unless kUnread, kLacking, kNoSystem.
  PaperCoordinates paper;                    // With kUsable, kWrongUnit, kNoPlace.
  Geographic wgs84;                          // With kUsable.
  bool usable() const { return state == PositionState::kUsable; }
  bool given() const { return state != PositionState::kUnread && state != PositionState::kLacking; }
};

// What the checks know of a record beside the record.
struct RecordContext {
  std::optional<std::int32_t> log_day;      // Day of the log's time; days since 1970-01-01.
  const ControlHistory* control = nullptr;  // Null: none was agreed.
  std::string holder;  // Handle of the party that handed it over; empty: unknown.
};

// Borrows record, rules and context's pointers: they must outlive it. Immutable, thread-safe.
class RecordView {
 public:
  RecordView(const v1::MinefieldRecord& record, const Rules& rules, const RecordContext& context);

  const v1::MinefieldRecord& record() const { return record_; }
  const v1::IdentityGroup& identity() const { return record_.identity(); }
  const v1::WhereGroup& where() const { return record_.where(); }
  const v1::WhatGroup& what() const { return record_.what(); }
  const v1::LayoutGroup& layout() const { return record_.layout(); }
  const v1::LayingGroup& laying() const { return record_.laying(); }
  const v1::MarkingGroup& marking() const { return record_.marking(); }
  const Rules& rules() const { return rules_; }
  const RecordContext& context() const { return context_; }

  // The district claimed: by F44 if that names an outline, else by the list it stands in.
  const std::string& area() const { return area_; }

  // In the order of the record's lists.
  const std::vector<ReadPosition>& reference_points() const { return reference_points_; }
  const std::vector<ReadPosition>& corners() const { return corners_; }
  ReadPosition Read(const v1::Position& position) const;

  // Index of the reference point with this id, if there is one.
  std::optional<int> ReferencePoint(absl::string_view id) const;

  // Whether the rule set lets NOT_APPLICABLE fill the field.
  bool Excludable(int field) const;
  Standing StandingOfField(const v1::Leaf& leaf, int field) const {
    return StandingOf(leaf, Excludable(field));
  }

  // Complete: bearing and distance given.
  static bool IsComplete(const v1::Tie& tie);
  // Complete once what is unread is read as given.
  static bool MayBeComplete(const v1::Tie& tie);
  bool HasCompleteTieTo(absl::string_view id) const { return tied_.contains(id); }
  bool MayHaveCompleteTieTo(absl::string_view id) const { return perhaps_tied_.contains(id); }
  // The ties to a corner, row end or mine, in their order.
  std::span<const int> TiesTo(absl::string_view id) const;

  bool IsRemotelyDelivered() const { return Says(layout().remotely_delivered(), true); }
  // Code of the list category: the line's own, else its model's by the code list; empty: not known.
  std::string CategoryOf(const v1::OrdnanceLine& line) const;
  // How the life time of a line stands: excluded where the model has no self-destruction.
  Standing LifeKindStanding(const v1::OrdnanceLine& line) const;
  // Whether days of life are asked for: the kind is known and is not "none".
  static bool WantsLifeDays(const v1::OrdnanceLine& line);

  // The corners on one plane, if there are three and all can be used.
  bool HasPerimeter() const;
  // Centre of the perimeter's area. REQUIRES: HasPerimeter().
  Geographic Centre() const;

 private:
  const v1::MinefieldRecord& record_;
  const Rules& rules_;
  RecordContext context_;
  std::string area_;
  const CoordinateSystem* declared_system_ = nullptr;
  std::vector<ReadPosition> reference_points_;
  std::vector<ReadPosition> corners_;
  // By id, so that a record with very many entries costs no more than its size. Of equal ids, which
  // no honest record has, the first.
  absl::flat_hash_map<absl::string_view, int> reference_index_;
  absl::flat_hash_map<absl::string_view, std::vector<int>> ties_to_;
  absl::flat_hash_set<absl::string_view> tied_, perhaps_tied_;
};

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_RECORD_VIEW_H_
