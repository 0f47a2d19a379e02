#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/render.h"
#include "cairn/v1/statement.pb.h"
#include "client/civil_day.h"
#include "client/clock.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/commands/package_arguments.h"
#include "client/content_file.h"
#include "client/context.h"
#include "client/package_build.h"
#include "client/package_check.h"
#include "client/package_contents.h"
#include "client/package_home.h"
#include "client/rule_file.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

// --- build ---------------------------------------------------------------------------------------

absl::StatusOr<std::optional<v1::ReceivedOutside>> OutsideOf(const PackageArguments& arguments,
                                                             int kind) {
  const bool outside = kind == v1::PACKAGE_KIND_RECEIVED_OUTSIDE;
  const bool given = !arguments.received.empty() || !arguments.channel.empty();
  if (outside != given) {
    return UsageError(
        "--received DAY and --channel go with --kind received-outside, and only "
        "with it");
  }
  std::optional<v1::ReceivedOutside> received;
  if (!outside) return received;
  const absl::StatusOr<std::int32_t> day =
      PastDayArgument(arguments.received, "--received", NowMs());
  if (!day.ok()) return day.status();
  const absl::StatusOr<int> channel =
      ParseChoice(arguments.channel, *v1::Channel_descriptor(), "--channel");
  if (!channel.ok()) return channel.status();
  received.emplace();
  received->set_received_day(*day);
  received->set_channel(static_cast<v1::Channel>(*channel));
  received->set_page_count(arguments.pages);
  return received;
}

std::string RowsText(const v1::SubmitPackage& submission) {
  std::string text;
  for (const v1::SubmissionRow& row : submission.rows()) {
    absl::StrAppend(&text, "  ", row.area(), ", ", row.source(), ": ", row.documents(),
                    " documents");
    for (const v1::CategoryCount& mines : row.mines()) {
      absl::StrAppend(&text, ", ", mines.mines(), " ",
                      ChoiceName(mines.category(), *v1::MineCategory_descriptor()));
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

absl::StatusOr<Answer> Build(Context& context, const PackageArguments& arguments) {
  const absl::StatusOr<int> kind =
      ParseChoice(arguments.kind, *v1::PackageKind_descriptor(), "--kind");
  if (!kind.ok()) return kind.status();
  auto outside = OutsideOf(arguments, *kind);
  if (!outside.ok()) return outside.status();
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  BuildOrder order{.handover = *id,
                   .kind = static_cast<v1::PackageKind>(*kind),
                   .first = arguments.first,
                   .second = arguments.second,
                   .scans = arguments.scans,
                   .rules = arguments.rules,
                   .out = arguments.out,
                   .received_outside = *std::move(outside)};
  if (order.rules.empty()) return UsageError("give the charter's rule set: --rules FILE");
  absl::StatusOr<PackageMade> made = BuildPackage(context, order);
  if (!made.ok()) return made.status();
  const v1::SubmitPackage& said = made->submission;
  Answer answer;
  answer.text = absl::StrCat(
      "Built ", made->out.folder(), ": ", said.record_count(), " records, ",
      said.supplement_count(), " supplements, ", said.attachment_count(), " attachments (",
      said.attachment_bytes(), " bytes), sealed to ", made->recipients, " keys\n", RowsText(said),
      "package ", made->digest.Hex(), ", ", said.size(), " bytes",
      said.persons_digest().empty()
          ? ""
          : absl::StrCat("; persons' file of ", said.persons_size(), " bytes"),
      "\n");
  for (const std::string& remark : made->remarks) {
    absl::StrAppend(&answer.text, "look at this: ", Printable(remark), "\n");
  }
  answer.json = JsonText({{"out", made->out.folder()},
                          {"package", made->digest.Hex()},
                          {"size", said.size()},
                          {"records", said.record_count()},
                          {"supplements", said.supplement_count()},
                          {"attachments", said.attachment_count()},
                          {"persons", !said.persons_digest().empty()},
                          {"remarks", made->remarks}});
  answer.next = absl::StrCat("cairn package check ", made->out.folder(), " --rules ", order.rules);
  return answer;
}

// --- check, inspect ------------------------------------------------------------------------------

absl::StatusOr<Answer> Check(Context& context, const PackageArguments& arguments) {
  if (arguments.path.empty()) return UsageError("name the folder or file to check");
  if (!arguments.require.empty() && arguments.require != "K0") {
    return UsageError("--require K0 is the only class that can be required: every record complete");
  }
  absl::StatusOr<completeness::Rules> rules = LoadRules(arguments.rules);
  if (!rules.ok()) return rules.status();
  absl::StatusOr<CheckResultOfPackage> result =
      CheckPackage(context, {.path = arguments.path, .second = arguments.second}, *rules);
  if (!result.ok()) return result.status();
  Answer answer;
  nlohmann::json json = {{"refused", !result->refusals.empty()},
                         {"refusals", result->refusals},
                         {"remarks", result->remarks}};
  for (const std::string& refusal : result->refusals) {
    absl::StrAppend(&answer.text, Printable(refusal), "\n");
  }
  for (const std::string& remark : result->remarks) {
    absl::StrAppend(&answer.text, "look at this: ", Printable(remark), "\n");
  }
  if (result->has_report) {
    const v1::AssessmentSummary& sum = result->report.summary();
    absl::StrAppend(&answer.text, Printable(completeness::PlainText(result->report, *rules)));
    json["headline"] = completeness::Headline(result->report);
    json["records"] = sum.records();
    json["complete"] = sum.complete();
    json["faults"] = sum.faults();
    if (!arguments.gaps.empty()) {
      const std::string csv = completeness::GapListCsv(result->report, *rules);
      if (auto put = WriteNewFile(arguments.gaps, keys::AsBytes(csv)); !put.ok()) return put;
    }
    if (!arguments.faults.empty()) {
      const std::string csv = completeness::FaultListCsv(result->report, *rules);
      if (auto put = WriteNewFile(arguments.faults, keys::AsBytes(csv)); !put.ok()) return put;
    }
    if (!arguments.require.empty() && sum.complete() < sum.records()) {
      answer.code = ExitCode::kDoesNotHold;
    }
  }
  if (!result->refusals.empty()) {
    absl::StrAppend(&answer.text, "It would be refused as it is.\n");
    answer.code = ExitCode::kDoesNotHold;
  } else {
    absl::StrAppend(&answer.text, "It would not be refused. What a receiver will find is above.\n");
  }
  answer.json = JsonText(json);
  return answer;
}

// Reads a file as a main file, and if its header says so as a persons' file.
absl::StatusOr<record::ReadPackageResult> ReadEither(const FileContent& content, bool& persons) {
  persons = false;
  record::PackageCallbacks callbacks;
  callbacks.header = [&persons](const v1::PackageHeader& header) {
    persons = header.persons_file();
    return persons ? absl::CancelledError("a persons' file") : absl::OkStatus();
  };
  absl::StatusOr<record::ReadPackageResult> read =
      content.Read(callbacks, record::PackageFile::kMain);
  if (read.ok() || !persons) return read;
  return content.Read({}, record::PackageFile::kPersons);
}

absl::StatusOr<Answer> Inspect(Context& context, const PackageArguments& arguments) {
  const absl::StatusOr<LocalContent> file = DescribeContent(arguments.path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<bool> sealed = IsSealed(arguments.path);
  if (!sealed.ok()) return sealed.status();
  Answer answer;
  answer.text = absl::StrCat(*sealed ? "sealed (age v1), " : "not sealed, ", file->size,
                             " bytes, SHA-256 ", file->digest.Hex(), "\n");
  nlohmann::json json = {{"sealed", *sealed}, {"size", file->size}, {"sha256", file->digest.Hex()}};
  Unsealer unsealer(context);
  const FileContent content([&] {
    return PlainSource(unsealer, arguments.path, file->digest, record::PackageFile::kMain);
  });
  bool persons = false;
  absl::StatusOr<record::ReadPackageResult> read = ReadEither(content, persons);
  // Who cannot open it still learns what can be seen from outside.
  if (*sealed && (absl::IsPermissionDenied(read.status()) || absl::IsNotFound(read.status()) ||
                  absl::IsFailedPrecondition(read.status()) || IsUsageError(read.status()))) {
    absl::StrAppend(&answer.text, "not opened: ", Printable(read.status().message()), "\n");
    json["opened"] = false;
    answer.json = JsonText(json);
    return answer;
  }
  if (!read.ok()) return read.status();
  absl::StrAppend(&answer.text, persons ? "persons' file" : "main file", " of ",
                  Printable(read->header.holder()), " in log ",
                  Printable(read->header.log_origin()), read->header.exercise() ? ", EXERCISE" : "",
                  "\n", read->header.record_count(), " records, ", read->header.supplement_count(),
                  " supplements, ", read->attachments.size(), " attachments, ",
                  read->manifest.members_size(), " members\nrecord root ",
                  read->record_root.digest.Hex(), "\nmanifest ", read->manifest_digest.Hex(),
                  ", signed by ", read->signer.Fingerprint().Hex(), "\n");
  for (const v1::ManifestMember& member : read->manifest.members()) {
    absl::StrAppend(&answer.text, "  ", Printable(member.name()), "  ", member.size(), "\n");
  }
  json["opened"] = true;
  json["persons_file"] = persons;
  json["holder"] = read->header.holder();
  json["exercise"] = read->header.exercise();
  json["records"] = read->header.record_count();
  json["supplements"] = read->header.supplement_count();
  json["attachments"] = read->attachments.size();
  json["record_root"] = read->record_root.digest.Hex();
  json["manifest"] = read->manifest_digest.Hex();
  json["signer"] = read->signer.Fingerprint().Hex();
  answer.json = JsonText(json);
  return answer;
}

void AddMaking(CLI::App& group, Context& context,
               const std::shared_ptr<PackageArguments>& arguments) {
  CLI::App* build = AddPackageCommand(group, context, arguments, "build",
                                      "Build and seal a package from transcriptions", Build);
  build->add_option("--first", arguments->first, "Folder of the transcription")->required();
  build->add_option("--second", arguments->second, "Folder of a second transcription");
  build->add_option("--scans", arguments->scans, "Folder scans/, in --first or beside it");
  build->add_option("--rules", arguments->rules, "Rule set of the charter (textproto)")->required();
  build->add_option("--kind", arguments->kind, ChoiceList(*v1::PackageKind_descriptor()))
      ->capture_default_str();
  build->add_option("--out", arguments->out, "Folder to write")->required();
  build->add_option("--received", arguments->received, "Day on which it came (received-outside)");
  build->add_option("--channel", arguments->channel, ChoiceList(*v1::Channel_descriptor()));
  build->add_option("--pages", arguments->pages, "Pages that came (received-outside)");
  build->add_option("--handover", arguments->handover, kHandoverHelp);

  CLI::App* check = AddPackageCommand(
      group, context, arguments, "check",
      "Run the receiver's checks offline; exit code 1 only if it would be refused", Check);
  check->add_option("PATH,--template", arguments->path,
                    "Template folder, folder of `package build`, or package file");
  check->add_option("--second", arguments->second, "Folder of a second transcription");
  check->add_option("--rules", arguments->rules, "Rule set (textproto)")->required();
  check->add_option("--require", arguments->require, "K0: exit code 1 unless all are complete");
  check->add_option("--gaps", arguments->gaps, "Write the list of gaps there (CSV)");
  check->add_option("--faults", arguments->faults, "Write the list of all faults there (CSV)");

  CLI::App* inspect = AddPackageCommand(group, context, arguments, "inspect",
                                        "Show what a package file is and holds", Inspect);
  inspect->add_option("FILE", arguments->path, "Sealed file, or its tar")->required();
}

}  // namespace

CLI::App* AddPackageCommand(CLI::App& group, Context& context,
                            const std::shared_ptr<PackageArguments>& arguments, const char* name,
                            const char* help, PackageRun run) {
  CLI::App* command = group.add_subcommand(name, help);
  command->callback([&context, arguments, run] {
    context.command = [&context, arguments, run] { return run(context, *arguments); };
  });
  return command;
}

void AddPackageCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<PackageArguments>();
  CLI::App* group = app.add_subcommand("package", "Packages of minefield records");
  group->require_subcommand(1);
  AddMaking(*group, context, arguments);
  AddPackageDelivery(*group, context, arguments);
}

}  // namespace cairn::client
