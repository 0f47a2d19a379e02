// locate, propose: where a described landmark is, and which mistake would explain a record. Neither
// changes a record: only its holding party does, by a supplement.
#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cairn/v1/statement.pb.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/ground_arguments.h"
#include "client/commands/handover_id.h"
#include "client/speak.h"

namespace cairn::client {
namespace {

struct LocatingArguments {
  std::string handover;
  RecordArguments record;
  std::string kind, text;
  std::vector<std::string> also;
};

struct AboutRecord {
  keys::Bytes handover;
  NamedRecord record;
  v1::AnnexRef annex;
};

absl::StatusOr<AboutRecord> Prepare(Context& context, const LocatingArguments& arguments) {
  absl::StatusOr<OwnView> view = ReadOwnView(context, arguments.handover);
  if (!view.ok()) return view.status();
  absl::StatusOr<NamedRecord> record = ResolveRecord(view->log, view->handover, arguments.record);
  if (!record.ok()) return record.status();
  absl::StatusOr<v1::AnnexRef> annex = SealText(context, *view, arguments.text, arguments.also);
  if (!annex.ok()) return annex.status();
  return AboutRecord{view->handover, *std::move(record), *std::move(annex)};
}

absl::StatusOr<Answer> MakeLocate(Context& context, const LocatingArguments& arguments) {
  absl::StatusOr<AboutRecord> about = Prepare(context, arguments);
  if (!about.ok()) return about.status();
  v1::Statement statement;
  statement.set_handover(about->handover);
  statement.mutable_locate()->set_package(about->record.package);
  statement.mutable_locate()->set_record_commitment(about->record.commitment);
  *statement.mutable_locate()->mutable_location() = about->annex;
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer("location", *spoken);
}

absl::StatusOr<Answer> MakeProposal(Context& context, const LocatingArguments& arguments) {
  const absl::StatusOr<int> kind =
      ParseChoice(arguments.kind, *v1::ProposalKind_descriptor(), "--kind");
  if (!kind.ok()) return kind.status();
  absl::StatusOr<AboutRecord> about = Prepare(context, arguments);
  if (!about.ok()) return about.status();
  v1::Statement statement;
  statement.set_handover(about->handover);
  v1::Propose& body = *statement.mutable_propose();
  body.set_package(about->record.package);
  body.set_record_commitment(about->record.commitment);
  body.set_kind(static_cast<v1::ProposalKind>(*kind));
  *body.mutable_proposal() = about->annex;
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("proposal: ", ChoiceName(*kind, *v1::ProposalKind_descriptor())),
                      *spoken);
}

void AddCommon(CLI::App& command, LocatingArguments& arguments, const char* text_help) {
  command.add_option("--text", arguments.text, text_help)->required();
  command.add_option("--seal-to", arguments.also, "Seal it to this party, too")
      ->allow_extra_args(false);
  AddRecordOptions(command, arguments.record);
  command.add_option("--handover", arguments.handover, kHandoverHelp);
}

}  // namespace

void AddLocatingCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<LocatingArguments>();
  CLI::App* locate =
      app.add_subcommand("locate", "Log that a landmark that a record describes was found");
  AddCommon(*locate, *arguments, "File with the coordinates found and their accuracy. Sealed");
  locate->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeLocate(context, *arguments); };
  });
  CLI::App* propose = app.add_subcommand(
      "propose", "Propose a correction as hypothesis, for the holding party to confirm");
  propose->add_option("--kind", arguments->kind, ChoiceList(*v1::ProposalKind_descriptor()))
      ->required();
  AddCommon(*propose, *arguments, "File with the hypothesis and its grounds. Sealed");
  propose->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeProposal(context, *arguments); };
  });
}

}  // namespace cairn::client
