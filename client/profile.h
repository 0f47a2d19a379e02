// Who a home folder belongs to, and which log it believes: profile.toml, a file a person can read.
//
//   party = "receiving-party"
//   name = "Mine action agency"
//   [log]
//   origin = "log.example.org/h-2021"
//   vkey = "log.example.org/h-2021+9d415180+AYq..."
//   genesis = "<64 hex digits>"          # the pinned genesis digest
//   broker = "127.0.0.1:7443"
//   url = "http://127.0.0.1:7480"
//   certificate = "broker.crt"           # roots for TLS; beyond loopback only
#ifndef CAIRN_CLIENT_PROFILE_H_
#define CAIRN_CLIENT_PROFILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/home.h"

namespace cairn::client {

struct Profile {
  std::string party;
  std::string name;
  std::string log_origin;
  std::string log_vkey;
  std::string genesis;      // Hex; empty: not pinned, and every identity is then *not checked*.
  std::string broker;       // host:port
  std::string url;          // Prefix of the log's tiles.
  std::string certificate;  // Path of PEM roots; empty: the system's, and none on loopback.
};

// kNotFound, with the remedy; kInvalidArgument names file and line.
absl::StatusOr<Profile> LoadProfile(const Home& home);
absl::Status SaveProfile(const Home& home, const Profile& profile);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_PROFILE_H_
