#include "client/commands/watch_commands.h"

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/dossier/claim.h"
#include "audit/mirror/http_source.h"
#include "audit/mirror/monitor.h"
#include "audit/mirror/sync_folder.h"
#include "client/clock.h"
#include "client/commands/log_copy.h"
#include "client/duration.h"
#include "client/interrupt.h"

namespace cairn::client {
namespace {

struct WatchArguments {
  std::string folder;
  std::string url;
  std::string vkey;
  std::string every = "30s";
  std::vector<std::string> parties;
  bool once = false;
};

// False once told to stop.
bool WaitFor(std::uint64_t milliseconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  while (!Interrupted() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return !Interrupted();
}

absl::StatusOr<std::uint64_t> Period(const WatchArguments& arguments) {
  const std::uint64_t every = ParseDuration(arguments.every);
  if (every >= 1000) return every;
  return UsageError("--every is a duration of a second or more, such as 30s, 5m or 1h");
}

absl::StatusOr<keys::VerifierKey> WatchedKey(const Context& context,
                                             const WatchArguments& arguments) {
  if (arguments.vkey.empty()) return PinnedLogKey(context);
  absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(arguments.vkey);
  if (!key.ok()) return UsageError(absl::StrCat("--vkey: ", key.status().message()));
  if (key->type() == keys::NoteKeyType::kEd25519) return key;
  return UsageError("--vkey is a witness's key, not a log's");
}

absl::StatusOr<std::unique_ptr<mirror::HttpSource>> OpenUrl(const Context& context,
                                                            const WatchArguments& arguments) {
  const absl::StatusOr<std::string> url = LogUrl(context, arguments.url);
  if (!url.ok()) return url.status();
  mirror::HttpOptions options;
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (profile.ok() && profile->url == *url) options.certificate = profile->certificate;
  return mirror::HttpSource::Create(*url, options);
}

// --- mirror --------------------------------------------------------------------------------------

Answer MirrorAnswer(const std::string& folder, const mirror::SyncResult& result) {
  const std::uint64_t size = merkle::ToInt(result.checkpoint.size);
  const nlohmann::json json = {{"folder", folder},
                               {"from", merkle::ToInt(result.from)},
                               {"tree_size", size},
                               {"shown", merkle::ToInt(result.shown)},
                               {"bundles_fetched", result.bundles_fetched}};
  return Answer{.text = absl::StrCat(folder, " has ", size, " leaves, ",
                                     size - merkle::ToInt(result.from), " of them new.\n"),
                .json = JsonText(json),
                .code = ExitCode::kHolds,
                .next = {}};
}

// Every run checks and resumes what the one before has left. Without --every there is one.
absl::StatusOr<Answer> Mirror(Context& context, const WatchArguments& arguments) {
  const absl::StatusOr<keys::VerifierKey> log = WatchedKey(context, arguments);
  if (!log.ok()) return log.status();
  const absl::StatusOr<std::uint64_t> every = Period(arguments);
  if (!every.ok()) return every.status();
  absl::StatusOr<std::unique_ptr<mirror::HttpSource>> source = OpenUrl(context, arguments);
  if (!source.ok()) return source.status();
  const InterruptGuard guard;  // What watches for ever ends in good order when it is told to.
  for (;;) {
    const absl::StatusOr<mirror::SyncResult> result =
        mirror::SyncFolder(arguments.folder, **source, *log);
    const bool passes = absl::IsUnavailable(result.status()) ||
                        absl::IsDeadlineExceeded(result.status()) ||
                        absl::IsNotFound(result.status());
    if (!result.ok() && (arguments.once || !passes)) return result.status();
    if (result.ok() && arguments.once) return MirrorAnswer(arguments.folder, *result);
    if (!result.ok())
      context.console.Talk(absl::StrCat("will try again: ", result.status().message()));
    if (result.ok() && result->from != result->checkpoint.size) {
      const Answer answer = MirrorAnswer(arguments.folder, *result);
      context.console.Emit(answer.text.substr(0, answer.text.size() - 1), answer.json);
    }
    if (!WaitFor(*every)) return Answer{.json = "{\"stopped\":true}"};
  }
}

// --- watch ---------------------------------------------------------------------------------------

void Tell(const Context& context, const mirror::Look& look, std::uint64_t now_s) {
  for (const mirror::Alert& alert : look.alerts) {
    nlohmann::json json = {{"time_s", now_s},
                           {"alert", mirror::AlertName(alert.kind)},
                           {"misbehaviour", mirror::IsMisbehaviour(alert.kind)},
                           {"text", alert.text}};
    if (alert.leaf.has_value()) json["leaf"] = merkle::ToInt(*alert.leaf);
    context.console.Emit(absl::StrCat(dossier::UtcText(now_s * 1000), "  ",
                                      mirror::AlertName(alert.kind), "  ", alert.text),
                         json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
}

void TellSpan(const Context& context, const mirror::Look& look, std::uint64_t now_s) {
  const nlohmann::json json = {{"time_s", now_s},
                               {"proved", merkle::ToInt(look.proved)},
                               {"new", merkle::ToInt(look.fresh)},
                               {"since_size", merkle::ToInt(look.since)},
                               {"since_s", look.since_s}};
  context.console.Emit(
      absl::StrCat(dossier::UtcText(now_s * 1000), "  proved: one history of ",
                   merkle::ToInt(look.proved), " leaves, ", merkle::ToInt(look.fresh),
                   " of them new; watched since ", dossier::UtcText(look.since_s * 1000), " at ",
                   merkle::ToInt(look.since), " leaves"),
      JsonText(json));
}

absl::StatusOr<mirror::Monitor::Options> WatchOptions(const Context& context,
                                                      const WatchArguments& arguments) {
  const absl::StatusOr<keys::VerifierKey> log = WatchedKey(context, arguments);
  if (!log.ok()) return log.status();
  mirror::Monitor::Options options{
      .folder = arguments.folder, .log = *log, .parties = arguments.parties};
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (options.parties.empty() && profile.ok() && !profile->party.empty()) {
    options.parties.push_back(profile->party);
  }
  if (!options.folder.empty()) return options;
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  options.folder = home->folder() + "/watch";
  return options;
}

// What is told is kept only when it was told: a crash in between tells it again.
absl::StatusOr<Answer> Watch(Context& context, const WatchArguments& arguments) {
  absl::StatusOr<mirror::Monitor::Options> options = WatchOptions(context, arguments);
  if (!options.ok()) return options.status();
  const absl::StatusOr<std::uint64_t> every = Period(arguments);
  if (!every.ok()) return every.status();
  absl::StatusOr<std::unique_ptr<mirror::HttpSource>> source = OpenUrl(context, arguments);
  if (!source.ok()) return source.status();
  absl::StatusOr<std::unique_ptr<mirror::Monitor>> monitor =
      mirror::Monitor::Open(*std::move(options), NowMs() / 1000);
  if (!monitor.ok()) return monitor.status();
  const InterruptGuard guard;  // As in Watch.
  Answer end{.json = "{\"stopped\":true}"};
  bool first = true;
  bool more = false;
  do {
    const std::uint64_t now_s = NowMs() / 1000;
    const absl::StatusOr<mirror::Look> look = (*monitor)->LookAt(**source, now_s);
    if (!look.ok()) return look.status();
    Tell(context, *look, now_s);
    if (std::exchange(first, false) || look->fresh != merkle::TreeSize{0}) {
      TellSpan(context, *look, now_s);
    }
    if (absl::Status kept = (*monitor)->Keep(); !kept.ok()) return kept;
    for (const mirror::Alert& alert : look->alerts) {
      if (mirror::IsMisbehaviour(alert.kind)) end.code = ExitCode::kDoesNotHold;
    }
    more = look->more;
  } while (more ? !Interrupted() : !arguments.once && WaitFor(*every));
  return end;
}

void AddSource(CLI::App& command, const std::shared_ptr<WatchArguments>& arguments) {
  command.add_option("--url", arguments->url, "Prefix of the log's tiles; default: the profile's");
  command.add_option("--vkey,--log-vkey", arguments->vkey,
                     "The log's key; default: the pinned one");
  command.add_option("--every", arguments->every, "How often to look: 30s, 5m, 1h")
      ->capture_default_str();
  command.add_flag("--once", arguments->once, "Look once and end; for a timer");
}

}  // namespace

void AddWatchCommands(CLI::App& log, Context& context) {
  auto arguments = std::make_shared<WatchArguments>();
  CLI::App* copy = log.add_subcommand(
      "mirror", "Keep a full verified copy that any static web server can serve on");
  copy->add_option("FOLDER", arguments->folder, "Where to keep it")->required();
  AddSource(*copy, arguments);
  copy->callback([&context, arguments] {
    context.command = [&context, arguments] { return Mirror(context, *arguments); };
  });
  CLI::App* watch = log.add_subcommand(
      "watch", "Watch the log for ever: your own acts, what is overdue, and any second history");
  watch->add_option("--state", arguments->folder,
                    "Folder of what was proved; default: in the home");
  watch->add_option("--party", arguments->parties,
                    "Whose acts to tell; default: the profile's party");
  AddSource(*watch, arguments);
  watch->callback([&context, arguments] {
    context.command = [&context, arguments] { return Watch(context, *arguments); };
  });
}

}  // namespace cairn::client
