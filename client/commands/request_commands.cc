#include <grpcpp/grpcpp.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "audit/record/csv.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/content_file.h"
#include "client/context.h"
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

struct ClaimArguments {
  std::string handover;
  bool log_wide = false;
  std::string speaker;
  std::string reporter;
  std::string subject;
  std::string precision = "exact";
  std::string value;
  std::string said;
  std::string source;
  std::vector<std::string> areas;
};

std::uint64_t ClockMs() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

absl::StatusOr<std::int32_t> DayOf(const std::string& text, absl::string_view option) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) {
    return UsageError(absl::StrCat(option, " is a date such as 2026-12-31, not '", text, "'"));
  }
  return static_cast<std::int32_t>(day - absl::CivilDay(1970, 1, 1));
}

// "30s", "15m", "12h", "7d" from now, or a date, whose day ends at 24:00 UTC.
absl::StatusOr<std::uint64_t> DueMs(const std::string& text, std::uint64_t now_ms) {
  constexpr std::uint64_t kDayMs = std::uint64_t{24} * 3600 * 1000;
  const std::uint64_t unit = absl::EndsWith(text, "s")   ? 1000
                             : absl::EndsWith(text, "m") ? 60 * 1000
                             : absl::EndsWith(text, "h") ? 3600 * 1000
                             : absl::EndsWith(text, "d") ? kDayMs
                                                         : 0;
  std::uint32_t count = 0;
  if (unit > 0 && absl::SimpleAtoi(text.substr(0, text.size() - 1), &count) && count > 0) {
    return now_ms + count * unit;
  }
  absl::CivilDay day;
  if (unit == 0 && absl::ParseCivilTime(text, &day) && day >= absl::CivilDay(1970, 1, 1)) {
    return (static_cast<std::uint64_t>(day - absl::CivilDay(1970, 1, 1)) + 1) * kDayMs;
  }
  return UsageError(absl::StrCat(
      "--due is a time from now such as 30s, 12h or 7d, or a date such as 2026-12-31; not '", text,
      "'"));
}

// Areas in the order of the charter, as statements want them.
absl::StatusOr<std::vector<std::string>> InCharterOrder(const v1::Charter& charter,
                                                        const std::vector<std::string>& given) {
  std::vector<std::string> ordered, known;
  for (const v1::CharterArea& area : charter.areas()) {
    known.push_back(area.area());
    if (std::find(given.begin(), given.end(), area.area()) != given.end()) {
      ordered.push_back(area.area());
    }
  }
  for (const std::string& area : given) {
    if (std::find(known.begin(), known.end(), area) == known.end()) {
      return UsageError(absl::StrCat("the charter has no area '", area, "'; it has ",
                                     absl::StrJoin(known, ", ")));
    }
  }
  return ordered;
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
      DueMs(arguments.due, std::max(ClockMs(), shown->state().time_ms()));
  if (!due.ok()) return due.status();
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

absl::Status ParseWithholding(const std::string& ground, const std::string& end,
                              v1::Withholding& withholding) {
  const absl::StatusOr<int> why = ParseChoice(absl::StrReplaceAll(ground, {{" ", "-"}}),
                                              *v1::WithholdingGround_descriptor(), "the ground");
  if (!why.ok()) return why.status();
  withholding.set_ground(static_cast<v1::WithholdingGround>(*why));
  if (const auto day = DayOf(end, "the end"); day.ok()) {
    withholding.set_end(v1::WITHHOLDING_END_DATE);
    withholding.set_end_day(*day);
    return absl::OkStatus();
  }
  const absl::StatusOr<int> when =
      ParseChoice(end, *v1::WithholdingEnd_descriptor(), "the end of withholding (or a date)");
  if (!when.ok()) return when.status();
  if (*when == v1::WITHHOLDING_END_DATE) {
    return UsageError("the end of withholding: write the date itself, such as 2031-12-31");
  }
  withholding.set_end(static_cast<v1::WithholdingEnd>(*when));
  return absl::OkStatus();
}

// OUTCOME:ITEMS, then :AREA, then :GROUND:END of what is withheld; area and ground are optional.
absl::StatusOr<v1::AnswerItem> ParseAnswerItem(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  std::uint64_t items = 0;
  if (parts.size() < 2 || parts.size() > 5 || !absl::SimpleAtoi(parts[1], &items)) {
    return UsageError(
        absl::StrCat("--item is OUTCOME:ITEMS[:AREA][:GROUND:END], such as do-not-have:1:aghdam or "
                     "withheld:2:fuzuli:security:2031-12-31; not '",
                     text, "'"));
  }
  const absl::StatusOr<int> outcome =
      ParseChoice(parts[0], *v1::AnswerOutcome_descriptor(), "--item");
  if (!outcome.ok()) return outcome.status();
  v1::AnswerItem item;
  item.set_outcome(static_cast<v1::AnswerOutcome>(*outcome));
  item.set_items(items);
  if (parts.size() % 2 == 1) item.set_area(parts[2]);
  if (parts.size() < 4) return item;
  const absl::Status parsed = ParseWithholding(parts[parts.size() - 2], parts[parts.size() - 1],
                                               *item.mutable_withholding());
  if (!parsed.ok()) return parsed;
  return item;
}

absl::StatusOr<keys::Bytes> FindRequest(const v1::HandoverState& state, const std::string& text) {
  std::vector<keys::Bytes> fitting;
  for (const v1::RequestState& one : state.requests()) {
    if (text.size() >= 8 && absl::StartsWith(keys::Hex(keys::AsBytes(one.statement())), text)) {
      fitting.push_back(one.statement());
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
  absl::StatusOr<keys::Bytes> request = FindRequest(shown->state(), arguments.request);
  if (!request.ok()) return request.status();
  v1::Statement statement;
  statement.set_handover(*id);
  statement.mutable_answer()->set_request(*request);
  for (const std::string& text : arguments.answers) {
    absl::StatusOr<v1::AnswerItem> item = ParseAnswerItem(text);
    if (!item.ok()) return item.status();
    *statement.mutable_answer()->add_items() = *std::move(item);
  }
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
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
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

absl::Status ParseQuantity(const ClaimArguments& arguments, v1::Quantity& quantity) {
  const absl::StatusOr<int> precision =
      ParseChoice(arguments.precision, *v1::Precision_descriptor(), "--precision");
  if (!precision.ok()) return precision.status();
  quantity.set_precision(static_cast<v1::Precision>(*precision));
  const std::vector<std::string> parts = absl::StrSplit(arguments.value, '/');
  std::uint32_t numerator = 0, denominator = 0;
  std::uint64_t value = 0;
  switch (*precision) {
    case v1::PRECISION_WORDS:
      if (arguments.value.empty()) return absl::OkStatus();
      return UsageError("what was said in words only has no --value");
    case v1::PRECISION_FRACTION:
      if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &numerator) ||
          !absl::SimpleAtoi(parts[1], &denominator) || denominator == 0) {
        return UsageError("a fraction is written --value 1/4");
      }
      quantity.set_numerator(numerator);
      quantity.set_denominator(denominator);
      return absl::OkStatus();
    default:
      if (!absl::SimpleAtoi(arguments.value, &value)) {
        return UsageError("--value is a whole number (or leave it out with --precision words)");
      }
      quantity.set_value(value);
      return absl::OkStatus();
  }
}

absl::Status FillClaim(const ClaimArguments& arguments, v1::Claim& claim) {
  const absl::StatusOr<int> subject =
      ParseChoice(arguments.subject, *v1::ClaimSubject_descriptor(), "--subject");
  if (!subject.ok()) return subject.status();
  const absl::StatusOr<std::int32_t> said = DayOf(arguments.said, "--said");
  if (!said.ok()) return said.status();
  const absl::StatusOr<LocalContent> source = DescribeContent(arguments.source);
  if (!source.ok()) return source.status();
  claim.set_speaker(arguments.speaker);
  claim.set_reporter(arguments.reporter);
  claim.set_source_digest(source->digest.ToBytes());
  claim.set_said_day(*said);
  claim.set_subject(static_cast<v1::ClaimSubject>(*subject));
  return ParseQuantity(arguments, *claim.mutable_quantity());
}

absl::StatusOr<Answer> MakeClaim(Context& context, const ClaimArguments& arguments) {
  v1::Statement statement;
  v1::Claim& claim = *statement.mutable_claim();
  if (absl::Status filled = FillClaim(arguments, claim); !filled.ok()) return filled;
  if (arguments.log_wide && !arguments.areas.empty()) {
    return UsageError("areas are those of a handover's charter; a claim --log-wide names none");
  }
  if (!arguments.log_wide) {
    absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
    if (!id.ok()) return id.status();
    statement.set_handover(*id);
    absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
    if (!shown.ok()) return shown.status();
    const auto areas = InCharterOrder(shown->state().charter().charter(), arguments.areas);
    if (!areas.ok()) return areas.status();
    for (const std::string& area : *areas) claim.add_areas(area);
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("claim by ", Printable(arguments.speaker)), *spoken);
}

std::string QuantityText(const v1::Quantity& quantity) {
  const std::string precision = ChoiceName(quantity.precision(), *v1::Precision_descriptor());
  if (quantity.precision() == v1::PRECISION_WORDS) return "in words only";
  if (quantity.precision() == v1::PRECISION_FRACTION) {
    return absl::StrCat(quantity.numerator(), "/", quantity.denominator());
  }
  return quantity.precision() == v1::PRECISION_EXACT
             ? absl::StrCat(quantity.value())
             : absl::StrCat(precision, " ", quantity.value());
}

absl::StatusOr<Answer> ListClaims(Context& context, const ClaimArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
  if (!shown.ok()) return shown.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const v1::FactClaim& claim : shown->facts().claims()) {
    const std::string subject = ChoiceName(claim.subject(), *v1::ClaimSubject_descriptor());
    const std::string said = absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + claim.said_day());
    absl::StrAppend(
        &answer.text, "leaf ", claim.leaf(), "  ", said, "  ", Printable(claim.speaker()),
        claim.reporter().empty() ? ""
                                 : absl::StrCat(" (reported by ", Printable(claim.reporter()), ")"),
        ": ", subject, ", ", QuantityText(claim.quantity()), "; logged by ", claim.author(), "\n");
    list.push_back({{"leaf", claim.leaf()},
                    {"statement", keys::Hex(keys::AsBytes(claim.statement()))},
                    {"taken_back", claim.dispute().has_ended_at()},
                    {"author", claim.author()},
                    {"speaker", claim.speaker()},
                    {"reporter", claim.reporter()},
                    {"subject", subject},
                    {"quantity", QuantityText(claim.quantity())},
                    {"said", said}});
  }
  if (list.empty()) answer.text = "no claims\n";
  answer.json = JsonText(list);
  return answer;
}

void AddRequestFamily(CLI::App& app, Context& context) {
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

void AddClaimFamily(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ClaimArguments>();
  CLI::App* group = app.add_subcommand("claim", "What somebody said in public");
  group->require_subcommand(1);
  CLI::App* make = group->add_subcommand("make", "Log a public statement with its source");
  make->add_option("--speaker", arguments->speaker, "Organisation or office")->required();
  make->add_option("--reporter", arguments->reporter, "Who reported it, if not the speaker");
  make->add_option("--subject", arguments->subject, ChoiceList(*v1::ClaimSubject_descriptor()))
      ->required();
  make->add_option("--precision", arguments->precision, ChoiceList(*v1::Precision_descriptor()))
      ->capture_default_str();
  make->add_option("--value", arguments->value, "The number; 1/4 for a fraction");
  make->add_option("--said", arguments->said, "Day on which it was said: 2021-08-09")->required();
  make->add_option("--source", arguments->source,
                   "File with the source text; its SHA-256 is logged")
      ->required();
  make->add_option("--area,--areas", arguments->areas, "Areas; none: the whole handover");
  make->add_option("--handover", arguments->handover, kHandoverHelp);
  make->add_flag("--log-wide", arguments->log_wide, "Not about one handover");
  make->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeClaim(context, *arguments); };
  });
  CLI::App* list = group->add_subcommand("list", "Claims about a handover");
  list->add_option("--handover", arguments->handover, kHandoverHelp);
  list->callback([&context, arguments] {
    context.command = [&context, arguments] { return ListClaims(context, *arguments); };
  });
}

}  // namespace

void AddRequestCommands(CLI::App& app, Context& context) {
  AddRequestFamily(app, context);
  AddClaimFamily(app, context);
}

}  // namespace cairn::client
