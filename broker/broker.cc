#include "broker/broker.h"

#include <dlfcn.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/published.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "broker/agreed_files.h"
#include "broker/assessor.h"
#include "broker/backend.h"
#include "broker/content_gate.h"
#include "broker/content_service.h"
#include "broker/handover_checks.h"
#include "broker/handover_service.h"
#include "broker/http_server.h"
#include "broker/limits.h"
#include "broker/log_service.h"
#include "broker/logging.h"
#include "broker/new_file.h"
#include "broker/operator_voice.h"
#include "broker/statement_service.h"
#include "broker/timekeeper.h"
#include "broker/tls.h"
#include "broker/version.h"
#include "broker/witnesses.h"
#include "keys/key_file.h"
#include "keys/vkey.h"

namespace cairn::broker {
namespace {

constexpr std::size_t kReaderThreads = 4;
constexpr std::size_t kReaderQueue = 4096;
constexpr std::size_t kCarrierThreads = 4;
constexpr std::size_t kCarrierQueue = 4096;
constexpr std::chrono::milliseconds kToldBeforeClosing{100};
constexpr std::uint64_t kExpiryEveryMs = 60'000;

constexpr const char* kServiceNames[] = {"", "cairn.v1.StatementService", "cairn.v1.LogService",
                                         "cairn.v1.ContentService", "cairn.v1.HandoverService"};

// What is on disk is not known any more: nothing may be signed, and only a restart finds out.
void EndProcess(const absl::Status& status) {
  LogStatus(Severity::kError, "log_failed", status);
  FlushLogs();
  std::_Exit(3);
}

ContentLimits LimitsOf(const Config& config) {
  return {.file_bytes = config.package_bytes,
          .open_uploads = config.open_uploads,
          .open_upload_bytes = config.open_upload_bytes,
          .expiry_ms = config.upload_expiry_hours * 3'600'000,
          .free_bytes = config.free_disk_mib * 1024 * 1024};
}

// The library registers itself with gRPC as it is loaded; so it is loaded only when asked for.
absl::Status LoadReflection() {
  if (::dlopen("libgrpc++_reflection.so.1.51", RTLD_NOW | RTLD_GLOBAL) != nullptr) {
    return absl::OkStatus();
  }
  return absl::NotFoundError(absl::StrCat("grpc.reflection: ", ::dlerror(),
                                          "; install it, or set grpc.reflection = false"));
}

}  // namespace

std::uint64_t SystemNowMs() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

std::string DatabasePath(const Config& config) { return config.data + "/db"; }
std::string AnchorPath(const Config& config) { return config.data + "/anchor"; }
std::string OtherHistoryPath(const Config& config) { return config.data + "/other-history.note"; }
std::string ContentPath(const Config& config) { return config.data + "/content"; }

absl::StatusOr<BrokerKeys> ReadBrokerKeys(const Config& config,
                                          const keys::SecretBytes& passphrase) {
  absl::StatusOr<keys::SigningPrivateKey> log =
      keys::ReadSigningKeyFile(config.log_key, passphrase);
  if (!log.ok()) return log.status();
  absl::StatusOr<keys::SigningPrivateKey> operator_key =
      keys::ReadSigningKeyFile(config.operator_key, passphrase);
  if (!operator_key.ok()) return operator_key.status();
  return BrokerKeys{.log = *std::move(log),
                    .operator_key = *std::move(operator_key),
                    .sealing_passphrase = passphrase.Clone()};
}

// Members are destroyed in the reverse of this order; Stop has ended all threads before.
struct Broker::Parts {
  Config config;
  std::optional<BrokerKeys> keys;
  BrokerSeams seams;
  std::string vkey;
  std::optional<keys::VerifierKey> log_key;  // The same.
  std::unique_ptr<log::Store> store;
  std::unique_ptr<Metrics> metrics;
  std::unique_ptr<ContentStore> content;
  HeadWatch heads;
  DrainList drain;
  std::unique_ptr<log::Sequencer> sequencer;
  std::unique_ptr<log::Published> published;
  std::unique_ptr<Pipeline> pipeline;
  std::unique_ptr<WorkerPool> readers;
  std::unique_ptr<WorkerPool> carriers;
  std::unique_ptr<OperatorVoice> voice;
  std::unique_ptr<AgreedFiles> agreed;
  std::unique_ptr<HandoverChecks> checks;
  std::unique_ptr<Assessor> assessor;
  std::optional<note::Policy> witness_policy;
  std::unique_ptr<Witnesses> witnesses;
  std::unique_ptr<Timekeeper> timekeeper;
  Backend backend;
  std::unique_ptr<StatementServiceImpl> statements;
  std::unique_ptr<LogServiceImpl> log_service;
  std::unique_ptr<ContentServiceImpl> content_service;
  std::unique_ptr<HandoverServiceImpl> handovers;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<HttpServer> http;
  std::string grpc_address;
  int grpc_port = 0;
  std::uint64_t expired_at_ms = 0;
  bool stopped = false;

  absl::Status OpenLog();
  absl::Status OpenContent();
  void MakeServices();
  absl::Status Listen();
  absl::Status StartHttp();
  void StartAssessor();
  absl::StatusOr<std::vector<keys::Bytes>> ForeignNotes();
  absl::Status StartWitnesses();
  void SealFor(const std::string& why, const keys::Bytes& note);
  void TakeNote(const statement::VerifiedStatement& verified);
  void EveryTurn();
  void LookAfterUploads();
  void SetServing(bool serving);
  MetricsReadings Readings() const;
  absl::Status Health() const;
};

// What others hold of this log: witnesses, and what they have shown before (OtherHistoryPath).
absl::StatusOr<std::vector<keys::Bytes>> Broker::Parts::ForeignNotes() {
  std::vector<keys::Bytes> notes;
  if (!config.witness_policy.empty()) {
    absl::StatusOr<note::Policy> policy = ReadWitnessFile(config.witness_policy);
    if (!policy.ok()) return policy.status();
    notes = FetchWitnessNotes(*policy, config.origin, static_cast<long>(config.witness_timeout_ms));
    witness_policy = *std::move(policy);
  }
  std::ifstream kept(OtherHistoryPath(config), std::ios::binary);
  if (kept)
    notes.emplace_back(std::istreambuf_iterator<char>(kept), std::istreambuf_iterator<char>());
  return notes;
}

absl::Status Broker::Parts::StartWitnesses() {
  if (!witness_policy.has_value() || sequencer->sealed().has_value()) return absl::OkStatus();
  auto started = Witnesses::Start(
      {.policy = *witness_policy,
       .log_key = *log_key,
       .timeout_ms = static_cast<long>(config.witness_timeout_ms),
       .on_other_history = [this](const std::string& why,
                                  const keys::Bytes& note) { SealFor(why, note); }},
      *store, sequencer->Tiles());
  if (!started.ok()) return started.status();
  witnesses = *std::move(started);
  return absl::OkStatus();
}

// First nothing more is signed; then what showed it is kept, so that the log stays sealed.
void Broker::Parts::SealFor(const std::string& why, const keys::Bytes& note) {
  sequencer->Seal(why);
  const std::string path = OtherHistoryPath(config);
  const absl::Status kept = WriteNewFile(path, note);
  if (!kept.ok() && !absl::IsAlreadyExists(kept)) {
    LogStatus(Severity::kError, "other_history_not_kept", kept);
  }
  SetServing(false);
  LogEvent(Severity::kError, "log_sealed", {{"reason", why}, {"note", path}});
}

absl::Status Broker::Parts::OpenLog() {
  if (absl::Status made = MakePrivateFolder(config.data); !made.ok()) {
    return SettingStatus("broker.data", made);
  }
  absl::StatusOr<std::unique_ptr<log::Store>> opened =
      log::OpenRocksStore(DatabasePath(config), {.on_write_failure = seams.on_fatal});
  if (!opened.ok()) {
    return SettingStatus("broker.data", opened.status());
  }
  store = *std::move(opened);
  agreed = std::make_unique<AgreedFiles>(config.rule_sets);
  checks = std::make_unique<HandoverChecks>(*store, *agreed);
  if (absl::Status content_status = OpenContent(); !content_status.ok()) return content_status;

  log::SequencerHooks hooks;
  hooks.now_ms = seams.now_ms;
  hooks.on_fatal = seams.on_fatal;
  hooks.on_head = [this](const std::shared_ptr<const log::SignedHead>& head) {
    heads.Notify(head);
    if (assessor != nullptr) assessor->Wake();
  };
  hooks.check = [this](const statement::VerifiedStatement& verified) {
    TakeNote(verified);
    return CheckContentIsHere(*content, verified);
  };
  absl::StatusOr<std::vector<keys::Bytes>> foreign = ForeignNotes();
  if (!foreign.ok()) return foreign.status();
  log::SequencerOptions sequencer_options;
  sequencer_options.foreign_notes = *std::move(foreign);
  absl::StatusOr<std::unique_ptr<log::Sequencer>> sequencing = log::Sequencer::Open(
      *store, AnchorPath(config),
      {.origin = config.origin, .log_key = &keys->log, .operator_key = &keys->operator_key},
      std::move(hooks), sequencer_options);
  if (!sequencing.ok()) return sequencing.status();
  sequencer = *std::move(sequencing);
  for (const std::string& message : sequencer->messages()) {
    LogEvent(Severity::kWarning, "log_opened_with_message", {{"message", message}});
  }
  if (sequencer->sealed().has_value()) {
    LogEvent(Severity::kError, "log_sealed", {{"reason", *sequencer->sealed()}});
  }
  const absl::StatusOr<keys::VerifierKey> verifier =
      keys::VerifierKey::Create(config.origin, keys::NoteKeyType::kEd25519, keys->log.Public());
  if (!verifier.ok()) return verifier.status();
  vkey = verifier->ToString();
  log_key = *verifier;
  absl::StatusOr<std::unique_ptr<log::Published>> loaded = log::Published::Load(*store, *verifier);
  if (!loaded.ok()) return loaded.status();
  published = *std::move(loaded);
  return absl::OkStatus();
}

absl::Status Broker::Parts::OpenContent() {
  if (seams.disk == nullptr) {
    absl::StatusOr<std::unique_ptr<ChunkDisk>> disk = ChunkDisk::Open(ContentPath(config));
    if (!disk.ok()) return disk.status();
    seams.disk = *std::move(disk);
  }
  content = std::make_unique<ContentStore>(*store, std::move(seams.disk), LimitsOf(config));
  return absl::OkStatus();
}

void Broker::Parts::MakeServices() {
  const std::size_t threads = config.verify_threads != 0
                                  ? static_cast<std::size_t>(config.verify_threads)
                                  : std::max(1U, std::thread::hardware_concurrency());
  pipeline = std::make_unique<Pipeline>(*sequencer, threads,
                                        static_cast<std::size_t>(config.queued_statements));
  readers = std::make_unique<WorkerPool>(kReaderThreads, kReaderQueue);
  carriers = std::make_unique<WorkerPool>(kCarrierThreads, kCarrierQueue);
  voice = std::make_unique<OperatorVoice>(config.origin, config.operator_party, keys->operator_key,
                                          *store, *sequencer, seams.now_ms);
  backend = {.origin = config.origin,
             .vkey = vkey,
             .operator_party = config.operator_party,
             .http_url = config.http_url,
             .package_bytes = config.package_bytes,
             .operator_key = &keys->operator_key,
             .store = store.get(),
             .sequencer = sequencer.get(),
             .published = published.get(),
             .pipeline = pipeline.get(),
             .readers = readers.get(),
             .carriers = carriers.get(),
             .content = content.get(),
             .checks = checks.get(),
             .metrics = metrics.get(),
             .drain = &drain,
             .heads = &heads,
             .now_ms = seams.now_ms};
  statements = std::make_unique<StatementServiceImpl>(backend);
  log_service = std::make_unique<LogServiceImpl>(backend);
  content_service = std::make_unique<ContentServiceImpl>(backend);
  handovers = std::make_unique<HandoverServiceImpl>(backend);
}

absl::Status Broker::Parts::Listen() {
  std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
  if (!config.tls_certificate.empty()) {
    absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> tls =
        MakeTlsCredentials(config.tls_certificate, config.tls_key);
    if (!tls.ok()) return tls.status();
    credentials = *std::move(tls);
  }
  if (config.reflection) {
    if (absl::Status loaded = LoadReflection(); !loaded.ok()) return loaded;
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(config.grpc_listen, credentials, &grpc_port);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  // A second broker on the same port must fail, not share it.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(config.max_streams));
  // Dead peers are noticed within 80 s; clients may ping every 30 s, with or without calls.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300'000);
  grpc::ResourceQuota quota("cairn-broker");
  quota.Resize(static_cast<std::size_t>(config.memory_mib) * 1024 * 1024);
  builder.SetResourceQuota(quota);
  builder.RegisterService(statements.get());
  builder.RegisterService(log_service.get());
  builder.RegisterService(content_service.get());
  builder.RegisterService(handovers.get());
  server = builder.BuildAndStart();
  if (server == nullptr || grpc_port == 0) {
    return absl::UnavailableError(absl::StrCat(
        "grpc.listen: cannot listen on ", config.grpc_listen,
        ": the address is in use, not this machine's, or not of the form address:port"));
  }
  const auto colon = config.grpc_listen.rfind(':');
  grpc_address = absl::StrCat(config.grpc_listen.substr(0, colon), ":", grpc_port);
  SetServing(!sequencer->sealed().has_value());
  return absl::OkStatus();
}

absl::Status Broker::Parts::StartHttp() {
  if (config.http_listen.empty()) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<HttpServer>> started =
      HttpServer::Start(config.http_listen, config.http_threads,
                        {.store = store.get(),
                         .published = published.get(),
                         .metrics = metrics.get(),
                         .data = config.data,
                         .readings = [this] { return Readings(); },
                         .health = [this] { return Health(); }});
  if (!started.ok()) return started.status();
  http = *std::move(started);
  if (backend.http_url.empty()) {
    const auto colon = config.http_listen.rfind(':');
    const std::string host =
        colon == std::string::npos ? "127.0.0.1" : config.http_listen.substr(0, colon);
    backend.http_url = absl::StrCat("http://", host, ":", http->port());
  }
  return absl::OkStatus();
}

void Broker::Parts::StartAssessor() {
  if (!config.assess || sequencer->sealed().has_value()) return;
  assessor = std::make_unique<Assessor>(
      AssessorOptions{.origin = config.origin,
                      .operator_party = config.operator_party,
                      .program = seams.program.empty() ? "/proc/self/exe" : seams.program,
                      .sealing_key = config.sealing_key,
                      .rules_folder = config.rule_sets,
                      .content_folder = ContentPath(config),
                      .data_folder = config.data,
                      .seconds = config.assess_seconds,
                      .memory_mib = config.assess_memory_mib},
      *store, *content, *voice, *metrics, keys->sealing_passphrase);
  // Only now: what it says comes back through the sequencer's hooks, which look at `assessor`.
  assessor->Start();
}

// On the sequencer's thread, for a statement that will be a leaf unless content is missing.
void Broker::Parts::TakeNote(const statement::VerifiedStatement& verified) {
  const v1::Statement& statement = verified.statement();
  if (statement.handover().empty()) return;
  checks->Touch(statement.handover());
  if (assessor != nullptr && statement.has_assess() && statement.actor() != config.operator_party) {
    assessor->Touch(statement.handover());
  }
}

void Broker::Parts::EveryTurn() {
  LookAfterUploads();
  if (checks->HasTouched()) (void)readers->TryPost([this] { checks->Refresh(); });
}

void Broker::Parts::LookAfterUploads() {
  const std::uint64_t now = seams.now_ms();
  if (now < expired_at_ms + kExpiryEveryMs) return;
  expired_at_ms = now;
  const bool posted = carriers->TryPost([this, now] {
    const absl::StatusOr<std::uint64_t> expired = content->Expire(now);
    if (!expired.ok()) LogStatus(Severity::kWarning, "upload_expiry_failed", expired.status());
    if (expired.ok() && *expired > 0) {
      LogEvent(Severity::kInfo, "uploads_expired", {{"uploads", *expired}});
    }
  });
  if (!posted) expired_at_ms = 0;
}

void Broker::Parts::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface* const health = server->GetHealthCheckService();
  if (health == nullptr) return;
  for (const char* const name : kServiceNames) health->SetServingStatus(name, serving);
}

MetricsReadings Broker::Parts::Readings() const {
  const log::SequencerStats stats = sequencer->Stats();
  const auto head = sequencer->Head();
  const auto shown = published->Current();
  return {.tree_size = head == nullptr ? 0 : merkle::ToInt(head->head.size),
          .published_size = shown == nullptr ? 0 : merkle::ToInt(shown->head.size),
          .leaves = stats.leaves,
          .batches = stats.batches,
          .already_logged = stats.already_logged,
          .waiting_to_verify = pipeline->WaitingToVerify(),
          .waiting_for_log = stats.waiting,
          .streams = drain.size(),
          .sealed = sequencer->sealed().has_value(),
          .witnesses = witnesses == nullptr ? std::vector<WitnessStats>() : witnesses->Stats()};
}

absl::Status Broker::Parts::Health() const {
  if (sequencer->sealed().has_value()) {
    return absl::FailedPreconditionError(absl::StrCat("sealed: ", *sequencer->sealed()));
  }
  if (drain.draining()) return absl::UnavailableError("shutting down");
  return absl::OkStatus();
}

Broker::Broker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

absl::StatusOr<std::unique_ptr<Broker>> Broker::Start(const Config& config, BrokerKeys keys,
                                                      BrokerSeams seams) {
  if (absl::Status checked = CheckConfig(config); !checked.ok()) return checked;
  auto broker = std::unique_ptr<Broker>(new Broker(std::make_unique<Parts>()));
  Parts& parts = *broker->parts_;
  parts.config = config;
  parts.keys.emplace(std::move(keys));
  parts.seams = std::move(seams);
  if (!parts.seams.now_ms) parts.seams.now_ms = SystemNowMs;
  // Whoever hangs up is an error of one write, not the end of the process.
  ::signal(SIGPIPE, SIG_IGN);
  if (!parts.seams.on_fatal) parts.seams.on_fatal = EndProcess;
  parts.metrics = std::make_unique<Metrics>(config.origin);
  if (absl::Status opened = parts.OpenLog(); !opened.ok()) return opened;
  parts.MakeServices();
  parts.StartAssessor();
  if (absl::Status http = parts.StartHttp(); !http.ok()) return http;
  if (absl::Status listening = parts.Listen(); !listening.ok()) return listening;
  if (absl::Status asking = parts.StartWitnesses(); !asking.ok()) return asking;
  parts.timekeeper = std::make_unique<Timekeeper>(
      TimekeeperOptions{.publish_ms = config.publish_ms, .witnessed_ms = config.witnessed_ms},
      *parts.log_key, *parts.store, *parts.sequencer, *parts.published, *parts.voice,
      parts.witnesses.get(), parts.seams.now_ms, [&parts] { parts.EveryTurn(); });
  LogEvent(Severity::kInfo, "broker_started",
           {{"version", kProgramVersion},
            {"grpc", parts.grpc_address},
            {"tls", !config.tls_certificate.empty()},
            {"http", parts.backend.http_url},
            {"sealed", parts.sequencer->sealed().has_value()}});
  return broker;
}

Broker::~Broker() { Stop(); }

void Broker::Stop() {
  Parts& parts = *parts_;
  if (std::exchange(parts.stopped, true)) return;
  if (parts.server != nullptr) parts.SetServing(false);
  parts.drain.DrainAll();
  parts.heads.WakeAll();  // Whoever waits for the log to grow notices.
  if (parts.server != nullptr) {
    // New calls are told to come again. Closing the server at once would cut off, without a word,
    // those that have arrived and not reached a handler.
    std::this_thread::sleep_for(kToldBeforeClosing);
    parts.server->Shutdown(std::chrono::system_clock::now() + kDrainTime);
  }
  // The timekeeper may be waiting for witnesses; then nobody waits any more.
  if (parts.witnesses != nullptr) parts.witnesses->Stop();
  if (parts.timekeeper != nullptr) parts.timekeeper->Stop();
  if (parts.assessor != nullptr) parts.assessor->Stop();
  if (parts.sequencer != nullptr) parts.sequencer->Stop();
  if (parts.timekeeper != nullptr && !parts.sequencer->sealed().has_value()) {
    const absl::Status shown = parts.timekeeper->PublishNow(false);
    if (!shown.ok()) LogStatus(Severity::kWarning, "publish_failed", shown);
  }
  if (parts.readers != nullptr) parts.readers->Stop();
  if (parts.carriers != nullptr) parts.carriers->Stop();
  if (parts.pipeline != nullptr) parts.pipeline->Stop();
  parts.server.reset();
  parts.http.reset();
  LogEvent(Severity::kInfo, "broker_stopped");
  FlushLogs();
}

const std::string& Broker::grpc_address() const { return parts_->grpc_address; }
int Broker::grpc_port() const { return parts_->grpc_port; }
int Broker::http_port() const { return parts_->http == nullptr ? 0 : parts_->http->port(); }
const std::string& Broker::vkey() const { return parts_->vkey; }
bool Broker::sealed() const { return parts_->sequencer->sealed().has_value(); }

}  // namespace cairn::broker
