// Plain columns of the template: keys, handles, ids, words and numbers that carry no state.
#ifndef CAIRN_AUDIT_RECORD_PLAIN_VALUE_H_
#define CAIRN_AUDIT_RECORD_PLAIN_VALUE_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace cairn::record {

// All kInvalidArgument, saying what is expected.
absl::StatusOr<bool> ParseYesNo(absl::string_view text);
absl::StatusOr<std::uint64_t> ParseWholeNumber(absl::string_view text, std::uint64_t most);
// nullopt for [not stated].
absl::StatusOr<std::optional<std::uint64_t>> ParseStatedNumber(absl::string_view text,
                                                               std::uint64_t most);

// Sets a plain field of a record message from its cell, by the rule for its name.
absl::Status SetPlainField(const google::protobuf::FieldDescriptor& field, absl::string_view text,
                           google::protobuf::Message& message);

// "exact", "rounded", "estimate" or empty.
bool IsCountPrecision(absl::string_view word);
// A BCP 47 tag by its look: letters, digits and hyphens, 2 to 35, or empty.
bool IsLanguageTag(absl::string_view tag);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_PLAIN_VALUE_H_
