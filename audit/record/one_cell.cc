// The one-cell form of a field (TEMPLATE.md, 6): a value with its attributes behind bars.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"
#include "audit/record/text.h"
#include "audit/record/unit_names.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What a field says about its own writing, as column texts; taken where a cell leaves it out.
struct Attributes {
  std::string unit{kNotStated}, north{kNotStated}, sense{kNotStated}, how{kNotStated};
  std::string crs{kNotStated}, how_fixed{kNotStated}, accuracy{kNotStated};
};

void TakeIfNotEmpty(const std::string& value, std::string& out) {
  if (!value.empty()) out = value;
}

Attributes AttributesOf(const Message& message) {
  Attributes out;
  switch (KindOf(*message.GetDescriptor())) {
    case FieldKind::kPosition: {
      const auto& position = static_cast<const v1::Position&>(message);
      TakeIfNotEmpty(position.crs(), out.crs);
      TakeIfNotEmpty(position.how_fixed(), out.how_fixed);
      if (position.has_stated_accuracy_mm()) {
        out.accuracy = absl::StrCat(position.stated_accuracy_mm(), " mm");
      }
      break;
    }
    case FieldKind::kBearing: {
      const auto& bearing = static_cast<const v1::Bearing&>(message);
      out.unit = std::string(UnitText(bearing.unit(), kAngleUnits));
      out.north = std::string(UnitText(bearing.north(), kNorths));
      out.sense = std::string(UnitText(bearing.sense(), kSenses));
      break;
    }
    case FieldKind::kDistance: {
      const auto& distance = static_cast<const v1::Distance&>(message);
      TakeIfNotEmpty(distance.unit(), out.unit);
      TakeIfNotEmpty(distance.how(), out.how);
      break;
    }
    default:
      break;
  }
  return out;
}

std::string* AttributeNamed(absl::string_view name, FieldKind kind, Attributes& attributes) {
  const bool is_bearing = kind == FieldKind::kBearing;
  const bool is_distance = kind == FieldKind::kDistance;
  if (name == "unit" && (is_bearing || is_distance)) return &attributes.unit;
  if (name == "north" && is_bearing) return &attributes.north;
  if (name == "sense" && is_bearing) return &attributes.sense;
  if (name == "how" && is_distance) return &attributes.how;
  if (kind != FieldKind::kPosition) return nullptr;
  if (name == "crs") return &attributes.crs;
  if (name == "how_fixed") return &attributes.how_fixed;
  if (name == "accuracy") return &attributes.accuracy;
  return nullptr;
}

bool HasAttributes(FieldKind kind) {
  return kind == FieldKind::kPosition || kind == FieldKind::kBearing ||
         kind == FieldKind::kDistance;
}

absl::Status TakeAttributes(const std::vector<absl::string_view>& parts, FieldKind kind,
                            Attributes& attributes) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> named =
        absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
    std::string* attribute = AttributeNamed(TrimText(named.first), kind, attributes);
    if (attribute == nullptr) {
      return absl::InvalidArgumentError(
          "behind a bar stands something that this field does not have; see the one-cell form");
    }
    *attribute = std::string(TrimText(named.second));
  }
  return absl::OkStatus();
}

// "x; y" or "[state] x; y" into the cells of a position; without semicolon a grid reference.
absl::Status SplitPosition(absl::string_view cell, std::string& first, std::string& second) {
  absl::string_view state;
  if (absl::StartsWith(cell, "[")) {
    const std::size_t close = cell.find(']');
    if (close == absl::string_view::npos) return absl::InvalidArgumentError("a bracket is open");
    state = cell.substr(0, close + 1);
    cell = TrimText(cell.substr(close + 1));
  }
  const std::size_t semicolon = cell.find(';');
  const absl::string_view space = state.empty() ? "" : " ";
  if (semicolon == absl::string_view::npos && (state.empty() || !cell.empty())) {
    first = absl::StrCat(state, space, cell);
    second = std::string(kNotStated);
    return absl::OkStatus();
  }
  first = absl::StrCat(state, space, TrimText(cell.substr(0, semicolon)));
  second = absl::StrCat(state, space, cell.empty() ? "" : TrimText(cell.substr(semicolon + 1)));
  return absl::OkStatus();
}

}  // namespace

absl::Status SetFieldFromOneCell(const FieldDescriptor& field, absl::string_view cell,
                                 const Message& old, const FieldContext& context,
                                 Message& message) {
  const FieldKind kind = KindOf(*message.GetDescriptor());
  // Text may have bars in it; only types with attributes are split.
  std::vector<absl::string_view> parts = {cell};
  if (HasAttributes(kind)) parts = absl::StrSplit(cell, '|');
  Attributes attributes = AttributesOf(old);
  if (absl::Status status = TakeAttributes(parts, kind, attributes); !status.ok()) return status;
  std::string first(HasAttributes(kind) ? TrimText(parts[0]) : parts[0]);
  std::string second;
  if (kind == FieldKind::kPosition) {
    const std::string both = first;
    if (absl::Status status = SplitPosition(both, first, second); !status.ok()) return status;
  }
  FieldCells cells;
  cells.first = first;
  cells.second = second;
  cells.unit = attributes.unit;
  cells.north = attributes.north;
  cells.sense = attributes.sense;
  cells.how = attributes.how;
  cells.crs = attributes.crs;
  cells.how_fixed = attributes.how_fixed;
  cells.accuracy = attributes.accuracy;
  return SetField(field, cells, context, message);
}

}  // namespace cairn::record
