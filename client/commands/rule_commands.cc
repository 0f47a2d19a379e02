#include "client/commands/rule_commands.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/rule_diff.h"
#include "audit/completeness/shipped.h"
#include "client/context.h"
#include "client/home.h"
#include "client/rule_file.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct RuleArguments {
  std::string file;
  std::string other;
  std::string folder;
};

std::string HexOf(const std::string& bytes) { return keys::Hex(keys::AsBytes(bytes)); }

nlohmann::json HeadJson(const completeness::Rules& rules) {
  return {{"id", rules.ref().id()},
          {"version", rules.ref().version()},
          {"digest", HexOf(rules.ref().digest())},
          {"title", rules.message().title()},
          {"fields", rules.message().fields_size()},
          {"checks", rules.message().checks_size()}};
}

// One line of the list, and its row in `json`.
std::string ListLine(const std::string& name, const std::string& place,
                     const completeness::Rules& rules, nlohmann::json& json) {
  nlohmann::json row = HeadJson(rules);
  row["file"] = name;
  row["place"] = place;
  json.push_back(std::move(row));
  return absl::StrCat(name, "  ", rules.ref().id(), ", version ", rules.ref().version(), "  ",
                      HexOf(rules.ref().digest()), "\n    ", rules.message().title(), "\n");
}

absl::StatusOr<Answer> ListRules(Context& context, const RuleArguments& arguments) {
  std::string folder = arguments.folder;
  if (folder.empty()) {
    // Without a home there are still those of the program.
    if (const absl::StatusOr<Home> home = context.GetHome(); home.ok()) {
      folder = home->folder() + "/rules";
    }
  }
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  const absl::StatusOr<std::vector<std::string>> names = ListFiles(folder);
  if (!names.ok() && !arguments.folder.empty()) return names.status();
  if (std::error_code ignored;
      !arguments.folder.empty() && !std::filesystem::is_directory(arguments.folder, ignored)) {
    return absl::NotFoundError(absl::StrCat(
        "there is no folder ", arguments.folder,
        "; name one with rule sets, or none for those of this program (show takes a single one)"));
  }
  if (names.ok()) {
    absl::StrAppend(&answer.text, "In ", folder, ":\n");
    for (const std::string& name : *names) {
      if (!absl::EndsWith(name, ".textproto")) continue;
      const auto rules = LoadRules(absl::StrCat(folder, "/", name));
      if (!rules.ok()) continue;  // A file that a rule set includes; `lint` says what else.
      answer.text += ListLine(name, folder, *rules, list);
    }
  }
  if (arguments.folder.empty()) {
    absl::StrAppend(&answer.text, "With this program:\n");
    for (const std::string& name : completeness::ShippedFiles()) {
      const auto rules = completeness::Rules::FromFile(name, completeness::ReadShippedFile);
      if (rules.ok()) answer.text += ListLine(name, "program", *rules, list);
    }
  }
  answer.text = Printable(answer.text);
  answer.json = JsonText(list);
  return answer;
}

nlohmann::json FieldsJson(const v1::RuleSet& message) {
  nlohmann::json out = nlohmann::json::array();
  for (const v1::FieldRule& rule : message.fields()) {
    out.push_back({{"field", rule.field()},
                   {"strength", v1::FieldStrength_Name(rule.strength())},
                   {"paragraph", rule.paragraph()},
                   {"at_least", rule.at_least()},
                   {"to_be_confirmed", rule.to_be_confirmed()}});
  }
  return out;
}

nlohmann::json ChecksJson(const v1::RuleSet& message) {
  nlohmann::json out = nlohmann::json::array();
  for (const v1::CheckRule& rule : message.checks()) {
    out.push_back({{"check", rule.check()},
                   {"severity", v1::Severity_Name(rule.severity())},
                   {"paragraph", rule.paragraph()},
                   {"disabled", rule.disabled()},
                   {"to_be_confirmed", rule.to_be_confirmed()}});
  }
  return out;
}

absl::StatusOr<Answer> ShowRules(const RuleArguments& arguments) {
  const absl::StatusOr<completeness::Rules> rules = LoadRules(arguments.file);
  if (!rules.ok()) return rules.status();
  nlohmann::json json = HeadJson(*rules);
  json["field_rules"] = FieldsJson(rules->message());
  json["check_rules"] = ChecksJson(rules->message());
  Answer answer;
  answer.text = Printable(completeness::RulesText(*rules));
  answer.json = JsonText(json);
  return answer;
}

// Same or not is the verdict; what differs stands in the answer.
absl::StatusOr<Answer> DiffRuleFiles(const RuleArguments& arguments) {
  const absl::StatusOr<completeness::Rules> one = LoadRules(arguments.file);
  if (!one.ok()) return one.status();
  const absl::StatusOr<completeness::Rules> other = LoadRules(arguments.other);
  if (!other.ok()) return other.status();
  const std::vector<completeness::RuleDifference> differences =
      completeness::DiffRules(one->message(), other->message());
  const bool same = one->ref().digest() == other->ref().digest();
  nlohmann::json list = nlohmann::json::array();
  Answer answer;
  answer.code = same ? ExitCode::kHolds : ExitCode::kDoesNotHold;
  answer.text =
      absl::StrCat("a: ", one->ref().id(), ", version ", one->ref().version(),
                   "\nb: ", other->ref().id(), ", version ", other->ref().version(), "\n");
  for (const completeness::RuleDifference& d : differences) {
    absl::StrAppend(&answer.text, d.place, "\n  a: ", d.a.empty() ? "-" : d.a,
                    "\n  b: ", d.b.empty() ? "-" : d.b, "\n");
    list.push_back({{"place", d.place}, {"a", d.a}, {"b", d.b}});
  }
  if (same) {
    answer.text = "The two rule sets are the same: one digest.\n";
  } else if (differences.empty()) {
    absl::StrAppend(&answer.text,
                    "They differ in the order of entries only, and so in the digest.\n");
  }
  answer.text = Printable(answer.text);
  answer.json = nlohmann::json({{"same", same}, {"differences", list}})
                    .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return answer;
}

// Sound or not is the verdict; what is wrong stands in the answer.
absl::StatusOr<Answer> LintRules(const RuleArguments& arguments) {
  const RuleFiles files = FindRuleFiles(arguments.file);
  if (const absl::StatusOr<std::string> main = files.read(files.name); !main.ok()) {
    return main.status();
  }
  nlohmann::json list = nlohmann::json::array();
  Answer answer;
  for (const completeness::RuleFault& fault : completeness::LintFile(files.name, files.read)) {
    absl::StrAppend(&answer.text, completeness::FaultText(fault), "\n");
    list.push_back({{"file", fault.file},
                    {"line", fault.line},
                    {"place", fault.place},
                    {"what", fault.what},
                    {"remedy", fault.remedy}});
  }
  const bool sound = list.empty();
  answer.code = sound ? ExitCode::kHolds : ExitCode::kDoesNotHold;
  if (sound) answer.text = absl::StrCat(arguments.file, ": sound\n");
  answer.text = Printable(answer.text);
  answer.json = nlohmann::json({{"sound", sound}, {"faults", list}})
                    .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (sound) answer.next = absl::StrCat("cairn assess rules show ", arguments.file);
  return answer;
}

absl::StatusOr<Answer> CopyRules(const RuleArguments& arguments) {
  if (absl::Status made = MakeFolder(arguments.folder); !made.ok()) return made;
  const absl::StatusOr<std::vector<std::string>> there = ListFiles(arguments.folder);
  if (!there.ok()) return there.status();
  const std::vector<std::string> names = completeness::ShippedFiles();
  for (const std::string& name : names) {
    for (const std::string& other : *there) {
      if (name != other) continue;
      return absl::AlreadyExistsError(
          absl::StrCat(arguments.folder, " has a ", name, " already; name another folder"));
    }
  }
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const std::string& name : names) {
    const absl::StatusOr<std::string> text = completeness::ReadShippedFile(name);
    if (!text.ok()) return text.status();
    const std::string path = absl::StrCat(arguments.folder, "/", name);
    if (absl::Status s = WriteNewFile(path, keys::AsBytes(*text)); !s.ok()) return s;
    absl::StrAppend(&answer.text, path, "\n");
    list.push_back(path);
  }
  answer.json = JsonText(list);
  answer.next = absl::StrCat("cairn assess rules lint ", arguments.folder, "/apii_1996.textproto");
  return answer;
}

constexpr char kRuleFileHelp[] =
    "Rule set (textproto); or the name of one that comes with the program";

}  // namespace

void AddRuleCommands(CLI::App& group, Context& context) {
  auto arguments = std::make_shared<RuleArguments>();
  CLI::App* rules = group.add_subcommand("rules", "Rule sets: what a record must say");
  rules->require_subcommand(1);
  CLI::App* list = rules->add_subcommand("list", "List rule sets");
  list->add_option("FOLDER", arguments->folder,
                   "Default: rules/ in the home, and the program's own");
  list->callback([&context, arguments] {
    context.command = [&context, arguments] { return ListRules(context, *arguments); };
  });
  CLI::App* show = rules->add_subcommand("show", "Show all that a rule set asks");
  show->add_option("FILE", arguments->file, kRuleFileHelp)->required();
  show->callback(
      [&context, arguments] { context.command = [arguments] { return ShowRules(*arguments); }; });
  CLI::App* diff =
      rules->add_subcommand("diff", "Show where two rule sets differ; exit code 1 if they do");
  diff->add_option("A", arguments->file, kRuleFileHelp)->required();
  diff->add_option("B", arguments->other, kRuleFileHelp)->required();
  diff->callback([&context, arguments] {
    context.command = [arguments] { return DiffRuleFiles(*arguments); };
  });
  CLI::App* lint = rules->add_subcommand(
      "lint",
      "Say what is wrong with a rule set, and what would mend it; exit code 1 if anything is");
  lint->add_option("FILE", arguments->file, kRuleFileHelp)->required();
  lint->callback(
      [&context, arguments] { context.command = [arguments] { return LintRules(*arguments); }; });
  CLI::App* copy =
      rules->add_subcommand("copy", "Copy the program's rule sets into a folder, to be edited");
  copy->add_option("FOLDER", arguments->folder, "Folder; made if it is not there")->required();
  copy->callback(
      [&context, arguments] { context.command = [arguments] { return CopyRules(*arguments); }; });
}

}  // namespace cairn::client
