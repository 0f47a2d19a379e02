// The bodies that the fold knows: checks and effects, one function each. Inside audit/ledger.
//
// Each is called once the gate (gate.h) has let the statement through: the key may sign it, the
// handover, if one is needed, is there and in the right phase, and the actor has a role that is
// entitled by charter. Each returns why not, or puts what changes into the step. Nothing is put
// before the last check.
#ifndef CAIRN_AUDIT_LEDGER_BODIES_H_
#define CAIRN_AUDIT_LEDGER_BODIES_H_

#include "audit/ledger/step.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// Log (body_log.cc, body_end.cc, body_relodge.cc, body_endorse.cc)
Verdict FoldGenesis(Step& step);
Verdict FoldWitnessed(Step& step);
Verdict FoldFreeze(Step& step);
Verdict FoldPublishEvidence(Step& step);
Verdict FoldRelodge(Step& step);
Verdict FoldEndorse(Step& step);
// Identity (body_identity.cc)
Verdict FoldEnrolParty(Step& step);
Verdict FoldAddKey(Step& step);
Verdict FoldRevokeKey(Step& step);
// Charter (body_charter.cc)
Verdict FoldOpenHandover(Step& step);
Verdict FoldAcceptCharter(Step& step);
Verdict FoldCloseHandover(Step& step);
// Delivery (body_holding.cc, body_package.cc, body_custody.cc)
Verdict FoldDeclareHolding(Step& step);
Verdict FoldSubmitPackage(Step& step);
Verdict FoldTranscribe(Step& step);
Verdict FoldTransmit(Step& step);
Verdict FoldAcknowledge(Step& step);
Verdict FoldAcceptContent(Step& step);
Verdict FoldReserve(Step& step);
Verdict FoldReject(Step& step);
// Assessment (body_assess.cc, body_request.cc)
Verdict FoldAssess(Step& step);
Verdict FoldRequest(Step& step);
Verdict FoldAnswer(Step& step);
// The ground (body_claim.cc, body_finding.cc, body_ground.cc)
Verdict FoldClaim(Step& step);
Verdict FoldFinding(Step& step);
Verdict FoldReply(Step& step);
Verdict FoldLocate(Step& step);
Verdict FoldPropose(Step& step);
Verdict FoldIncident(Step& step);
// Disputes (body_dispute.cc)
Verdict FoldContest(Step& step);
Verdict FoldRule(Step& step);
Verdict FoldSupersede(Step& step);
Verdict FoldWithdraw(Step& step);

// --- Acts with a threshold (body_endorse.cc) -----------------------------------------------------

// Which of the entitled an act waits for, and for how many.
enum class Quorum { kRegistrars, kMediators };

// Makes the statement of `step` a pending act, its author the first to endorse it if it is one of
// the entitled. If that is enough the act takes effect at once, and nothing is pending.
Verdict FoldThresholdAct(Step& step, Quorum quorum);

// The effects, at the leaf where the threshold is reached. `act` is the statement that waited, `id`
// its id. An objection here refuses the endorsement that would have brought it about.
Verdict TakeEffectGenesis(Step& step);
Verdict TakeEffectFreeze(Step& step, absl::string_view id, const v1::Statement& act);
Verdict TakeEffectEnrolParty(Step& step, const v1::EnrolParty& act);
Verdict TakeEffectCloseHandover(Step& step, const v1::CloseHandover& act);
Verdict TakeEffectRule(Step& step, absl::string_view id, const v1::Rule& act);

// --- Parties and keys (enrolment.cc) -------------------------------------------------------------

// The fields of a party's first keys and the proofs that it has them. `path` leads to the entry.
Verdict CheckEntry(const v1::PartyEntry& entry, absl::string_view log_origin,
                   const std::string& path);
// One grant. `voucher` is the typed signing key that vouches for a sealing key.
Verdict CheckGrant(const v1::KeyGrant& grant, absl::string_view log_origin, absl::string_view party,
                   absl::string_view voucher, const std::string& path);
// Enrols: the handle and all keys must be free.
Verdict Enrol(Step& step, const v1::PartyEntry& entry, const std::string& path);
// Puts the key of a grant. The caller has checked that it is free.
void PutGrant(Step& step, const v1::KeyGrant& grant, absl::string_view party,
              absl::string_view added_by);

// --- Successor logs (succession.cc) --------------------------------------------------------------

// What the Genesis says of its predecessor, against the state that `step` is folded over.
Verdict CheckPredecessor(Step& step, const v1::Genesis& genesis, const std::string& origin);
// Makes the predecessor's log object that of the successor, as far as it is carried over: leaves
// count on, its registrars are former ones.
void CarryLog(Step& step);
// A founder: a new party is enrolled, one of the predecessor must come with keys of its own there.
Verdict EnrolFounder(Step& step, const v1::PartyEntry& entry, const std::string& path);

// --- Charters (charter_check.cc) -----------------------------------------------------------------

Verdict CheckCharter(Step& step, const v1::Charter& charter, const std::string& path);

// --- Delivery ------------------------------------------------------------------------------------

// The package of this digest in the statement's handover; an objection at `path` if there is none.
Verdict FindPackage(Step& step, absl::string_view digest, const std::string& path,
                    v1::PackageObject& package);
// Whether `area` and `source` stand in the charter and behind those of `last`, which moves on: rows
// are in the charter's order and none is there twice.
class RowOrder {
 public:
  explicit RowOrder(const v1::Charter& charter) : charter_(charter) {}
  MaybeComplaint Next(absl::string_view area, absl::string_view source);

 private:
  const v1::Charter& charter_;
  int last_ = -1;
};

// --- The ground (body_finding.cc) ----------------------------------------------------------------

Verdict CheckAreaOf(Step& step, absl::string_view area, const std::string& path);
// A record that a package of the handover delivered, under `area` unless that is empty. Whether the
// package has a record of this commitment only its content can tell.
Verdict CheckRecord(Step& step, absl::string_view package_digest, absl::string_view commitment,
                    absl::string_view area, const std::string& body);
// Whether `party` answers for the records of a package by `author`: its author; for what came
// outside Cairn every holding party.
bool IsConcerned(const v1::Charter& charter, absl::string_view party, absl::string_view author);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_BODIES_H_
