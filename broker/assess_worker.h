// Both ends of the process that assesses for the broker. It has the sealing key and the packages;
// it has neither the log's key nor the operator's, nor the database, nor a socket. What it says is
// a result like anybody's: the broker signs it as its own word, everybody can compute it again.
#ifndef CAIRN_BROKER_ASSESS_WORKER_H_
#define CAIRN_BROKER_ASSESS_WORKER_H_

#include <string>

#include "absl/status/statusor.h"
#include "cairn/v1/work.pb.h"
#include "keys/secret.h"

namespace cairn::broker {

// The child's end, as `cairn-broker assess-worker`: work on standard input, passphrase on
// descriptor 3, result on standard output. Returns the exit code: 0 if a result was written, an
// error in it included.
int AssessWorkerMain();

// What the child computes. Errors: those of key file, packages, rule set and engine.
absl::StatusOr<v1::AssessWorkResult> DoAssessWork(const v1::AssessWork& work,
                                                  const keys::SecretBytes& passphrase);

// The parent's end: runs `program assess-worker` and waits for it, at most `seconds`. kInternal: it
// could not be started, ended without a result, or wrote no result that can be read.
// kDeadlineExceeded: it took longer, and was ended. Otherwise the error that it reports. Not for
// threads that must not wait.
absl::StatusOr<v1::AssessWorkResult> RunAssessWorker(const std::string& program,
                                                     const v1::AssessWork& work,
                                                     const keys::SecretBytes& passphrase,
                                                     std::uint64_t seconds);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_ASSESS_WORKER_H_
