#include "audit/record/field_value.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/record/field_rules.h"
#include "audit/record/grid_reference.h"
#include "audit/record/normalise.h"
#include "audit/record/path.h"
#include "audit/record/text.h"

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

struct UnitName {
  absl::string_view name;
  int value;
};
constexpr std::array<UnitName, 6> kAngleUnits = {{{"degree", v1::ANGLE_UNIT_DEGREE},
                                                  {"degree_minute", v1::ANGLE_UNIT_DEGREE_MINUTE},
                                                  {"mil_6000", v1::ANGLE_UNIT_MIL_6000},
                                                  {"mil_6400", v1::ANGLE_UNIT_MIL_6400},
                                                  {"mil_6300", v1::ANGLE_UNIT_MIL_6300},
                                                  {"gon", v1::ANGLE_UNIT_GON}}};
constexpr std::array<UnitName, 3> kNorths = {
    {{"magnetic", v1::NORTH_MAGNETIC}, {"grid", v1::NORTH_GRID}, {"true", v1::NORTH_TRUE}}};
constexpr std::array<UnitName, 2> kSenses = {{{"from_reference", v1::TIE_SENSE_FROM_REFERENCE},
                                              {"to_reference", v1::TIE_SENSE_TO_REFERENCE}}};
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

absl::string_view UnitText(int value, std::span<const UnitName> names) {
  for (const UnitName& name : names) {
    if (name.value == value) return name.name;
  }
  return kNotStated;
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

// --- The one-cell form ---------------------------------------------------------------------------

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
