// Supplements out of supplements.csv: each row is compared with the record as it counts now, which
// is the earlier package with every supplement to it that was submitted since.
#ifndef CAIRN_CLIENT_SUPPLEMENT_BUILD_H_
#define CAIRN_CLIENT_SUPPLEMENT_BUILD_H_

#include <vector>

#include "absl/status/statusor.h"
#include "audit/record/alias.h"
#include "audit/record/template.h"
#include "client/context.h"
#include "keys/bytes.h"

namespace cairn::client {

// In the order of the rows. Opens the packages named with the seeds of whoever made them, or with
// its own keys; fetches what is not here. kInvalidArgument names the line: no such package or
// record, and whatever record::BuildSupplement refuses (a value changed without a reason).
absl::StatusOr<std::vector<v1::Supplement>> BuildSupplements(
    Context& context, const keys::Bytes& handover, const std::vector<record::SupplementRow>& rows,
    const record::AliasTable& aliases);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_SUPPLEMENT_BUILD_H_
