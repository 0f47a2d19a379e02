// Which rule each number and which code list each code of a record follows. TEMPLATE.md, 5, says
// the same to people; a test compares the two.
#ifndef CAIRN_AUDIT_RECORD_FIELD_RULES_H_
#define CAIRN_AUDIT_RECORD_FIELD_RULES_H_

#include "absl/strings/string_view.h"
#include "audit/record/normalise.h"

namespace google::protobuf {
class FieldDescriptor;
}  // namespace google::protobuf

namespace cairn::record {

// kCount unless the table has another rule. REQUIRES: a field of type Integer.
NumberRule NumberRuleOf(const google::protobuf::FieldDescriptor& field);

// The name of the rule set's list. Empty only for a field that is no Code.
absl::string_view CodeListOf(const google::protobuf::FieldDescriptor& field);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_FIELD_RULES_H_
