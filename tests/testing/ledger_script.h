// A handover from its first key to its closing, short, with every body that the fold knows and a
// few leaves that an honest operator would not have logged: the log of tests/vectors/ledger.
#ifndef CAIRN_TESTS_TESTING_LEDGER_SCRIPT_H_
#define CAIRN_TESTS_TESTING_LEDGER_SCRIPT_H_

#include <string>

#include "tests/testing/log_builder.h"

namespace cairn::testing {

inline void ScriptIdentity(LogBuilder& log) {
  log.Found();
  log.EnrolAll();
  v1::Statement add = log.Say("holding");
  *add.mutable_add_key()->mutable_grant() =
      log.Grant("holding", "holding/laptop", {v1::KEY_ROLE_IDENTITY, v1::KEY_ROLE_DELIVERY});
  log.Accept(add);
  add = log.Say("holding", "holding/laptop");
  *add.mutable_add_key()->mutable_grant() =
      log.SealingGrant("holding", "holding/seal-3", "holding/laptop");
  log.Accept(add);
  v1::Statement revoke = log.Say("holding", "holding/vault");
  revoke.mutable_revoke_key()->set_key(LogBuilder::Fingerprint("holding/laptop"));
  revoke.mutable_revoke_key()->set_reason(v1::REVOCATION_REASON_LOST);
  log.Accept(revoke);
  // Signed by the lost laptop: a leaf that changes nothing.
  v1::Statement stolen = log.Say("holding", "holding/laptop");
  *stolen.mutable_add_key()->mutable_grant() =
      log.Grant("holding", "thief", {v1::KEY_ROLE_ALL_ACTS});
  log.AppendRefused(stolen);
}

inline void ScriptDelivery(LogBuilder& log, const Id& handover) {
  v1::Statement declare = log.Say("holding", handover);
  v1::HoldingRow& row = *declare.mutable_declare_holding()->add_rows();
  row.set_area("north");
  row.set_source("archive");
  row.set_documents(8);
  v1::WithheldRow& withheld = *row.add_withheld();
  withheld.set_documents(1);
  withheld.mutable_withholding()->set_ground(v1::WITHHOLDING_GROUND_OWN_FORCES);
  withheld.mutable_withholding()->set_end(v1::WITHHOLDING_END_DATE);
  withheld.mutable_withholding()->set_end_day(19000);
  log.Accept(declare);
  log.Submit(handover, "S1");
  for (const v1::TransmitKind kind : {v1::TRANSMIT_KIND_TOOK_OVER, v1::TRANSMIT_KIND_PASSED_ON}) {
    v1::Statement transmit = log.Say("mediator-a", handover);
    transmit.mutable_transmit()->set_kind(kind);
    transmit.mutable_transmit()->add_packages(log.SomePackage("S1").digest());
    log.Accept(transmit);
  }
  log.Witness(LogBuilder::kStartMs + LogBuilder::kDayMs);
  log.Acknowledge(handover, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  log.Acknowledge(handover, "S1", v1::ACKNOWLEDGE_KIND_OPENED);
  v1::Statement outside = log.Say("mediator-b", handover);
  v1::SubmitPackage& came = *outside.mutable_submit_package();
  came = log.SomePackage("S2");
  came.set_kind(v1::PACKAGE_KIND_RECEIVED_OUTSIDE);
  came.mutable_received_outside()->set_received_day(18840);
  came.mutable_received_outside()->set_channel(v1::CHANNEL_THROUGH_MEDIATOR);
  log.Accept(outside);
  v1::Statement supplement = log.Say("holding", handover);
  v1::SubmitPackage& body = *supplement.mutable_submit_package();
  body = log.SomePackage("S3");
  body.set_kind(v1::PACKAGE_KIND_SUPPLEMENT);
  body.add_supplements(log.SomePackage("S1").digest());
  log.Accept(supplement);
  v1::Statement transcribe = log.Say("receiving", handover);
  transcribe.mutable_transcribe()->set_package(log.SomePackage("S1").digest());
  transcribe.mutable_transcribe()->set_scan_commitment(LogBuilder::Digest("scan"));
  transcribe.mutable_transcribe()->set_record_commitment(LogBuilder::Digest("record"));
  transcribe.mutable_transcribe()->set_kind(v1::TRANSCRIPTION_KIND_SECOND);
  *transcribe.mutable_transcribe()->mutable_record() = LogBuilder::Annex("transcription");
  log.Accept(transcribe);
}

inline void ScriptAssessment(LogBuilder& log, const Id& handover) {
  const std::uint64_t size = merkle::ToInt(log.size());
  Id assessment;
  for (const char* party : {"holding", "receiving", "assessor"}) {
    v1::Statement assess = log.Say(party, handover);
    v1::Assess& body = *assess.mutable_assess();
    *body.mutable_rule_set() = log.SomeCharter().rule_set();
    body.set_check_semantics(1);
    body.add_packages(log.SomePackage("S1").digest());
    body.set_at_size(size);
    *body.mutable_report() = LogBuilder::Annex("report");
    body.mutable_summary()->set_records(3);
    body.mutable_summary()->set_complete(1);
    body.mutable_summary()->set_partial(2);
    assessment = log.Accept(assess);
  }
  v1::Statement reserve = log.Say("receiving", handover);
  reserve.mutable_reserve()->set_package(log.SomePackage("S1").digest());
  reserve.mutable_reserve()->set_assessment(assessment.ToBytes());
  reserve.mutable_reserve()->add_reasons(v1::POSITION_REASON_INCOMPLETE);
  log.Accept(reserve);
  v1::Statement reject = log.Say("receiving", handover);
  reject.mutable_reject()->set_package(log.SomePackage("S1").digest());
  reject.mutable_reject()->add_reasons(v1::POSITION_REASON_UNREADABLE);
  log.Accept(reject);
  v1::Statement accept = log.Say("receiving", handover);
  accept.mutable_accept_content()->set_package(log.SomePackage("S1").digest());
  log.Accept(accept);

  v1::Statement ask = log.Say("receiving", handover);
  ask.mutable_request()->set_to("holding");
  ask.mutable_request()->set_due_ms(log.now_ms() + 5 * LogBuilder::kDayMs);
  ask.mutable_request()->set_kind(v1::REQUEST_KIND_RECORDS);
  ask.mutable_request()->add_areas("south");
  ask.mutable_request()->add_areas("east");
  const Id request = log.Accept(ask);
  log.Witness(log.now_ms() + 6 * LogBuilder::kDayMs);
  v1::Statement answer = log.Say("holding", handover);
  answer.mutable_answer()->set_request(request.ToBytes());
  v1::AnswerItem& item = *answer.mutable_answer()->add_items();
  item.set_outcome(v1::ANSWER_OUTCOME_DO_NOT_HAVE);
  item.set_area("east");
  log.Accept(answer);
  v1::Statement claim = log.Say("auditor", handover);
  claim.mutable_claim()->set_speaker("Ministry");
  claim.mutable_claim()->set_source_digest(LogBuilder::Digest("press"));
  claim.mutable_claim()->set_subject(v1::CLAIM_SUBJECT_ALL_DELIVERED);
  claim.mutable_claim()->mutable_quantity()->set_precision(v1::PRECISION_WORDS);
  log.Accept(claim);
}

inline v1::Statement ScriptFinding(LogBuilder& log, const Id& handover, const std::string& record,
                                   v1::FindingKind kind) {
  v1::Statement statement = log.Say("receiving", handover);
  v1::Finding& body = *statement.mutable_finding();
  body.set_package(log.SomePackage("S1").digest());
  body.set_record_commitment(LogBuilder::Digest(record));
  body.set_area("north");
  body.set_kind(kind);
  body.set_method(v1::FINDING_METHOD_TECHNICAL);
  body.set_depth_mm(150);
  body.set_first_day(18900);
  body.set_last_day(18901);
  *body.mutable_report() = LogBuilder::Annex("report on " + record);
  return statement;
}

inline void ScriptGround(LogBuilder& log, const Id& handover) {
  const Id disproof =
      log.Accept(ScriptFinding(log, handover, "one", v1::FINDING_KIND_FIELD_DISPROOF));
  v1::Statement reply = log.Say("holding", handover);
  reply.mutable_reply()->set_finding(disproof.ToBytes());
  reply.mutable_reply()->set_kind(v1::REPLY_KIND_CONTESTS);
  *reply.mutable_reply()->mutable_text() = LogBuilder::Annex("reply");
  log.Accept(reply);
  v1::Statement contest = log.Say("auditor", handover);
  contest.mutable_contest()->set_statement(disproof.ToBytes());
  contest.mutable_contest()->set_reason(v1::CONTEST_REASON_METHOD);
  const Id contested = log.Accept(contest);
  v1::Statement rule = log.Say("mediator-a", handover);
  rule.mutable_rule()->set_statement(disproof.ToBytes());
  rule.mutable_rule()->set_ruling(v1::RULING_UPHELD);
  log.Endorse("mediator-b", handover, log.Accept(rule));
  v1::Statement withdraw = log.Say("auditor", handover);
  withdraw.mutable_withdraw()->set_statement(contested.ToBytes());
  log.Accept(withdraw);
  // Ruled on already: a leaf that changes nothing.
  v1::Statement again = log.Say("mediator-b", handover);
  again.mutable_rule()->set_statement(disproof.ToBytes());
  again.mutable_rule()->set_ruling(v1::RULING_DISMISSED);
  log.AppendRefused(again);

  const Id old = log.Accept(ScriptFinding(log, handover, "two", v1::FINDING_KIND_SHIFTED));
  const Id now = log.Accept(ScriptFinding(log, handover, "three", v1::FINDING_KIND_CONFIRMS));
  v1::Statement supersede = log.Say("receiving", handover);
  supersede.mutable_supersede()->set_statement(old.ToBytes());
  supersede.mutable_supersede()->set_by(now.ToBytes());
  log.Accept(supersede);
  v1::Statement locate = log.Say("receiving", handover);
  locate.mutable_locate()->set_package(log.SomePackage("S1").digest());
  locate.mutable_locate()->set_record_commitment(LogBuilder::Digest("one"));
  *locate.mutable_locate()->mutable_location() = LogBuilder::Annex("place");
  log.Accept(locate);
  v1::Statement propose = log.Say("receiving", handover);
  propose.mutable_propose()->set_package(log.SomePackage("S1").digest());
  propose.mutable_propose()->set_record_commitment(LogBuilder::Digest("one"));
  propose.mutable_propose()->set_kind(v1::PROPOSAL_KIND_OTHER_DATUM);
  *propose.mutable_propose()->mutable_proposal() = LogBuilder::Annex("hypothesis");
  log.Accept(propose);
  v1::Statement incident = log.Say("receiving", handover);
  v1::Incident& body = *incident.mutable_incident();
  body.set_area("south");
  body.set_year(2021);
  body.set_month(6);
  body.set_casualties(v1::CASUALTY_BAND_TWO_TO_FOUR);
  body.set_device(v1::DEVICE_CLASS_ANTI_TANK);
  body.set_position(v1::INCIDENT_POSITION_OUTSIDE);
  *body.mutable_details() = LogBuilder::Annex("details");
  log.Accept(incident);
}

inline void ScriptClosing(LogBuilder& log, const Id& handover) {
  v1::Statement close = log.Say("mediator-b", handover);
  for (const char* area : {"north", "south", "east"}) {
    v1::AreaPosition& position = *close.mutable_close_handover()->add_areas();
    position.set_area(area);
    position.set_settlement(v1::SETTLEMENT_GAPS_OWED);
    position.set_records_owed(2);
  }
  const Id act = log.Accept(close);
  log.Endorse("mediator-a", handover, act);
  // After the end: no receipt any more.
  v1::Statement late = log.Say("receiving", handover);
  *late.mutable_acknowledge() = log.SomeAcknowledgement("S3", v1::ACKNOWLEDGE_KIND_CUSTODY);
  log.AppendRefused(late);
}

// The log ends. What is told it afterwards changes nothing.
inline void ScriptEnd(LogBuilder& log) {
  v1::Statement publish = log.Say("auditor");
  publish.mutable_publish_evidence()->set_kind(v1::EVIDENCE_KIND_TWO_ROOTS);
  *publish.mutable_publish_evidence()->mutable_evidence() = LogBuilder::Annex("evidence");
  log.Accept(publish);
  log.Freeze();
  log.AppendRefused(log.WitnessedStatement(log.now_ms() + LogBuilder::kDayMs));
}

// The whole log. Returns the handover.
inline Id ScriptWholeLog(LogBuilder& log) {
  ScriptIdentity(log);
  const Id handover = log.Open(log.SomeCharter());
  log.AcceptByAll(log.SomeCharter(), handover);
  ScriptDelivery(log, handover);
  ScriptAssessment(log, handover);
  ScriptGround(log, handover);
  ScriptClosing(log, handover);
  ScriptEnd(log);
  return handover;
}

}  // namespace cairn::testing

#endif  // CAIRN_TESTS_TESTING_LEDGER_SCRIPT_H_
