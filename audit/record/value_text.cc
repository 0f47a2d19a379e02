// What a field says, as text, and whether two say the same.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "audit/record/field_value.h"
#include "audit/record/normalise.h"
#include "audit/record/path.h"
#include "audit/record/text.h"
#include "audit/record/unit_names.h"

namespace cairn::record {
namespace {

using google::protobuf::Message;

void AppendAttribute(absl::string_view name, absl::string_view value, std::string& out) {
  if (value.empty() || value == kNotStated) return;
  absl::StrAppend(&out, out.empty() ? "" : " ", "| ", name, "=", value);
}

std::string PositionText(const v1::Position& position) {
  std::string value;
  if (position.has_first() && position.has_second()) {
    value = absl::StrCat(position.first(), "; ", position.second(),
                         position.unit() == v1::COORDINATE_UNIT_NANODEGREE ? " nanodegree" : " mm");
  }
  AppendAttribute("crs", position.crs(), value);
  AppendAttribute("how_fixed", position.how_fixed(), value);
  if (position.has_stated_accuracy_mm()) {
    AppendAttribute("accuracy", absl::StrCat(position.stated_accuracy_mm(), " mm"), value);
  }
  return value;
}

std::string BearingText(const v1::Bearing& bearing) {
  std::string value;
  if (bearing.has_microdegree()) value = absl::StrCat(bearing.microdegree(), " microdegree");
  AppendAttribute("unit", UnitText(bearing.unit(), kAngleUnits), value);
  AppendAttribute("north", UnitText(bearing.north(), kNorths), value);
  AppendAttribute("sense", UnitText(bearing.sense(), kSenses), value);
  return value;
}

std::string DistanceText(const v1::Distance& distance) {
  std::string value;
  if (distance.has_millimetre()) value = absl::StrCat(distance.millimetre(), "/1000");
  AppendAttribute("unit", distance.unit(), value);
  AppendAttribute("how", distance.how(), value);
  return value;
}

std::string DateFieldText(const v1::Date& date) {
  if (!date.has_day()) return "";
  return DateText({date.precision(), date.day(), date.minute(), {}});
}

// Without white space: what two people who copy one text may differ in.
std::string SqueezedText(absl::string_view text) {
  const std::string normal = NormalText(text);
  std::string out;
  for (absl::string_view rest = normal; !rest.empty();) {
    std::size_t space = SpaceLength(rest);
    if (space == 0 && (rest[0] == '\n' || rest[0] == '\r')) space = 1;
    if (space == 0) out.push_back(rest[0]);
    rest.remove_prefix(space == 0 ? 1 : space);
  }
  return out;
}

}  // namespace

std::string ValueText(const Message& message) {
  switch (KindOf(*message.GetDescriptor())) {
    case FieldKind::kText:
      return static_cast<const v1::Text&>(message).value();
    case FieldKind::kInteger: {
      const auto& integer = static_cast<const v1::Integer&>(message);
      return integer.has_value() ? absl::StrCat(integer.value()) : "";
    }
    case FieldKind::kCode:
      return static_cast<const v1::Code&>(message).code();
    case FieldKind::kFlag: {
      const auto& flag = static_cast<const v1::Flag&>(message);
      return flag.has_value() ? (flag.value() ? "yes" : "no") : "";
    }
    case FieldKind::kDate:
      return DateFieldText(static_cast<const v1::Date&>(message));
    case FieldKind::kPosition:
      return PositionText(static_cast<const v1::Position&>(message));
    case FieldKind::kBearing:
      return BearingText(static_cast<const v1::Bearing&>(message));
    case FieldKind::kDistance:
      return DistanceText(static_cast<const v1::Distance&>(message));
    default:
      return "";
  }
}

bool SaysTheSame(const Message& a, const Message& b) {
  const v1::Leaf& left = LeafOf(a);
  const v1::Leaf& right = LeafOf(b);
  if (left.presence() != right.presence()) return false;
  if (left.withholding().SerializeAsString() != right.withholding().SerializeAsString()) {
    return false;
  }
  if (KindOf(*a.GetDescriptor()) != FieldKind::kText) {
    const std::string value = ValueText(a);
    if (value != ValueText(b)) return false;
    // Attributes alone do not make a value; then, and for states, the raw text decides.
    const bool has_value = !value.empty() && value[0] != '|';
    if (has_value && left.presence() == v1::PRESENCE_VALUE) return true;
  }
  return SqueezedText(left.raw()) == SqueezedText(right.raw());
}

}  // namespace cairn::record
