// A running witness: the database, the handler (audit/witness) and the HTTP listener.
//
//   POST /add-checkpoint             the handler's table; a body of at most kMaxAddCheckpointBytes
//   GET  /<origin hash>/checkpoint   what was cosigned last; no-cache
//   GET  /healthz, /metrics          for whoever operates it
//
// Submission prefix and monitoring prefix are one and the same.
#ifndef CAIRN_BROKER_WITNESS_SERVER_H_
#define CAIRN_BROKER_WITNESS_SERVER_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "audit/log/store.h"
#include "audit/witness/witness.h"
#include "broker/http_listener.h"
#include "broker/witness_config.h"
#include "keys/signing.h"

namespace cairn::broker {

class WitnessServer {
 public:
  struct Seams {
    std::function<std::uint64_t()> now_s;               // Null: the system's clock.
    std::function<void(const absl::Status&)> on_fatal;  // Null: ends the process with code 3.
  };

  // kInvalidArgument: the configuration or the list of logs. kFailedPrecondition: another witness
  // uses the data folder. kUnavailable: the address cannot be listened on. Else opening the
  // store's.
  static absl::StatusOr<std::unique_ptr<WitnessServer>> Start(const WitnessConfig& config,
                                                              keys::SigningPrivateKey key,
                                                              Seams seams = {});
  // Lets answers under way go out, then closes.
  ~WitnessServer();
  WitnessServer(const WitnessServer&) = delete;
  WitnessServer& operator=(const WitnessServer&) = delete;

  const std::string& vkey() const { return vkey_; }
  int port() const { return listener_->port(); }

 private:
  WitnessServer(keys::SigningPrivateKey key, Seams seams);
  HttpResponse Answer(const HttpRequest& request);
  HttpResponse AnswerAdd(const HttpRequest& request);
  std::string Metrics() const;

  const keys::SigningPrivateKey key_;
  const Seams seams_;
  std::string vkey_;
  std::unique_ptr<log::Store> store_;
  std::unique_ptr<witness::Witness> witness_;
  std::array<std::atomic<std::uint64_t>, 600> answers_{};  // To add-checkpoint, by status.
  std::unique_ptr<HttpListener> listener_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_WITNESS_SERVER_H_
