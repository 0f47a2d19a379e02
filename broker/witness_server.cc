#include "broker/witness_server.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/log/rocks_store.h"
#include "broker/limits.h"
#include "broker/logging.h"
#include "broker/new_file.h"
#include "keys/regular_file.h"

namespace cairn::broker {
namespace {

void EndWitness(const absl::Status& status) {
  LogStatus(Severity::kError, "witness_failed", status);
  FlushLogs();
  std::_Exit(3);
}

std::uint64_t SystemSeconds() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

absl::StatusOr<std::vector<witness::WitnessedLog>> ReadLogs(const std::string& path) {
  const absl::StatusOr<keys::Bytes> text = keys::ReadRegularFile(path, kMaxConfigBytes);
  if (!text.ok()) return SettingStatus("witness.logs", text.status());
  auto logs = witness::ParseLogList(*text);
  if (!logs.ok()) {
    return SettingStatus("witness.logs", absl::InvalidArgumentError(
                                             absl::StrCat(path, ": ", logs.status().message())));
  }
  return logs;
}

}  // namespace

WitnessServer::WitnessServer(keys::SigningPrivateKey key, Seams seams)
    : key_(std::move(key)), seams_(std::move(seams)) {}

WitnessServer::~WitnessServer() { listener_.reset(); }

absl::StatusOr<std::unique_ptr<WitnessServer>> WitnessServer::Start(const WitnessConfig& config,
                                                                    keys::SigningPrivateKey key,
                                                                    Seams seams) {
  if (absl::Status checked = CheckConfig(config); !checked.ok()) return checked;
  auto logs = ReadLogs(config.logs);
  if (!logs.ok()) return logs.status();
  if (absl::Status made = MakePrivateFolder(config.data); !made.ok()) {
    return SettingStatus("witness.data", made);
  }
  auto store = log::OpenRocksStore(config.data + "/db");
  if (!store.ok()) return SettingStatus("witness.data", store.status());
  if (!seams.now_s) seams.now_s = SystemSeconds;
  if (!seams.on_fatal) seams.on_fatal = EndWitness;
  auto server = std::unique_ptr<WitnessServer>(new WitnessServer(std::move(key), std::move(seams)));
  server->store_ = *std::move(store);
  const std::size_t log_count = logs->size();
  auto made = witness::Witness::Create({.name = config.name,
                                        .key = &server->key_,
                                        .logs = *std::move(logs),
                                        .on_fatal = server->seams_.on_fatal},
                                       *server->store_);
  if (!made.ok()) return made.status();
  server->witness_ = *std::move(made);
  server->vkey_ = server->witness_->vkey().ToString();
  WitnessServer* const self = server.get();
  auto listener = HttpListener::Start(
      {.listen = config.http_listen,
       .threads = config.http_threads,
       .max_body_bytes = note::kMaxAddCheckpointBytes},
      [self](const HttpRequest& request) { return self->Answer(request); }, [](int) {});
  if (!listener.ok()) return listener.status();
  server->listener_ = *std::move(listener);
  LogEvent(Severity::kInfo, "witness_started",
           {{"vkey", server->vkey_},
            {"logs", std::uint64_t{log_count}},
            {"port", static_cast<std::uint64_t>(server->port())}});
  return server;
}

HttpResponse WitnessServer::AnswerAdd(const HttpRequest& request) {
  witness::Answer answer =
      witness_->AddCheckpoint(keys::AsBytes(request.body), note::PosixSeconds{seams_.now_s()});
  ++answers_[static_cast<std::size_t>(answer.status)];
  // 409 is how a log asks; what is 422 or 403 is for somebody to look at.
  const bool alarming = answer.status == 422 || answer.status == 403 || answer.status == 503;
  LogEvent(alarming ? Severity::kWarning : Severity::kDebug, "add_checkpoint",
           {{"status", static_cast<std::uint64_t>(answer.status)},
            {"why", answer.status == 200 ? "" : absl::string_view(answer.body)}});
  return {.status = answer.status,
          .content_type = std::move(answer.content_type),
          .body = std::move(answer.body)};
}

HttpResponse WitnessServer::Answer(const HttpRequest& request) {
  absl::string_view path = request.path;
  if (path == "/add-checkpoint") {
    if (request.method == "POST") return AnswerAdd(request);
    return {.status = 405, .body = "only POST\n", .allow = "POST"};
  }
  if (request.method != "GET") {
    return {.status = 405, .body = "only GET and HEAD\n", .allow = "GET, HEAD"};
  }
  if (path == "/healthz") return {.body = "ok\n"};
  if (path == "/metrics") {
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = Metrics()};
  }
  if (!absl::ConsumePrefix(&path, "/") || !absl::ConsumeSuffix(&path, "/checkpoint")) {
    return {.status = 404, .body = "there is no such path\n"};
  }
  witness::Answer answer = witness_->ReadCheckpoint(path);
  return {.status = answer.status,
          .content_type = std::move(answer.content_type),
          .cache_control = "no-cache",
          .body = std::move(answer.body)};
}

std::string WitnessServer::Metrics() const {
  std::string out =
      "# HELP cairn_witness_add_checkpoint_total Answers to add-checkpoint by status\n"
      "# TYPE cairn_witness_add_checkpoint_total counter\n";
  for (std::size_t status = 0; status < answers_.size(); ++status) {
    if (answers_[status] == 0) continue;
    absl::StrAppend(&out, "cairn_witness_add_checkpoint_total{status=\"", status, "\"} ",
                    answers_[status].load(), "\n");
  }
  return out;
}

}  // namespace cairn::broker
