#include "audit/completeness/delivered_fields.h"

#include <algorithm>
#include <utility>

#include "audit/completeness/leaf.h"
#include "audit/completeness/record_view.h"
#include "audit/completeness/supplements.h"

namespace cairn::completeness {
namespace {

bool IsAntiTankOnly(const v1::WhatGroup& what) {
  return !what.ordnance().empty() &&
         std::all_of(what.ordnance().begin(), what.ordnance().end(), [](const auto& line) {
           return IsGiven(line.category().leaf()) && line.category().code() == "at";
         });
}

}  // namespace

absl::StatusOr<DeliveredFields> DeliveredFields::Read(const Rules& rules,
                                                      std::span<const AssessedInput> packages) {
  DeliveredFields out;
  SupplementBook supplements;
  absl::Status status = supplements.Collect(packages);
  v1::Report aside;  // What became of the supplements; the assessment reports it.
  for (std::size_t p = 0; status.ok() && p < packages.size(); ++p) {
    status = packages[p].content->ForEachRecord([&](const PackageRecord& record) -> absl::Status {
      const v1::MinefieldRecord effective = supplements.Apply(p, record, aside);
      const RecordView view(effective, rules, RecordContext());
      if (!view.HasPerimeter()) {
        ++out.without_perimeter_;
        return absl::OkStatus();
      }
      DeliveredField field;
      field.at.set_package(p);
      field.at.set_record(record.index);
      field.area = view.area();
      field.anti_tank_only = IsAntiTankOnly(view.what());
      Ring ring;
      for (const ReadPosition& corner : view.corners()) {
        ring.push_back(corner.wgs84);
        field.outline.box.Add(corner.wgs84);
      }
      field.outline.rings.push_back(std::move(ring));
      out.fields_.push_back(std::move(field));
      return absl::OkStatus();
    });
  }
  if (!status.ok()) return status;
  return out;
}

DeliveredFields::Place DeliveredFields::PlaceOf(const Geographic& at,
                                                std::int64_t uncertainty_cm) const {
  // No field within this many 1e-7 degrees of latitude can be near: a degree is at least 110 km.
  const std::int64_t reach_cm = uncertainty_cm + kNearCm;
  const std::int64_t reach_e7 = reach_cm + 1;  // A centimetre is less than 1e-7 degree of latitude.
  Place place;
  bool near = false;
  for (const DeliveredField& field : fields_) {
    const Box& box = field.outline.box;
    if (at.latitude_e7 < box.south_e7 - reach_e7 || at.latitude_e7 > box.north_e7 + reach_e7) {
      continue;
    }
    if (box.Contains(at) && Inside(field.outline, at)) {
      place.only_anti_tank =
          field.anti_tank_only &&
          (place.position != v1::INCIDENT_POSITION_INSIDE || place.only_anti_tank);
      place.position = v1::INCIDENT_POSITION_INSIDE;
    } else if (!near) {
      near = DistanceToBoundaryCm(field.outline, at) <= reach_cm;
    }
  }
  if (place.position != v1::INCIDENT_POSITION_INSIDE && near) {
    place.position = v1::INCIDENT_POSITION_NEAR;
  }
  return place;
}

}  // namespace cairn::completeness
