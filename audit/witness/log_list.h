// The logs that a witness serves, in the text form of the witness network (witness-network,
// "logs/v0"):
//
//   logs/v0
//   vkey <vkey>              begins a log: an Ed25519 key (type 01); its name is the origin
//   origin <origin>          may follow; must be the name of the key
//   qpd <1..2147483647>      may follow: add-checkpoint requests a day
//   contact <text>           may follow; for people
//
// in this order, each line ended by 0A. Empty lines and those that begin with '#' are skipped.
// Pure.
#ifndef CAIRN_AUDIT_WITNESS_LOG_LIST_H_
#define CAIRN_AUDIT_WITNESS_LOG_LIST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/vkey.h"

namespace cairn::witness {

inline constexpr char kLogListHeader[] = "logs/v0";
inline constexpr std::size_t kMaxLogListBytes = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kMaxLogs = 100'000;
// What a log without a line of its own may ask: twice what a broker does that posts every second.
inline constexpr std::uint32_t kDefaultQueriesPerDay = 172'800;
inline constexpr std::uint32_t kMaxQueriesPerDay = 2'147'483'647;

struct WitnessedLog {
  keys::VerifierKey key;  // Type 01; its name is the origin.
  std::uint32_t queries_per_day = kDefaultQueriesPerDay;

  friend bool operator==(const WitnessedLog&, const WitnessedLog&) = default;
};

// kInvalidArgument names the line: another header, a line of another form or out of order, a key of
// another type, a name that no checkpoint can have, an origin that is there already, a number out
// of its range, a last line without 0A, more than a limit.
absl::StatusOr<std::vector<WitnessedLog>> ParseLogList(absl::string_view text);

}  // namespace cairn::witness

#endif  // CAIRN_AUDIT_WITNESS_LOG_LIST_H_
