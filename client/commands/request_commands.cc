// request: what one party asks of another, its answer, and what became of it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/calendar.h"
#include "audit/record/csv.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/answer_items.h"
#include "client/clock.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/context.h"
#include "client/duration.h"
#include "client/handover_text.h"
#include "client/speak.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct RequestArguments {
  std::string handover;
  std::string to;
  std::string kind = "records";
  std::vector<std::string> areas;
  std::string due;
  std::string list;
  std::uint64_t items = 0;
  std::string about;
  std::string request;
  std::vector<std::string> answers;
  std::string text;
};

// "30s", "15m", "12h", "7d" from now, or a date, whose day ends at 24:00 UTC.
absl::StatusOr<std::uint64_t> DueMs(const std::string& text, std::uint64_t now_ms) {
  constexpr std::uint64_t kDayMs = std::uint64_t{24} * 3600 * 1000;
  if (const std::uint64_t duration_ms = ParseDuration(text); duration_ms > 0) {
    return now_ms + duration_ms;
  }
  if (const std::optional<std::int32_t> day = completeness::ParseDay(text);
      day.has_value() && *day >= 0) {
    return (static_cast<std::uint64_t>(*day) + 1) * kDayMs;
  }
  return UsageError(absl::StrCat(
      "--due is a time from now such as 30s, 12h or 7d, or a date such as 2026-12-31; not '", text,
      "'"));
}

// The rows of a list of gaps, as `cairn assess show --gaps` writes it.
absl::StatusOr<std::uint64_t> CountRows(const std::string& path) {
  absl::StatusOr<record::CsvReader> reader = record::CsvReader::Open(path, path);
  if (!reader.ok()) return reader.status();
  std::uint64_t rows = 0;
  for (record::CsvRow row;; ++rows) {
    const absl::StatusOr<bool> more = reader->Next(row);
    if (!more.ok()) return more.status();
    if (!*more) return rows;
  }
}

absl::Status AddGapList(Context& context, const RequestArguments& arguments, v1::Request& body) {
  if (arguments.list.empty()) {
    return UsageError(
        "a request for gaps needs their list: --list FILE (cairn assess show REPORT "
        "--gaps FILE writes one)");
  }
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  body.set_items(arguments.items);
  if (arguments.items == 0) {
    const absl::StatusOr<std::uint64_t> rows = CountRows(arguments.list);
    if (!rows.ok()) return rows.status();
    body.set_items(*rows);
  }
  if (body.items() == 0) return UsageError(absl::StrCat(arguments.list, " lists nothing"));
  absl::StatusOr<v1::AnnexRef> annex = StoreAnnexFile(*home, arguments.list);
  if (!annex.ok()) return annex.status();
  *body.mutable_list() = *std::move(annex);
  context.console.Talk(absl::StrCat("give the addressee the list and its salt: ",
                                    AnnexPath(*home, body.list()), " and .salt beside it"));
  return absl::OkStatus();
}

absl::Status AddAbout(const std::string& about, v1::Request& body) {
  if (about.empty()) return absl::OkStatus();
  absl::StatusOr<keys::Bytes> id = keys::ParseHex(about);
  if (!id.ok() || id->size() != keys::kDigestSize) {
    return UsageError("--about is the id of a statement: 64 hexadecimal digits");
  }
  body.set_about(*id);
  return absl::OkStatus();
}

absl::StatusOr<Answer> MakeRequest(Context& context, const RequestArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
  if (!shown.ok()) return shown.status();
  const absl::StatusOr<int> kind =
      ParseChoice(arguments.kind, *v1::RequestKind_descriptor(), "--kind");
  if (!kind.ok()) return kind.status();
  const absl::StatusOr<std::uint64_t> due =
      DueMs(arguments.due, std::max(NowMs(), shown->state().time_ms()));
  if (!due.ok()) return due.status();
  const v1::Charter& charter = shown->state().charter().charter();
  const std::uint64_t earliest = shown->state().time_ms() + charter.terms().answer_ms();
  if (*due < earliest) {
    return UsageError(absl::StrCat("--due ", arguments.due, " is too soon: by the charter of ",
                                   charter.name(), " nothing falls due before ",
                                   UtcText(earliest)));
  }
  const auto areas = InCharterOrder(shown->state().charter().charter(), arguments.areas);
  if (!areas.ok()) return areas.status();

  v1::Statement statement;
  statement.set_handover(*id);
  v1::Request& body = *statement.mutable_request();
  body.set_to(arguments.to);
  body.set_due_ms(*due);
  body.set_kind(static_cast<v1::RequestKind>(*kind));
  if (absl::Status added = AddAbout(arguments.about, body); !added.ok()) return added;
  if (*kind == v1::REQUEST_KIND_RECORDS) {
    if (areas->empty()) return UsageError("a request for records names areas: --area AREA");
    for (const std::string& area : *areas) body.add_areas(area);
  } else if (!areas->empty()) {
    context.console.Talk("areas are named only in requests for records; they are left out here");
  }
  if (*kind == v1::REQUEST_KIND_GAPS) {
    if (absl::Status added = AddGapList(context, arguments, body); !added.ok()) return added;
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer =
      SpokenAnswer(absl::StrCat("request to ", arguments.to, ", due ", UtcText(*due)), *spoken);
  answer.next = "cairn request list";
  return answer;
}

absl::StatusOr<v1::RequestState> FindRequest(const v1::HandoverState& state,
                                             const std::string& text) {
  std::vector<v1::RequestState> fitting;
  for (const v1::RequestState& one : state.requests()) {
    if (text.size() >= 8 && absl::StartsWith(keys::Hex(keys::AsBytes(one.statement())), text)) {
      fitting.push_back(one);
    }
  }
  if (fitting.size() == 1) return fitting.front();
  return UsageError(absl::StrCat("no one request of this handover begins with '", text,
                                 "'; give 8 digits of its id or more, from: cairn request list"));
}

absl::StatusOr<Answer> AnswerRequest(Context& context, const RequestArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
  if (!shown.ok()) return shown.status();
  const absl::StatusOr<v1::RequestState> request = FindRequest(shown->state(), arguments.request);
  if (!request.ok()) return request.status();
  auto items = FitAnswerItems(*request, arguments.answers);
  if (!items.ok()) return items.status();
  v1::Statement statement;
  statement.set_handover(*id);
  statement.mutable_answer()->set_request(request->statement());
  for (v1::AnswerItem& item : *items) *statement.mutable_answer()->add_items() = std::move(item);
  if (!arguments.text.empty()) {
    const absl::StatusOr<Home> home = context.GetHome();
    if (!home.ok()) return home.status();
    absl::StatusOr<v1::AnnexRef> annex = StoreAnnexFile(*home, arguments.text);
    if (!annex.ok()) return annex.status();
    *statement.mutable_answer()->mutable_text() = *std::move(annex);
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("answer with ", arguments.answers.size(), " items"), *spoken);
}

std::string RequestStanding(const v1::RequestState& one) {
  if (one.overdue()) return "OVERDUE";
  if (one.late()) return "answered late";
  return one.object().has_complete_at() ? "answered" : "open";
}

absl::StatusOr<Answer> ListRequests(Context& context, const RequestArguments& arguments) {
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchNamedHandover(context, arguments.handover);
  if (!shown.ok()) return shown.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const v1::RequestState& one : shown->state().requests()) {
    const v1::Request& request = one.object().request();
    const std::string kind = ChoiceName(request.kind(), *v1::RequestKind_descriptor());
    const std::uint64_t asked = request.kind() == v1::REQUEST_KIND_GAPS
                                    ? request.items()
                                    : static_cast<std::uint64_t>(request.areas_size());
    const std::string hex = keys::Hex(keys::AsBytes(one.statement()));
    absl::StrAppend(&answer.text, hex.substr(0, 16), "  ", one.object().from(), " to ",
                    request.to(), ", ", kind, ", ", one.items_answered(), " of ", asked,
                    " answered, due ", UtcText(request.due_ms()), ", ", RequestStanding(one), "\n");
    list.push_back({{"request", hex},
                    {"from", one.object().from()},
                    {"to", request.to()},
                    {"kind", kind},
                    {"asked", asked},
                    {"answered", one.items_answered()},
                    {"due_ms", request.due_ms()},
                    {"overdue", one.overdue()},
                    {"late", one.late()}});
  }
  if (list.empty()) answer.text = "no requests\n";
  answer.json = JsonText(list);
  return answer;
}

}  // namespace

void AddRequestCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RequestArguments>();
  CLI::App* group = app.add_subcommand("request", "What one party asks of another");
  group->require_subcommand(1);
  CLI::App* make = group->add_subcommand("make", "Ask another party of the charter");
  make->add_option("--to", arguments->to, "Handle of the addressee")->required();
  make->add_option("--kind", arguments->kind, ChoiceList(*v1::RequestKind_descriptor()))
      ->capture_default_str();
  make->add_option("--area,--areas", arguments->areas, "Areas of which records are owed");
  make->add_option("--due", arguments->due, "30s, 12h, 7d from now, or a date")->required();
  make->add_option("--list", arguments->list, "CSV with one gap a row; kept as an annex");
  make->add_option("--items", arguments->items, "Entries of the list; default: its rows");
  make->add_option("--about", arguments->about, "Id of the statement that it is about");
  make->add_option("--handover", arguments->handover, kHandoverHelp);
  make->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeRequest(context, *arguments); };
  });
  CLI::App* answer = group->add_subcommand("answer", "Answer a request addressed to your party");
  answer->add_option("ID", arguments->request, "Id of the request, 8 digits or more")->required();
  answer
      ->add_option("--item", arguments->answers,
                   absl::StrCat("OUTCOME:ITEMS[:AREA][:GROUND:END]; may be repeated. Outcomes: ",
                                ChoiceList(*v1::AnswerOutcome_descriptor())))
      ->required()
      ->allow_extra_args(false);
  answer->add_option("--text", arguments->text, "File with more; kept as an annex");
  answer->add_option("--handover", arguments->handover, kHandoverHelp);
  answer->callback([&context, arguments] {
    context.command = [&context, arguments] { return AnswerRequest(context, *arguments); };
  });
  CLI::App* list = group->add_subcommand("list", "Requests of a handover, and what became of them");
  list->add_option("--handover", arguments->handover, kHandoverHelp);
  list->callback([&context, arguments] {
    context.command = [&context, arguments] { return ListRequests(context, *arguments); };
  });
}

}  // namespace cairn::client
