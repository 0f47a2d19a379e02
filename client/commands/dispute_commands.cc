// contest, rule, supersede, withdraw: what is said against a statement, and what its author does.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/ground_arguments.h"
#include "client/commands/handover_id.h"
#include "client/home.h"
#include "client/sealed_annex.h"
#include "client/speak.h"
#include "client/submissions.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct DisputeArguments {
  std::string handover;
  std::string id, by;
  std::string reason, ruling;
  std::string text, out, carried;
  std::vector<std::string> also;
};

struct AboutStatement {
  OwnView view;
  keys::Bytes id;
};

absl::StatusOr<AboutStatement> FindAbout(Context& context, const DisputeArguments& arguments) {
  absl::StatusOr<OwnView> view = ReadOwnView(context, arguments.handover);
  if (!view.ok()) return view.status();
  absl::StatusOr<keys::Bytes> id = ResolveStatement(view->log, view->handover, arguments.id);
  if (!id.ok()) return id.status();
  return AboutStatement{*std::move(view), *std::move(id)};
}

absl::Status AddText(Context& context, const DisputeArguments& arguments, const OwnView& view,
                     v1::AnnexRef* (*where)(v1::Statement&), v1::Statement& statement) {
  if (arguments.text.empty()) return absl::OkStatus();
  absl::StatusOr<v1::AnnexRef> text = SealText(context, view, arguments.text, arguments.also);
  if (!text.ok()) return text.status();
  *where(statement) = *std::move(text);
  return absl::OkStatus();
}

absl::StatusOr<Answer> SayIt(Context& context, v1::Statement statement, absl::string_view what) {
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(what, *spoken);
}

absl::StatusOr<Answer> MakeContest(Context& context, const DisputeArguments& arguments) {
  const absl::StatusOr<int> reason =
      ParseChoice(arguments.reason, *v1::ContestReason_descriptor(), "--reason");
  if (!reason.ok()) return reason.status();
  absl::StatusOr<AboutStatement> about = FindAbout(context, arguments);
  if (!about.ok()) return about.status();
  v1::Statement statement;
  statement.set_handover(about->view.handover);
  statement.mutable_contest()->set_statement(about->id);
  statement.mutable_contest()->set_reason(static_cast<v1::ContestReason>(*reason));
  const absl::Status added = AddText(
      context, arguments, about->view,
      [](v1::Statement& s) { return s.mutable_contest()->mutable_text(); }, statement);
  if (!added.ok()) return added;
  return SayIt(context, std::move(statement), "contest");
}

absl::StatusOr<Answer> MakeRuling(Context& context, const DisputeArguments& arguments) {
  const absl::StatusOr<int> ruling =
      ParseChoice(arguments.ruling, *v1::Ruling_descriptor(), "--ruling");
  if (!ruling.ok()) return ruling.status();
  absl::StatusOr<AboutStatement> about = FindAbout(context, arguments);
  if (!about.ok()) return about.status();
  v1::Statement statement;
  statement.set_handover(about->view.handover);
  statement.mutable_rule()->set_statement(about->id);
  statement.mutable_rule()->set_ruling(static_cast<v1::Ruling>(*ruling));
  const absl::Status added = AddText(
      context, arguments, about->view,
      [](v1::Statement& s) { return s.mutable_rule()->mutable_text(); }, statement);
  if (!added.ok()) return added;
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer = SpokenAnswer(
      absl::StrCat("ruling: ", ChoiceName(*ruling, *v1::Ruling_descriptor())), *spoken);
  answer.next = absl::StrCat("each further mediator of the charter's threshold: cairn statement ",
                             "endorse ", spoken->id.Hex(), " --handover ",
                             keys::Hex(keys::AsBytes(about->view.handover)));
  return answer;
}

absl::StatusOr<Answer> MakeSupersede(Context& context, const DisputeArguments& arguments) {
  absl::StatusOr<AboutStatement> about = FindAbout(context, arguments);
  if (!about.ok()) return about.status();
  absl::StatusOr<keys::Bytes> by =
      ResolveStatement(about->view.log, about->view.handover, arguments.by);
  if (!by.ok()) return by.status();
  v1::Statement statement;
  statement.set_handover(about->view.handover);
  statement.mutable_supersede()->set_statement(about->id);
  statement.mutable_supersede()->set_by(*by);
  return SayIt(context, std::move(statement), "correction of your party's own word");
}

absl::StatusOr<Answer> MakeWithdraw(Context& context, const DisputeArguments& arguments) {
  absl::StatusOr<AboutStatement> about = FindAbout(context, arguments);
  if (!about.ok()) return about.status();
  v1::Statement statement;
  statement.set_handover(about->view.handover);
  statement.mutable_withdraw()->set_statement(about->id);
  return SayIt(context, std::move(statement), "withdrawal of your party's own word");
}

// The sealed annex that a statement names; nothing if it has none.
const v1::AnnexRef* AnnexOf(const v1::Statement& statement) {
  switch (statement.body_case()) {
    case v1::Statement::kFinding:
      return &statement.finding().report();
    case v1::Statement::kReply:
      return statement.reply().has_text() ? &statement.reply().text() : nullptr;
    case v1::Statement::kLocate:
      return &statement.locate().location();
    case v1::Statement::kPropose:
      return &statement.propose().proposal();
    case v1::Statement::kIncident:
      return &statement.incident().details();
    case v1::Statement::kContest:
      return statement.contest().has_text() ? &statement.contest().text() : nullptr;
    case v1::Statement::kRule:
      return statement.rule().has_text() ? &statement.rule().text() : nullptr;
    default:
      return nullptr;
  }
}

// From the statement itself, whose receipt is verified: its digest says what the annex must be.
absl::StatusOr<Answer> OpenAnnex(Context& context, const DisputeArguments& arguments) {
  absl::StatusOr<AboutStatement> about = FindAbout(context, arguments);
  if (!about.ok()) return about.status();
  v1::GetReceiptRequest which;
  which.set_statement(about->id);
  absl::StatusOr<FetchedReceipt> fetched = FetchReceipt(context, which);
  if (!fetched.ok()) return fetched.status();
  const v1::AnnexRef* annex = AnnexOf(fetched->statement.statement());
  if (annex == nullptr) {
    return absl::NotFoundError(absl::StrCat("the statement \"",
                                            statement::BodyName(fetched->statement.statement()),
                                            "\" has no sealed annex"));
  }
  if (!arguments.carried.empty()) {
    const absl::StatusOr<keys::Bytes> carried = CarriedAnnex(context, *annex);
    if (!carried.ok()) return carried.status();
    const absl::Status written = WriteNewFile(arguments.carried, keys::AsBytes(*carried));
    if (!written.ok()) return written;
    return Answer{
        .text = absl::StrCat(arguments.carried, ": the annex with its salt, sealed as it is\n"),
        .json = JsonText({{"file", arguments.carried}}),
        .next = absl::StrCat("cairn verify ", arguments.carried, " --entry ENTRY")};
  }
  absl::StatusOr<keys::Bytes> bytes = OpenSealedAnnex(context, *annex);
  if (!bytes.ok()) return bytes.status();
  nlohmann::json json = {{"statement", keys::Hex(keys::AsBytes(about->id))},
                         {"digest", keys::Hex(keys::AsBytes(annex->digest()))},
                         {"bytes", bytes->size()}};
  Answer answer;
  if (arguments.out.empty()) {
    answer.text = Printable(*bytes);
    json["text"] = *bytes;
  } else {
    if (absl::Status written = WriteNewFile(arguments.out, keys::AsBytes(*bytes)); !written.ok()) {
      return written;
    }
    answer.text = absl::StrCat(arguments.out, ": ", bytes->size(), " bytes, as signed for\n");
    json["file"] = arguments.out;
  }
  answer.json = JsonText(json);
  return answer;
}

using DisputeRun = absl::StatusOr<Answer> (*)(Context&, const DisputeArguments&);

CLI::App* AddDispute(CLI::App& app, Context& context,
                     const std::shared_ptr<DisputeArguments>& arguments, const char* name,
                     const char* help, DisputeRun run) {
  CLI::App* command = app.add_subcommand(name, help);
  command
      ->add_option("ID", arguments->id,
                   "Id of the statement; 8 digits suffice for findings, incidents and the like")
      ->required();
  command->add_option("--handover", arguments->handover, kHandoverHelp);
  command->callback([&context, arguments, run] {
    context.command = [&context, arguments, run] { return run(context, *arguments); };
  });
  return command;
}

void AddTextOptions(CLI::App& command, DisputeArguments& arguments) {
  command.add_option("--text", arguments.text, "File with the reasons; sealed");
  command.add_option("--seal-to", arguments.also, "Seal the text to this party, too")
      ->allow_extra_args(false);
}

}  // namespace

void AddDisputeCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<DisputeArguments>();
  CLI::App* contest = AddDispute(app, context, arguments, "contest",
                                 "Contest what another party said", MakeContest);
  contest->add_option("--reason", arguments->reason, ChoiceList(*v1::ContestReason_descriptor()))
      ->required();
  AddTextOptions(*contest, *arguments);
  CLI::App* rule = AddDispute(app, context, arguments, "rule",
                              "Rule on a contested statement, as a mediator", MakeRuling);
  rule->add_option("--ruling", arguments->ruling,
                   absl::StrCat("The statement is: ", ChoiceList(*v1::Ruling_descriptor())))
      ->required();
  AddTextOptions(*rule, *arguments);
  CLI::App* supersede = AddDispute(
      app, context, arguments, "supersede",
      "Say that a later statement of your party stands in place of this one", MakeSupersede);
  supersede->add_option("--by", arguments->by, "Id of the later statement of the same kind")
      ->required();
  AddDispute(app, context, arguments, "withdraw",
             "Take back what your party said; it stays visible", MakeWithdraw);
  CLI::App* annex =
      AddDispute(*app.get_subcommand("statement"), context, arguments, "annex",
                 "Open the sealed report, text, place or details of a statement", OpenAnnex);
  annex->add_option("--out", arguments->out, "File to write; default: show it");
  annex->add_option("--carried", arguments->carried,
                    "Write it unopened with its salt, as `cairn verify` reads it");
}

}  // namespace cairn::client
