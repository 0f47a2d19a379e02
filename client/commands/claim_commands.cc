// claim: what somebody said in public, with its source.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/civil_day.h"
#include "client/clock.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/content_file.h"
#include "client/context.h"
#include "client/speak.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

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
  const absl::StatusOr<std::int32_t> said = PastDayArgument(arguments.said, "--said", NowMs());
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
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchNamedHandover(context, arguments.handover);
  if (!shown.ok()) return shown.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const v1::FactClaim& claim : shown->facts().claims()) {
    const std::string subject = ChoiceName(claim.subject(), *v1::ClaimSubject_descriptor());
    const std::string said = DayText(claim.said_day());
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

}  // namespace

void AddClaimCommands(CLI::App& app, Context& context) {
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

}  // namespace cairn::client
