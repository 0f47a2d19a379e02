// Enumerations on the command line and in printed text: their own names in lower case without the
// prefix, words joined by hyphens ("opened", "payload-damaged").
#ifndef CAIRN_CLIENT_COMMANDS_CHOICES_H_
#define CAIRN_CLIENT_COMMANDS_CHOICES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class EnumDescriptor;
}  // namespace google::protobuf

namespace cairn::client {

// The value that `text` names. UsageError: none does; it lists those that there are. `option` is
// what the user typed it for ("--kind").
absl::StatusOr<int> ParseChoice(const std::string& text,
                                const google::protobuf::EnumDescriptor& type,
                                absl::string_view option);
// Ascending and without repeats, as statements want them.
absl::StatusOr<std::vector<int>> ParseChoices(const std::vector<std::string>& texts,
                                              const google::protobuf::EnumDescriptor& type,
                                              absl::string_view option);

// "payload-damaged"; "unknown" for a value that the type does not have.
std::string ChoiceName(int value, const google::protobuf::EnumDescriptor& type);
// "incomplete, contradicting, ..."
std::string ChoiceList(const google::protobuf::EnumDescriptor& type);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_CHOICES_H_
