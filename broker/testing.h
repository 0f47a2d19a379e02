// A broker inside the test's process, on ports that the system picks, and a client of it.
#ifndef CAIRN_BROKER_TESTING_H_
#define CAIRN_BROKER_TESTING_H_

#include <grpcpp/grpcpp.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"
#include "broker/broker.h"
#include "broker/errors.h"
#include "cairn/v1/access.pb.h"
#include "cairn/v1/broker.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "keys/dsse.h"
#include "tests/testing/log_builder.h"

namespace cairn::broker::testing {

using cairn::testing::Id;
using cairn::testing::LogBuilder;

// A folder that goes with the object.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "broker_test_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline Config TestConfig(const std::string& folder, const std::string& origin) {
  Config config;
  config.origin = origin;
  config.data = folder + "/data";
  config.grpc_listen = "127.0.0.1:0";
  config.http_listen = "127.0.0.1:0";
  config.publish_ms = 20;
  config.verify_threads = 2;
  config.free_disk_mib = 0;
  config.assess = false;
  return config;
}

inline BrokerKeys TestKeys(const LogBuilder& builder) {
  return BrokerKeys{.log = builder.LogKey(),
                    .operator_key = LogBuilder::SigningKey("operator/desk"),
                    .sealing_passphrase = keys::SecretBytes()};
}

// The reason in a gRPC status; empty without details.
inline std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status wire;
  google::rpc::ErrorInfo info;
  if (!wire.ParseFromString(status.error_details()) || wire.details().empty() ||
      !wire.details(0).UnpackTo(&info)) {
    return "";
  }
  return info.reason();
}

inline v1::Refusal RefusalIn(const v1::SubmitResponse& response) {
  return statement::ReadRefusalUnverified(response.refusal()).value_or(v1::Refusal());
}

// A running broker with a log that the builder makes beside it: what the builder accepts is
// submitted, so both hold the same statements (the broker's own Witnessed leaves aside).
class BrokerUnderTest {
 public:
  explicit BrokerUnderTest(std::optional<Config> config = std::nullopt, BrokerSeams seams = {})
      : config_(config.value_or(TestConfig(folder_.path(), builder.origin()))) {
    Start(std::move(seams));
  }

  void Start(BrokerSeams seams = {}) {
    if (!seams.now_ms) {
      seams.now_ms = [this] { return now_ms.load(); };
    }
    absl::StatusOr<std::unique_ptr<Broker>> started =
        Broker::Start(config_, TestKeys(builder), std::move(seams));
    if (!started.ok()) throw std::runtime_error(started.status().ToString());
    broker = *std::move(started);
    Connect();
  }
  void Connect() {
    channel = grpc::CreateChannel(broker->grpc_address(), grpc::InsecureChannelCredentials());
    statements = v1::StatementService::NewStub(channel);
    log = v1::LogService::NewStub(channel);
    content = v1::ContentService::NewStub(channel);
    handovers = v1::HandoverService::NewStub(channel);
  }

  static std::unique_ptr<grpc::ClientContext> Context(int seconds = 20) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
    return context;
  }
  // With a token of the party's desk key for a method of ContentService.
  std::unique_ptr<grpc::ClientContext> ContextAs(const std::string& party,
                                                 const std::string& method) {
    auto context = Context();
    context->AddMetadata("cairn-token-bin", Token(party, party + "/desk", method));
    return context;
  }
  std::string Token(const std::string& party, const std::string& key, const std::string& method) {
    v1::AccessToken token;
    token.set_log_origin(builder.origin());
    token.set_party(party);
    token.set_key(LogBuilder::Fingerprint(key));
    token.set_method("/cairn.v1.ContentService/" + method);
    token.set_issued_at_ms(now_ms);
    token.set_expires_at_ms(now_ms + 60'000);
    token.set_nonce("0123456789abcdef");
    return SignToken(token, key);
  }
  static std::string SignToken(const v1::AccessToken& token, const std::string& key) {
    const keys::SigningPrivateKey signer = LogBuilder::SigningKey(key);
    v1::SignedAccessToken wrapper;
    wrapper.set_token(statement::CanonicalBytes(token).value());
    wrapper.set_public_key(signer.Public().TypedBytes());
    wrapper.set_signature(
        keys::SignPayload(signer, keys::kAccessPayloadType, keys::AsBytes(wrapper.token())));
    return statement::CanonicalBytes(wrapper).value();
  }

  grpc::Status Submit(const keys::Bytes& signed_statement, v1::SubmitResponse& response) {
    v1::SubmitRequest request;
    request.set_signed_statement(signed_statement);
    return statements->Submit(Context().get(), request, &response);
  }
  v1::SubmitResponse MustSubmit(const keys::Bytes& signed_statement) {
    v1::SubmitResponse response;
    const grpc::Status status = Submit(signed_statement, response);
    if (!status.ok()) throw std::runtime_error(status.error_message());
    return response;
  }
  // What the builder has accepted since the last time; throws at a refusal.
  void SubmitAllOfBuilder() {
    for (; submitted_ < builder.entries().size(); ++submitted_) {
      const auto entry = statement::ParseEntry(keys::AsBytes(builder.entries()[submitted_]));
      const v1::SubmitResponse response = MustSubmit(entry->signed_statement);
      if (!response.has_receipt()) {
        throw std::runtime_error(RefusalIn(response).ShortDebugString());
      }
    }
  }
  // Genesis and the endorsements that make the log stand.
  void Found() {
    const Id genesis = builder.Accept(builder.GenesisStatement());
    builder.Endorse("registrar-a", genesis);
    builder.Endorse("registrar-b", genesis);
    SubmitAllOfBuilder();
  }
  Id OpenHandover() {
    const Id handover = builder.OpenHandover();
    SubmitAllOfBuilder();
    return handover;
  }
  // A statement that any party may make at any time.
  v1::Statement SomeClaim(const std::string& party) {
    v1::Statement statement = builder.Say(party);
    v1::Claim& claim = *statement.mutable_claim();
    claim.set_speaker("Office of " + party);
    claim.set_source_digest(LogBuilder::Digest("source"));
    claim.set_said_day(18'848);
    claim.set_subject(v1::CLAIM_SUBJECT_MINES_DELIVERED);
    claim.mutable_quantity()->set_precision(v1::PRECISION_ABOUT);
    claim.mutable_quantity()->set_value(200'000);
    return statement;
  }

  const Config& config() const { return config_; }
  const std::string& folder() const { return folder_.path(); }

 private:
  TempFolder folder_;

 public:
  LogBuilder builder;
  std::atomic<std::uint64_t> now_ms{LogBuilder::kStartMs};
  std::unique_ptr<Broker> broker;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::StatementService::Stub> statements;
  std::unique_ptr<v1::LogService::Stub> log;
  std::unique_ptr<v1::ContentService::Stub> content;
  std::unique_ptr<v1::HandoverService::Stub> handovers;

 private:
  Config config_;
  std::size_t submitted_ = 0;
};

}  // namespace cairn::broker::testing

#endif  // CAIRN_BROKER_TESTING_H_
