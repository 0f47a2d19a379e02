// The charter's witness term: how long the witnesses of each side have to cosign what a charter is
// about. After it progress suffices, so that a side's witness that plays dead protects its side
// only.
#ifndef CAIRN_AUDIT_LEDGER_WITNESS_TERM_H_
#define CAIRN_AUDIT_LEDGER_WITNESS_TERM_H_

#include "absl/status/statusor.h"
#include "audit/ledger/view.h"
#include "audit/merkle/types.h"
#include "keys/bytes.h"

namespace cairn::ledger {

// Whether the term that began with the leaf at `leaf` is over by the log's time; it begins when a
// Witnessed leaf covers it. False: it runs, has not begun, or the charter has no such term.
// kNotFound: no such handover. Otherwise the view's.
absl::StatusOr<bool> IsWitnessTermOver(const ScanView& view, keys::ByteView handover,
                                       merkle::LeafIndex leaf);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_WITNESS_TERM_H_
