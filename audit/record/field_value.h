// One field of a record made from what stands in the template: presence, raw text, the normalised
// value and the rule that made it. The only place where normalised values come from.
#ifndef CAIRN_AUDIT_RECORD_FIELD_VALUE_H_
#define CAIRN_AUDIT_RECORD_FIELD_VALUE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/record/alias.h"
#include "audit/record/cell.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace cairn::record {

// The cells of one field. Only `first` is always there; the others as the field's type wants them,
// [not stated] otherwise. Views into a row.
struct FieldCells {
  absl::string_view first;   // The text or state; of a position its .x.
  absl::string_view second;  // Of a position its .y.
  absl::string_view unit = kNotStated;
  absl::string_view north = kNotStated;
  absl::string_view sense = kNotStated;
  absl::string_view how = kNotStated;
  absl::string_view crs = kNotStated;
  absl::string_view how_fixed = kNotStated;
  absl::string_view accuracy = kNotStated;
};

// What the fields of one record are read with.
struct FieldContext {
  const AliasTable& aliases;
  std::string declared_crs;  // Code of map.declared_crs, or empty.
};

// Fills `message`, which is at `field` of its parent and empty. kInvalidArgument: the text does not
// fit the field; the message begins with the sub-column (".x: ", ".unit: ") if it is not the first.
absl::Status SetField(const google::protobuf::FieldDescriptor& field, const FieldCells& cells,
                      const FieldContext& context, google::protobuf::Message& message);

// The same from the one-cell form ("34-50 | unit=mil_6000 | north=grid", "x; y"; TEMPLATE.md, 6).
// What the cell does not name is taken from `old`, a message of the same type.
absl::Status SetFieldFromOneCell(const google::protobuf::FieldDescriptor& field,
                                 absl::string_view cell, const google::protobuf::Message& old,
                                 const FieldContext& context, google::protobuf::Message& message);

// Whether two messages of one leaf type say the same: the same presence and withholding, and, for
// VALUE, the same normalised value or, where one has none, the same raw text but for white space.
// Rules, languages and scan regions do not count.
bool SaysTheSame(const google::protobuf::Message& a, const google::protobuf::Message& b);

// The normalised value as text, for people: "4430410430; 8664702580 mm", "1993-06-14T08:30". Empty
// if there is none.
std::string ValueText(const google::protobuf::Message& message);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_FIELD_VALUE_H_
