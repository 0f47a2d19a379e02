#include <grpcpp/grpcpp.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/commands/package_arguments.h"
#include "client/console.h"
#include "client/content_file.h"
#include "client/context.h"
#include "client/interrupt.h"
#include "client/may_submit.h"
#include "client/opening.h"
#include "client/package_contents.h"
#include "client/package_home.h"
#include "client/package_members.h"
#include "client/speak.h"
#include "client/submissions.h"
#include "client/transfer.h"
#include "client/unproven.h"
#include "keys/encoding.h"
#include "keys/key_file.h"

namespace cairn::client {
namespace {

// --- submit, carry -------------------------------------------------------------------------------

// A folder's files, compared with its submission.
struct ReadyToSend {
  v1::SubmitPackage submission;
  LocalContent main;
  std::optional<LocalContent> persons;
};

absl::Status CheckFileIs(const LocalContent& content, const std::string& digest,
                         std::uint64_t size) {
  if (content.digest.ToBytes() == digest && content.size == size) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      content.path, " is not the file that the submission names; build the package again"));
}

absl::StatusOr<ReadyToSend> ReadyOf(const PackageFolder& folder, v1::SubmitPackage submission) {
  absl::StatusOr<LocalContent> main = DescribeContent(folder.Main());
  if (!main.ok()) return main.status();
  ReadyToSend ready{std::move(submission), *std::move(main), std::nullopt};
  const v1::SubmitPackage& said = ready.submission;
  absl::Status same = CheckFileIs(ready.main, said.digest(), said.size());
  if (same.ok() && !said.persons_digest().empty()) {
    absl::StatusOr<LocalContent> persons = DescribeContent(folder.Persons());
    if (!persons.ok()) return persons.status();
    ready.persons = *std::move(persons);
    same = CheckFileIs(*ready.persons, said.persons_digest(), said.persons_size());
  }
  if (!same.ok()) return same;
  return ready;
}

// What this party would sign for, held against the sealed files, where it made them and so can open
// them. Without the seed nothing can be looked at, and nothing is said.
absl::Status CheckBeforeSigning(Context& context, const PackageFolder& folder,
                                const keys::Bytes& handover, const ReadyToSend& ready) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  if (access(PackageFolder::Of(*home, ready.main.digest).Seed().c_str(), F_OK) != 0) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  const absl::StatusOr<keys::KeyFileHeader> header =
      keys::ReadKeyFileHeader(home->Key(context.options.signing_key));
  if (!header.ok()) return header.status();
  const auto signer =
      keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(header->typed_public_key));
  if (!signer.ok()) return signer.status();
  const Submitted package{handover, ready.main.digest, 0,      profile->party,
                          {},       ready.submission,  *signer};
  const absl::StatusOr<OpeningTerms> terms = FetchTerms(context, package);
  if (!terms.ok()) return terms.status();
  Unsealer unsealer(context);
  const absl::StatusOr<Opening> opening = CheckOpening(unsealer, folder, package, *terms, {});
  if (!opening.ok()) return opening.status();
  if (opening->Matches()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(folder.Submission(), " does not say what is sealed: ", MismatchText(*opening),
                   ". Nothing was signed; build the package again, for this handover"));
}

absl::Status UploadAll(Context& context, const ReadyToSend& ready, const keys::Bytes& handover) {
  absl::StatusOr<Transfer> transfer = Transfer::Create(context);
  if (!transfer.ok()) return transfer.status();
  absl::Status sent = transfer->Upload(ready.main, handover);
  if (sent.ok() && ready.persons.has_value()) sent = transfer->Upload(*ready.persons, handover);
  return sent;
}

absl::Status CopyInto(const std::string& from, const std::string& folder, const char* name) {
  std::error_code failed;
  std::filesystem::copy_file(from, absl::StrCat(folder, "/", name),
                             std::filesystem::copy_options::none, failed);
  if (!failed) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("cannot copy ", from, " to ", folder, ": ", failed.message()));
}

constexpr char kCarriedStatement[] = "statement.signed";

// The carrier's folder as a whole: files, then what is signed for them.
absl::Status FillForCarrier(Context& context, v1::Statement statement, const ReadyToSend& ready,
                            const std::string& folder) {
  if (absl::Status made = MakeFolder(folder); !made.ok()) return made;
  absl::Status copied = CopyInto(ready.main.path, folder, "package.age");
  if (copied.ok() && ready.persons.has_value()) {
    copied = CopyInto(ready.persons->path, folder, "persons.age");
  }
  if (!copied.ok()) return copied;
  absl::StatusOr<keys::Bytes> bytes = SignForCarrier(context, std::move(statement));
  if (!bytes.ok()) return bytes.status();
  return WriteFileDurably(absl::StrCat(folder, "/", kCarriedStatement), keys::AsBytes(*bytes));
}

// What an export that was broken off left. Anything else of that name is somebody's, and stays.
absl::Status RemoveUnfinishedExport(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::file_status found = fs::symlink_status(folder, failed);
  if (!fs::exists(found)) return absl::OkStatus();
  bool ours = fs::is_directory(found);
  if (ours) {
    for (const auto& one : fs::directory_iterator(folder, failed)) {
      const std::string name = one.path().filename().string();
      ours = ours && (name == "package.age" || name == "persons.age" ||
                      absl::StartsWith(name, kCarriedStatement));
    }
  }
  if (ours && !failed) fs::remove_all(folder, failed);
  if (ours && !failed) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(
      folder, " is in the way and is no unfinished export; move it, or name another folder"));
}

// Beside, then renamed: what could not be finished leaves nothing in the way of another try.
absl::StatusOr<Answer> Export(Context& context, const PackageArguments& arguments,
                              v1::Statement statement, const ReadyToSend& ready) {
  const PackageFolder to(std::string(absl::StripSuffix(arguments.exported, "/")));
  if (access(to.folder().c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(
        absl::StrCat(to.folder(), " is there already; nothing is overwritten"));
  }
  const std::string beside = to.folder() + ".part";
  if (absl::Status cleared = RemoveUnfinishedExport(beside); !cleared.ok()) return cleared;
  std::error_code ignored;
  absl::Status filled = FillForCarrier(context, std::move(statement), ready, beside);
  if (filled.ok() && std::rename(beside.c_str(), to.folder().c_str()) != 0) {
    filled = absl::FailedPreconditionError(absl::StrCat("cannot rename ", beside));
  }
  if (!filled.ok()) {
    std::filesystem::remove_all(beside, ignored);
    return filled;
  }
  Answer answer;
  answer.text = absl::StrCat("Signed, not sent. Give ", to.folder(),
                             " to whoever carries it. Until it is logged, this key signs nothing ",
                             "else.\n");
  answer.json = JsonText({{"exported", to.folder()}, {"package", ready.main.digest.Hex()}});
  answer.next = absl::StrCat("the carrier: cairn package carry ", to.folder());
  return answer;
}

absl::StatusOr<Answer> Submit(Context& context, const PackageArguments& arguments) {
  if (arguments.last && arguments.more_follows) {
    return UsageError("--last and --more-follows exclude each other");
  }
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  const PackageFolder folder(arguments.path);
  absl::StatusOr<v1::SubmitPackage> submission = ReadSubmission(folder);
  if (!submission.ok()) return submission.status();
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
  if (!shown.ok()) return shown.status();
  const absl::Status may = CheckMaySubmit(shown->state(), profile->party, submission->kind());
  if (!may.ok()) return may;
  for (v1::SubmissionRow& row : *submission->mutable_rows()) {
    row.set_continuation(arguments.last ? v1::CONTINUATION_LAST : v1::CONTINUATION_MORE_FOLLOWS);
  }
  absl::StatusOr<ReadyToSend> ready = ReadyOf(folder, *std::move(submission));
  if (!ready.ok()) return ready.status();
  if (auto fits = CheckBeforeSigning(context, folder, *id, *ready); !fits.ok()) return fits;
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  LinkIntoHome(*home, folder, ready->submission);
  v1::Statement statement;
  statement.set_handover(*id);
  *statement.mutable_submit_package() = ready->submission;
  if (!arguments.exported.empty()) {
    return Export(context, arguments, std::move(statement), *ready);
  }
  if (absl::Status sent = UploadAll(context, *ready, *id); !sent.ok()) return sent;
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("package ", ready->main.digest.Hex(), " submitted"), *spoken,
                      {{"package", ready->main.digest.Hex()}});
}

absl::StatusOr<Answer> CarryPackage(Context& context, const PackageArguments& arguments) {
  const PackageFolder folder(arguments.path);
  absl::StatusOr<keys::Bytes> bytes = ReadFile(
      absl::StrCat(folder.folder(), "/", kCarriedStatement), statement::kMaxSignedStatementBytes);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<statement::VerifiedStatement> verified = statement::Verify(keys::AsBytes(*bytes));
  if (!verified.ok()) return verified.status();
  const v1::Statement& said = verified->statement();
  if (!said.has_submit_package()) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder.folder(), "/", kCarriedStatement, " submits no package"));
  }
  absl::StatusOr<ReadyToSend> ready = ReadyOf(folder, said.submit_package());
  if (!ready.ok()) return ready.status();
  if (absl::Status sent = UploadAll(context, *ready, said.handover()); !sent.ok()) return sent;
  absl::StatusOr<Spoken> spoken = Carry(context, *bytes);
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("package ", ready->main.digest.Hex(), ", signed by ",
                                   Printable(said.actor()), ", carried"),
                      *spoken, {{"package", ready->main.digest.Hex()}});
}

// --- transmit, fetch, open -----------------------------------------------------------------------

absl::StatusOr<Answer> TransmitPackages(Context& context, const PackageArguments& arguments) {
  if (arguments.took_over.empty() == arguments.passed_on.empty()) {
    return UsageError("say --took-over DIGEST... or --passed-on DIGEST...");
  }
  const bool took_over = arguments.passed_on.empty();
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  std::vector<keys::Bytes> digests;
  for (const std::string& text : took_over ? arguments.took_over : arguments.passed_on) {
    absl::StatusOr<Submitted> package = FindSubmitted(context, *id, text);
    if (!package.ok()) return package.status();
    digests.push_back(package->digest.ToBytes());
  }
  std::sort(digests.begin(), digests.end());
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  v1::Statement statement;
  statement.set_handover(*id);
  v1::Transmit& body = *statement.mutable_transmit();
  body.set_kind(took_over ? v1::TRANSMIT_KIND_TOOK_OVER : v1::TRANSMIT_KIND_PASSED_ON);
  for (const keys::Bytes& digest : digests) body.add_packages(digest);
  if (!arguments.act.empty()) {
    const absl::StatusOr<Home> home = context.GetHome();
    if (!home.ok()) return home.status();
    absl::StatusOr<v1::AnnexRef> annex = StoreAnnexFile(*home, arguments.act);
    if (!annex.ok()) return annex.status();
    *body.mutable_act() = *std::move(annex);
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat(digests.size(), took_over ? " taken over" : " passed on"),
                      *spoken);
}

// Which files of a package are sealed to this party, by the charter.
struct Standing {
  bool main = false;
  bool persons = false;
};

absl::StatusOr<Standing> StandingOf(Context& context, const keys::Bytes& handover) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, handover);
  if (!shown.ok()) return shown.status();
  for (const v1::Recipient& recipient : shown->state().charter().charter().recipients()) {
    if (recipient.party() == profile->party)
      return Standing{true, recipient.persons_keys_size() > 0};
  }
  return Standing{};
}

absl::StatusOr<Answer> FetchPackages(Context& context, const PackageArguments& arguments) {
  if (arguments.package.empty() != arguments.all) {
    return UsageError("name one package by its digest, or ask for --all");
  }
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  std::vector<Submitted> wanted;
  if (arguments.all) {
    absl::StatusOr<std::vector<Submitted>> list = ListSubmitted(context, *id);
    if (!list.ok()) return list.status();
    wanted = *std::move(list);
  } else {
    absl::StatusOr<Submitted> one = FindSubmitted(context, *id, arguments.package);
    if (!one.ok()) return one.status();
    wanted.push_back(*std::move(one));
  }
  const absl::StatusOr<Standing> standing = StandingOf(context, *id);
  if (!standing.ok()) return standing.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const Submitted& package : wanted) {
    absl::StatusOr<PackageFolder> folder =
        FetchPackage(context, package, standing->persons && !arguments.no_persons);
    if (!folder.ok()) return folder.status();
    absl::StrAppend(&answer.text, folder->Main(), "  ", package.submission.size(), " bytes\n");
    list.push_back({{"package", package.digest.Hex()},
                    {"file", folder->Main()},
                    {"size", package.submission.size()},
                    {"persons", access(folder->Persons().c_str(), F_OK) == 0}});
    answer.next = absl::StrCat("cairn receipt custody ", package.digest.Hex());
  }
  answer.json = JsonText(list);
  return answer;
}

// The two writers of an opening; the persons' one only if that file is here.
struct Writers {
  std::unique_ptr<MemberWriter> main, persons;
};

absl::StatusOr<Writers> MakeWriters(const std::string& folder, bool persons) {
  Writers writers;
  absl::StatusOr<std::unique_ptr<MemberWriter>> main =
      MemberWriter::Create(folder, record::PackageFile::kMain);
  if (!main.ok()) return main.status();
  writers.main = *std::move(main);
  if (!persons) return writers;
  absl::StatusOr<std::unique_ptr<MemberWriter>> second =
      MemberWriter::Create(folder + "/persons", record::PackageFile::kPersons);
  if (!second.ok()) return second.status();
  writers.persons = *std::move(second);
  return writers;
}

absl::StatusOr<Answer> OpenPackage(Context& context, const PackageArguments& arguments) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<std::vector<std::string>> removed = RemoveLeftovers(*home);
  if (!removed.ok()) return removed.status();
  for (const std::string& sentence : *removed) context.console.Talk(sentence);
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<Submitted> package = FindSubmitted(context, *id, arguments.package);
  if (!package.ok()) return package.status();
  const absl::StatusOr<Standing> standing = StandingOf(context, *id);
  if (!standing.ok()) return standing.status();
  absl::StatusOr<PackageFolder> folder =
      FetchPackage(context, *package, standing->persons && !arguments.no_persons);
  if (!folder.ok()) return folder.status();
  absl::StatusOr<OpeningTerms> terms = FetchTerms(context, *package);
  if (!terms.ok()) return terms.status();
  terms->with_persons = !arguments.no_persons && access(folder->Persons().c_str(), F_OK) == 0;

  const InterruptGuard guard;  // Before the folder: a signal must not keep it from being removed.
  absl::StatusOr<std::unique_ptr<Unproven>> unproven = Unproven::Beside(*home, arguments.out);
  if (!unproven.ok()) return unproven.status();
  absl::StatusOr<Writers> writers = MakeWriters((*unproven)->Contents(), terms->with_persons);
  if (!writers.ok()) return writers.status();
  OpeningSinks sinks{.main = writers->main->Callbacks(), .persons = {}};
  if (writers->persons != nullptr) sinks.persons = writers->persons->Callbacks();
  Unsealer unsealer(context);
  absl::StatusOr<Opening> opening = CheckOpening(unsealer, *folder, *package, *terms, sinks);
  if (!opening.ok()) return opening.status();
  // That a file does not open for whom it is not sealed to is nobody's fault.
  const auto closed = opening->mismatches.find(v1::OPENING_MISMATCH_NOT_SEALED_TO_US);
  if (closed != opening->mismatches.end() && !standing->main) {
    return absl::PermissionDeniedError(absl::StrCat(
        closed->second, "; the charter does not name your party among the recipients"));
  }
  Answer answer;
  nlohmann::json json = {{"package", package->digest.Hex()}, {"matches", opening->Matches()}};
  if (!opening->Matches()) {
    json["mismatches"] = MismatchText(*opening);
    answer.text =
        absl::StrCat("It does not match what was submitted: ", Printable(MismatchText(*opening)),
                     "\nNothing was written.\n");
    answer.code = ExitCode::kDoesNotHold;
    answer.json = JsonText(json);
    answer.next = absl::StrCat("cairn receipt opened ", package->digest.Hex());
    return answer;
  }
  absl::Status finished = writers->main->Finish(*opening->main);
  if (finished.ok() && writers->persons != nullptr) {
    finished = writers->persons->Finish(*opening->persons);
  }
  if (finished.ok()) finished = CheckInterrupted();
  if (finished.ok()) finished = (*unproven)->Keep();
  if (!finished.ok()) return finished;
  json["out"] = (*unproven)->out();
  answer.text = absl::StrCat("It matches. ", opening->main->header.record_count(), " records and ",
                             opening->main->attachments.size(), " attachments are in ",
                             (*unproven)->out(), "\nBlank does not mean safe.\n");
  answer.json = JsonText(json);
  answer.next = absl::StrCat("cairn receipt opened ", package->digest.Hex());
  return answer;
}

void AddSending(CLI::App& group, Context& context,
                const std::shared_ptr<PackageArguments>& arguments) {
  CLI::App* submit = AddPackageCommand(group, context, arguments, "submit",
                                       "Upload a built package and sign for it", Submit);
  submit->add_option("FOLDER", arguments->path, "Folder of `package build`")->required();
  submit->add_flag("--last", arguments->last, "Last for its areas and sources");
  submit->add_flag("--more-follows", arguments->more_follows, "More will follow (the default)");
  submit->add_option("--export", arguments->exported, "Sign only; write a folder for a carrier");
  submit->add_option("--handover", arguments->handover, kHandoverHelp);

  CLI::App* carry = AddPackageCommand(group, context, arguments, "carry",
                                      "Upload and submit what the holder signed", CarryPackage);
  carry->add_option("FOLDER", arguments->path, "Folder of `package submit --export`")->required();
  carry->add_option("--handover", arguments->handover, "Not needed: the statement names it");

  CLI::App* transmit =
      AddPackageCommand(group, context, arguments, "transmit",
                        "As a mediator, say what you took over or passed on", TransmitPackages);
  transmit->add_option("--took-over", arguments->took_over, kPackageHelp);
  transmit->add_option("--passed-on", arguments->passed_on, kPackageHelp);
  transmit->add_option("--act", arguments->act, "Signed act of transfer; kept as an annex");
  transmit->add_option("--handover", arguments->handover, kHandoverHelp);
}

void AddReceiving(CLI::App& group, Context& context,
                  const std::shared_ptr<PackageArguments>& arguments) {
  CLI::App* fetch = AddPackageCommand(group, context, arguments, "fetch",
                                      "Fetch sealed files; goes on where it broke", FetchPackages);
  fetch->add_option("PACKAGE", arguments->package, kPackageHelp);
  fetch->add_flag("--all", arguments->all, "All packages of the handover");
  fetch->add_flag("--no-persons", arguments->no_persons, "Leave the persons' file");
  fetch->add_option("--handover", arguments->handover, kHandoverHelp);

  CLI::App* open = AddPackageCommand(group, context, arguments, "open",
                                     "Open a package, check it, write its contents", OpenPackage);
  open->add_option("PACKAGE", arguments->package, kPackageHelp)->required();
  open->add_option("--out", arguments->out, "Folder to write")->required();
  open->add_flag("--no-persons", arguments->no_persons, "Leave the persons' file");
  open->add_option("--handover", arguments->handover, kHandoverHelp);
}

}  // namespace

void AddPackageDelivery(CLI::App& group, Context& context,
                        const std::shared_ptr<PackageArguments>& arguments) {
  AddSending(group, context, arguments);
  AddReceiving(group, context, arguments);
}

}  // namespace cairn::client
