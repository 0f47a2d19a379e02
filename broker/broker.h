// A running broker: owns the log, the content, the services and the listeners, and is the only
// place where they are wired together.
//
// Starting, in this order: database, anchor and sequencer (which may open sealed), content, pools,
// listeners. Stopping, in the reverse: the health service says NOT_SERVING, long calls are told to
// end, calls under way get kDrainTime, then the sequencer finishes what waits, the checkpoint moves
// a last time, and everything is closed.
#ifndef CAIRN_BROKER_BROKER_H_
#define CAIRN_BROKER_BROKER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/chunk_disk.h"
#include "broker/config.h"
#include "keys/secret.h"
#include "keys/signing.h"

namespace cairn::broker {

struct BrokerKeys {
  keys::SigningPrivateKey log;
  keys::SigningPrivateKey operator_key;
  // Of the sealing key file: handed to the assessment's process, which alone opens the file.
  keys::SecretBytes sealing_passphrase;
};

// What tests put in place of the real thing.
struct BrokerSeams {
  std::function<std::uint64_t()> now_ms;              // Null: the system's clock.
  std::function<void(const absl::Status&)> on_fatal;  // Null: ends the process with code 3.
  std::unique_ptr<ChunkDisk> disk;                    // Null: content/ in the data folder.
  std::string program;                                // For assess-worker; empty: this program.
};

// Milliseconds since 1970 by the system's clock.
std::uint64_t SystemNowMs();

// Where things lie in the data folder.
std::string DatabasePath(const Config& config);
std::string AnchorPath(const Config& config);
// The note by which somebody has shown that the log's key signed another history. While it is there
// the log opens sealed.
std::string OtherHistoryPath(const Config& config);
std::string ContentPath(const Config& config);

// Reads the key files that the configuration names. Errors of keys::ReadSigningKeyFile.
absl::StatusOr<BrokerKeys> ReadBrokerKeys(const Config& config,
                                          const keys::SecretBytes& passphrase);

class Broker {
 public:
  // kFailedPrecondition: another broker uses the data folder, or the keys are not this log's.
  // kInvalidArgument: the configuration (CheckConfig), the TLS files. kUnavailable: an address that
  // cannot be listened on. Otherwise what opening the log says. A sealed log is no error.
  static absl::StatusOr<std::unique_ptr<Broker>> Start(const Config& config, BrokerKeys keys,
                                                       BrokerSeams seams = {});
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Drains and stops; returns when all is closed. Again: nothing. One thread at a time.
  void Stop();

  // What is listened on, with the ports that the system gave where 0 was asked for.
  const std::string& grpc_address() const;
  int grpc_port() const;
  int http_port() const;  // 0: no HTTP listener.
  const std::string& vkey() const;
  bool sealed() const;

 private:
  struct Parts;
  explicit Broker(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_BROKER_H_
