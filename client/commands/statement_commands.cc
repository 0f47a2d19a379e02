#include <google/protobuf/util/json_util.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "audit/statement/entry.h"
#include "cairn/v1/statement.pb.h"
#include "client/commands/commands.h"
#include "client/context.h"
#include "client/speak.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct StatementArguments {
  std::string id;
  std::string handover;
  std::vector<std::string> files;
};

absl::StatusOr<keys::Bytes> IdFromHex(const std::string& text, const char* what) {
  absl::StatusOr<keys::Bytes> id = keys::ParseHex(text);
  if (!id.ok() || id->size() != keys::kDigestSize) {
    return UsageError(absl::StrCat(what, " is 64 hexadecimal digits, not '", text, "'"));
  }
  return id;
}

absl::StatusOr<Answer> Endorse(Context& context, const StatementArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = IdFromHex(arguments.id, "ID");
  if (!id.ok()) return id.status();
  v1::Statement statement;
  statement.mutable_endorse()->set_statement(*id);
  if (!arguments.handover.empty()) {
    absl::StatusOr<keys::Bytes> handover = IdFromHex(arguments.handover, "--handover");
    if (!handover.ok()) return handover.status();
    statement.set_handover(*handover);
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer("endorsement", *spoken);
}

// The bytes of a SignedStatement, out of a file that holds one or an entry of the log.
absl::StatusOr<keys::Bytes> ReadSigned(const std::string& path) {
  absl::StatusOr<keys::Bytes> file = ReadFile(path, statement::kMaxEntryBytes);
  if (!file.ok()) return file.status();
  absl::StatusOr<statement::Entry> entry = statement::ParseEntry(keys::AsBytes(*file));
  return entry.ok() ? entry->signed_statement : *std::move(file);
}

absl::StatusOr<Answer> Show(const StatementArguments& arguments) {
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const std::string& path : arguments.files) {
    absl::StatusOr<keys::Bytes> bytes = ReadSigned(path);
    if (!bytes.ok()) return bytes.status();
    absl::StatusOr<statement::VerifiedStatement> verified =
        statement::Verify(keys::AsBytes(*bytes));
    if (!verified.ok()) {
      return absl::Status(verified.status().code(),
                          absl::StrCat(path, ": ", verified.status().message()));
    }
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string json;
    const auto printed =
        google::protobuf::util::MessageToJsonString(verified->statement(), &json, options);
    if (!printed.ok()) return absl::InternalError(printed.ToString());
    nlohmann::json object = {{"file", path},
                             {"id", verified->id().Hex()},
                             {"body", std::string(statement::BodyName(verified->statement()))},
                             {"statement", nlohmann::json::parse(json)}};
    absl::StrAppend(&answer.text, path, ": statement ", verified->id().Hex(), " by ",
                    Printable(verified->statement().actor()), ", signature good\n",
                    Printable(object["statement"].dump(2)), "\n");
    list.push_back(std::move(object));
  }
  answer.json = JsonText(list);
  return answer;
}

absl::StatusOr<Answer> Import(Context& context, const StatementArguments& arguments) {
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const std::string& path : arguments.files) {
    absl::StatusOr<keys::Bytes> bytes = ReadSigned(path);
    if (!bytes.ok()) return bytes.status();
    absl::StatusOr<Spoken> spoken = Carry(context, *bytes);
    if (!spoken.ok()) {
      return absl::Status(spoken.status().code(),
                          absl::StrCat(path, ": ", spoken.status().message()));
    }
    answer.text += SpokenAnswer(path, *spoken).text;
    list.push_back(SpokenJson(path, *spoken));
  }
  answer.json = JsonText(list);
  return answer;
}

}  // namespace

void AddStatementCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<StatementArguments>();
  CLI::App* group = app.add_subcommand("statement", "Signed statements as files");
  group->require_subcommand(1);
  CLI::App* endorse = group->add_subcommand("endorse", "Support an act that needs several");
  endorse->add_option("ID", arguments->id, "Id of the statement, 64 hexadecimal digits")
      ->required();
  endorse->add_option("--handover", arguments->handover, "Its handover, if it belongs to one");
  endorse->callback([&context, arguments] {
    context.command = [&context, arguments] { return Endorse(context, *arguments); };
  });
  CLI::App* show = group->add_subcommand("show", "Check and print signed statements or entries");
  show->add_option("FILE", arguments->files, "Signed statement or entry")->required();
  show->callback(
      [&context, arguments] { context.command = [arguments] { return Show(*arguments); }; });
  CLI::App* import = group->add_subcommand("import", "Submit what somebody signed elsewhere");
  import->add_option("FILE", arguments->files, "Signed statements, in the order of their chains")
      ->required();
  import->callback([&context, arguments] {
    context.command = [&context, arguments] { return Import(context, *arguments);
};
}  // namespace cairn::client
);
}

}  // namespace cairn::client
