#include "client/commands/succession_commands.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/ledger/carry.h"
#include "audit/mirror/http_source.h"
#include "audit/mirror/replay_folder.h"
#include "audit/mirror/sync_folder.h"
#include "audit/note/proof_file.h"
#include "audit/statement/entry.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "client/commands/log_copy.h"
#include "client/home.h"
#include "client/notes.h"
#include "client/profile.h"
#include "client/speak.h"
#include "keys/vkey.h"

namespace cairn::client {
namespace {

struct SuccessionArguments {
  std::string vkey;
  std::string genesis;
  std::string url;
  std::string receipt;
};

// --- succeed -------------------------------------------------------------------------------------

// What belongs to one log, and is put aside with it.
constexpr const char* kOfOneLog[] = {"log", "notes", "receipts", "outbox"};

std::string NextFolder(const Home& home) { return home.folder() + "/log.next"; }
// Where a log that this home no longer follows is kept.
std::string AsideFolder(const Home& home, const std::string& origin) {
  return absl::StrCat(home.folder(), "/before/",
                      keys::Sha256(keys::AsBytes(origin)).Hex().substr(0, 16));
}

// The successor's verified copy, with its predecessor's.
absl::StatusOr<OpenedCopy> FetchSuccessor(const Home& home, const SuccessionArguments& arguments,
                                          const Profile& profile, const keys::VerifierKey& key) {
  mirror::HttpOptions options;
  options.certificate = profile.certificate;
  const auto source = mirror::HttpSource::Create(arguments.url, options);
  if (!source.ok()) return source.status();
  const auto synced = mirror::SyncFolder(NextFolder(home), **source, key);
  if (!synced.ok()) return synced.status();
  return OpenCopy(NextFolder(home), key);
}

// That its Genesis is the one told, and names the log of this home.
absl::StatusOr<v1::Predecessor> CheckGoesOn(mirror::LogReader& log,
                                            const SuccessionArguments& arguments,
                                            const Profile& profile) {
  const absl::StatusOr<keys::Bytes> bytes = log.ReadEntry(merkle::LeafIndex{0});
  if (!bytes.ok()) return bytes.status();
  const auto entry = statement::ParseEntry(keys::AsBytes(*bytes));
  if (!entry.ok()) return entry.status();
  const auto first = statement::Verify(keys::AsBytes(entry->signed_statement));
  if (!first.ok()) return first.status();
  if (first->id().Hex() != arguments.genesis) {
    return absl::DataLossError(absl::StrCat("leaf 0 of that log has the id ", first->id().Hex(),
                                            ", and you gave ", arguments.genesis));
  }
  auto before = ledger::PredecessorOf(first->statement());
  if (!before.has_value() || before->log_vkey() != profile.log_vkey ||
      (!profile.genesis.empty() &&
       keys::Hex(keys::AsBytes(before->genesis())) != profile.genesis)) {
    return absl::FailedPreconditionError(
        "that log does not go on from the one that this home follows; for another log use another "
        "home");
  }
  return *std::move(before);
}

// What this home has seen of the old log against what was carried over: another history is
// evidence; what was seen and not carried over is lost, admitted or not.
absl::StatusOr<std::string> CompareWithSeen(const Home& home, const Profile& profile,
                                            const OpenedCopy& successor,
                                            const v1::Predecessor& before) {
  const auto newest = NewestNote(home, profile);
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) return std::string();
  const note::Checkpoint& seen = (*newest)->checkpoint;
  const std::uint64_t size = merkle::ToInt(seen.size);
  if (size > before.tree_size()) {
    return absl::StrCat("This home has seen ", size, " leaves of the old log, and ",
                        before.tree_size(), " were carried over: what stood in the ",
                        size - before.tree_size(),
                        " others is lost unless it is lodged again (cairn log relodge).\n");
  }
  const std::unique_ptr<mirror::Source> old = successor.source->Predecessor();
  const auto key = keys::VerifierKey::Parse(before.log_vkey());
  if (!key.ok()) return key.status();
  const auto reader = mirror::LogReader::Open(*old, *key);
  if (!reader.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the successor does not give a copy of the log that it goes on from: ",
                     reader.status().message()));
  }
  const auto root = (*reader)->RootAt(seen.size);
  if (!root.ok()) return root.status();
  if (*root == seen.root) return std::string();
  return absl::DataLossError(
      "the old log as it was carried over is not the one that this home has seen: its key has "
      "signed two histories. Nothing was changed here; keep the notes");
}

absl::Status MoveAside(const Home& home, const std::string& origin) {
  const std::string aside = AsideFolder(home, origin);
  if (absl::Status made = MakeFolder(aside); !made.ok()) return made;
  std::error_code error;
  for (const char* const name : kOfOneLog) {
    const std::string from = absl::StrCat(home.folder(), "/", name);
    const std::string to = absl::StrCat(aside, "/", name);
    if (!std::filesystem::exists(from, error) || std::filesystem::exists(to, error)) continue;
    std::filesystem::rename(from, to, error);
    if (error) return absl::UnavailableError(absl::StrCat(from, ": ", error.message()));
  }
  std::filesystem::rename(NextFolder(home), home.Log(), error);
  if (error) return absl::UnavailableError(absl::StrCat(home.Log(), ": ", error.message()));
  return absl::OkStatus();
}

absl::StatusOr<Answer> Succeed(Context& context, const SuccessionArguments& arguments) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<Profile> profile = LoadProfile(*home);
  if (!profile.ok()) return profile.status();
  const auto key = keys::VerifierKey::Parse(arguments.vkey);
  if (!key.ok() || key->type() != keys::NoteKeyType::kEd25519) {
    return UsageError("--vkey: not the verifier key of a log");
  }
  const auto copy = FetchSuccessor(*home, arguments, *profile, *key);
  if (!copy.ok()) return copy.status();
  const auto before = CheckGoesOn(*copy->log, arguments, *profile);
  if (!before.ok()) return before.status();
  const auto remark = CompareWithSeen(*home, *profile, *copy, *before);
  if (!remark.ok()) return remark.status();
  const std::string old = profile->log_origin;
  // The profile last: whoever is broken off here gives the command again.
  if (absl::Status moved = MoveAside(*home, old); !moved.ok()) return moved;
  profile->log_origin = key->name();
  profile->log_vkey = arguments.vkey;
  profile->genesis = arguments.genesis;
  profile->url = arguments.url;
  if (!context.options.broker.empty()) profile->broker = context.options.broker;
  if (absl::Status saved = SaveProfile(*home, *profile); !saved.ok()) return saved;
  const std::string aside = AsideFolder(*home, old);
  const auto waiting = ListFiles(aside + "/outbox");
  std::size_t unsent = 0;
  if (waiting.ok()) {
    for (const std::string& name : *waiting) unsent += name == "lock" ? 0 : 1;
  }
  const nlohmann::json json = {{"origin", profile->log_origin},
                               {"genesis", profile->genesis},
                               {"before", old},
                               {"carried", before->tree_size()},
                               {"lost_ranges", before->lost_size()},
                               {"kept", aside},
                               {"unsent", unsent}};
  return Answer{.text = absl::StrCat("This home now follows ", profile->log_origin,
                                     ", which goes on from ", old, " after ", before->tree_size(),
                                     " leaves", before->lost().empty() ? "" : ", and admits a loss",
                                     ".\nNotes, receipts and the copy of the old log are kept in ",
                                     aside, ".\n", *remark,
                                     unsent == 0 ? ""
                                                 : "What waited in the outbox was signed for the "
                                                   "old log and is not sent: say it again.\n"),
                .json = JsonText(json),
                .code = ExitCode::kHolds,
                .next = "cairn audit"};
}

// --- relodge -------------------------------------------------------------------------------------

absl::StatusOr<Answer> RelodgeReceipt(Context& context, const SuccessionArguments& arguments) {
  const absl::StatusOr<keys::Bytes> proof =
      ReadFile(arguments.receipt, note::kMaxProofFileBytesWithExtra);
  if (!proof.ok()) return proof.status();
  const absl::StatusOr<keys::Bytes> bytes =
      ReadFile(absl::StrCat(absl::StripSuffix(arguments.receipt, ".tlog-proof"), ".entry"),
               statement::kMaxEntryBytes);
  if (!bytes.ok()) return bytes.status();
  const auto entry = statement::ParseEntry(keys::AsBytes(*bytes));
  if (!entry.ok()) return entry.status();
  const auto inside = statement::Verify(keys::AsBytes(entry->signed_statement));
  if (!inside.ok()) return inside.status();
  v1::Statement statement;
  statement.set_handover(inside->statement().handover());
  v1::Relodge& body = *statement.mutable_relodge();
  body.set_signed_statement(entry->signed_statement);
  body.set_logged_at_ms(entry->logged_at_ms);
  body.set_old_receipt(*proof);
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("lost \"", statement::BodyName(inside->statement()), "\" by ",
                                   inside->statement().actor()),
                      *spoken);
}

using SuccessionRun = absl::StatusOr<Answer> (*)(Context&, const SuccessionArguments&);

void SetsSuccession(CLI::App* command, Context& context,
                    const std::shared_ptr<SuccessionArguments>& arguments, SuccessionRun run) {
  command->callback([&context, arguments, run] {
    context.command = [&context, arguments, run] { return run(context, *arguments); };
  });
}

}  // namespace

void AddSuccessionCommands(CLI::App& log, Context& context) {
  auto arguments = std::make_shared<SuccessionArguments>();
  CLI::App* succeed = log.add_subcommand(
      "succeed", "Follow the log that goes on from this home's (its broker with --broker)");
  succeed->add_option("--vkey", arguments->vkey, "The successor's verifier key")->required();
  succeed->add_option("--genesis", arguments->genesis, "Its Genesis digest, as parties print it")
      ->required();
  succeed->add_option("--url", arguments->url, "Prefix of its tiles")->required();
  SetsSuccession(succeed, context, arguments, Succeed);
  CLI::App* relodge = log.add_subcommand(
      "relodge", "Lodge again what the log before this one lost, with its old receipt");
  relodge
      ->add_option("RECEIPT", arguments->receipt,
                   "Old N.tlog-proof with N.entry beside it; not signed by the key that signs now")
      ->required();
  SetsSuccession(relodge, context, arguments, RelodgeReceipt);
}

}  // namespace cairn::client
