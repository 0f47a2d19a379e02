// Where a point lies against the fields that were delivered: inside one, near one, outside all.
// What a party computes when it logs an incident; a statistic of coverage, no word about any
// record.
#ifndef CAIRN_AUDIT_COMPLETENESS_DELIVERED_FIELDS_H_
#define CAIRN_AUDIT_COMPLETENESS_DELIVERED_FIELDS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/outlines.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/report.pb.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::completeness {

// Beyond the point's own uncertainty and so far from every field, it is outside.
inline constexpr std::int64_t kNearCm = 50'000;

struct DeliveredField {
  v1::RecordRef at;
  std::string area;             // As claimed.
  bool anti_tank_only = false;  // Every line is given as anti-tank.
  Outline outline;
};

// The fields with a perimeter that can be used, supplements applied. Immutable, thread-safe.
class DeliveredFields {
 public:
  // Reads all records once. Errors of the content.
  static absl::StatusOr<DeliveredFields> Read(const Rules& rules,
                                              std::span<const AssessedInput> packages);

  struct Place {
    v1::IncidentPosition position = v1::INCIDENT_POSITION_OUTSIDE;
    bool only_anti_tank = false;  // Inside, and every field around it is anti-tank only.
  };
  // `uncertainty_cm`: how far off the point may be.
  Place PlaceOf(const Geographic& at, std::int64_t uncertainty_cm) const;

  // By package, then record.
  std::span<const DeliveredField> fields() const { return fields_; }
  std::size_t size() const { return fields_.size(); }
  std::uint64_t without_perimeter() const { return without_perimeter_; }

 private:
  std::vector<DeliveredField> fields_;
  std::uint64_t without_perimeter_ = 0;
};

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_DELIVERED_FIELDS_H_
