// What a broker would refuse of a package for its author, known before anything is signed or sent.
#ifndef CAIRN_CLIENT_MAY_SUBMIT_H_
#define CAIRN_CLIENT_MAY_SUBMIT_H_

#include <string>

#include "absl/status/status.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::v1 {
class HandoverState;
}  // namespace cairn::v1

namespace cairn::client {

// kFailedPrecondition: by the charter, `party` submits no package of this kind in the handover, or
// it is closed.
absl::Status CheckMaySubmit(const v1::HandoverState& handover, const std::string& party,
                            v1::PackageKind kind);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_MAY_SUBMIT_H_
