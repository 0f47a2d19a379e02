#include "audit/completeness/rule_diff.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "audit/completeness/calendar.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/wording.h"
#include "keys/bytes.h"
#include "keys/encoding.h"

namespace cairn::completeness {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// As it stands in a file, on one line.
std::string OneLine(const Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string out;
  printer.PrintToString(message, &out);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string ValueAsWritten(const Message& message, const FieldDescriptor& field, int index) {
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    return keys::Hex(keys::AsBytes(message.GetReflection()->GetString(message, &field)));
  }
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string out;
  printer.PrintFieldValueToString(message, &field, index, &out);
  return out;
}

// What tells the entries of a list apart: their first field, if it is text.
const FieldDescriptor* KeyOf(const Descriptor& type) {
  const FieldDescriptor* key = type.FindFieldByNumber(1);
  const bool text = key != nullptr && key->type() == FieldDescriptor::TYPE_STRING;
  return text && !key->is_repeated() ? key : nullptr;
}

// A field or check has a name that people know.
std::string NamedEntry(const FieldDescriptor& list, const std::string& key) {
  absl::string_view title;
  if (list.name() == "fields") title = FieldTitle(FieldNumber(key));
  if (list.name() == "checks" && FindCheckInfo(key) != nullptr) title = FindCheckInfo(key)->title;
  return title.empty() ? absl::StrCat(list.name(), " ", key)
                       : absl::StrCat(list.name(), " ", key, " (", title, ")");
}

class Differ {
 public:
  void Compare(const std::string& place, const Message& a, const Message& b) {
    const Descriptor& type = *a.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const std::string here =
          place.empty() ? field.name() : absl::StrCat(place, " ", field.name());
      if (field.is_repeated() && field.message_type() != nullptr) {
        CompareEntries(place, a, b, field);
      } else if (field.is_repeated()) {
        CompareValues(here, a, b, field);
      } else {
        CompareOne(here, a, b, field);
      }
    }
  }
  std::vector<RuleDifference> Take() { return std::move(differences_); }

 private:
  void Add(std::string place, std::string a, std::string b) {
    differences_.push_back({std::move(place), std::move(a), std::move(b)});
  }

  void CompareOne(const std::string& place, const Message& a, const Message& b,
                  const FieldDescriptor& field) {
    const auto& left = *a.GetReflection();
    const auto& right = *b.GetReflection();
    if (field.message_type() != nullptr) {
      return Compare(place, left.GetMessage(a, &field), right.GetMessage(b, &field));
    }
    const bool in_a = left.HasField(a, &field);
    const bool in_b = right.HasField(b, &field);
    std::string one = in_a ? ValueAsWritten(a, field, -1) : "";
    std::string other = in_b ? ValueAsWritten(b, field, -1) : "";
    if (one != other) Add(place, std::move(one), std::move(other));
  }

  // Lists of words and numbers: as sets.
  void CompareValues(const std::string& place, const Message& a, const Message& b,
                     const FieldDescriptor& field) {
    const auto values = [&](const Message& message) {
      std::vector<std::string> out;
      const int size = message.GetReflection()->FieldSize(message, &field);
      out.reserve(static_cast<std::size_t>(size));
      for (int i = 0; i < size; ++i) out.push_back(ValueAsWritten(message, field, i));
      std::sort(out.begin(), out.end());
      return out;
    };
    const std::vector<std::string> left = values(a);
    const std::vector<std::string> right = values(b);
    std::vector<std::string> only_left;
    std::vector<std::string> only_right;
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                        std::back_inserter(only_left));
    std::set_difference(right.begin(), right.end(), left.begin(), left.end(),
                        std::back_inserter(only_right));
    if (only_left.empty() && only_right.empty()) return;
    Add(place, absl::StrJoin(only_left, " "), absl::StrJoin(only_right, " "));
  }

  void CompareEntries(const std::string& place, const Message& a, const Message& b,
                      const FieldDescriptor& field) {
    using Entries = std::map<std::string, const Message*>;
    std::vector<std::string> order;
    const auto entries = [&](const Message& message) {
      Entries out;
      const FieldDescriptor* key = KeyOf(*field.message_type());
      const int size = message.GetReflection()->FieldSize(message, &field);
      for (int i = 0; i < size; ++i) {
        const Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
        std::string id = key == nullptr ? absl::StrCat("[", i, "]")
                                        : entry.GetReflection()->GetString(entry, key);
        for (int n = 2; out.contains(id); ++n) id = absl::StrCat(id, " #", n);  // Twice the same.
        order.push_back(id);
        out[id] = &entry;
      }
      return out;
    };
    const Entries left = entries(a);
    const Entries right = entries(b);
    absl::flat_hash_set<std::string> seen;
    for (const std::string& id : order) {
      if (!seen.insert(id).second) continue;  // In both: once.
      const auto one = left.find(id);
      const auto other = right.find(id);
      const std::string here = absl::StrCat(place, place.empty() ? "" : " ", NamedEntry(field, id));
      if (one != left.end() && other != right.end()) {
        Compare(here, *one->second, *other->second);
      } else {
        Add(here, one == left.end() ? "" : OneLine(*one->second),
            other == right.end() ? "" : OneLine(*other->second));
      }
    }
  }

  std::vector<RuleDifference> differences_;
};

std::string Wide(absl::string_view text, std::size_t width) {
  std::string out(text);
  std::size_t shown = 0;
  for (const char c : text) shown += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  out.append(shown < width ? width - shown : 1, ' ');
  return out;
}

constexpr absl::string_view kToBeConfirmed = "  (to be confirmed)";

std::string ConditionText(const v1::FieldRule& rule) {
  switch (rule.condition()) {
    case v1::FIELD_CONDITION_ANY:
      return "if there is one";
    case v1::FIELD_CONDITION_MADE_SINCE:
      return "if made since " + DayText(rule.condition_day());
    case v1::FIELD_CONDITION_NOT_FROM_RECORD:
      return "not to be told from a record";
    default:
      return "if " + Words(v1::FieldCondition_Name(rule.condition()), "FIELD_CONDITION_");
  }
}

std::string StrengthText(const v1::FieldRule& rule) {
  std::string out = Words(v1::FieldStrength_Name(rule.strength()), "FIELD_STRENGTH_");
  if (rule.strength() == v1::FIELD_STRENGTH_CONDITIONAL) {
    out = ConditionText(rule);
  }
  if (rule.at_least() > 1) absl::StrAppend(&out, ", at least ", rule.at_least());
  for (const v1::FormException& one : rule.forms()) {
    absl::StrAppend(&out, "; on ", one.form_kind(), " ",
                    Words(v1::FieldStrength_Name(one.strength()), "FIELD_STRENGTH_"));
    if (one.at_least() > 0) absl::StrAppend(&out, ", at least ", one.at_least());
  }
  return out;
}

void AppendFields(const v1::RuleSet& rules, std::string& out) {
  absl::StrAppend(&out, "\nFields\n");
  for (const v1::FieldRule& rule : rules.fields()) {
    if (rule.strength() == v1::FIELD_STRENGTH_NOT_ASKED) continue;
    absl::StrAppend(&out, "  ", Wide(rule.field(), 5),
                    Wide(FieldTitle(FieldNumber(rule.field())), 30), Wide(StrengthText(rule), 30),
                    rule.paragraph(), rule.to_be_confirmed() ? kToBeConfirmed : "", "\n");
  }
  std::vector<std::string> others;
  for (const v1::FieldRule& rule : rules.fields()) {
    if (rule.strength() == v1::FIELD_STRENGTH_NOT_ASKED) others.push_back(rule.field());
  }
  if (!others.empty()) absl::StrAppend(&out, "  not asked: ", absl::StrJoin(others, " "), "\n");
}

void AppendRuleChecks(const v1::RuleSet& rules, std::string& out) {
  absl::StrAppend(&out, "\nChecks\n");
  for (const v1::CheckRule& rule : rules.checks()) {
    const CheckInfo* info = FindCheckInfo(rule.check());
    absl::StrAppend(
        &out, "  ", Wide(rule.check(), 6),
        Wide(rule.disabled() ? "off" : Words(v1::Severity_Name(rule.severity()), "SEVERITY_"), 13),
        info == nullptr ? "" : info->title, "  [", rule.paragraph(), "]",
        rule.to_be_confirmed() ? kToBeConfirmed : "", "\n");
  }
}

void AppendNumbers(absl::string_view title, const Message& message, std::string& out) {
  absl::StrAppend(&out, "\n", title, "\n");
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int size = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      const int index = field->is_repeated() ? i : -1;
      const std::string value =
          field->message_type() == nullptr
              ? ValueAsWritten(message, *field, index)
              : OneLine(message.GetReflection()->GetRepeatedMessage(message, field, i));
      absl::StrAppend(&out, "  ", Wide(field->name(), 30), value, "\n");
    }
  }
}

template <typename List>
void AppendCodes(absl::string_view title, const List& list, std::string& out) {
  std::vector<std::string> codes;
  int open = 0;
  for (const auto& entry : list) {
    codes.push_back(entry.code());
    open += entry.to_be_confirmed() ? 1 : 0;
  }
  absl::StrAppend(&out, "  ", title, " (", codes.size());
  if (open > 0) absl::StrAppend(&out, ", ", open, " to be confirmed");
  absl::StrAppend(&out, "): ", absl::StrJoin(codes, ", "), "\n");
}

void AppendLists(const v1::RuleSet& rules, std::string& out) {
  absl::StrAppend(&out, "\nCode lists\n");
  for (const v1::CodeList& list : rules.code_lists()) AppendCodes(list.list(), list.entries(), out);
  AppendCodes("model", rules.models(), out);
  AppendCodes("fuze", rules.fuzes(), out);
  absl::StrAppend(&out, "\nCoordinate systems\n");
  for (const v1::Crs& crs : rules.crs()) {
    absl::StrAppend(&out, "  ", Wide(crs.code(), 16),
                    Wide(Words(v1::Projection_Name(crs.projection()), "PROJECTION_"), 22),
                    crs.datum_shift().empty() ? "WGS 84" : crs.datum_shift(), "\n");
  }
}

// The lists that have no table of their own: bands, rates, lines and the like.
void AppendOtherLists(const v1::RuleSet& rules, std::string& out) {
  constexpr std::array<absl::string_view, 10> kShown = {
      "sources", "fields", "checks",       "code_lists", "models",
      "fuzes",   "crs",    "datum_shifts", "cut_offs",   "fuze_pairs"};
  std::vector<const FieldDescriptor*> lists;
  rules.GetReflection()->ListFields(rules, &lists);
  for (const FieldDescriptor* list : lists) {
    if (!list->is_repeated() || list->message_type() == nullptr) continue;
    if (std::find(kShown.begin(), kShown.end(), list->name()) != kShown.end()) continue;
    std::string title = absl::StrReplaceAll(list->name(), {{"_", " "}});
    title[0] = absl::ascii_toupper(static_cast<unsigned char>(title[0]));
    absl::StrAppend(&out, "\n", title, "\n");
    for (int i = 0; i < rules.GetReflection()->FieldSize(rules, list); ++i) {
      absl::StrAppend(&out, "  ",
                      OneLine(rules.GetReflection()->GetRepeatedMessage(rules, list, i)), "\n");
    }
  }
}

}  // namespace

std::vector<RuleDifference> DiffRules(const v1::RuleSet& a, const v1::RuleSet& b) {
  Differ differ;
  differ.Compare("", a, b);
  return differ.Take();
}

std::string RulesText(const Rules& rules) {
  const v1::RuleSet& message = rules.message();
  std::string out =
      absl::StrCat(message.id(), ", version ", message.version(), ": ", message.title(),
                   "\ndigest ", keys::Hex(keys::AsBytes(rules.ref().digest())), "\n\nSources\n");
  for (const v1::SourceText& source : message.sources()) {
    absl::StrAppend(&out, "  ", Wide(source.id(), 14), source.title(),
                    source.to_be_confirmed() ? kToBeConfirmed : "", "\n");
  }
  AppendFields(message, out);
  AppendRuleChecks(message, out);
  AppendNumbers("Thresholds", message.thresholds(), out);
  AppendNumbers(message.uncertainty().to_be_confirmed() ? "Uncertainty, one sigma (to be confirmed)"
                                                        : "Uncertainty, one sigma",
                message.uncertainty(), out);
  AppendLists(message, out);
  AppendOtherLists(message, out);
  absl::StrAppend(&out, "\nThe case\n");
  if (message.has_outlines()) {
    absl::StrAppend(&out, "  outlines of ", rules.outlines().size(),
                    " districts: ", message.outlines().file(), ", SHA-256 ",
                    keys::Hex(keys::AsBytes(message.outlines().sha256())), "\n");
  }
  for (const v1::CutOff& cut : message.cut_offs()) {
    absl::StrAppend(&out, "  cut-off: ", cut.title(), "\n");
  }
  return out;
}

}  // namespace cairn::completeness
