#include "client/commands/choices.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/console.h"

namespace cairn::client {
namespace {

// Every enumeration of ours begins with PREFIX_UNSPECIFIED, so that one tells the prefix.
absl::string_view PrefixOf(const google::protobuf::EnumDescriptor& type) {
  absl::string_view name = type.value(0)->name();
  return absl::StripSuffix(name, "UNSPECIFIED");
}

std::string WordOf(const google::protobuf::EnumDescriptor& type, int index) {
  const absl::string_view name = absl::StripPrefix(type.value(index)->name(), PrefixOf(type));
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
}

}  // namespace

absl::StatusOr<int> ParseChoice(const std::string& text,
                                const google::protobuf::EnumDescriptor& type,
                                absl::string_view option) {
  // Tables made by hand write "do_not_have".
  const std::string word = absl::StrReplaceAll(text, {{"_", "-"}});
  for (int i = 1; i < type.value_count(); ++i) {
    if (WordOf(type, i) == word) return type.value(i)->number();
  }
  return UsageError(absl::StrCat(option, " is one of: ", ChoiceList(type), "; not '", text, "'"));
}

absl::StatusOr<std::vector<int>> ParseChoices(const std::vector<std::string>& texts,
                                              const google::protobuf::EnumDescriptor& type,
                                              absl::string_view option) {
  std::vector<int> values;
  for (const std::string& text : texts) {
    const absl::StatusOr<int> value = ParseChoice(text, type, option);
    if (!value.ok()) return value.status();
    values.push_back(*value);
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

std::string ChoiceName(int value, const google::protobuf::EnumDescriptor& type) {
  const google::protobuf::EnumValueDescriptor* found = type.FindValueByNumber(value);
  return found == nullptr || found->index() == 0 ? "unknown" : WordOf(type, found->index());
}

std::string ChoiceList(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) words.push_back(WordOf(type, i));
  return absl::StrJoin(words, ", ");
}

}  // namespace cairn::client
