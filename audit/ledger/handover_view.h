// What is shown of a handover: counts, area states, what is outstanding and overdue, and the facts
// that the checks over leaves and manifests take. Assembled from the objects of the fold at one
// tree size; nothing of it is stored. To see an earlier leaf, fold up to it.
//
// Terms. A term begins at the first Witnessed leaf whose note covers the act that starts it: only
// then is it provable that the act stood, and by what time. An act is late exactly when a Witnessed
// leaf with a later time than the due date does not cover it. Under `quorum none` that time is the
// operator's, and the messages say so (TimeKind).
//
// In a successor log leaves and sizes in what is shown count on from its predecessor's.
//
// Errors of all functions: the view's; kDataLoss: a stored object cannot be read; kNotFound where
// said. Same state and size, same message, byte for byte.
#ifndef CAIRN_AUDIT_LEDGER_HANDOVER_VIEW_H_
#define CAIRN_AUDIT_LEDGER_HANDOVER_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/view.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/state.pb.h"

namespace cairn::ledger {

// kNotFound: no such handover. `size` is the number of leaves that the view is the state of.
absl::StatusOr<v1::HandoverState> ReadHandover(const ScanView& view,
                                               const statement::StatementId& handover,
                                               merkle::TreeSize size);
// kNotFound: no such handover.
absl::StatusOr<v1::HandoverFacts> ReadFacts(const ScanView& view,
                                            const statement::StatementId& handover,
                                            merkle::TreeSize size);
// kNotFound: no such party.
absl::StatusOr<v1::PartyState> ReadParty(const ScanView& view, absl::string_view party);

// All handovers and parties, ascending by id and handle.
absl::StatusOr<std::vector<statement::StatementId>> ListHandovers(const ScanView& view);
absl::StatusOr<std::vector<std::string>> ListParties(const ScanView& view);

// What is to be said of the log itself: ended, published evidence, predecessor, loss.
absl::StatusOr<v1::LogStanding> ReadLogStanding(const ScanView& view);
// What was published, by leaf; no more than the fold keeps.
absl::StatusOr<std::vector<v1::EvidenceObject>> ListEvidence(const ScanView& view);

// Acts that concern the whole log and wait for endorsements (EnrolParty, Genesis), by leaf.
absl::StatusOr<std::vector<v1::PendingState>> ListPending(const ScanView& view);

// The earliest due date after the fold's time, over all handovers in force: when the operator owes
// a Witnessed leaf so that lateness can be shown. Nothing if no term runs. A term that has not
// begun (its act is not covered by a Witnessed leaf yet) is reported as begun at the fold's time.
absl::StatusOr<std::optional<std::uint64_t>> NextDue(const ScanView& view);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_HANDOVER_VIEW_H_
