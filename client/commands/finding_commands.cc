// finding, reply: what the ground says about a record, and what its holding party says to that.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/wording.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/civil_day.h"
#include "client/clock.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/ground_arguments.h"
#include "client/commands/handover_id.h"
#include "client/handover_text.h"
#include "client/sealed_annex.h"
#include "client/speak.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct FindingArguments {
  std::string handover;
  RecordArguments record;
  std::string kind, method = "full-clearance";
  std::uint32_t depth_mm = 0;
  std::string first, last;
  std::vector<std::string> devices;
  std::string text;
  std::vector<std::string> also;
  std::string id;
};

// CATEGORY:COUNT, categories ascending as statements want them.
absl::Status ParseDevices(const std::vector<std::string>& texts, v1::Finding& body) {
  std::map<int, std::uint64_t> counts;
  for (const std::string& text : texts) {
    const std::vector<std::string> parts = absl::StrSplit(text, ':');
    std::uint64_t count = 0;
    if (parts.size() != 2 || !absl::SimpleAtoi(parts[1], &count)) {
      return UsageError(
          absl::StrCat("--device is CATEGORY:COUNT, such as anti-tank:3; not '", text, "'"));
    }
    const absl::StatusOr<int> category =
        ParseChoice(parts[0], *v1::MineCategory_descriptor(), "--device");
    if (!category.ok()) return category.status();
    counts[*category] += count;
  }
  for (const auto& [category, count] : counts) {
    v1::CategoryCount& device = *body.add_devices();
    device.set_category(static_cast<v1::MineCategory>(category));
    device.set_mines(count);
    device.set_precision(v1::PRECISION_EXACT);
  }
  return absl::OkStatus();
}

absl::Status FillSurvey(const FindingArguments& arguments, v1::Finding& body) {
  const absl::StatusOr<int> method =
      ParseChoice(arguments.method, *v1::FindingMethod_descriptor(), "--method");
  if (!method.ok()) return method.status();
  body.set_method(static_cast<v1::FindingMethod>(*method));
  body.set_depth_mm(arguments.depth_mm);
  const absl::StatusOr<std::int32_t> first = PastDayArgument(arguments.first, "--first", NowMs());
  if (!first.ok()) return first.status();
  const absl::StatusOr<std::int32_t> last =
      arguments.last.empty() ? first : PastDayArgument(arguments.last, "--last", NowMs());
  if (!last.ok()) return last.status();
  body.set_first_day(*first);
  body.set_last_day(*last);
  return ParseDevices(arguments.devices, body);
}

absl::StatusOr<Answer> MakeFinding(Context& context, const FindingArguments& arguments) {
  const absl::StatusOr<int> kind =
      ParseChoice(arguments.kind, *v1::FindingKind_descriptor(), "--kind");
  if (!kind.ok()) return kind.status();
  v1::Statement statement;
  v1::Finding& body = *statement.mutable_finding();
  body.set_kind(static_cast<v1::FindingKind>(*kind));
  if (absl::Status filled = FillSurvey(arguments, body); !filled.ok()) return filled;
  absl::StatusOr<OwnView> view = ReadOwnView(context, arguments.handover);
  if (!view.ok()) return view.status();
  statement.set_handover(view->handover);
  body.set_area(arguments.record.area);
  if (*kind != v1::FINDING_KIND_UNRECORDED) {
    const absl::StatusOr<NamedRecord> record =
        ResolveRecord(view->log, view->handover, arguments.record);
    if (!record.ok()) return record.status();
    body.set_package(record->package);
    body.set_record_commitment(record->commitment);
    body.set_area(record->area);
  }
  absl::StatusOr<v1::AnnexRef> report = SealText(context, *view, arguments.text, arguments.also);
  if (!report.ok()) return report.status();
  *body.mutable_report() = *std::move(report);
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer = SpokenAnswer(
      absl::StrCat("finding: ", ChoiceName(*kind, *v1::FindingKind_descriptor())), *spoken);
  answer.next = "cairn finding list";
  return answer;
}

absl::StatusOr<Answer> MakeReply(Context& context, const FindingArguments& arguments) {
  const absl::StatusOr<int> kind =
      ParseChoice(arguments.kind, *v1::ReplyKind_descriptor(), "--kind");
  if (!kind.ok()) return kind.status();
  absl::StatusOr<OwnView> view = ReadOwnView(context, arguments.handover);
  if (!view.ok()) return view.status();
  absl::StatusOr<keys::Bytes> finding = ResolveStatement(view->log, view->handover, arguments.id);
  if (!finding.ok()) return finding.status();
  v1::Statement statement;
  statement.set_handover(view->handover);
  v1::Reply& body = *statement.mutable_reply();
  body.set_finding(*finding);
  body.set_kind(static_cast<v1::ReplyKind>(*kind));
  if (*kind == v1::REPLY_KIND_CONCEDES) {
    const absl::StatusOr<bool> sure =
        context.Confirm("Concede the finding? A concession is not taken back");
    if (!sure.ok()) return sure.status();
    if (!*sure) return UsageError("not conceded");
  }
  if (!arguments.text.empty()) {
    absl::StatusOr<v1::AnnexRef> text = SealText(context, *view, arguments.text, arguments.also);
    if (!text.ok()) return text.status();
    *body.mutable_text() = *std::move(text);
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("reply: ", ChoiceName(*kind, *v1::ReplyKind_descriptor())),
                      *spoken);
}

std::string StandingText(const v1::FactFinding& fact) {
  switch (fact.standing()) {
    case v1::FINDING_STANDING_NOTED:
      return "noted";
    case v1::FINDING_STANDING_PENDING:
      return fact.has_due_ms() ? absl::StrCat("the time to answer runs to ", UtcText(fact.due_ms()))
                               : "the time to answer has not begun";
    case v1::FINDING_STANDING_UNANSWERED:
      return absl::StrCat("unanswered since ", UtcText(fact.due_ms()));
    case v1::FINDING_STANDING_CONTESTED:
      return "contested: one side's word";
    case v1::FINDING_STANDING_STANDS:
      return absl::StrCat("stands, ", completeness::FindingBasisName(fact.basis()));
    case v1::FINDING_STANDING_DISMISSED:
      return "dismissed by ruling";
    case v1::FINDING_STANDING_UNDECIDED:
      return "left undecided by the mediators: one side's word";
    case v1::FINDING_STANDING_WITHDRAWN:
      return "taken back by its author";
    default:
      return "unknown";
  }
}

nlohmann::json FindingJson(const v1::FactFinding& fact) {
  nlohmann::json replies = nlohmann::json::array();
  for (const v1::FactReply& reply : fact.replies()) {
    replies.push_back({{"leaf", reply.leaf()},
                       {"party", reply.party()},
                       {"kind", ChoiceName(reply.kind(), *v1::ReplyKind_descriptor())},
                       {"late", reply.late()}});
  }
  const v1::Finding& finding = fact.finding();
  nlohmann::json json = {
      {"finding", keys::Hex(keys::AsBytes(fact.statement()))},
      {"leaf", fact.leaf()},
      {"author", fact.author()},
      {"kind", ChoiceName(finding.kind(), *v1::FindingKind_descriptor())},
      {"method", ChoiceName(finding.method(), *v1::FindingMethod_descriptor())},
      {"depth_mm", finding.depth_mm()},
      {"first", DayText(finding.first_day())},
      {"last", DayText(finding.last_day())},
      {"area", finding.area()},
      {"package", keys::Hex(keys::AsBytes(finding.package()))},
      {"record", keys::Hex(keys::AsBytes(finding.record_commitment()))},
      {"standing", ChoiceName(fact.standing(), *v1::FindingStanding_descriptor())},
      {"basis", fact.basis() == v1::FINDING_BASIS_UNSPECIFIED
                    ? ""
                    : ChoiceName(fact.basis(), *v1::FindingBasis_descriptor())},
      {"replies", std::move(replies)}};
  if (fact.has_due_ms()) json["due_ms"] = fact.due_ms();
  return json;
}

template <typename Fact>
nlohmann::json AboutRecordJson(const Fact& fact) {
  return {{"statement", keys::Hex(keys::AsBytes(fact.statement()))},
          {"leaf", fact.leaf()},
          {"author", fact.author()},
          {"package", keys::Hex(keys::AsBytes(fact.package()))},
          {"record", keys::Hex(keys::AsBytes(fact.record_commitment()))},
          {"taken_back", fact.dispute().has_ended_at()}};
}

template <typename Fact>
std::string AboutRecordLine(const Fact& fact, absl::string_view what) {
  return absl::StrCat(keys::Hex(keys::AsBytes(fact.statement())).substr(0, 16), "  leaf ",
                      fact.leaf(), "  ", fact.author(), ", ", what, ", record ",
                      keys::Hex(keys::AsBytes(fact.record_commitment())).substr(0, 16),
                      fact.dispute().has_ended_at() ? "; taken back\n" : "\n");
}

nlohmann::json ListProposals(const v1::HandoverFacts& facts, std::string& text) {
  nlohmann::json list = nlohmann::json::array();
  if (!facts.proposals().empty())
    text += "\nProposals: hypotheses, for the holding party to confirm\n";
  for (const v1::FactProposal& fact : facts.proposals()) {
    const std::string kind = ChoiceName(fact.kind(), *v1::ProposalKind_descriptor());
    text += AboutRecordLine(fact, kind);
    nlohmann::json& one = list.emplace_back(AboutRecordJson(fact));
    one["kind"] = kind;
  }
  return list;
}

nlohmann::json ListLocations(const v1::HandoverFacts& facts, std::string& text) {
  nlohmann::json list = nlohmann::json::array();
  if (!facts.locations().empty()) text += "\nLandmarks found\n";
  for (const v1::FactLocation& fact : facts.locations()) {
    text += AboutRecordLine(fact, "landmark found");
    list.push_back(AboutRecordJson(fact));
  }
  return list;
}

absl::StatusOr<Answer> ListFindings(Context& context, const FindingArguments& arguments) {
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchNamedHandover(context, arguments.handover);
  if (!shown.ok()) return shown.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const v1::FactFinding& fact : shown->facts().findings()) {
    const v1::Finding& finding = fact.finding();
    absl::StrAppend(
        &answer.text, keys::Hex(keys::AsBytes(fact.statement())).substr(0, 16), "  leaf ",
        fact.leaf(), "  ", fact.author(), ", ",
        ChoiceName(finding.kind(), *v1::FindingKind_descriptor()), ", ", finding.area(),
        finding.record_commitment().empty()
            ? ""
            : absl::StrCat(", record ",
                           keys::Hex(keys::AsBytes(finding.record_commitment())).substr(0, 16)),
        "; ", StandingText(fact), "\n");
    for (const v1::FactReply& reply : fact.replies()) {
      absl::StrAppend(&answer.text, "    leaf ", reply.leaf(), "  ", reply.party(), " ",
                      ChoiceName(reply.kind(), *v1::ReplyKind_descriptor()),
                      reply.late() ? ", late" : "", "\n");
    }
    list.push_back(FindingJson(fact));
  }
  if (list.empty()) answer.text = "no findings\n";
  nlohmann::json json = {{"findings", std::move(list)}};
  json["proposals"] = ListProposals(shown->facts(), answer.text);
  json["locations"] = ListLocations(shown->facts(), answer.text);
  answer.json = JsonText(json);
  return answer;
}

}  // namespace

void AddFindingCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<FindingArguments>();
  CLI::App* group = app.add_subcommand("finding", "What was found on the ground");
  group->require_subcommand(1);
  CLI::App* make = group->add_subcommand("make", "Log what a survey found about a record");
  make->add_option("--kind", arguments->kind, ChoiceList(*v1::FindingKind_descriptor()))
      ->required();
  make->add_option("--method", arguments->method, ChoiceList(*v1::FindingMethod_descriptor()))
      ->capture_default_str();
  make->add_option("--depth-mm", arguments->depth_mm, "Depth searched, in millimetres");
  make->add_option("--first", arguments->first, "First day of the work: 2021-08-09")->required();
  make->add_option("--last", arguments->last, "Last day of the work; default: the first");
  make->add_option("--device", arguments->devices,
                   absl::StrCat("CATEGORY:COUNT found; may be repeated. Categories: ",
                                ChoiceList(*v1::MineCategory_descriptor())))
      ->allow_extra_args(false);
  make->add_option("--text", arguments->text,
                   "File with the report: area searched and its accuracy, places, devices, "
                   "quality reference. Sealed")
      ->required();
  make->add_option("--seal-to", arguments->also, "Seal the report to this party, too")
      ->allow_extra_args(false);
  AddRecordOptions(*make, arguments->record);
  make->add_option("--handover", arguments->handover, kHandoverHelp);
  make->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeFinding(context, *arguments); };
  });
  CLI::App* list = group->add_subcommand(
      "list", "Findings, proposals and landmarks found, and how far each stands");
  list->add_option("--handover", arguments->handover, kHandoverHelp);
  list->callback([&context, arguments] {
    context.command = [&context, arguments] { return ListFindings(context, *arguments); };
  });
  CLI::App* reply =
      app.add_subcommand("reply", "Answer a finding about a record that your party delivered");
  reply->add_option("FINDING", arguments->id, "Id of the finding, 8 digits or more")->required();
  reply->add_option("--kind", arguments->kind, ChoiceList(*v1::ReplyKind_descriptor()))->required();
  reply->add_option("--text", arguments->text, "File with the reasons; sealed");
  reply->add_option("--seal-to", arguments->also, "Seal the text to this party, too")
      ->allow_extra_args(false);
  reply->add_option("--handover", arguments->handover, kHandoverHelp);
  reply->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeReply(context, *arguments); };
  });
}

}  // namespace cairn::client
