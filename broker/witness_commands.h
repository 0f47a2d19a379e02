// The subcommands of cairn-witness, after their flags were read. As in broker/commands.h.
#ifndef CAIRN_BROKER_WITNESS_COMMANDS_H_
#define CAIRN_BROKER_WITNESS_COMMANDS_H_

#include <string>

#include "broker/command_line.h"
#include "keys/key_file.h"

namespace cairn::broker {

struct WitnessInitRequest {
  std::string name;
  std::string data = "data";  // As it stands in the file: relative to it, or absolute.
  std::string keys = "keys";
  std::string http_listen;  // Empty: the default.
  keys::PassphraseCost cost = keys::kModerateCost;
};

// Makes the key, "witness.vkey", an empty list of logs and the configuration.
int RunWitnessInit(const CommonFlags& flags, const WitnessInitRequest& request);
int RunWitness(const CommonFlags& flags);
// Prints the notes that this log has signed and that do not fit what was cosigned, each after the
// note cosigned for the same size if there is one. Beside a stopped witness. 1 if there are any.
int RunWitnessDisputed(const CommonFlags& flags, const std::string& origin);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_WITNESS_COMMANDS_H_
