#include "audit/record/field_value.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <span>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/record/field_rules.h"
#include "audit/record/grid_reference.h"
#include "audit/record/normalise.h"
#include "audit/record/path.h"
#include "audit/record/text.h"
#include "audit/record/unit_names.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kAsWritten = "as-written/1";
constexpr absl::string_view kNoUnit = "no-unit/1";
constexpr absl::string_view kNoCrs = "no-crs/1";
constexpr absl::string_view kOutsideCircle = "outside-circle/1";

absl::Status Within(absl::string_view column, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(column, ": ", status.message()));
}

constexpr std::array<absl::string_view, 3> kDistanceUnits = {"m", "pace", "map_mm"};
constexpr std::array<absl::string_view, 5> kDistanceHows = {"tape", "pace", "range_finder", "map",
                                                            "unknown"};
constexpr std::array<absl::string_view, 5> kHowsFixed = {"map", "compass", "gps", "survey",
                                                         "unknown"};

bool IsNotStated(absl::string_view text) { return WordKey(text) == kNotStated; }

// One of the names, or 0 for [not stated].
absl::StatusOr<int> ParseUnitName(absl::string_view text, std::span<const UnitName> names,
                                  absl::string_view column) {
  if (IsNotStated(text)) return 0;
  const std::string word = WordKey(text);
  std::string known;
  for (const UnitName& name : names) {
    if (word == name.name) return name.value;
    absl::StrAppend(&known, name.name, ", ");
  }
  return absl::InvalidArgumentError(absl::StrCat(column, ": expected ", known, "or ", kNotStated));
}

absl::StatusOr<std::string> ParseWord(absl::string_view text,
                                      std::span<const absl::string_view> words,
                                      absl::string_view column) {
  if (IsNotStated(text)) return std::string();
  const std::string word = WordKey(text);
  std::string known;
  for (const absl::string_view candidate : words) {
    if (word == candidate) return word;
    absl::StrAppend(&known, candidate, ", ");
  }
  return absl::InvalidArgumentError(absl::StrCat(column, ": expected ", known, "or ", kNotStated));
}

// Presence, raw text and withholding; the rule as far as the state decides it.
void FillLeaf(const Cell& cell, v1::Leaf& leaf) {
  leaf.set_presence(cell.presence);
  leaf.set_raw(cell.text);
  if (cell.presence == v1::PRESENCE_WITHHELD) *leaf.mutable_withholding() = cell.withholding;
  if (cell.as_written) leaf.set_norm_rule(std::string(kAsWritten));
}

// Whether a rule is to make a value of the cell.
bool WantsValue(const Cell& cell) {
  return cell.presence == v1::PRESENCE_VALUE && !cell.as_written;
}

void SetRule(absl::string_view rule, v1::Leaf& leaf) { leaf.set_norm_rule(std::string(rule)); }

absl::Status SetInteger(const FieldDescriptor& field, const Cell& cell, v1::Integer& out) {
  FillLeaf(cell, *out.mutable_leaf());
  if (!WantsValue(cell)) return absl::OkStatus();
  const NumberRule rule = NumberRuleOf(field);
  absl::StatusOr<std::int64_t> value = ParseNumber(rule, cell.text);
  if (!value.ok()) return value.status();
  out.set_value(*value);
  SetRule(RuleId(rule), *out.mutable_leaf());
  return absl::OkStatus();
}

void SetCode(absl::string_view list, const Cell& cell, const AliasTable& aliases, v1::Code& out) {
  FillLeaf(cell, *out.mutable_leaf());
  if (!WantsValue(cell)) return;
  const std::string* code = aliases.Find(list, cell.text);
  if (code == nullptr) {
    SetRule("alias-unknown/1", *out.mutable_leaf());
    return;
  }
  out.set_code(*code);
  if (*code != cell.text) SetRule("alias/1", *out.mutable_leaf());
}

absl::Status SetFlag(const Cell& cell, const AliasTable& aliases, v1::Flag& out) {
  FillLeaf(cell, *out.mutable_leaf());
  if (!WantsValue(cell)) return absl::OkStatus();
  std::string word = WordKey(cell.text);
  if (const std::string* code = aliases.Find("yes_no", cell.text)) word = *code;
  if (word != "yes" && word != "no") return absl::InvalidArgumentError("expected yes or no");
  out.set_value(word == "yes");
  SetRule("flag/1", *out.mutable_leaf());
  return absl::OkStatus();
}

absl::Status SetDate(const Cell& cell, v1::Date& out) {
  FillLeaf(cell, *out.mutable_leaf());
  if (!WantsValue(cell)) return absl::OkStatus();
  absl::StatusOr<DateValue> date = ParseDate(cell.text);
  if (!date.ok()) return date.status();
  out.set_precision(date->precision);
  out.set_day(date->day);
  if (date->precision == v1::DATE_PRECISION_MINUTE || date->precision == v1::DATE_PRECISION_HOUR) {
    out.set_minute(date->minute);
  }
  SetRule(date->rule, *out.mutable_leaf());
  return absl::OkStatus();
}

// The code of a coordinate system says how it is written.
bool IsGridReference(absl::string_view crs) { return absl::StrContains(crs, "-MGRS"); }

absl::Status SetGridReference(const Cell& first, const Cell& second, v1::Position& out) {
  absl::StatusOr<GridReference> reference =
      ParseGridReference(absl::StrCat(first.text, " ", second.text));
  if (!reference.ok()) return Within(".x", reference.status());
  out.set_first(reference->northing_mm);
  out.set_second(reference->easting_mm);
  out.set_unit(v1::COORDINATE_UNIT_MILLIMETRE);
  SetRule(GridReferenceRule(*reference), *out.mutable_leaf());
  return absl::OkStatus();
}

absl::Status SetOrdinates(absl::string_view crs, const Cell& first, const Cell& second,
                          v1::Position& out) {
  if (IsGridReference(crs)) return SetGridReference(first, second, out);
  const bool geographic = absl::StrContains(crs, "-GEO");
  absl::StatusOr<std::int64_t> a =
      geographic ? ParseDegrees(Axis::kLatitude, first.text) : ParseMetres(first.text);
  if (!a.ok()) return Within(".x", a.status());
  absl::StatusOr<std::int64_t> b =
      geographic ? ParseDegrees(Axis::kLongitude, second.text) : ParseMetres(second.text);
  if (!b.ok()) return Within(".y", b.status());
  out.set_first(*a);
  out.set_second(*b);
  out.set_unit(geographic ? v1::COORDINATE_UNIT_NANODEGREE : v1::COORDINATE_UNIT_MILLIMETRE);
  SetRule(geographic ? "degrees/1" : "metres/1", *out.mutable_leaf());
  return absl::OkStatus();
}

absl::Status SetPositionAttributes(const FieldCells& cells, const FieldContext& context,
                                   v1::Position& out) {
  if (!IsNotStated(cells.crs)) {
    const std::string* code = context.aliases.Find("crs", cells.crs);
    if (code == nullptr) {
      return absl::InvalidArgumentError(
          ".crs: the rule set's list 'crs' does not have this coordinate system");
    }
    out.set_crs(*code);
  }
  absl::StatusOr<std::string> how_fixed = ParseWord(cells.how_fixed, kHowsFixed, ".how_fixed");
  if (!how_fixed.ok()) return how_fixed.status();
  out.set_how_fixed(*std::move(how_fixed));
  if (IsNotStated(cells.accuracy)) return absl::OkStatus();
  absl::StatusOr<std::int64_t> accuracy = ParseNumber(NumberRule::kLengthM, cells.accuracy);
  if (!accuracy.ok()) return Within(".accuracy", accuracy.status());
  out.set_stated_accuracy_mm(*accuracy);
  return absl::OkStatus();
}

// The second cell of a position. A grid reference may stand in the first one as a whole.
absl::StatusOr<Cell> SecondCell(absl::string_view text, const Cell& first, absl::string_view crs) {
  if (!IsNotStated(text)) return ParseCell(text);
  if (!IsGridReference(crs)) {
    return absl::InvalidArgumentError(
        "write a position as x; y: only a grid reference (MGRS) stands in the first cell alone");
  }
  Cell second = first;
  second.text.clear();
  return second;
}

absl::Status SetPosition(const FieldCells& cells, const FieldContext& context, v1::Position& out) {
  if (absl::Status status = SetPositionAttributes(cells, context, out); !status.ok()) {
    return status;
  }
  const std::string& crs = out.crs().empty() ? context.declared_crs : out.crs();
  absl::StatusOr<Cell> first = ParseCell(cells.first);
  if (!first.ok()) return Within(".x", first.status());
  absl::StatusOr<Cell> second = SecondCell(cells.second, *first, crs);
  if (!second.ok()) return Within(".y", second.status());
  if (first->presence != second->presence ||
      first->withholding.SerializeAsString() != second->withholding.SerializeAsString()) {
    return absl::InvalidArgumentError(
        "a position is one field: both cells are text, or both have the same state");
  }
  Cell both = *first;
  both.as_written = first->as_written || second->as_written;
  if (!second->text.empty()) both.text = absl::StrCat(first->text, "; ", second->text);
  FillLeaf(both, *out.mutable_leaf());
  out.set_raw_first(first->text);
  out.set_raw_second(second->text);
  if (both.presence == v1::PRESENCE_DEFAULTED && !crs.empty()) {
    // A placeholder that is no coordinate simply has no value.
    v1::Position placeholder = out;
    if (SetOrdinates(crs, *first, *second, placeholder).ok()) out = std::move(placeholder);
  }
  if (!WantsValue(both)) return absl::OkStatus();
  if (crs.empty()) {
    SetRule(kNoCrs, *out.mutable_leaf());
    return absl::OkStatus();
  }
  return SetOrdinates(crs, *first, *second, out);
}

absl::Status SetBearing(const FieldCells& cells, const Cell& cell, v1::Bearing& out) {
  FillLeaf(cell, *out.mutable_leaf());
  absl::StatusOr<int> unit = ParseUnitName(cells.unit, kAngleUnits, ".unit");
  if (!unit.ok()) return unit.status();
  absl::StatusOr<int> north = ParseUnitName(cells.north, kNorths, ".north");
  if (!north.ok()) return north.status();
  absl::StatusOr<int> sense = ParseUnitName(cells.sense, kSenses, ".sense");
  if (!sense.ok()) return sense.status();
  out.set_unit(static_cast<v1::AngleUnit>(*unit));
  out.set_north(static_cast<v1::North>(*north));
  out.set_sense(static_cast<v1::TieSense>(*sense));
  if (!WantsValue(cell)) return absl::OkStatus();
  if (*unit == 0) {
    SetRule(kNoUnit, *out.mutable_leaf());
    return absl::OkStatus();
  }
  absl::StatusOr<std::int64_t> angle = ParseBearing(out.unit(), cell.text);
  if (!angle.ok()) return angle.status();
  const bool on_circle = *angle >= 0 && *angle <= kFullCircle;
  if (on_circle) out.set_microdegree(*angle % kFullCircle);
  SetRule(on_circle ? "bearing/1" : kOutsideCircle, *out.mutable_leaf());
  return absl::OkStatus();
}

absl::Status SetDistance(const FieldCells& cells, const Cell& cell, v1::Distance& out) {
  FillLeaf(cell, *out.mutable_leaf());
  absl::StatusOr<std::string> unit = ParseWord(cells.unit, kDistanceUnits, ".unit");
  if (!unit.ok()) return unit.status();
  absl::StatusOr<std::string> how = ParseWord(cells.how, kDistanceHows, ".how");
  if (!how.ok()) return how.status();
  out.set_unit(*std::move(unit));
  out.set_how(*std::move(how));
  if (!WantsValue(cell)) return absl::OkStatus();
  if (out.unit().empty()) {
    SetRule(kNoUnit, *out.mutable_leaf());
    return absl::OkStatus();
  }
  absl::StatusOr<std::int64_t> distance = ParseDistance(out.unit(), cell.text);
  if (!distance.ok()) return distance.status();
  out.set_millimetre(*distance);
  SetRule("distance/1", *out.mutable_leaf());
  return absl::OkStatus();
}

void SetText(const Cell& cell, v1::Text& out) {
  FillLeaf(cell, *out.mutable_leaf());
  if (cell.presence != v1::PRESENCE_VALUE) return;
  out.set_value(NormalText(cell.text));
  const bool is_raw = out.value() == cell.text;
  SetRule(is_raw ? absl::string_view() : "text/1", *out.mutable_leaf());
}

}  // namespace

absl::Status SetField(const FieldDescriptor& field, const FieldCells& cells,
                      const FieldContext& context, Message& message) {
  const FieldKind kind = KindOf(*message.GetDescriptor());
  if (kind == FieldKind::kPosition) {
    return SetPosition(cells, context, static_cast<v1::Position&>(message));
  }
  if (kind == FieldKind::kLeaf) {
    const bool named = absl::EndsWith(field.name(), "_named");
    absl::StatusOr<Cell> state = named ? ParseNamedCell(cells.first) : ParseListCell(cells.first);
    if (!state.ok()) return state.status();
    FillLeaf(*state, static_cast<v1::Leaf&>(message));
    return absl::OkStatus();
  }
  absl::StatusOr<Cell> cell = ParseCell(cells.first);
  if (!cell.ok()) return cell.status();
  switch (kind) {
    case FieldKind::kText:
      SetText(*cell, static_cast<v1::Text&>(message));
      return absl::OkStatus();
    case FieldKind::kInteger:
      return SetInteger(field, *cell, static_cast<v1::Integer&>(message));
    case FieldKind::kCode:
      SetCode(CodeListOf(field), *cell, context.aliases, static_cast<v1::Code&>(message));
      return absl::OkStatus();
    case FieldKind::kFlag:
      return SetFlag(*cell, context.aliases, static_cast<v1::Flag&>(message));
    case FieldKind::kDate:
      return SetDate(*cell, static_cast<v1::Date&>(message));
    case FieldKind::kBearing:
      return SetBearing(cells, *cell, static_cast<v1::Bearing&>(message));
    case FieldKind::kDistance:
      return SetDistance(cells, *cell, static_cast<v1::Distance&>(message));
    default:
      return absl::InternalError("not a field of the paper");
  }
}

}  // namespace cairn::record
