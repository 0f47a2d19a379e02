#include <grpcpp/grpcpp.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/note/proof_file.h"
#include "audit/statement/entry.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/connection.h"
#include "client/content_file.h"
#include "client/context.h"
#include "client/notes.h"
#include "client/opening.h"
#include "client/package_home.h"
#include "client/submissions.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct ReceiptArguments {
  std::string handover;
  std::string package;
  std::vector<std::string> reasons;
  std::string assessment;
  std::string text;
  std::vector<std::string> which;
  bool all = false;
  bool own = false;
  bool witnessed = false;
  std::string file;
};

// The package with the folder in which this party keeps it.
struct HeldPackage {
  Submitted submitted;
  PackageFolder folder;
};

absl::StatusOr<HeldPackage> FindHeld(Context& context, const ReceiptArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<Submitted> package = FindSubmitted(context, *id, arguments.package);
  if (!package.ok()) return package.status();
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  PackageFolder folder = PackageFolder::Of(*home, package->digest);
  HeldPackage held{*std::move(package), std::move(folder)};
  if (access(held.folder.Main().c_str(), F_OK) == 0) return held;
  return absl::FailedPreconditionError(
      absl::StrCat("the sealed file is not here; fetch it first: cairn package fetch ",
                   held.submitted.digest.Hex()));
}

// A receipt repeats what it is for, so that it can be read alone.
v1::Acknowledge AcknowledgementOf(const HeldPackage& held, v1::AcknowledgeKind kind, bool persons) {
  const v1::SubmitPackage& said = held.submitted.submission;
  v1::Acknowledge acknowledge;
  acknowledge.set_kind(kind);
  acknowledge.set_package(said.digest());
  acknowledge.set_size(said.size());
  acknowledge.set_record_root(said.record_root());
  if (persons) {
    acknowledge.set_persons_digest(said.persons_digest());
    acknowledge.set_persons_size(said.persons_size());
  }
  return acknowledge;
}

absl::Status CheckHeld(const std::string& path, const std::string& digest, std::uint64_t size) {
  const absl::StatusOr<LocalContent> here = DescribeContent(path);
  if (!here.ok()) return here.status();
  if (here->digest.ToBytes() == digest && here->size == size) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(path, " has SHA-256 ", here->digest.Hex(), ", and what was submitted has ",
                   keys::Hex(keys::AsBytes(digest)), "; remove it and fetch it again"));
}

absl::StatusOr<Answer> Custody(Context& context, const ReceiptArguments& arguments) {
  absl::StatusOr<HeldPackage> held = FindHeld(context, arguments);
  if (!held.ok()) return held.status();
  const v1::SubmitPackage& said = held->submitted.submission;
  const bool persons =
      !said.persons_digest().empty() && access(held->folder.Persons().c_str(), F_OK) == 0;
  absl::Status same = CheckHeld(held->folder.Main(), said.digest(), said.size());
  if (same.ok() && persons) {
    same = CheckHeld(held->folder.Persons(), said.persons_digest(), said.persons_size());
  }
  if (!same.ok()) return same;
  const absl::StatusOr<bool> sure = context.Confirm(
      absl::StrCat("You sign: \"I hold ", said.size(), " bytes with SHA-256 ",
                   held->submitted.digest.Hex(), persons ? ", and the persons' file with them" : "",
                   "\". It is about bytes, not about content, and cannot be taken back. Sign?"));
  if (!sure.ok()) return sure.status();
  if (!*sure) return absl::CancelledError("nothing was signed");
  v1::Statement statement;
  statement.set_handover(held->submitted.handover);
  *statement.mutable_acknowledge() =
      AcknowledgementOf(*held, v1::ACKNOWLEDGE_KIND_CUSTODY, persons);
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer = SpokenAnswer(
      absl::StrCat("custody of ", said.size(), " bytes", persons ? " and the persons' file" : ""),
      *spoken);
  answer.next = absl::StrCat("cairn receipt opened ", held->submitted.digest.Hex());
  return answer;
}

absl::StatusOr<Answer> Opened(Context& context, const ReceiptArguments& arguments) {
  absl::StatusOr<HeldPackage> held = FindHeld(context, arguments);
  if (!held.ok()) return held.status();
  absl::StatusOr<OpeningTerms> terms = FetchTerms(context, held->submitted);
  if (!terms.ok()) return terms.status();
  Unsealer unsealer(context);
  absl::StatusOr<Opening> opening =
      CheckOpening(unsealer, held->folder, held->submitted, *terms, {});
  if (!opening.ok()) return opening.status();
  v1::Statement statement;
  statement.set_handover(held->submitted.handover);
  v1::Acknowledge& body = *statement.mutable_acknowledge();
  body = AcknowledgementOf(*held, v1::ACKNOWLEDGE_KIND_OPENED, opening->has_persons);
  std::string findings;
  nlohmann::json mismatches = nlohmann::json::array();
  for (const auto& [mismatch, what] : opening->mismatches) {
    const std::string name = ChoiceName(mismatch, *v1::OpeningMismatch_descriptor());
    body.add_mismatches(mismatch);
    absl::StrAppend(&findings, "  ", name, ": ", Printable(what), "\n");
    mismatches.push_back({{"mismatch", name}, {"found", what}});
  }
  if (!opening->Matches()) {
    const absl::StatusOr<bool> sure = context.Confirm(absl::StrCat(
        "The package does not match what was signed:\n", findings, "Sign that it does not match?"));
    if (!sure.ok()) return sure.status();
    if (!*sure) return absl::CancelledError("nothing was signed");
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer =
      SpokenAnswer(opening->Matches() ? "opened: it matches" : "opened: it does not match", *spoken,
                   {{"matches", opening->Matches()}, {"mismatches", mismatches}});
  answer.text += findings;
  if (!opening->Matches()) answer.code = ExitCode::kDoesNotHold;
  return answer;
}

// The fields that the three positions share.
template <typename Body>
absl::Status FillPosition(Context& context, const ReceiptArguments& arguments, Body& body) {
  if (!arguments.assessment.empty()) {
    absl::StatusOr<keys::Bytes> id = keys::ParseHex(arguments.assessment);
    if (!id.ok() || id->size() != keys::kDigestSize) {
      return UsageError("--assessment is the id of an Assess statement: 64 hexadecimal digits");
    }
    body.set_assessment(*id);
  }
  if constexpr (!std::is_same_v<Body, v1::AcceptContent>) {
    const auto reasons =
        ParseChoices(arguments.reasons, *v1::PositionReason_descriptor(), "--reason");
    if (!reasons.ok()) return reasons.status();
    for (const int reason : *reasons) body.add_reasons(static_cast<v1::PositionReason>(reason));
    if (arguments.text.empty()) return absl::OkStatus();
    const absl::StatusOr<Home> home = context.GetHome();
    if (!home.ok()) return home.status();
    absl::StatusOr<v1::AnnexRef> annex = StoreAnnexFile(*home, arguments.text);
    if (!annex.ok()) return annex.status();
    *body.mutable_text() = *std::move(annex);
  }
  return absl::OkStatus();
}

enum class Stance { kAccept, kReserve, kReject };

absl::StatusOr<Answer> TakePosition(Context& context, const ReceiptArguments& arguments,
                                    Stance stance) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<Submitted> package = FindSubmitted(context, *id, arguments.package);
  if (!package.ok()) return package.status();
  if (stance != Stance::kAccept && arguments.reasons.empty()) {
    return UsageError(
        absl::StrCat("name at least one --reason: ", ChoiceList(*v1::PositionReason_descriptor())));
  }
  v1::Statement statement;
  statement.set_handover(*id);
  absl::Status filled;
  const char* what = "content accepted";
  const char* said = "accept";
  if (stance == Stance::kAccept) {
    statement.mutable_accept_content()->set_package(package->digest.ToBytes());
    filled = FillPosition(context, arguments, *statement.mutable_accept_content());
  } else if (stance == Stance::kReserve) {
    what = "position reserved";
    said = "reserve our position on";
    statement.mutable_reserve()->set_package(package->digest.ToBytes());
    filled = FillPosition(context, arguments, *statement.mutable_reserve());
  } else {
    what = "content rejected";
    said = "reject";
    statement.mutable_reject()->set_package(package->digest.ToBytes());
    filled = FillPosition(context, arguments, *statement.mutable_reject());
  }
  if (!filled.ok()) return filled;
  const absl::StatusOr<bool> sure = context.Confirm(absl::StrCat(
      "You sign for your party: \"We ", said, " the content of package ", package->digest.Hex(),
      "\". It stays in the log and cannot be taken back. Sign?"));
  if (!sure.ok()) return sure.status();
  if (!*sure) return absl::CancelledError("nothing was signed");
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(what, *spoken);
}

// The leaves of the log that this party signed, or all of them.
absl::StatusOr<std::vector<std::uint64_t>> LeavesOf(Context& context, bool own) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  v1::GetCheckpointRequest ask;
  absl::StatusOr<v1::GetCheckpointResponse> newest =
      (*connection)->Call(&v1::LogService::Stub::GetCheckpoint, (*connection)->log(), ask);
  if (!newest.ok()) return newest.status();
  absl::StatusOr<note::OpenedCheckpoint> note = AdvanceNote(context, newest->note());
  if (!note.ok()) return note.status();
  const std::uint64_t size = merkle::ToInt(note->checkpoint.size);
  std::vector<std::uint64_t> leaves;
  if (!own) {
    for (std::uint64_t leaf = 0; leaf < size; ++leaf) leaves.push_back(leaf);
    return leaves;
  }
  grpc::ClientContext call;
  call.set_deadline(std::chrono::system_clock::now() + kTransferDeadline);
  v1::FollowRequest follow;
  follow.set_end(size);
  const auto reader = (*connection)->log().Follow(&call, follow);
  v1::FollowResponse batch;
  while (reader->Read(&batch)) {
    std::uint64_t leaf = batch.start();
    for (const std::string& bytes : batch.entries()) {
      const auto entry = statement::ParseEntry(keys::AsBytes(bytes));
      const auto verified =
          entry.ok() ? statement::Verify(keys::AsBytes(entry->signed_statement)) : entry.status();
      if (verified.ok() && verified->statement().actor() == profile->party) leaves.push_back(leaf);
      ++leaf;
    }
  }
  const grpc::Status ended = reader->Finish();
  if (!ended.ok()) return FromGrpc(ended, (*connection)->address());
  return leaves;
}

absl::StatusOr<v1::GetReceiptRequest> WhichReceipt(const std::string& text) {
  v1::GetReceiptRequest which;
  std::uint64_t leaf = 0;
  const absl::StatusOr<keys::Bytes> id = keys::ParseHex(text);
  if (id.ok() && id->size() == keys::kDigestSize) {
    which.set_statement(*id);
  } else if (absl::SimpleAtoi(text, &leaf)) {
    which.set_leaf_index(leaf);
  } else {
    return UsageError(absl::StrCat("a receipt is named by its leaf index or by the 64 digits of ",
                                   "its statement's id, not '", text, "'"));
  }
  return which;
}

absl::StatusOr<Answer> Fetch(Context& context, const ReceiptArguments& arguments) {
  std::vector<v1::GetReceiptRequest> wanted;
  for (const std::string& text : arguments.which) {
    absl::StatusOr<v1::GetReceiptRequest> which = WhichReceipt(text);
    if (!which.ok()) return which.status();
    wanted.push_back(*std::move(which));
  }
  if (arguments.all) {
    const auto leaves = LeavesOf(context, arguments.own);
    if (!leaves.ok()) return leaves.status();
    for (const std::uint64_t leaf : *leaves) wanted.emplace_back().set_leaf_index(leaf);
  } else if (wanted.empty()) {
    return UsageError("name receipts by leaf index or statement id, or ask for --all");
  }
  Progress progress("Receipts", wanted.size(), context.console.shows_progress());
  nlohmann::json list = nlohmann::json::array();
  std::string text;
  for (v1::GetReceiptRequest& which : wanted) {
    which.set_published(arguments.witnessed);
    absl::StatusOr<FetchedReceipt> fetched = FetchReceipt(context, which);
    if (!fetched.ok()) return fetched.status();
    const std::string body(statement::BodyName(fetched->statement.statement()));
    absl::StrAppend(&text, fetched->spoken.receipt_path, "  ", body, " by ",
                    Printable(fetched->statement.statement().actor()), "\n");
    list.push_back({{"leaf", fetched->spoken.leaf_index},
                    {"statement", fetched->spoken.id.Hex()},
                    {"body", body},
                    {"actor", fetched->statement.statement().actor()},
                    {"receipt", fetched->spoken.receipt_path}});
    progress.Advance(list.size());
  }
  return Answer{.text = text,
                .json = JsonText(list),
                .next = wanted.empty() ? "" : "cairn verify FILE.tlog-proof"};
}

// Shows what the files say; whether it holds is what `cairn verify` answers.
absl::StatusOr<Answer> ShowReceipt(const ReceiptArguments& arguments) {
  const absl::StatusOr<keys::Bytes> bytes =
      ReadFile(arguments.file, note::kMaxProofFileBytesWithExtra);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<note::ProofFile> proof = note::ParseProofFile(keys::AsBytes(*bytes));
  if (!proof.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(arguments.file, " is not a receipt: ", proof.status().message()));
  }
  nlohmann::json json = {{"file", arguments.file},
                         {"leaf", merkle::ToInt(proof->index)},
                         {"hashes", proof->path.size()},
                         {"note", proof->note}};
  Answer answer;
  answer.text = absl::StrCat("leaf ", merkle::ToInt(proof->index), ", ", proof->path.size(),
                             " hashes up to the root of this note:\n\n", proof->note, "\n");
  const std::string beside =
      absl::StrCat(absl::StripSuffix(arguments.file, ".tlog-proof"), ".entry");
  const absl::StatusOr<keys::Bytes> entry_bytes = ReadFile(beside, statement::kMaxEntryBytes);
  if (entry_bytes.ok()) {
    const auto entry = statement::ParseEntry(keys::AsBytes(*entry_bytes));
    const auto verified =
        entry.ok() ? statement::Verify(keys::AsBytes(entry->signed_statement)) : entry.status();
    if (!verified.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(beside, ": ", verified.status().message()));
    }
    const std::string body(statement::BodyName(verified->statement()));
    absl::StrAppend(&answer.text, "entry: ", body, " by ", Printable(verified->statement().actor()),
                    ", statement ", verified->id().Hex(), "\n");
    json["statement"] = verified->id().Hex();
    json["body"] = body;
    json["actor"] = verified->statement().actor();
  }
  answer.json = JsonText(json);
  answer.next = absl::StrCat("cairn verify ", arguments.file);
  return answer;
}

void AddPositions(CLI::App& group, Context& context,
                  const std::shared_ptr<ReceiptArguments>& arguments) {
  const struct {
    const char* name;
    const char* help;
    Stance stance;
  } kStances[] = {{"accept", "Accept the content of a package", Stance::kAccept},
                  {"reserve", "Reserve your position on its content", Stance::kReserve},
                  {"reject", "Reject its content", Stance::kReject}};
  for (const auto& one : kStances) {
    CLI::App* command = group.add_subcommand(one.name, one.help);
    command->add_option("PACKAGE", arguments->package, kPackageHelp)->required();
    command->add_option("--assessment", arguments->assessment,
                        "Id of the Assess statement that it rests on");
    if (one.stance != Stance::kAccept) {
      command
          ->add_option("--reason", arguments->reasons, ChoiceList(*v1::PositionReason_descriptor()))
          ->allow_extra_args(false);
      command->add_option("--text", arguments->text, "File with more; kept as an annex");
    }
    command->add_option("--handover", arguments->handover, kHandoverHelp);
    command->callback([&context, arguments, stance = one.stance] {
      context.command = [&context, arguments, stance] {
        return TakePosition(context, *arguments, stance);
      };
    });
  }
}

void AddFetchAndShow(CLI::App& group, Context& context,
                     const std::shared_ptr<ReceiptArguments>& arguments) {
  CLI::App* fetch = group.add_subcommand("fetch", "Fetch fresh receipts and verify them");
  fetch->add_option("WHICH", arguments->which, "Leaf indices or statement ids");
  fetch->add_flag("--all", arguments->all, "Of every leaf of the log");
  fetch->add_flag("--witnessed", arguments->witnessed,
                  "At the published checkpoint, with what its witnesses have signed");
  fetch->add_flag("--own", arguments->own, "With --all: only of what your party signed");
  fetch->callback([&context, arguments] {
    context.command = [&context, arguments] { return Fetch(context, *arguments); };
  });
  CLI::App* show = group.add_subcommand("show", "Show what a receipt says; checks no signature");
  show->add_option("FILE", arguments->file, "Receipt (N.tlog-proof)")->required();
  show->callback(
      [&context, arguments] { context.command = [arguments] { return ShowReceipt(*arguments); }; });
}

}  // namespace

void AddReceiptCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ReceiptArguments>();
  CLI::App* group = app.add_subcommand("receipt", "Receipts for bytes, and positions on content");
  group->require_subcommand(1);
  using Run = absl::StatusOr<Answer> (*)(Context&, const ReceiptArguments&);
  const struct {
    const char* name;
    const char* help;
    Run run;
  } kOnPackage[] = {{"custody", "Sign that you hold the bytes of a package", Custody},
                    {"opened", "Open it, check it, and sign whether it matches", Opened}};
  for (const auto& one : kOnPackage) {
    CLI::App* command = group->add_subcommand(one.name, one.help);
    command->add_option("PACKAGE", arguments->package, kPackageHelp)->required();
    command->add_option("--handover", arguments->handover, kHandoverHelp);
    command->callback([&context, arguments, run = one.run] {
      context.command = [&context, arguments, run] { return run(context, *arguments); };
    });
  }
  AddPositions(*group, context, arguments);
  AddFetchAndShow(*group, context, arguments);
}

}  // namespace cairn::client
