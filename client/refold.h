// The party's own verified copy of the log, and the state that its leaves give: what an assessment
// takes its facts from, instead of the broker's word.
#ifndef CAIRN_CLIENT_REFOLD_H_
#define CAIRN_CLIENT_REFOLD_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/ledger/replay.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/state.pb.h"
#include "client/context.h"
#include "client/opening.h"
#include "client/submissions.h"

namespace cairn::client {

// The fold of the first leaves, and every package that they submit.
struct RefoldedLog {
  ledger::Replay replay;
  std::vector<Submitted> submitted;  // By leaf, of all handovers.
};

// Brings the copy in log/ up to date over HTTP, and refolds its first `size` leaves; without `size`
// all of them. A state that the log shows over gRPC and not yet over HTTP is waited for.
// kDataLoss: the log shows another history, or bytes that its note does not commit to. kOutOfRange:
// the log has fewer leaves. kFailedPrecondition: the profile names no URL of the log.
absl::StatusOr<RefoldedLog> RefoldLog(Context& context, std::optional<std::uint64_t> size);

// What the fold says of one handover. kNotFound: it is not there at that size.
absl::StatusOr<v1::HandoverFacts> FactsOf(const RefoldedLog& log, const keys::Bytes& handover);
absl::StatusOr<v1::HandoverState> StateOf(const RefoldedLog& log, const keys::Bytes& handover);
// The terms for opening a package, from the fold alone.
absl::StatusOr<OpeningTerms> TermsOf(const RefoldedLog& log, const std::string& log_origin,
                                     const Submitted& package);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_REFOLD_H_
