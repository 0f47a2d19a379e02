// Units, norths and senses of bearings as the template writes them. Internal to this folder.
#ifndef CAIRN_AUDIT_RECORD_UNIT_NAMES_H_
#define CAIRN_AUDIT_RECORD_UNIT_NAMES_H_

#include <array>
#include <span>

#include "absl/strings/string_view.h"
#include "audit/record/cell.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record {

struct UnitName {
  absl::string_view name;
  int value;
};
inline constexpr std::array<UnitName, 6> kAngleUnits = {
    {{"degree", v1::ANGLE_UNIT_DEGREE},
     {"degree_minute", v1::ANGLE_UNIT_DEGREE_MINUTE},
     {"mil_6000", v1::ANGLE_UNIT_MIL_6000},
     {"mil_6400", v1::ANGLE_UNIT_MIL_6400},
     {"mil_6300", v1::ANGLE_UNIT_MIL_6300},
     {"gon", v1::ANGLE_UNIT_GON}}};
inline constexpr std::array<UnitName, 3> kNorths = {
    {{"magnetic", v1::NORTH_MAGNETIC}, {"grid", v1::NORTH_GRID}, {"true", v1::NORTH_TRUE}}};
inline constexpr std::array<UnitName, 2> kSenses = {
    {{"from_reference", v1::TIE_SENSE_FROM_REFERENCE},
     {"to_reference", v1::TIE_SENSE_TO_REFERENCE}}};

// The name of a value; kNotStated for one that has none.
inline absl::string_view UnitText(int value, std::span<const UnitName> names) {
  for (const UnitName& name : names) {
    if (name.value == value) return name.name;
  }
  return kNotStated;
}

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_UNIT_NAMES_H_
