#include "client/commands/page_command.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/completeness/delivered_fields.h"
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
};

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

// Where the fields of the report's own packages lie.
absl::StatusOr<completeness::DeliveredFields> FieldsOfReport(Context& context,
                                                             const v1::Report& report,
                                                             const std::string& rules) {
  AssessOrder order{
      .handover = report.handover(), .packages = {}, .at_size = report.at_size(), .rules = rules};
  for (const v1::AssessedPackage& package : report.packages()) {
    order.packages.push_back(keys::Hex(keys::AsBytes(package.digest())));
  }
  return ReadDeliveredFields(context, order);
}

absl::StatusOr<Answer> RunPage(Context& context, const PageArguments& arguments) {
  const absl::StatusOr<page::Messages> messages = page::Messages::For(arguments.language);
  if (!messages.ok()) return UsageError(messages.status().message());
  const absl::StatusOr<v1::Report> report = ReadReport(arguments.report);
  if (!report.ok()) return report.status();
  const absl::StatusOr<completeness::Rules> rules = FindRules(
      context, arguments.rules, report->rule_set().digest(), RuleFoldersBeside(arguments.report));
  if (!rules.ok()) return rules.status();
  if (arguments.map && report->at_size() == 0) {
    return UsageError("this report was made without a log: no delivered package belongs to it");
  }
  page::PageInputs inputs{.report = &*report, .rules = &*rules};
  absl::StatusOr<v1::HandoverFacts> facts = v1::HandoverFacts();
  if (!arguments.report_only && report->at_size() > 0) {
    facts = FactsOfReport(context, *report);
    if (!facts.ok()) return facts.status();
    inputs.facts = &*facts;
  }
  std::optional<completeness::DeliveredFields> fields;
  if (arguments.map) {
    absl::StatusOr<completeness::DeliveredFields> read =
        FieldsOfReport(context, *report, arguments.rules);
    if (!read.ok()) return read.status();
    fields = *std::move(read);
    inputs.fields = &*fields;
  }
  std::uint64_t size = 0;
  const absl::Status written = WriteNewFileInPieces(arguments.out, [&](FilePieces pieces) {
    return page::WritePage(inputs, *messages, [&](absl::string_view bytes) {
      size += bytes.size();
      return pieces(keys::AsBytes(bytes));
    });
  });
  if (!written.ok()) return written;
  Answer answer;
  answer.text =
      absl::StrCat(report->exercise() ? "EXERCISE: synthetic data.\n" : "", "page: ", arguments.out,
                   " (", size, " bytes), ",
                   arguments.map ? "with maps: for those who may see where the fields lie\n"
                                 : "without any coordinate\n");
  answer.json = nlohmann::json{{"page", arguments.out},
                               {"size", size},
                               {"language", arguments.language},
                               {"coordinates", arguments.map}}
                    .dump() +
                "\n";
  return answer;
}

}  // namespace

void AddPageCommand(CLI::App& group, Context& context) {
  auto arguments = std::make_shared<PageArguments>();
  CLI::App* page = group.add_subcommand("page", "Write a report as a page for people (HTML)");
  page->add_option("REPORT", arguments->report, "Report file")->required();
  page->add_option("--out", arguments->out, "HTML file to write")->required();
  page->add_option("--language", arguments->language, "az, en, hy or ru")->capture_default_str();
  page->add_option("--rules", arguments->rules, "Rule set that it was made with");
  page->add_flag("--map", arguments->map,
                 "Draw the fields, from the packages that this party can open");
  page->add_flag("--report-only", arguments->report_only,
                 "Do not read the log: no names, dates and due dates");
  page->callback([&context, arguments] {
    context.command = [&context, arguments] { return RunPage(context, *arguments); };
  });
}

}  // namespace cairn::client
