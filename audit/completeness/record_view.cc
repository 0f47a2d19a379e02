#include "audit/completeness/record_view.h"

#include <algorithm>

#include "audit/completeness/geometry.h"

namespace cairn::completeness {
namespace {

constexpr absl::string_view kNoSystemRule = "no-crs/1";  // The template reader's, for the same.

bool GivenOrUnread(const v1::Leaf& leaf) { return IsGiven(leaf) || IsUnread(leaf); }

}  // namespace

RecordView::RecordView(const v1::MinefieldRecord& record, const Rules& rules,
                       const RecordContext& context)
    : record_(record), rules_(rules), context_(context), area_(identity().area()) {
  if (IsKnown(where().district())) {
    const std::string named = rules.AreaByName(where().district().value());
    if (!named.empty()) area_ = named;
  }
  const v1::Code& declared = where().map().declared_crs();
  if (IsKnown(declared)) declared_system_ = rules.FindSystem(declared.code());
  reference_points_.reserve(static_cast<std::size_t>(where().reference_points_size()));
  for (const v1::ReferencePoint& point : where().reference_points()) {
    reference_index_.try_emplace(point.id(), static_cast<int>(reference_points_.size()));
    reference_points_.push_back(Read(point.position()));
  }
  corners_.reserve(static_cast<std::size_t>(where().perimeter_size()));
  for (const v1::Corner& corner : where().perimeter()) corners_.push_back(Read(corner.position()));
  for (int i = 0; i < where().ties_size(); ++i) {
    const v1::Tie& tie = where().ties(i);
    ties_to_[tie.to()].push_back(i);
    if (IsComplete(tie)) tied_.insert(tie.to());
    if (MayBeComplete(tie)) perhaps_tied_.insert(tie.to());
  }
}

ReadPosition RecordView::Read(const v1::Position& position) const {
  ReadPosition out;
  if (IsUnread(position.leaf())) {
    out.state = PositionState::kUnread;
    return out;
  }
  if (!IsGiven(position.leaf())) return out;
  out.state = PositionState::kNoSystem;
  out.system = position.crs().empty() ? declared_system_ : rules_.FindSystem(position.crs());
  if (out.system == nullptr || position.leaf().norm_rule() == kNoSystemRule) return out;
  out.state = PositionState::kNoNumbers;
  if (!position.has_first() || !position.has_second()) return out;
  out.paper = {position.first(), position.second()};
  out.state = PositionState::kWrongUnit;
  if (position.unit() != out.system->unit()) return out;
  out.state = PositionState::kNoPlace;
  const std::optional<Geographic> wgs84 = out.system->ToWgs84(out.paper);
  if (!wgs84.has_value()) return out;
  out.wgs84 = *wgs84;
  out.state = PositionState::kUsable;
  return out;
}

std::optional<int> RecordView::ReferencePoint(absl::string_view id) const {
  const auto it = reference_index_.find(id);
  return it == reference_index_.end() ? std::nullopt : std::optional<int>(it->second);
}

std::span<const int> RecordView::TiesTo(absl::string_view id) const {
  const auto it = ties_to_.find(id);
  return it == ties_to_.end() ? std::span<const int>() : std::span<const int>(it->second);
}

bool RecordView::Excludable(int field) const {
  const v1::FieldRule* rule = rules_.Field(field);
  return rule != nullptr && rule->excludable();
}

bool RecordView::IsComplete(const v1::Tie& tie) {
  return IsGiven(tie.bearing().leaf()) && IsGiven(tie.distance().leaf());
}

bool RecordView::MayBeComplete(const v1::Tie& tie) {
  return GivenOrUnread(tie.bearing().leaf()) && GivenOrUnread(tie.distance().leaf());
}

std::string RecordView::CategoryOf(const v1::OrdnanceLine& line) const {
  if (IsKnown(line.category())) return line.category().code();
  const v1::MineModel* model =
      IsKnown(line.model()) ? rules_.FindModel(line.model().code()) : nullptr;
  return model == nullptr ? std::string() : model->category();
}

Standing RecordView::LifeKindStanding(const v1::OrdnanceLine& line) const {
  if (IsGiven(line.life_kind().leaf())) return Standing::kGiven;
  if (IsKnown(line.model())) {
    const v1::MineModel* model = rules_.FindModel(line.model().code());
    if (model != nullptr && model->no_self_destruction()) return Standing::kExcluded;
  }
  return StandingOfField(line.life_kind().leaf(), 70);
}

bool RecordView::WantsLifeDays(const v1::OrdnanceLine& line) {
  return IsKnown(line.life_kind()) && line.life_kind().code() != "none";
}

bool RecordView::HasPerimeter() const {
  return corners_.size() >= 3 && std::all_of(corners_.begin(), corners_.end(),
                                             [](const ReadPosition& p) { return p.usable(); });
}

Geographic RecordView::Centre() const {
  std::vector<Point> ring;
  ring.reserve(corners_.size());
  for (const ReadPosition& p : corners_)
    ring.push_back({p.wgs84.longitude_e7, p.wgs84.latitude_e7});
  const Point centre = CentreOf(ring);
  return {centre.y, centre.x};
}

}  // namespace cairn::completeness
