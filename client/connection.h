// The client's side of the broker's services: one channel, a deadline on every call, and errors as
// absl::Status that say what to do. Never believed: whatever matters in an answer is verified by
// the caller (client/speak.h, audit/).
#ifndef CAIRN_CLIENT_CONNECTION_H_
#define CAIRN_CLIENT_CONNECTION_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/broker.grpc.pb.h"
#include "client/profile.h"
#include "keys/signing.h"

namespace grpc {
class ClientContext;
class Status;
}  // namespace grpc

namespace cairn::client {

inline constexpr std::chrono::seconds kCallDeadline{30};
inline constexpr std::chrono::hours kTransferDeadline{24};

// Thread-safe once made.
class Connection {
 public:
  // Plain text to loopback addresses only; everything else is TLS, with the profile's roots if it
  // names any. kInvalidArgument: no broker in the profile, or a certificate that cannot be read.
  static absl::StatusOr<std::unique_ptr<Connection>> Create(const Profile& profile);

  const std::string& address() const { return address_; }
  v1::StatementService::Stub& statements() { return *statements_; }
  v1::LogService::Stub& log() { return *log_; }
  v1::ContentService::Stub& content() { return *content_; }
  v1::HandoverService::Stub& handovers() { return *handovers_; }

  // One unary call: connection->Call(&Stub::Method, stub, request) with the deadline set.
  // Unavailable calls are tried again up to four times in all, with growing pauses.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                Stub& stub, const Request& request);

 private:
  Connection() = default;
  std::string address_;
  std::unique_ptr<v1::StatementService::Stub> statements_;
  std::unique_ptr<v1::LogService::Stub> log_;
  std::unique_ptr<v1::ContentService::Stub> content_;
  std::unique_ptr<v1::HandoverService::Stub> handovers_;
};

// Whether HOST:PORT can only be this machine: "localhost", 127.0.0.0/8 as a number, [::1], a Unix
// socket. A name that merely begins with 127 is a name like others.
bool IsLoopbackAddress(absl::string_view address);

// The code and message of a gRPC status, with what its google.rpc details add: the field that is to
// blame, what to do, when to try again. What the broker said is told apart from its silence.
absl::Status FromGrpc(const grpc::Status& status, const std::string& address);

// Puts a short-lived token for `method` ("/cairn.v1.ContentService/Read") into the metadata.
absl::Status Authorise(grpc::ClientContext& context, const Profile& profile,
                       const keys::SigningPrivateKey& key, const std::string& method);

// Waits before try number `attempt` (from 1).
void PauseBefore(int attempt);

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Connection::Call(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                       const Request&, Response*),
                                          Stub& stub, const Request& request) {
  constexpr int kAttempts = 4;
  for (int attempt = 1;; ++attempt) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (status.ok()) return response;
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE || attempt == kAttempts) {
      return FromGrpc(status, address_);
    }
    PauseBefore(attempt + 1);
  }
}

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_CONNECTION_H_
