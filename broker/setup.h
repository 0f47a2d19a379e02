// What is done before a broker runs for the first time: keys and configuration, and Genesis.
#ifndef CAIRN_BROKER_SETUP_H_
#define CAIRN_BROKER_SETUP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/broker.h"
#include "broker/config.h"
#include "broker/predecessor.h"
#include "cairn/v1/statement.pb.h"
#include "keys/key_file.h"
#include "keys/secret.h"
#include "keys/signing.h"

namespace cairn::broker {

struct InitRequest {
  std::string origin;
  std::string operator_party = "operator";
  std::string operator_name;  // Of the organisation.
  std::string config_path = "broker.toml";
  std::string data = "data";  // As it stands in the file: relative to it, or absolute.
  std::string keys = "keys";  // Likewise.
  std::string grpc_listen;    // Empty: the default.
  std::string http_listen;
  std::string passphrase_file;     // For the file; empty: not set there.
  std::uint64_t witnessed_ms = 0;  // 0: the default.
  keys::PassphraseCost cost = keys::kModerateCost;
};

struct InitResult {
  std::string vkey;
  std::string vkey_path;  // "log.vkey" beside the configuration.
  std::string config_path;
  std::string entry_path;  // "operator.entry" beside it: the operator's PartyEntry.
  std::vector<std::string> key_paths;
};

// Makes the log's key and the operator's: one that signs for the program, one for the operator's
// desk, recovery, and two for sealing (one may be lost).
// Writes the verifier key, the operator's canonical PartyEntry with its proofs of possession, and
// the configuration. kAlreadyExists: one of the files is there; nothing is overwritten.
// kInvalidArgument: an origin or handle that is none.
absl::StatusOr<InitResult> Initialize(const InitRequest& request,
                                      const keys::SecretBytes& passphrase);

struct GenesisRequest {
  std::vector<std::string> registrar_entries;  // Files with canonical PartyEntry messages.
  std::uint32_t threshold = 0;                 // 0: all of them.
  std::string operator_entry;                  // File, as Initialize wrote it.
  std::string progress_policy;                 // File, tlog-policy; empty: this log, quorum none.
  std::string final_policy;                    // Likewise.
  PredecessorRequest predecessor;              // The log that this one goes on from.
};

struct GenesisResult {
  std::string digest;  // Id of the statement in hex: what people pin and print.
  bool already_there = false;
};

// Makes, signs and logs the Genesis statement as leaf 0, through a sequencer of its own: the broker
// must not run. With a predecessor its copy is taken into the data folder, and its state under the
// Genesis. kFailedPrecondition: it runs, the log has a Genesis that says otherwise, or the
// fold refuses this one. kInvalidArgument names the file that is no PartyEntry.
absl::StatusOr<GenesisResult> MakeGenesis(const Config& config, const BrokerKeys& keys,
                                          const GenesisRequest& request);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_SETUP_H_
