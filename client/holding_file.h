// The holding declaration as a CSV file: what a holding party says exists, by area and source.
#ifndef CAIRN_CLIENT_HOLDING_FILE_H_
#define CAIRN_CLIENT_HOLDING_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::client {

inline constexpr char kHoldingFileHelp[] =
    "CSV with area,source,documents,at,ap,withheld,ground,end,unknown; a further row of the same "
    "area and source with [same] in documents adds another ground of withholding";

// kInvalidArgument names file, line and column.
absl::StatusOr<std::vector<v1::HoldingRow>> ReadHoldingFile(const std::string& path);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_HOLDING_FILE_H_
