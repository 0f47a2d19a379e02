#include "audit/record/plain_value.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/record/cell.h"
#include "audit/record/text.h"
#include "keys/digest.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kMaxHoldingLeaves = 1000;

bool IsStated(absl::string_view text) { return WordKey(text) != kNotStated; }

absl::Status SetPlainText(const FieldDescriptor& field, absl::string_view text, bool valid,
                          absl::string_view expected, Message& message) {
  if (!valid) return absl::InvalidArgumentError(absl::StrCat("expected ", expected));
  message.GetReflection()->SetString(&message, &field, std::string(text));
  return absl::OkStatus();
}

absl::Status SetPlainFlag(const FieldDescriptor& field, absl::string_view text, Message& message) {
  absl::StatusOr<bool> flag = ParseYesNo(text);
  if (!flag.ok()) return flag.status();
  message.GetReflection()->SetBool(&message, &field, *flag);
  return absl::OkStatus();
}

absl::Status AddHoldingLeaves(const FieldDescriptor& field, absl::string_view text,
                              Message& message) {
  std::size_t count = 0;
  for (const absl::string_view hex : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    absl::StatusOr<keys::Digest> digest = keys::Digest::FromHex(hex);
    if (!digest.ok() || ++count > kMaxHoldingLeaves) {
      return absl::InvalidArgumentError(
          "expected up to 1000 times 64 lowercase hexadecimal digits, with a space between");
    }
    message.GetReflection()->AddString(&message, &field, digest->ToBytes());
  }
  return absl::OkStatus();
}

}  // namespace

bool IsCountPrecision(absl::string_view word) {
  return word.empty() || word == "exact" || word == "rounded" || word == "estimate";
}

bool IsLanguageTag(absl::string_view tag) {
  if (tag.empty()) return true;
  if (tag.size() < 2 || tag.size() > 35) return false;
  for (const char c : tag) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-') return false;
  }
  return true;
}

absl::StatusOr<bool> ParseYesNo(absl::string_view text) {
  const std::string word = WordKey(text);
  if (word != "yes" && word != "no") return absl::InvalidArgumentError("expected yes or no");
  return word == "yes";
}

absl::StatusOr<std::uint64_t> ParseWholeNumber(absl::string_view text, std::uint64_t most) {
  text = TrimText(text);
  std::uint64_t value = 0;
  const bool digits = !text.empty() && text.size() <= 18 &&
                      text.find_first_not_of("0123456789") == absl::string_view::npos;
  if (!digits || !absl::SimpleAtoi(text, &value) || value > most) {
    return absl::InvalidArgumentError(absl::StrCat("expected a whole number from 0 to ", most));
  }
  return value;
}

absl::StatusOr<std::optional<std::uint64_t>> ParseStatedNumber(absl::string_view text,
                                                               std::uint64_t most) {
  if (!IsStated(text)) return std::optional<std::uint64_t>();
  absl::StatusOr<std::uint64_t> value = ParseWholeNumber(text, most);
  if (!value.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(value.status().message(), ", or ", kNotStated));
  }
  return std::optional<std::uint64_t>(*value);
}

absl::Status SetPlainField(const FieldDescriptor& field, absl::string_view text, Message& message) {
  text = TrimText(text);
  const std::string& name = field.name();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return SetPlainFlag(field, text, message);
  if (name == "row") {
    return SetPlainText(field, text, IsRowKey(text), "a key: 1 to 64 of A-Z a-z 0-9 - _ .",
                        message);
  }
  if (name == "area" || name == "source") {
    return SetPlainText(field, text, IsHandle(text), "a handle: a-z, 0-9 and - inside", message);
  }
  if (name == "id" || name == "from" || name == "to") {
    return SetPlainText(field, text, IsEntryId(text), "an id: 1 to 64 letters, digits, - _ . or /",
                        message);
  }
  if (!IsStated(text)) return absl::OkStatus();
  if (field.is_repeated()) return AddHoldingLeaves(field, text, message);
  if (name == "intermediate_of") {
    return SetPlainText(field, text, IsEntryId(text), "the id of a reference point", message);
  }
  if (name == "language") {
    return SetPlainText(field, text, IsLanguageTag(text), "a language tag such as ru", message);
  }
  const std::string word = WordKey(text);  // count_precision and declared_total_precision.
  return SetPlainText(field, word, !word.empty() && IsCountPrecision(word),
                      "exact, rounded, estimate or [not stated]", message);
}

}  // namespace cairn::record
