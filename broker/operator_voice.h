// What the operator's party says in its own log: Genesis, Witnessed, Assess. Its statements go the
// way of everybody's; the fold decides about them as about any other.
#ifndef CAIRN_BROKER_OPERATOR_VOICE_H_
#define CAIRN_BROKER_OPERATOR_VOICE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/outcome.h"
#include "audit/log/sequencer.h"
#include "audit/log/store.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/signing.h"

namespace cairn::broker {

struct Said {
  statement::StatementId id;
  log::Logged logged;
};

// Thread-safe: one statement at a time, because they form a chain.
class OperatorVoice {
 public:
  // All outlive this.
  OperatorVoice(std::string origin, std::string party, const keys::SigningPrivateKey& key,
                log::Store& store, log::Sequencer& sequencer,
                std::function<std::uint64_t()> now_ms);

  // Completes, signs and logs a statement of which `handover` and the body are set; waits until the
  // leaf is durable. Where another statement of the key came in between, it is made again.
  // kFailedPrecondition: the fold refused it (the message says why), or the log is sealed.
  // Otherwise what the sequencer answers. Not for threads that must not wait.
  absl::StatusOr<Said> Say(const v1::Statement& what);

 private:
  absl::StatusOr<statement::VerifiedStatement> Compose(v1::Statement statement);
  log::Outcome LogOne(const statement::VerifiedStatement& verified);

  const std::string origin_;
  const std::string party_;
  const keys::SigningPrivateKey& key_;
  log::Store& store_;
  log::Sequencer& sequencer_;
  const std::function<std::uint64_t()> now_ms_;
  log::Mutex speaking_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_OPERATOR_VOICE_H_
