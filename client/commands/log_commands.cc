#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/dossier/claim.h"
#include "audit/mirror/http_source.h"
#include "audit/statement/entry.h"
#include "audit/statement/statement.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/commands/audit_command.h"
#include "client/commands/choices.h"
#include "client/commands/claims_text.h"
#include "client/commands/commands.h"
#include "client/commands/ending_commands.h"
#include "client/commands/evidence_command.h"
#include "client/commands/log_copy.h"
#include "client/commands/succession_commands.h"
#include "client/commands/watch_commands.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/notes.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct LogArguments {
  std::string vkey;
  std::string genesis;
  std::string url;
  std::string broker;
  std::string certificate;
  std::uint64_t leaf = 0;
};

// --- trust ---------------------------------------------------------------------------------------

// A home follows one log: notes, chain heads and receipts in it are that log's.
absl::Status CheckStillTheSame(const std::string& pinned, const std::string& given,
                               absl::string_view what) {
  if (pinned.empty() || given.empty() || pinned == given) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("this home has pinned another ", what, ": ", pinned,
                   ". A home follows one log; use another one with --home"));
}

absl::Status CheckTrustArguments(const LogArguments& arguments) {
  const absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(arguments.vkey);
  if (!key.ok()) return UsageError(absl::StrCat("--vkey: ", key.status().message()));
  if (key->type() != keys::NoteKeyType::kEd25519) {
    return UsageError("--vkey is a witness's key, not a log's");
  }
  if (!arguments.genesis.empty() && !keys::Digest::FromHex(arguments.genesis).ok()) {
    return UsageError("--genesis is 64 lowercase hexadecimal digits");
  }
  if (!arguments.url.empty()) {
    const auto source = mirror::HttpSource::Create(arguments.url);
    if (!source.ok()) return UsageError(absl::StrCat("--url: ", source.status().message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Answer> TrustLog(Context& context, const LogArguments& arguments) {
  if (absl::Status checked = CheckTrustArguments(arguments); !checked.ok()) return checked;
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<Profile> profile = LoadProfile(*home);
  if (absl::IsNotFound(profile.status())) profile = Profile();  // An auditor needs no party.
  if (!profile.ok()) return profile.status();
  absl::Status same = CheckStillTheSame(profile->log_vkey, arguments.vkey, "log key");
  if (same.ok()) same = CheckStillTheSame(profile->genesis, arguments.genesis, "genesis digest");
  if (!same.ok()) return same;

  profile->log_vkey = arguments.vkey;
  profile->log_origin = keys::VerifierKey::Parse(arguments.vkey)->name();
  const auto take = [](const std::string& given, std::string& kept) {
    if (!given.empty()) kept = given;
  };
  take(arguments.genesis, profile->genesis);
  take(arguments.url, profile->url);
  take(arguments.certificate, profile->certificate);
  take(context.options.broker, profile->broker);
  if (absl::Status saved = SaveProfile(*home, *profile); !saved.ok()) return saved;
  const nlohmann::json json = {{"origin", profile->log_origin}, {"vkey", profile->log_vkey},
                               {"genesis", profile->genesis},   {"broker", profile->broker},
                               {"url", profile->url},           {"profile", home->Profile()}};
  return Answer{.text = absl::StrCat("This home now believes the log ", profile->log_origin,
                                     ".\n  key      ", profile->log_vkey, "\n  genesis  ",
                                     profile->genesis.empty()
                                         ? "not pinned: who its parties are will not be checked"
                                         : profile->genesis,
                                     "\nCompare both with what its parties have printed.\n"),
                .json = JsonText(json),
                .code = ExitCode::kHolds,
                .next = profile->url.empty() ? "" : "cairn audit"};
}

// --- info, checkpoint, sync ----------------------------------------------------------------------

absl::StatusOr<Answer> ShowInfo(Context& context) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  absl::StatusOr<v1::LogInfo> info =
      (*connection)
          ->Call(&v1::LogService::Stub::GetInfo, (*connection)->log(), v1::GetInfoRequest());
  if (!info.ok()) return info.status();
  dossier::Examination out{
      .name = (*connection)->address(), .kind = "broker", .claims = {}, .facts = {}};
  const std::string genesis = keys::Hex(keys::AsBytes(info->genesis()));
  const auto compare = [&out](absl::string_view id, absl::string_view sentence,
                              const std::string& pinned, const std::string& told) {
    if (pinned.empty() || told.empty()) {
      return out.Skips(id, sentence, pinned.empty() ? "none is pinned" : "it names none yet",
                       dossier::Weight::kBeside);
    }
    if (pinned == told) return out.Holds(id, sentence);
    out.Fails(id, sentence, absl::StrCat("pinned is ", pinned, ", it names ", told));
  };
  compare("vkey", "It serves the log key that you have pinned.", profile->log_vkey,
          info->log_vkey());
  compare("genesis", "It serves the Genesis that you have pinned.", profile->genesis, genesis);
  out.Says("log", info->log_origin());
  out.Says("key", info->log_vkey());
  out.Says("genesis", genesis);
  out.Says("operator", info->operator_());
  out.Says("program", info->version());
  out.Says("tiles", info->http_url());
  out.Says("largest package", absl::StrCat(info->maximum_package_bytes(), " bytes"));
  if (info->has_frozen_at()) {
    out.Says("frozen: it takes nothing more",
             absl::StrCat("since leaf ", info->frozen_at(), ", ",
                          ChoiceName(info->freeze_reason(), *v1::FreezeReason_descriptor())));
  }
  if (info->evidence() > 0) {
    out.Says("evidence published", absl::StrCat(info->evidence(), "; see cairn log published"));
  }
  if (info->has_predecessor()) {
    out.Says("goes on from", absl::StrCat(info->predecessor().log_origin(), " after ",
                                          info->predecessor().tree_size(), " leaves"));
  }
  if (info->sealed()) out.Says("sealed: it signs nothing", info->sealed_reason());
  return ClaimsAnswer({out}, {});
}

absl::StatusOr<Answer> ShowCheckpoint(Context& context) {
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  absl::StatusOr<v1::GetCheckpointResponse> told =
      (*connection)
          ->Call(&v1::LogService::Stub::GetCheckpoint, (*connection)->log(),
                 v1::GetCheckpointRequest());
  if (!told.ok()) return told.status();
  absl::StatusOr<note::OpenedCheckpoint> opened = AdvanceNote(context, told->note());
  if (!opened.ok()) return opened.status();
  const note::Checkpoint& checkpoint = opened->checkpoint;
  const nlohmann::json json = {{"origin", checkpoint.origin},
                               {"tree_size", merkle::ToInt(checkpoint.size)},
                               {"root", checkpoint.root.digest.Hex()},
                               {"note", told->note()}};
  return Answer{
      .text = absl::StrCat(told->note(), "\nSigned with the pinned key, and an extension of what ",
                           "this home has seen before.\n"),
      .json = JsonText(json),
      .code = ExitCode::kHolds,
      .next = {}};
}

absl::StatusOr<Answer> SyncLog(Context& context, const LogArguments& arguments) {
  const absl::StatusOr<keys::VerifierKey> log = PinnedLogKey(context);
  if (!log.ok()) return log.status();
  const absl::StatusOr<std::string> url = LogUrl(context, arguments.url);
  if (!url.ok()) return url.status();
  const absl::StatusOr<std::string> folder = CopyFolder(context, *log);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<mirror::SyncResult> result = UpdateCopy(context, *log, *url, *folder);
  if (!result.ok()) return result.status();
  const std::uint64_t size = merkle::ToInt(result->checkpoint.size);
  const nlohmann::json json = {{"folder", *folder},
                               {"from", merkle::ToInt(result->from)},
                               {"tree_size", size},
                               {"shown", merkle::ToInt(result->shown)},
                               {"bundles_fetched", result->bundles_fetched}};
  std::string text = absl::StrCat("The copy in ", *folder, " has ", size, " leaves, ",
                                  size - merkle::ToInt(result->from), " of them new.\n");
  if (result->shown < result->checkpoint.size) {
    absl::StrAppend(&text, "The server shows ", merkle::ToInt(result->shown),
                    " leaves only: it lags behind.\n");
  }
  return Answer{.text = std::move(text),
                .json = JsonText(json),
                .code = ExitCode::kHolds,
                .next = "cairn audit"};
}

// --- show ----------------------------------------------------------------------------------------

// The entry out of the copy, which is brought up to date first if it has not that many leaves.
absl::StatusOr<keys::Bytes> ReadLeaf(Context& context, const LogArguments& arguments) {
  const absl::StatusOr<keys::VerifierKey> log = PinnedLogKey(context);
  if (!log.ok()) return log.status();
  const absl::StatusOr<std::string> folder = CopyFolder(context, *log);
  if (!folder.ok()) return folder.status();
  const merkle::LeafIndex leaf{arguments.leaf};
  absl::StatusOr<OpenedCopy> copy = OpenCopy(*folder, *log);
  if (!copy.ok() && !absl::IsNotFound(copy.status())) return copy.status();
  if (!copy.ok() || !merkle::Holds(copy->log->size(), leaf)) {
    const absl::StatusOr<std::string> url = LogUrl(context, arguments.url);
    if (!url.ok()) return url.status();
    const absl::StatusOr<mirror::SyncResult> synced = UpdateCopy(context, *log, *url, *folder);
    if (!synced.ok()) return synced.status();
    copy = OpenCopy(*folder, *log);
    if (!copy.ok()) return copy.status();
  }
  if (!merkle::Holds(copy->log->size(), leaf)) {
    return absl::OutOfRangeError(absl::StrCat("the log has ", merkle::ToInt(copy->log->size()),
                                              " leaves, the last one is ",
                                              merkle::ToInt(copy->log->size()) - 1));
  }
  return copy->log->ReadEntry(leaf);
}

absl::StatusOr<Answer> ShowLeaf(Context& context, const LogArguments& arguments) {
  absl::StatusOr<keys::Bytes> bytes = ReadLeaf(context, arguments);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<statement::Entry> entry = statement::ParseEntry(keys::AsBytes(*bytes));
  if (!entry.ok()) return entry.status();
  absl::StatusOr<statement::VerifiedStatement> verified =
      statement::Verify(keys::AsBytes(entry->signed_statement));
  if (!verified.ok()) return verified.status();
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string printed;
  const auto status =
      google::protobuf::util::MessageToJsonString(verified->statement(), &printed, options);
  if (!status.ok()) return absl::InternalError(status.ToString());
  const nlohmann::json json = {{"leaf", arguments.leaf},
                               {"logged_at_ms", entry->logged_at_ms},
                               {"id", verified->id().Hex()},
                               {"body", std::string(statement::BodyName(verified->statement()))},
                               {"key", verified->key().Hex()},
                               {"statement", nlohmann::json::parse(printed)}};
  return Answer{.text = absl::StrCat(Printable(json.dump(2)), "\n"),
                .json = JsonText(json),
                .code = ExitCode::kHolds,
                .next = {}};
}

template <typename Function>
void Sets(CLI::App* command, Context& context, Function function) {
  command->callback([&context, function] { context.command = function; });
}

}  // namespace

void AddLogCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<LogArguments>();
  CLI::App* log = app.add_subcommand("log", "The log that this home believes, and a copy of it");
  log->require_subcommand(1);
  CLI::App* trust = log->add_subcommand(
      "trust", "Pin a log: its key and the digest of its Genesis (the broker with --broker)");
  trust->add_option("--vkey", arguments->vkey, "The log's verifier key")->required();
  trust->add_option("--genesis", arguments->genesis, "Genesis digest, as printed by its parties");
  trust->add_option("--url", arguments->url, "Prefix of the log's tiles");
  trust->add_option("--certificate", arguments->certificate,
                    "PEM file with the roots of the broker's certificate");
  Sets(trust, context, [&context, arguments] { return TrustLog(context, *arguments); });
  Sets(log->add_subcommand("info", "Ask the broker which log it serves"), context,
       [&context] { return ShowInfo(context); });
  Sets(log->add_subcommand("checkpoint", "Fetch and verify the newest checkpoint"), context,
       [&context] { return ShowCheckpoint(context); });
  CLI::App* sync = log->add_subcommand("sync", "Bring this home's copy of the log up to date");
  sync->add_option("--url", arguments->url, "Prefix of the log's tiles; default: the profile's");
  Sets(sync, context, [&context, arguments] { return SyncLog(context, *arguments); });
  CLI::App* show = log->add_subcommand("show", "Show one entry of the log as JSON, verified");
  show->add_option("N", arguments->leaf, "Leaf, from zero")->required();
  show->add_option("--url", arguments->url, "Prefix of the log's tiles; default: the profile's");
  Sets(show, context, [&context, arguments] { return ShowLeaf(context, *arguments); });
  AddWatchCommands(*log, context);
  AddEvidenceCommand(*log, context);
  AddEndingCommands(*log, context);
  AddSuccessionCommands(*log, context);
  AddAuditCommand(app, context);
}

}  // namespace cairn::client
