// What the gate must know of every body before it looks inside: in which phase of a handover it may
// be said, with which key, and by whom. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_ACTS_H_
#define CAIRN_AUDIT_LEDGER_ACTS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "audit/ledger/step.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// Where a statement belongs and in which phase.
enum class Scope : std::uint8_t {
  kLog,         // Not in a handover.
  kOpened,      // In a handover that is not in force yet.
  kInForce,     // In one that is in force and not closed.
  kDelivery,    // In one that is in force; the body itself looks whether it is closed.
  kAfterwards,  // In one that is in force, closed or not.
  kEither,      // Log-wide or in a handover, in force or not, closed or not.
  kEndorsing,   // Log-wide, or in a handover in force and not closed.
  kAround,      // Where the statement inside belongs; the body looks.
};

// Who may say it, as far as that can be told without the body.
enum class Entitled : std::uint8_t {
  kAnyone,  // Enrolled.
  kOperator,
  kRegistrars,
  kNamed,  // In the charter, in whatever role.
  kHolding,
  kReceiving,
  kMediator,
  kTranscribing,  // Holding, receiving, transcriber.
  kAssessing,     // Holding, receiving, assessor.
  kFinding,       // Receiving, finder, surveyor.
  kLocating,      // Receiving, surveyor.
  kByBody,        // The body says.
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which a row reads.
struct Act {
  v1::Statement::BodyCase body = v1::Statement::BODY_NOT_SET;
  Scope scope = Scope::kLog;
  v1::KeyRole key_role = v1::KEY_ROLE_ALL_ACTS;
  Entitled entitled = Entitled::kAnyone;
  Verdict (*fold)(Step& step) = nullptr;
  std::uint32_t since = 1;  // The first fold version that knows it.
};

// The act of this body; null if this fold version does not know it.
const Act* FindAct(v1::Statement::BodyCase body, std::uint32_t fold_version);

// "holding", for sentences.
absl::string_view KeyRoleName(v1::KeyRole role);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_ACTS_H_
