#include "client/commands/ending_commands.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/dossier/evidence.h"
#include "audit/ledger/handover_view.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/commands/choices.h"
#include "client/refold.h"
#include "client/speak.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct EndingArguments {
  std::string reason;
  std::string file;
  std::string id;
  std::string out;
};

absl::StatusOr<Answer> FreezeLog(Context& context, const EndingArguments& arguments) {
  const absl::StatusOr<int> reason =
      ParseChoice(arguments.reason, *v1::FreezeReason_descriptor(), "--reason");
  if (!reason.ok()) return reason.status();
  v1::Statement statement;
  statement.mutable_freeze()->set_reason(static_cast<v1::FreezeReason>(*reason));
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer = SpokenAnswer("freeze of the log", *spoken);
  answer.next =
      absl::StrCat("until the threshold of registrars stands, the others: cairn statement endorse ",
                   spoken->id.Hex(), "; then the log takes nothing more");
  return answer;
}

// Nobody is hindered from publishing what convicts nobody; but not by mistake.
absl::StatusOr<Answer> PublishEvidenceFile(Context& context, const EndingArguments& arguments) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<keys::Bytes> bytes = ReadFile(arguments.file, kMaxAnnexInMemory);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<dossier::JudgedEvidence> judged =
      dossier::JudgeEvidenceFile(keys::SourceOf(keys::AsBytes(*bytes)));
  if (!judged.ok()) return judged.status();
  if (!judged->verdict.ok() && !absl::IsUnimplemented(judged->verdict)) {
    return absl::FailedPreconditionError(
        absl::StrCat(arguments.file, " convicts nobody: ", judged->verdict.message(),
                     ". Nothing was published"));
  }
  v1::Statement statement;
  v1::PublishEvidence& body = *statement.mutable_publish_evidence();
  body.set_kind(dossier::PublishedKind(judged->evidence.kind));
  absl::StatusOr<v1::AnnexRef> annex = StoreAnnex(*home, keys::AsBytes(*bytes));
  if (!annex.ok()) return annex.status();
  *body.mutable_evidence() = *annex;
  // Of no handover: whoever is enrolled may fetch it.
  if (absl::Status shared = ShareAnnex(context, {}, *annex); !shared.ok()) return shared;
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("evidence (", dossier::EvidenceName(judged->evidence.kind), ")"),
                      *spoken);
}

absl::StatusOr<Answer> ListPublished(Context& context) {
  const absl::StatusOr<RefoldedLog> log = RefoldLog(context, std::nullopt);
  if (!log.ok()) return log.status();
  const auto published = ledger::ListEvidence(log->replay.state());
  const auto standing = ledger::ReadLogStanding(log->replay.state());
  if (!published.ok()) return published.status();
  if (!standing.ok()) return standing.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const v1::EvidenceObject& one : *published) {
    const std::string kind = ChoiceName(one.kind(), *v1::EvidenceKind_descriptor());
    const std::string id = keys::Hex(keys::AsBytes(one.statement()));
    absl::StrAppend(&answer.text, "leaf ", one.leaf(), "  ", one.author(), "  ", kind, ", ",
                    one.evidence().size(), " bytes  ", id, "\n");
    list.push_back({{"leaf", one.leaf()},
                    {"author", one.author()},
                    {"kind", kind},
                    {"bytes", one.evidence().size()},
                    {"digest", keys::Hex(keys::AsBytes(one.evidence().digest()))},
                    {"statement", id}});
  }
  absl::StrAppend(&answer.text, standing->evidence(),
                  " published against the log or a witness. Published is not proven: fetch a file "
                  "and judge it.\n");
  answer.json = JsonText({{"published", list}, {"count", standing->evidence()}});
  if (!published->empty()) {
    answer.next = absl::StrCat("cairn log published ",
                               keys::Hex(keys::AsBytes(published->front().statement())),
                               " --out FILE.evidence; cairn verify FILE.evidence");
  }
  return answer;
}

absl::StatusOr<Answer> FetchPublished(Context& context, const EndingArguments& arguments) {
  const absl::StatusOr<RefoldedLog> log = RefoldLog(context, std::nullopt);
  if (!log.ok()) return log.status();
  const auto published = ledger::ListEvidence(log->replay.state());
  if (!published.ok()) return published.status();
  for (const v1::EvidenceObject& one : *published) {
    if (keys::Hex(keys::AsBytes(one.statement())) != arguments.id) continue;
    const absl::StatusOr<keys::Bytes> bytes = FetchAnnex(context, one.evidence());
    if (!bytes.ok()) return bytes.status();
    const absl::Status written = WriteNewFile(arguments.out, keys::AsBytes(*bytes));
    if (!written.ok()) return written;
    return Answer{
        .text = absl::StrCat(arguments.out, ": ", bytes->size(), " bytes, as published\n"),
        .json = JsonText({{"file", arguments.out}, {"bytes", bytes->size()}}),
        .code = ExitCode::kHolds,
        .next = absl::StrCat("cairn verify ", arguments.out)};
  }
  return absl::NotFoundError("no evidence was published by a statement of this id");
}

absl::StatusOr<Answer> Published(Context& context, const EndingArguments& arguments) {
  if (arguments.id.empty() != arguments.out.empty()) {
    return UsageError("give the id of the statement and --out FILE, or neither");
  }
  return arguments.id.empty() ? ListPublished(context) : FetchPublished(context, arguments);
}

using EndingRun = absl::StatusOr<Answer> (*)(Context&, const EndingArguments&);

void SetsEnding(CLI::App* command, Context& context,
                const std::shared_ptr<EndingArguments>& arguments, EndingRun run) {
  command->callback([&context, arguments, run] {
    context.command = [&context, arguments, run] { return run(context, *arguments); };
  });
}

}  // namespace

void AddEndingCommands(CLI::App& log, Context& context) {
  auto arguments = std::make_shared<EndingArguments>();
  CLI::App* freeze = log.add_subcommand("freeze", "End the log, as a registrar (threshold)");
  freeze->add_option("--reason", arguments->reason, ChoiceList(*v1::FreezeReason_descriptor()))
      ->required();
  SetsEnding(freeze, context, arguments, FreezeLog);
  CLI::App* publish =
      log.add_subcommand("publish", "Publish an evidence file in the log, for every party");
  publish->add_option("FILE", arguments->file, "As `cairn log evidence` makes it")->required();
  SetsEnding(publish, context, arguments, PublishEvidenceFile);
  CLI::App* published =
      log.add_subcommand("published", "What evidence was published, or fetch one file of it");
  published->add_option("ID", arguments->id, "Id of the statement that published it");
  published->add_option("--out", arguments->out, "File to write: NAME.evidence");
  SetsEnding(published, context, arguments, Published);
}

}  // namespace cairn::client
