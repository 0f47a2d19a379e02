#include "audit/record/columns.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/record/plain_value.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct SlotSuffix {
  Slot slot;
  absl::string_view suffix;
};

std::vector<SlotSuffix> SlotsOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kPosition:
      return {{Slot::kFirst, ".x"},
              {Slot::kSecond, ".y"},
              {Slot::kCrs, ".crs"},
              {Slot::kHowFixed, ".how_fixed"},
              {Slot::kAccuracy, ".accuracy"}};
    case FieldKind::kBearing:
      return {{Slot::kFirst, ""},
              {Slot::kUnit, ".unit"},
              {Slot::kNorth, ".north"},
              {Slot::kSense, ".sense"}};
    case FieldKind::kDistance:
      return {{Slot::kFirst, ""}, {Slot::kUnit, ".unit"}, {Slot::kHow, ".how"}};
    default:
      return {{Slot::kFirst, ""}};
  }
}

// Columns about the writing that may be left out. A tie is worth nothing without them, so there
// they must be answered.
bool IsOptionalColumn(const Descriptor& type, absl::string_view name, Slot slot) {
  switch (slot) {
    case Slot::kCrs:
    case Slot::kHowFixed:
    case Slot::kAccuracy:
      return true;
    case Slot::kUnit:
    case Slot::kNorth:
    case Slot::kSense:
      return &type == v1::Row::descriptor() ||
             (&type == v1::Mine::descriptor() && slot == Slot::kSense);
    default:
      return name == "intermediate_of" || name == "holding_leaves";
  }
}

// What the reader sets itself.
bool IsNoColumn(const FieldDescriptor& field) {
  if (field.containing_type() != v1::IdentityGroup::descriptor()) return false;
  return field.number() == v1::IdentityGroup::kTranscriptionFieldNumber ||
         field.number() == v1::IdentityGroup::kDifferingFieldNumber ||
         field.number() == v1::IdentityGroup::kAttachmentsFieldNumber;
}

void AddTarget(const Descriptor& type, const std::string& name, Target target, TablePlan& plan) {
  for (const SlotSuffix& slot : SlotsOf(target.kind)) {
    Column column;
    column.name = absl::StrCat(name, slot.suffix);
    column.optional = IsOptionalColumn(type, name, slot.slot);
    column.target = plan.targets.size();
    column.slot = slot.slot;
    plan.columns.push_back(std::move(column));
  }
  plan.targets.push_back(std::move(target));
}

void AddFields(const Descriptor& type, const std::string& prefix,
               const std::vector<const FieldDescriptor*>& chain, TablePlan& plan) {
  for (const Field& field : FieldsOf(type)) {
    const bool holding = field.name == "holding_leaves";
    if (IsNoColumn(*field.descriptor) || (field.repeated && !holding)) continue;
    std::vector<const FieldDescriptor*> way = chain;
    way.push_back(field.descriptor);
    const std::string name = absl::StrCat(prefix, field.name);
    if (field.kind == FieldKind::kMessage) {
      AddFields(*field.descriptor->message_type(), name + ".", way, plan);
    } else {
      AddTarget(type, name, {std::move(way), field.kind}, plan);
    }
  }
}

TablePlan MakeRecordsPlan() {
  TablePlan plan{"records.csv", {}, {}};
  for (const Field& group : FieldsOf(*v1::MinefieldRecord::descriptor())) {
    if (group.descriptor->number() == v1::MinefieldRecord::kPersonsFieldNumber) continue;
    AddFields(*group.descriptor->message_type(), "", {group.descriptor}, plan);
  }
  return plan;
}

TablePlan MakePlan(absl::string_view file, const Descriptor& type) {
  TablePlan plan{std::string(file), {}, {}};
  AddFields(type, "", {}, plan);
  return plan;
}

TablePlan MakeTripwiresPlan() {
  TablePlan plan{"tripwires.csv", {}, {}};
  AddTarget(*v1::Mine::descriptor(), "bearing", {{}, FieldKind::kBearing}, plan);
  return plan;
}

// Known columns for "did you mean": the one that differs in case and spaces only.
std::string Suggestion(absl::string_view name, const std::vector<std::string>& known) {
  for (const std::string& candidate : known) {
    if (AliasKey(candidate) == AliasKey(name)) return absl::StrCat("; spell it '", candidate, "'");
  }
  return "; TEMPLATE.md lists the columns of this file";
}

// Each header cell must be known and stand once.
absl::Status CheckHeader(const CsvReader& file, const std::vector<std::string>& known) {
  const std::vector<std::string>& header = file.header();
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (std::find(known.begin(), known.end(), header[i]) == known.end()) {
      return absl::InvalidArgumentError(absl::StrCat(file.name(), ":1: unknown column '",
                                                     absl::CHexEscape(header[i].substr(0, 80)), "'",
                                                     Suggestion(header[i], known)));
    }
    if (std::find(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(i), header[i]) !=
        header.begin() + static_cast<std::ptrdiff_t>(i)) {
      return absl::InvalidArgumentError(
          absl::StrCat(file.name(), ":1: column '", header[i], "' is there twice"));
    }
  }
  return absl::OkStatus();
}

int ColumnIndex(const CsvReader& file, absl::string_view name) {
  const auto at = std::find(file.header().begin(), file.header().end(), name);
  return at == file.header().end() ? -1 : static_cast<int>(at - file.header().begin());
}

absl::Status MissingColumn(const CsvReader& file, absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat(file.name(), ":1: column '", name, "' is missing"));
}

void PutSlot(Slot slot, absl::string_view text, FieldCells& cells) {
  switch (slot) {
    case Slot::kFirst:
      cells.first = text;
      return;
    case Slot::kSecond:
      cells.second = text;
      return;
    case Slot::kUnit:
      cells.unit = text;
      return;
    case Slot::kNorth:
      cells.north = text;
      return;
    case Slot::kSense:
      cells.sense = text;
      return;
    case Slot::kHow:
      cells.how = text;
      return;
    case Slot::kCrs:
      cells.crs = text;
      return;
    case Slot::kHowFixed:
      cells.how_fixed = text;
      return;
    case Slot::kAccuracy:
      cells.accuracy = text;
      return;
  }
}

}  // namespace

std::span<const ListTable> ListTables() {
  using R = v1::MinefieldRecord;
  using Where = v1::WhereGroup;
  static constexpr std::array<ListTable, 9> kTables = {{
      {"reference_points.csv", R::kWhereFieldNumber, Where::kReferencePointsFieldNumber,
       Where::kReferencePointsListedFieldNumber},
      {"ties.csv", R::kWhereFieldNumber, Where::kTiesFieldNumber, Where::kTiesListedFieldNumber},
      {"corners.csv", R::kWhereFieldNumber, Where::kPerimeterFieldNumber,
       Where::kPerimeterListedFieldNumber},
      {"ordnance.csv", R::kWhatFieldNumber, v1::WhatGroup::kOrdnanceFieldNumber,
       v1::WhatGroup::kOrdnanceListedFieldNumber},
      {"booby_traps.csv", R::kWhatFieldNumber, v1::WhatGroup::kBoobyTrapsFieldNumber,
       v1::WhatGroup::kBoobyTrapsListedFieldNumber},
      {"layout_rows.csv", R::kLayoutFieldNumber, v1::LayoutGroup::kRowsFieldNumber,
       v1::LayoutGroup::kRowsListedFieldNumber},
      {"mines.csv", R::kLayoutFieldNumber, v1::LayoutGroup::kMinesFieldNumber,
       v1::LayoutGroup::kMinesListedFieldNumber},
      {"lanes.csv", R::kMarkingFieldNumber, v1::MarkingGroup::kLanesFieldNumber,
       v1::MarkingGroup::kLanesListedFieldNumber},
      {"changes.csv", R::kMarkingFieldNumber, v1::MarkingGroup::kChangesFieldNumber,
       v1::MarkingGroup::kChangesListedFieldNumber},
  }};
  return kTables;
}

const Descriptor& EntryType(const ListTable& table) {
  const Descriptor* group =
      v1::MinefieldRecord::descriptor()->FindFieldByNumber(table.group)->message_type();
  return *group->FindFieldByNumber(table.list)->message_type();
}

const TablePlan& RecordsPlan() {
  static const auto* plan = new TablePlan(MakeRecordsPlan());
  return *plan;
}

const TablePlan& PersonsPlan() {
  static const auto* plan = new TablePlan(MakePlan("persons.csv", *v1::PersonsGroup::descriptor()));
  return *plan;
}

const TablePlan& ListPlan(const ListTable& table) {
  static const auto* plans = [] {
    auto* made = new std::vector<TablePlan>;
    for (const ListTable& each : ListTables()) {
      made->push_back(MakePlan(each.file, EntryType(each)));
    }
    return made;
  }();
  return (*plans)[static_cast<std::size_t>(&table - ListTables().data())];
}

const TablePlan& RowMinesPlan() {
  static const auto* plan = new TablePlan(MakePlan("row_mines.csv", *v1::RowMines::descriptor()));
  return *plan;
}

const TablePlan& TripwiresPlan() {
  static const auto* plan = new TablePlan(MakeTripwiresPlan());
  return *plan;
}

absl::StatusOr<BoundPlan> BoundPlan::Create(const TablePlan& plan, const CsvReader& file,
                                            std::span<const absl::string_view> leading) {
  std::vector<std::string> known;
  for (const absl::string_view name : leading) known.emplace_back(name);
  for (const Column& column : plan.columns) known.push_back(column.name);
  if (absl::Status status = CheckHeader(file, known); !status.ok()) return status;
  BoundPlan bound;
  bound.plan_ = &plan;
  for (const absl::string_view name : leading) {
    const int at = ColumnIndex(file, name);
    if (at < 0) return MissingColumn(file, name);
    bound.leading_.push_back(static_cast<std::size_t>(at));
  }
  std::array<int, kSlots> none{};
  none.fill(-1);
  bound.cells_.assign(plan.targets.size(), none);
  for (const Column& column : plan.columns) {
    const int at = ColumnIndex(file, column.name);
    if (at < 0 && !column.optional) return MissingColumn(file, column.name);
    bound.cells_[column.target][static_cast<std::size_t>(column.slot)] = at;
  }
  return bound;
}

absl::Status BoundPlan::Fill(const CsvReader& file, const CsvRow& row, const FieldContext& context,
                             Message& message) const {
  for (std::size_t i = 0; i < plan_->targets.size(); ++i) {
    const Target& target = plan_->targets[i];
    FieldCells cells;
    cells.first = kNotStated;  // Of an optional plain column that is left out.
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      if (const int at = cells_[i][slot]; at >= 0) {
        PutSlot(static_cast<Slot>(slot), row.cells[static_cast<std::size_t>(at)], cells);
      }
    }
    Message* parent = &message;
    absl::Status status;
    if (target.kind == FieldKind::kPlain) {
      for (std::size_t k = 0; k + 1 < target.chain.size(); ++k) {
        parent = parent->GetReflection()->MutableMessage(parent, target.chain[k]);
      }
      status = SetPlainField(*target.chain.back(), cells.first, *parent);
    } else {
      for (const FieldDescriptor* step : target.chain) {
        parent = parent->GetReflection()->MutableMessage(parent, step);
      }
      // A tripwire is a Bearing itself; nothing is looked up by its field.
      static const FieldDescriptor* const kTripwires =
          v1::Mine::descriptor()->FindFieldByNumber(v1::Mine::kTripwiresFieldNumber);
      const FieldDescriptor& field = target.chain.empty() ? *kTripwires : *target.chain.back();
      status = SetField(field, cells, context, *parent);
    }
    if (status.ok()) continue;
    const auto column = std::find_if(plan_->columns.begin(), plan_->columns.end(),
                                     [i](const Column& each) { return each.target == i; });
    std::string name = column->name;
    absl::string_view what = status.message();
    if (absl::EndsWith(name, ".x")) name.resize(name.size() - 2);
    if (absl::StartsWith(what, ".")) {  // A sub-column, as SetField names it.
      const std::size_t colon = what.find(": ");
      absl::StrAppend(&name, what.substr(0, colon));
      what = what.substr(colon + 2);
    }
    return CellError(file.name(), row.at.line, name, what);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int>> BindNames(const CsvReader& file,
                                           std::span<const absl::string_view> names,
                                           std::size_t optional) {
  std::vector<std::string> known;
  for (const absl::string_view name : names) known.emplace_back(name);
  if (absl::Status status = CheckHeader(file, known); !status.ok()) return status;
  std::vector<int> out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    out.push_back(ColumnIndex(file, names[i]));
    if (out.back() < 0 && i + optional < names.size()) return MissingColumn(file, names[i]);
  }
  return out;
}

}  // namespace cairn::record
