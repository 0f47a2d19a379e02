// What is checked of every statement before its body, always in the same order. Inside
// audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_GATE_H_
#define CAIRN_AUDIT_LEDGER_GATE_H_

#include "audit/ledger/acts.h"
#include "audit/ledger/step.h"

namespace cairn::ledger {

// REQUIRES: the log is there (step.log(), step.clock() are filled). On success `act` is the body's
// and step.key() the signer's.
Verdict PassGate(Step& step, const Act*& act);

// The envelope's own fields, whatever the body: expiry, what was seen. `time_ms` is the fold's. Of
// a statement that is lodged again nothing: it stood in another log while it was valid.
Verdict CheckEnvelope(const Step& step, std::uint64_t time_ms);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_GATE_H_
