#include "audit/completeness/rule_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/catalogue.h"

namespace cairn::completeness {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ParseTree = google::protobuf::TextFormat::ParseInfoTree;

// Keeps the first thing that the text parser complains of.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (!message_.empty()) return;
    line_ = line + 1;
    message_ = absl::StrCat("column ", column + 1, ": ", message);
  }
  int line() const { return line_; }
  const std::string& message() const { return message_; }

 private:
  int line_ = 0;
  std::string message_;
};

absl::Status Refused(absl::string_view file, int line, absl::string_view what,
                     absl::string_view remedy) {
  RuleFault fault;
  fault.file = std::string(file);
  fault.line = line;
  fault.what = std::string(what);
  fault.remedy = std::string(remedy);
  return absl::InvalidArgumentError(FaultText(fault));
}

// One step of a place: "checks[3]".
struct Step {
  const FieldDescriptor* field = nullptr;
  int index = -1;  // Of a repeated field.
};

// The steps of a place, as far as the message type has them.
std::vector<Step> StepsOf(absl::string_view place) {
  std::vector<Step> steps;
  const Descriptor* type = v1::RuleSet::descriptor();
  for (const absl::string_view part : absl::StrSplit(place, '.', absl::SkipEmpty())) {
    if (type == nullptr) break;
    const std::pair<absl::string_view, absl::string_view> named =
        absl::StrSplit(part, absl::MaxSplits('[', 1));
    Step step;
    step.field = type->FindFieldByName(std::string(named.first));
    if (step.field == nullptr) break;
    const absl::string_view digits = named.second.substr(0, named.second.find(']'));
    if (step.field->is_repeated() && (!absl::SimpleAtoi(digits, &step.index) || step.index < 0)) {
      break;
    }
    steps.push_back(step);
    type = step.field->message_type();
  }
  return steps;
}

// Whether the file has a value there, and if so at which line: of the last step that it has.
std::optional<int> LineIn(const Message& message, const ParseTree& tree,
                          const std::vector<Step>& steps, bool whole_place) {
  const Message* at = &message;
  const ParseTree* lines = &tree;
  std::optional<int> line;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const auto& reflection = *at->GetReflection();
    const bool there = step.field->is_repeated()
                           ? step.index < reflection.FieldSize(*at, step.field)
                           : lines != nullptr && lines->GetLocation(step.field, -1).line >= 0;
    if (!there) return whole_place ? std::nullopt : line;
    if (lines != nullptr) {
      const int found = lines->GetLocation(step.field, step.index).line;
      if (found >= 0) line = found + 1;
    }
    if (step.field->message_type() == nullptr) return line;
    if (lines != nullptr) lines = lines->GetTreeForNested(step.field, step.index);
    at = step.field->is_repeated() ? &reflection.GetRepeatedMessage(*at, step.field, step.index)
                                   : &reflection.GetMessage(*at, step.field);
  }
  return line;
}

}  // namespace

std::string FaultText(const RuleFault& fault) {
  std::string out;
  if (!fault.file.empty()) absl::StrAppend(&out, fault.file, ":");
  if (fault.line > 0) absl::StrAppend(&out, fault.line, ":");
  if (!out.empty()) out += ' ';
  if (!fault.place.empty()) absl::StrAppend(&out, fault.place, ": ");
  out += fault.what;
  if (!fault.remedy.empty()) absl::StrAppend(&out, "; ", fault.remedy);
  return out;
}

absl::StatusOr<RuleText::Source> RuleText::ReadSource(absl::string_view name,
                                                      const ReadRuleFile& read) {
  if (name.empty() || absl::StrContains(name, '/') || absl::StartsWith(name, ".")) {
    return Refused(name, 0, "a rule set file needs a plain name",
                   "put the files into one folder and name them without '/'");
  }
  absl::StatusOr<std::string> text = read(name);
  if (!text.ok()) return text.status();
  if (text->size() > kMaxRuleSetBytes) {
    return Refused(name, 0, "larger than 4 MiB", "divide it, or leave out what no check uses");
  }
  Source source;
  source.name = std::string(name);
  source.lines = std::make_unique<ParseTree>();
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.WriteLocationsTo(source.lines.get());
  if (!parser.ParseFromString(*text, &source.message)) {
    return Refused(name, error.line(), error.message(),
                   "the names that may stand here are those of rule_set.proto; compare a rule set "
                   "that comes with the program");
  }
  return source;
}

absl::StatusOr<RuleText> RuleText::Read(absl::string_view name, const ReadRuleFile& read) {
  absl::StatusOr<Source> main = ReadSource(name, read);
  if (!main.ok()) return main.status();
  if (main->message.include_size() > kMaxIncludes) {
    return Refused(name, 0, "more than 16 includes", "join some of the files");
  }
  RuleText out;
  for (int i = 0; i < main->message.include_size(); ++i) {
    const std::string& include = main->message.include(i);
    absl::StatusOr<Source> part = ReadSource(include, read);
    if (!part.ok()) return part.status();
    if (part->message.include_size() != 0) {
      return Refused(include, 0, "an included file includes another one",
                     "name all files in the main one");
    }
    out.message_.MergeFrom(part->message);
    out.sources_.push_back(*std::move(part));
  }
  main->message.clear_include();
  out.message_.MergeFrom(main->message);
  out.sources_.push_back(*std::move(main));
  const Descriptor& type = *v1::RuleSet::descriptor();
  out.fields_ = out.PutInOrder(
      *out.message_.mutable_fields(), *type.FindFieldByName("fields"),
      [](const v1::FieldRule& rule) {
        return absl::StrCat(absl::Dec(FieldNumber(rule.field()), absl::kZeroPad3), rule.field());
      });
  out.checks_ = out.PutInOrder(*out.message_.mutable_checks(), *type.FindFieldByName("checks"),
                               [](const v1::CheckRule& rule) { return rule.check(); });
  return out;
}

template <typename Rule, typename IdOf>
std::vector<RuleText::Origin> RuleText::PutInOrder(google::protobuf::RepeatedPtrField<Rule>& list,
                                                   const google::protobuf::FieldDescriptor& field,
                                                   IdOf id_of) {
  struct Entry {
    std::string id;
    Origin origin;
    const Rule* rule;
  };
  std::vector<Entry> entries;
  auto rule = list.begin();
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    const v1::RuleSet& message = sources_[s].message;
    const int size = message.GetReflection()->FieldSize(message, &field);
    for (int i = 0; i < size; ++i, ++rule) entries.push_back({id_of(*rule), {s, i}, &*rule});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.id < b.id; });
  google::protobuf::RepeatedPtrField<Rule> ordered;
  std::vector<Origin> origins;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool replaced = i + 1 < entries.size() && entries[i].id == entries[i + 1].id &&
                          entries[i].origin.source + 1 < sources_.size() &&
                          entries[i + 1].origin.source + 1 == sources_.size();
    if (replaced) continue;
    *ordered.Add() = *entries[i].rule;
    origins.push_back(entries[i].origin);
  }
  list.Swap(&ordered);
  return origins;
}

void RuleText::Locate(RuleFault& fault) const {
  std::vector<Step> steps = StepsOf(fault.place);
  const Source* found = &sources_.back();
  std::optional<int> line;
  const std::vector<Origin>* ordered = nullptr;
  if (!steps.empty() && steps[0].field->name() == "fields") ordered = &fields_;
  if (!steps.empty() && steps[0].field->name() == "checks") ordered = &checks_;
  if (ordered != nullptr && steps[0].index < static_cast<int>(ordered->size())) {
    const Origin& origin = (*ordered)[static_cast<std::size_t>(steps[0].index)];
    found = &sources_[origin.source];
    steps[0].index = origin.index;
    line = LineIn(found->message, *found->lines, steps, false);
  } else if (!steps.empty() && steps[0].field->is_repeated()) {
    // The list is the files' lists, one behind the other.
    for (const Source& source : sources_) {
      const int size = source.message.GetReflection()->FieldSize(source.message, steps[0].field);
      if (steps[0].index < size) {
        found = &source;
        line = LineIn(source.message, *source.lines, steps, false);
        break;
      }
      steps[0].index -= size;
    }
  } else if (!steps.empty()) {
    // The last file that gives the value; else the last that gives anything around it.
    for (const bool whole_place : {true, false}) {
      for (auto it = sources_.rbegin(); it != sources_.rend() && !line.has_value(); ++it) {
        found = &*it;
        line = LineIn(it->message, *it->lines, steps, whole_place);
      }
    }
    if (!line.has_value()) found = &sources_.back();
  }
  fault.file = found->name;
  fault.line = line.value_or(0);
}

}  // namespace cairn::completeness
