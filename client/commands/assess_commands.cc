#include <google/protobuf/util/message_differencer.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/render.h"
#include "cairn/v1/report.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/assessing.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/commands/page_command.h"
#include "client/commands/rule_commands.h"
#include "client/context.h"
#include "client/rule_file.h"
#include "client/speak.h"
#include "client/submissions.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct AssessArguments {
  std::string handover;
  std::vector<std::string> packages;
  std::uint64_t at_size = 0;
  std::string rules;
  std::string report;
  bool log = false;
  std::string gaps;
  std::string faults;
  std::string findings;
  std::string other;
};

nlohmann::json SummaryJson(const v1::AssessmentSummary& sum) {
  return {{"records", sum.records()},
          {"not_read", sum.not_read()},
          {"complete", sum.complete()},
          {"partial", sum.partial()},
          {"no_information", sum.no_information()},
          {"contradicting", sum.contradicting()},
          {"declared_mines", sum.declared_mines()},
          {"counted_mines", sum.counted_mines()},
          {"faults", sum.faults()}};
}

absl::StatusOr<Answer> RunAssess(Context& context, const AssessArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  AssessOrder order{
      .handover = *id, .packages = arguments.packages, .at_size = {}, .rules = arguments.rules};
  if (arguments.at_size > 0) order.at_size = arguments.at_size;
  absl::StatusOr<Assessed> assessed = RunAssessment(context, order);
  if (!assessed.ok()) return assessed.status();
  absl::StatusOr<v1::AnnexRef> kept =
      StoreSaltedAnnex(*home, assessed->salt.View(), keys::AsBytes(assessed->bytes));
  if (!kept.ok()) return kept.status();
  const std::string path = arguments.report.empty() ? AnnexPath(*home, *kept) : arguments.report;
  if (absl::Status written = WriteNewFile(path, keys::AsBytes(assessed->bytes)); !written.ok()) {
    return written;
  }
  const std::string headline = completeness::Headline(assessed->report);
  nlohmann::json json = {{"report", path},
                         {"digest", keys::Hex(keys::AsBytes(kept->digest()))},
                         {"size", assessed->bytes.size()},
                         {"at_size", assessed->report.at_size()},
                         {"headline", headline},
                         {"summary", SummaryJson(assessed->report.summary())}};
  Answer answer;
  answer.text = absl::StrCat(
      assessed->report.exercise() ? "EXERCISE: synthetic data.\n" : "", "headline: ", headline,
      "\n", completeness::HeadlineShares(assessed->report), "\nreport: ", path, " (",
      assessed->bytes.size(), " bytes), digest ", keys::Hex(keys::AsBytes(kept->digest())), "\n");
  if (arguments.log) {
    v1::Statement statement;
    statement.set_handover(*id);
    *statement.mutable_assess() = assessed->body;
    absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
    if (!spoken.ok()) return spoken.status();
    answer.text += SpokenAnswer("assessment", *spoken).text;
    json.update(SpokenJson("assessment", *spoken));
  }
  answer.json = JsonText(json);
  answer.next = absl::StrCat("cairn assess show ", path);
  return answer;
}

absl::Status WriteList(const std::string& path, const std::string& csv) {
  return path.empty() ? absl::OkStatus() : WriteNewFile(path, keys::AsBytes(csv));
}

absl::StatusOr<Answer> ShowReport(Context& context, const AssessArguments& arguments) {
  absl::StatusOr<v1::Report> report = ReadReport(arguments.report);
  if (!report.ok()) return report.status();
  absl::StatusOr<completeness::Rules> rules = FindRules(
      context, arguments.rules, report->rule_set().digest(), RuleFoldersBeside(arguments.report));
  const absl::Status listed = WriteList(
      arguments.findings, arguments.findings.empty() ? "" : completeness::FindingListCsv(*report));
  if (!listed.ok()) return listed;
  const bool needs_rules = !arguments.gaps.empty() || !arguments.faults.empty();
  if (!rules.ok() && (needs_rules || !arguments.rules.empty())) return rules.status();
  if (rules.ok() && rules->ref().digest() != report->rule_set().digest()) {
    return UsageError("the rule set given is not the one that the report was made with");
  }
  if (needs_rules) {
    absl::Status written = WriteList(
        arguments.gaps, arguments.gaps.empty() ? "" : completeness::GapListCsv(*report, *rules));
    if (written.ok() && !arguments.faults.empty()) {
      written = WriteList(arguments.faults, completeness::FaultListCsv(*report, *rules));
    }
    if (!written.ok()) return written;
  }
  Answer answer;
  answer.text = absl::StrCat("headline: ", completeness::Headline(*report), "\n\n");
  if (rules.ok()) {
    answer.text += completeness::PlainText(*report, *rules);
  } else {
    absl::StrAppend(&answer.text, completeness::HeadlineShares(*report), "\n");
    context.console.Talk(absl::StrCat("for the whole page: ", rules.status().message()));
  }
  answer.text = Printable(answer.text);
  answer.json = completeness::Json(*report, -1);
  return answer;
}

// The first field in which two reports differ, and how many do.
std::string DifferenceText(const v1::Report& one, const v1::Report& other) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  differencer.Compare(one, other);
  constexpr std::size_t kShown = 4000;
  if (differences.size() > kShown) differences = differences.substr(0, kShown) + "\n...\n";
  return differences;
}

absl::StatusOr<Answer> CompareReports(const AssessArguments& arguments) {
  absl::StatusOr<v1::Report> one = ReadReport(arguments.report);
  if (!one.ok()) return one.status();
  absl::StatusOr<v1::Report> other = ReadReport(arguments.other);
  if (!other.ok()) return other.status();
  // Canonical bytes: equal messages are equal files.
  const bool same = one->SerializeAsString() == other->SerializeAsString();
  const nlohmann::json json = {{"same", same}, {"a", arguments.report}, {"b", arguments.other}};
  Answer answer;
  answer.json = JsonText(json);
  answer.code = same ? ExitCode::kHolds : ExitCode::kDoesNotHold;
  answer.text =
      same ? "The two reports are the same, byte for byte.\n"
           : absl::StrCat("The two reports differ.\n", Printable(DifferenceText(*one, *other)));
  return answer;
}

}  // namespace

void AddAssessCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<AssessArguments>();
  CLI::App* group = app.add_subcommand("assess", "What the agreed rules say about the packages");
  group->require_subcommand(1);
  CLI::App* run = group->add_subcommand("run", "Compute the report from the log and the packages");
  run->add_option("--package", arguments->packages, kPackageHelp)->allow_extra_args(false);
  run->add_option("--at", arguments->at_size, "State after so many leaves; default: all");
  run->add_option("--rules", arguments->rules, "Rule set of the charter (textproto)");
  run->add_option("--report", arguments->report, "File to write; default: in the home");
  run->add_flag("--log", arguments->log, "Sign the result and log it");
  run->add_option("--handover", arguments->handover, kHandoverHelp);
  run->callback([&context, arguments] {
    context.command = [&context, arguments] { return RunAssess(context, *arguments); };
  });
  CLI::App* show = group->add_subcommand("show", "Show a report");
  show->add_option("REPORT", arguments->report, "Report file")->required();
  show->add_option("--rules", arguments->rules, "Rule set that it was made with");
  show->add_option("--gaps", arguments->gaps, "Write the list of gaps there (CSV)");
  show->add_option("--faults", arguments->faults, "Write the list of all faults there (CSV)");
  show->add_option("--findings", arguments->findings,
                   "Write there what was found on the ground, record by record (CSV)");
  show->callback([&context, arguments] {
    context.command = [&context, arguments] { return ShowReport(context, *arguments); };
  });
  CLI::App* compare = group->add_subcommand("compare", "Compare two reports");
  compare->add_option("A", arguments->report, "Report file")->required();
  compare->add_option("B", arguments->other, "Report file")->required();
  compare->callback([&context, arguments] {
    context.command = [arguments] { return CompareReports(*arguments); };
  });
  AddPageCommands(*group, context);
  AddRuleCommands(*group, context);
}

}  // namespace cairn::client
