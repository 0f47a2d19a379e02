#include "client/connection.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/error_details.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "audit/statement/canonical.h"
#include "cairn/v1/access.pb.h"
#include "client/clock.h"
#include "client/home.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "keys/dsse.h"
#include "keys/secret.h"

namespace cairn::client {
namespace {

constexpr int kMaxMessageBytes = 8 * 1024 * 1024;
constexpr int kSentAheadBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaxCertificateBytes = std::size_t{256} * 1024;
constexpr std::uint64_t kTokenLifetimeMs = std::uint64_t{10} * 60 * 1000;
constexpr std::size_t kNonceBytes = 16;
constexpr absl::string_view kWhenSilent =
    "see that it runs, that the profile has its address (`cairn log trust --broker`) and, for TLS, "
    "the roots of its certificate (`--certificate`)";

bool IsLoopbackNumber(absl::string_view host) {
  const std::vector<absl::string_view> parts = absl::StrSplit(host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  return std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
    int number = 0;
    return part.size() <= 3 && std::all_of(part.begin(), part.end(), absl::ascii_isdigit) &&
           absl::SimpleAtoi(part, &number) && number <= 255;
  });
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsFor(const Profile& profile) {
  if (profile.certificate.empty() && IsLoopbackAddress(profile.broker)) {
    return grpc::InsecureChannelCredentials();
  }
  grpc::SslCredentialsOptions options;
  if (!profile.certificate.empty()) {
    absl::StatusOr<keys::Bytes> roots = ReadFile(profile.certificate, kMaxCertificateBytes);
    if (!roots.ok()) return roots.status();
    if (!absl::StrContains(*roots, "-----BEGIN CERTIFICATE-----")) {
      return absl::InvalidArgumentError(absl::StrCat(
          profile.certificate,
          " holds no PEM certificate; set another with: ", "cairn log trust --certificate FILE"));
    }
    options.pem_root_certs = *std::move(roots);
  }
  return grpc::SslCredentials(options);
}

// What the google.rpc details say beyond the message.
std::string Remedies(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  const std::string& message = status.error_message();
  std::vector<std::string> remedies;
  for (const auto& any : details.details()) {
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo retry;
    if (any.UnpackTo(&bad)) {
      for (const auto& field : bad.field_violations()) {
        if (!absl::StrContains(message, field.description())) {
          remedies.push_back(absl::StrCat("field ", field.field(), ": ", field.description()));
        } else if (!absl::StrContains(message, field.field())) {
          remedies.push_back(absl::StrCat("field ", field.field()));
        }
      }
    } else if (any.UnpackTo(&retry)) {
      remedies.push_back(absl::StrCat("try again in ", retry.retry_delay().seconds() + 1, " s"));
    }
  }
  return remedies.empty() ? "" : absl::StrCat(" (", absl::StrJoin(remedies, "; "), ")");
}

// Why nobody answers, without what the library under it calls that; its own words where they say
// something else.
std::string WhySilent(const std::string& words) {
  constexpr std::pair<absl::string_view, absl::string_view> kCauses[] = {
      {"Connection refused", "nothing listens there"},
      {"Domain name not found", "no machine has this name"},
      {"DNS resolution failed", "the name cannot be looked up"},
      {"Failed parsing HTTP/2", "what listens there is no broker, or it speaks TLS"},
      {"No route to host", "that machine cannot be reached"},
      {"Network is unreachable", "that machine cannot be reached"},
      {"CERTIFICATE_VERIFY_FAILED", "its certificate is none that this profile trusts"},
      {"Handshake failed", "it and this program do not agree on TLS"},
      {"Ssl handshake failed", "it and this program do not agree on TLS"},
      {"Socket closed", "it broke off the connection"},
      {"Connection reset", "it broke off the connection"},
      {"Deadline Exceeded", "it took too long"}};
  for (const auto& [part, cause] : kCauses) {
    if (absl::StrContains(words, part)) return std::string(cause);
  }
  return words;
}

}  // namespace

bool IsLoopbackAddress(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return true;
  if (absl::StartsWith(address, "[::1]:")) return true;
  const absl::string_view host = address.substr(0, address.rfind(':'));
  return host == "localhost" || IsLoopbackNumber(host);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Create(const Profile& profile) {
  if (profile.broker.empty()) {
    return absl::InvalidArgumentError(
        "the profile names no broker; set one with: cairn log trust --broker HOST:PORT");
  }
  absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> credentials = CredentialsFor(profile);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  // gRPC otherwise lets the other side send ahead as much as the line seems to carry: over a fast
  // one, a disk that is slower lets a download grow in memory.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kSentAheadBytes);
  auto channel = grpc::CreateCustomChannel(profile.broker, *credentials, arguments);
  std::unique_ptr<Connection> made(new Connection);
  made->address_ = profile.broker;
  made->statements_ = v1::StatementService::NewStub(channel);
  made->log_ = v1::LogService::NewStub(channel);
  made->content_ = v1::ContentService::NewStub(channel);
  made->handovers_ = v1::HandoverService::NewStub(channel);
  return made;
}

absl::Status FromGrpc(const grpc::Status& status, const std::string& address) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  // What the broker itself says comes with details; without them it is the connection that fails.
  const bool silent = status.error_details().empty();
  if (silent &&
      (code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kDeadlineExceeded)) {
    return absl::Status(code, absl::StrCat("the broker at ", address, " did not answer: ",
                                           WhySilent(status.error_message()), "; ", kWhenSilent));
  }
  return absl::Status(code,
                      absl::StrCat("the broker says: ", status.error_message(), Remedies(status)));
}

absl::Status Authorise(grpc::ClientContext& context, const Profile& profile,
                       const keys::SigningPrivateKey& key, const std::string& method) {
  const std::uint64_t now_ms = NowMs();
  v1::AccessToken token;
  token.set_log_origin(profile.log_origin);
  token.set_party(profile.party);
  token.set_key(key.Public().Fingerprint().ToBytes());
  token.set_method(method);
  token.set_issued_at_ms(now_ms);
  token.set_expires_at_ms(now_ms + kTokenLifetimeMs);
  token.set_nonce(keys::RandomBytes(kNonceBytes));
  absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(token);
  if (!bytes.ok()) return bytes.status();
  v1::SignedAccessToken signed_token;
  signed_token.set_token(*bytes);
  signed_token.set_public_key(key.Public().TypedBytes());
  signed_token.set_signature(
      keys::SignPayload(key, keys::kAccessPayloadType, keys::AsBytes(*bytes)));
  absl::StatusOr<keys::Bytes> wrapper = statement::CanonicalBytes(signed_token);
  if (!wrapper.ok()) return wrapper.status();
  context.AddMetadata("cairn-token-bin", *wrapper);
  return absl::OkStatus();
}

void PauseBefore(int attempt) {
  std::this_thread::sleep_for(std::chrono::milliseconds(100) * (1 << attempt));
}

}  // namespace cairn::client
