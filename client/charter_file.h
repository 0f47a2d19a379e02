// Charters as a file that people write and read (TOML), turned into the message that they sign.
//
//   name = "H-2021"
//   exercise = true
//   mediator_threshold = 1
//   retention_days = 0
//   custody_before_release = true
//   progress_policy = "quorum none\n"         # tlog-policy text; default: of the log's Genesis
//   final_policy = "quorum none\n"
//   rule_set = "apii_1996.textproto"          # beside this file or absolute; signed by its digest
//   control_history = "control-history.csv"   # optional; signed by a salted digest
//   [parties]
//   holding-party = ["holding"]
//   mediator-a = ["mediator"]
//   [areas]
//   aghdam = "Aghdam"
//   [sources]
//   archive-1 = "Engineer staff archive"
//   [recipients]                              # whose sealing keys packages are sealed to:
//   receiving-party = "persons"               # "persons": the persons' file as well; "records":
//                                             # not
//   [witnesses]                               # by their names in the policies: "neutral", or a
//   party w1 = "neutral" w4 = "holding-party" [terms]                                   #
//   durations: 30s, 15m, 12h, 7d custody = "7d" answer = "30d" finding_answer = "30d" witness =
//   "7d" position = "30d" escrow = "7d"
#ifndef CAIRN_CLIENT_CHARTER_FILE_H_
#define CAIRN_CLIENT_CHARTER_FILE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::client {

// A charter as read; keys of recipients and the digests of the files are still to be looked up.
struct CharterFile {
  v1::Charter charter;
  std::string rule_set;                                  // Path.
  std::string control_history;                           // Path; may be empty.
  std::vector<std::pair<std::string, bool>> recipients;  // Party, and whether persons' files too.
};

// kInvalidArgument names file and line, or the key that is missing, unknown or of the wrong kind.
absl::StatusOr<CharterFile> ParseCharterFile(const std::string& path);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_CHARTER_FILE_H_
