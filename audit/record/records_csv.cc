#include "audit/record/records_csv.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "audit/record/cell.h"
#include "audit/record/csv.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"
#include "audit/record/supplement.h"
#include "keys/encoding.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void AppendLine(absl::string_view record, absl::string_view path, absl::string_view state,
                absl::string_view raw, absl::string_view value, std::string& out) {
  const std::array<absl::string_view, 5> cells = {record, path, state, raw, value};
  AppendCsvRow(cells, out);
}

std::string PlainString(const FieldDescriptor& field, const std::string& value) {
  return field.type() == FieldDescriptor::TYPE_BYTES ? keys::Hex(keys::AsBytes(value)) : value;
}

// A plain field as text; repeated ones with a space between. Empty if there is nothing.
std::string PlainText(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    std::string out;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      absl::StrAppend(&out, i == 0 ? "" : " ",
                      PlainString(field, reflection.GetRepeatedString(message, &field, i)));
    }
    return out;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return PlainString(field, reflection.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.GetEnum(message, &field)->name();
    default:
      return "";
  }
}

void AppendVisit(absl::string_view record, const LeafVisit& visit, std::string& out) {
  if (visit.kind == FieldKind::kPlain) {
    const std::string text = PlainText(visit.message, visit.field);
    if (!text.empty()) AppendLine(record, visit.path, "", "", text, out);
    return;
  }
  const v1::Leaf& leaf = LeafOf(visit.message);
  // A withholding is stated whole; else the raw text stands beside the name of its state.
  const bool withheld = leaf.presence() == v1::PRESENCE_WITHHELD;
  AppendLine(record, visit.path, withheld ? CellText(leaf) : PresenceName(leaf.presence()),
             leaf.raw(), ValueText(visit.message), out);
}

}  // namespace

void AppendRecordsCsvHeader(std::string& out) {
  AppendLine("record", "path", "state", "raw", "value", out);
}

void AppendRecordCsv(std::uint64_t index, const v1::MinefieldRecord& record, PackageFile file,
                     std::string& out) {
  const std::string number = absl::StrCat(index);
  const auto append = [&](const LeafVisit& visit) { AppendVisit(number, visit, out); };
  if (file == PackageFile::kPersons) {
    ForEachFieldOf(record.persons(), "persons", append);
  } else {
    ForEachField(record, false, append);
  }
}

void AppendSupplementCsv(std::uint64_t index, const v1::Supplement& supplement, std::string& out) {
  const std::string number = absl::StrCat("supplement ", index);
  AppendLine(number, "package", "", "", keys::Hex(keys::AsBytes(supplement.package())), out);
  AppendLine(number, "record_commitment", "", "",
             keys::Hex(keys::AsBytes(supplement.record_commitment())), out);
  AppendLine(number, "record_index", "", "", absl::StrCat(supplement.record_index()), out);
  AppendLine(number, "field", "", "", supplement.field(), out);
  for (const auto& [name, bytes] :
       {std::pair<absl::string_view, const std::string*>{"old_value", &supplement.old_value()},
        {"new_value", &supplement.new_value()}}) {
    absl::StatusOr<std::unique_ptr<Message>> value = SupplementValue(supplement.field(), *bytes);
    if (!value.ok()) continue;  // Excluded by CheckSupplement.
    const FieldDescriptor& field = **FieldAtPath(supplement.field());
    AppendVisit(number, {name, KindOf(*(*value)->GetDescriptor()), **value, field}, out);
  }
  AppendLine(number, "reason", "", "", v1::SupplementReason_Name(supplement.reason()), out);
  const v1::Leaf& explanation = supplement.explanation().leaf();
  AppendLine(number, "explanation", PresenceName(explanation.presence()), explanation.raw(),
             supplement.explanation().value(), out);
}

}  // namespace cairn::record
