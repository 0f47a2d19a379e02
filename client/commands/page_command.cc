#include "client/commands/page_command.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/delivered_fields.h"
#include "audit/page/field_sheet.h"
#include "audit/page/gap_list.h"
#include "audit/page/messages.h"
#include "audit/page/page.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/report.pb.h"
#include "client/assessing.h"
#include "client/context.h"
#include "client/home.h"
#include "client/refold.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct PageArguments {
  std::string report;
  std::string out;
  std::string language = "en";
  std::string rules;
  bool map = false;
  bool report_only = false;
  bool csv = false;
  std::vector<std::string> rows;
};

// A report with what every page of it needs.
struct ReadPage {
  page::Messages messages;
  v1::Report report;
  completeness::Rules rules;
};

absl::StatusOr<ReadPage> ReadForPage(Context& context, const PageArguments& arguments) {
  absl::StatusOr<page::Messages> messages = page::Messages::For(arguments.language);
  if (!messages.ok()) return UsageError(messages.status().message());
  absl::StatusOr<v1::Report> report = ReadReport(arguments.report);
  if (!report.ok()) return report.status();
  absl::StatusOr<completeness::Rules> rules = FindRules(
      context, arguments.rules, report->rule_set().digest(), RuleFoldersBeside(arguments.report));
  if (!rules.ok()) return rules.status();
  return ReadPage{*std::move(messages), *std::move(report), *std::move(rules)};
}

// Writes the file piece by piece; `write` is one of the page folder's functions.
absl::StatusOr<Answer> WritePageFile(const PageArguments& arguments, const v1::Report& report,
                                     absl::string_view what, bool coordinates,
                                     absl::FunctionRef<absl::Status(page::Sink)> write) {
  std::uint64_t size = 0;
  const absl::Status written = WriteNewFileInPieces(arguments.out, [&](FilePieces pieces) {
    return write([&](absl::string_view bytes) {
      size += bytes.size();
      return pieces(keys::AsBytes(bytes));
    });
  });
  if (!written.ok()) return written;
  Answer answer;
  answer.text =
      absl::StrCat(report.exercise() ? "EXERCISE: synthetic data.\n" : "", what, ": ",
                   arguments.out, " (", size, " bytes), ",
                   coordinates ? "with coordinates: for those who may see where the fields lie\n"
                               : "without any coordinate\n");
  answer.json = nlohmann::json{{"file", arguments.out},
                               {"size", size},
                               {"language", arguments.language},
                               {"coordinates", coordinates}}
                    .dump() +
                "\n";
  return answer;
}

// What the leaves said when the report was made.
absl::StatusOr<v1::HandoverFacts> FactsOfReport(Context& context, const v1::Report& report) {
  absl::StatusOr<RefoldedLog> log = RefoldLog(context, report.at_size());
  if (!log.ok()) {
    return absl::Status(
        log.status().code(),
        absl::StrCat(log.status().message(),
                     "; --report-only makes the page without names, dates and due dates"));
  }
  return FactsOf(*log, report.handover());
}

// The report's own packages.
AssessOrder PackagesOfReport(const v1::Report& report, const std::string& rules) {
  AssessOrder order{
      .handover = report.handover(), .packages = {}, .at_size = report.at_size(), .rules = rules};
  for (const v1::AssessedPackage& package : report.packages()) {
    order.packages.push_back(keys::Hex(keys::AsBytes(package.digest())));
  }
  return order;
}

absl::Status NeedsALog(const v1::Report& report) {
  if (report.at_size() > 0) return absl::OkStatus();
  return UsageError("this report was made without a log: no delivered package belongs to it");
}

absl::StatusOr<Answer> RunPage(Context& context, const PageArguments& arguments) {
  const absl::StatusOr<ReadPage> read = ReadForPage(context, arguments);
  if (!read.ok()) return read.status();
  page::PageInputs inputs{.report = &read->report, .rules = &read->rules};
  absl::StatusOr<v1::HandoverFacts> facts = v1::HandoverFacts();
  if (!arguments.report_only && read->report.at_size() > 0) {
    facts = FactsOfReport(context, read->report);
    if (!facts.ok()) return facts.status();
    inputs.facts = &*facts;
  }
  std::optional<completeness::DeliveredFields> fields;
  if (arguments.map) {
    if (absl::Status needs = NeedsALog(read->report); !needs.ok()) return needs;
    absl::StatusOr<completeness::DeliveredFields> delivered =
        ReadDeliveredFields(context, PackagesOfReport(read->report, arguments.rules));
    if (!delivered.ok()) return delivered.status();
    fields = *std::move(delivered);
    inputs.fields = &*fields;
  }
  return WritePageFile(arguments, read->report, "page", arguments.map, [&](page::Sink sink) {
    return page::WritePage(inputs, read->messages, sink);
  });
}

absl::StatusOr<Answer> RunGaps(Context& context, const PageArguments& arguments) {
  const absl::StatusOr<ReadPage> read = ReadForPage(context, arguments);
  if (!read.ok()) return read.status();
  return WritePageFile(arguments, read->report, "gap list", false, [&](page::Sink sink) {
    const auto write = arguments.csv ? page::WriteGapCsv : page::WriteGapList;
    return write(read->report, read->rules, read->messages, sink);
  });
}

absl::StatusOr<Answer> RunSheets(Context& context, const PageArguments& arguments) {
  const absl::StatusOr<ReadPage> read = ReadForPage(context, arguments);
  if (!read.ok()) return read.status();
  if (absl::Status needs = NeedsALog(read->report); !needs.ok()) return needs;
  absl::StatusOr<Answer> answer = Answer();
  const absl::Status used = WithPackages(
      context, PackagesOfReport(read->report, arguments.rules),
      [&](const completeness::Rules&, std::span<const completeness::AssessedInput> packages) {
        const page::SheetInputs inputs{.report = &read->report,
                                       .rules = &read->rules,
                                       .packages = packages,
                                       .rows = arguments.rows};
        answer = WritePageFile(arguments, read->report, "field sheets", true, [&](page::Sink sink) {
          return page::WriteFieldSheets(inputs, read->messages, sink);
        });
        return answer.status();
      });
  if (!used.ok()) return used;
  return answer;
}

using RunPageCommand = absl::StatusOr<Answer> (*)(Context&, const PageArguments&);

CLI::App* AddOne(CLI::App& group, Context& context, const std::string& name,
                 const std::string& help, const std::shared_ptr<PageArguments>& arguments,
                 RunPageCommand run) {
  CLI::App* command = group.add_subcommand(name, help);
  command->add_option("REPORT", arguments->report, "Report file")->required();
  command->add_option("--out", arguments->out, "File to write")->required();
  command->add_option("--language", arguments->language, "az, en, hy or ru")->capture_default_str();
  command->add_option("--rules", arguments->rules, "Rule set that it was made with");
  command->callback([&context, arguments, run] {
    context.command = [&context, arguments, run] { return run(context, *arguments); };
  });
  return command;
}

}  // namespace

void AddPageCommands(CLI::App& group, Context& context) {
  auto arguments = std::make_shared<PageArguments>();
  CLI::App* page = AddOne(group, context, "page", "Write a report as a page for people (HTML)",
                          arguments, RunPage);
  page->add_flag("--map", arguments->map,
                 "Draw the fields, from the packages that this party can open");
  page->add_flag("--report-only", arguments->report_only,
                 "Do not read the log: no names, dates and due dates");
  CLI::App* gaps =
      AddOne(group, context, "gaps",
             "Write what a report finds missing, for the holding party (HTML)", arguments, RunGaps);
  gaps->add_flag("--csv", arguments->csv, "As CSV for a spreadsheet");
  CLI::App* sheets =
      AddOne(group, context, "sheets",
             "Write a sheet a field to print, from the packages that this party can open (HTML)",
             arguments, RunSheets);
  sheets->add_option("--row", arguments->rows, "Key of a record; none: all of the report")
      ->allow_extra_args(false);
}

}  // namespace cairn::client
