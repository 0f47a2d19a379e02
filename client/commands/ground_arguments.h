// What the commands about the ground and about disputes share: which record, which statement, which
// text.
#ifndef CAIRN_CLIENT_COMMANDS_GROUND_ARGUMENTS_H_
#define CAIRN_CLIENT_COMMANDS_GROUND_ARGUMENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cairn/v1/common.pb.h"
#include "client/context.h"
#include "client/refold.h"
#include "keys/bytes.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cairn::client {

// A record, by a row of a report or by its commitment.
struct RecordArguments {
  std::string report, row;
  std::string package, record, area;
};
void AddRecordOptions(CLI::App& command, RecordArguments& arguments);

struct NamedRecord {
  keys::Bytes package;     // Digest.
  keys::Bytes commitment;  // Of the record leaf.
  std::string area;        // As claimed; empty if not given.
};
// UsageError: none, or several fit.
absl::StatusOr<NamedRecord> ResolveRecord(const RefoldedLog& log, const keys::Bytes& handover,
                                          const RecordArguments& arguments);

// The statement of this handover whose id begins with `text` (8 digits or more): a finding,
// location, proposal, incident, claim, assessment, or one in dispute; a whole id is taken as it is.
// UsageError: none or several fit.
absl::StatusOr<keys::Bytes> ResolveStatement(const RefoldedLog& log, const keys::Bytes& handover,
                                             const std::string& text);

// The handover, and the party's own verified copy of the log: sealing asks for both.
struct OwnView {
  keys::Bytes handover;
  RefoldedLog log;
};
absl::StatusOr<OwnView> ReadOwnView(Context& context, const std::string& handover);

// A text or report: sealed to the handover's recipients, its holding parties, oneself and `also`,
// and put with the content. Nothing for an empty path.
absl::StatusOr<v1::AnnexRef> SealText(Context& context, const OwnView& view,
                                      const std::string& path,
                                      const std::vector<std::string>& also);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_GROUND_ARGUMENTS_H_
