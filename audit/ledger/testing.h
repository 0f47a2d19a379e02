// A handover in force with a finder that both sides accepted and a surveyor, a delivered package,
// and statements about its records. For tests of this folder.
#ifndef CAIRN_AUDIT_LEDGER_TESTING_H_
#define CAIRN_AUDIT_LEDGER_TESTING_H_

#include <string>

#include "audit/ledger/handover_view.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"

namespace cairn::ledger {

class GroundTest : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kAnswerMs = 2 * cairn::testing::LogBuilder::kDayMs;
  using Builder = cairn::testing::LogBuilder;
  using Id = cairn::testing::Id;

  GroundTest() {
    log_.Found();
    log_.EnrolAll();
    for (const char* party : {"finder", "surveyor", "holding-2"}) log_.Enrol(party);
    handover_ = OpenOne("H-GROUND");
    package_ = log_.Submit(handover_, "S1");
    log_.Witness(log_.now_ms() + 1000);
  }

  Id OpenOne(const std::string& name) {
    v1::Charter charter = log_.SomeCharter();
    charter.set_name(name);
    const auto add = [&](const std::string& party, v1::CharterRole role) {
      v1::CharterParty& named = *charter.add_parties();
      named.set_party(party);
      named.add_roles(role);
    };
    add("finder", v1::CHARTER_ROLE_FINDER);
    add("surveyor", v1::CHARTER_ROLE_SURVEYOR);
    add("holding-2", v1::CHARTER_ROLE_HOLDING);
    charter.mutable_terms()->set_finding_answer_ms(kAnswerMs);
    const Id handover = log_.Open(charter);
    log_.AcceptByAll(charter, handover);
    return handover;
  }

  v1::Statement Say(const std::string& party) { return log_.Say(party, handover_); }
  std::string Package() const { return log_.SomePackage("S1").digest(); }
  static std::string Record(const std::string& name) { return Builder::Digest("record " + name); }

  v1::Statement Finding(const std::string& party, v1::FindingKind kind,
                        const std::string& record = "1") {
    v1::Statement statement = Say(party);
    v1::Finding& body = *statement.mutable_finding();
    body.set_kind(kind);
    body.set_area("north");
    body.set_method(v1::FINDING_METHOD_FULL_CLEARANCE);
    body.set_depth_mm(200);
    body.set_first_day(18900);
    body.set_last_day(18910);
    *body.mutable_report() = Builder::Annex("report of " + party + " on " + record);
    if (kind == v1::FINDING_KIND_UNRECORDED) return statement;
    body.set_package(Package());
    body.set_record_commitment(Record(record));
    return statement;
  }
  v1::Statement Disproof(const std::string& party, const std::string& record = "1") {
    return Finding(party, v1::FINDING_KIND_FIELD_DISPROOF, record);
  }
  v1::Statement Reply(const Id& finding, v1::ReplyKind kind, const std::string& party = "holding") {
    v1::Statement statement = Say(party);
    statement.mutable_reply()->set_finding(finding.ToBytes());
    statement.mutable_reply()->set_kind(kind);
    return statement;
  }
  v1::Statement Contest(const std::string& party, const Id& about) {
    v1::Statement statement = Say(party);
    statement.mutable_contest()->set_statement(about.ToBytes());
    statement.mutable_contest()->set_reason(v1::CONTEST_REASON_METHOD);
    return statement;
  }
  v1::Statement Rule(const Id& about, v1::Ruling ruling, const std::string& party = "mediator-a") {
    v1::Statement statement = Say(party);
    statement.mutable_rule()->set_statement(about.ToBytes());
    statement.mutable_rule()->set_ruling(ruling);
    return statement;
  }
  // By both mediators: in effect.
  void RuleByBoth(const Id& about, v1::Ruling ruling) {
    const Id act = log_.Accept(Rule(about, ruling));
    log_.Endorse("mediator-b", handover_, act);
  }
  v1::Statement Withdraw(const std::string& party, const Id& about) {
    v1::Statement statement = Say(party);
    statement.mutable_withdraw()->set_statement(about.ToBytes());
    return statement;
  }
  v1::Statement Supersede(const std::string& party, const Id& old, const Id& by) {
    v1::Statement statement = Say(party);
    statement.mutable_supersede()->set_statement(old.ToBytes());
    statement.mutable_supersede()->set_by(by.ToBytes());
    return statement;
  }
  v1::Statement Locate(const std::string& party) {
    v1::Statement statement = Say(party);
    v1::Locate& body = *statement.mutable_locate();
    body.set_package(Package());
    body.set_record_commitment(Record("1"));
    *body.mutable_location() = Builder::Annex("sealed place");
    return statement;
  }
  v1::Statement Propose(const std::string& party) {
    v1::Statement statement = Say(party);
    v1::Propose& body = *statement.mutable_propose();
    body.set_package(Package());
    body.set_record_commitment(Record("1"));
    body.set_kind(v1::PROPOSAL_KIND_OTHER_DATUM);
    *body.mutable_proposal() = Builder::Annex("sealed hypothesis");
    return statement;
  }
  v1::Statement Incident(const std::string& party) {
    v1::Statement statement = Say(party);
    v1::Incident& body = *statement.mutable_incident();
    body.set_area("north");
    body.set_year(2021);
    body.set_month(7);
    body.set_casualties(v1::CASUALTY_BAND_ONE);
    body.set_device(v1::DEVICE_CLASS_ANTI_PERSONNEL);
    body.set_position(v1::INCIDENT_POSITION_OUTSIDE);
    *body.mutable_details() = Builder::Annex("sealed details");
    return statement;
  }
  v1::Statement Claim(const std::string& party) {
    v1::Statement claim = Say(party);
    claim.mutable_claim()->set_speaker("Ministry");
    claim.mutable_claim()->set_source_digest(Builder::Digest("press"));
    claim.mutable_claim()->set_subject(v1::CLAIM_SUBJECT_ALL_DELIVERED);
    claim.mutable_claim()->mutable_quantity()->set_precision(v1::PRECISION_WORDS);
    return claim;
  }
  // The handover ends.
  void Close() {
    v1::Statement close = Say("mediator-a");
    for (const char* area : {"north", "south", "east"}) {
      v1::AreaPosition& position = *close.mutable_close_handover()->add_areas();
      position.set_area(area);
      position.set_settlement(v1::SETTLEMENT_GAPS_OWED);
    }
    log_.Endorse("mediator-b", handover_, log_.Accept(close));
  }

  void Pass(std::uint64_t ms) { log_.Witness(log_.now_ms() + ms); }
  v1::HandoverFacts Facts() const { return *ReadFacts(log_.state(), handover_, log_.size()); }
  v1::HandoverState State() const { return *ReadHandover(log_.state(), handover_, log_.size()); }
  // What is owed of this kind.
  int Owed(v1::MatterKind kind) const {
    int owed = 0;
    const v1::HandoverState state = State();
    for (const v1::Matter& matter : state.outstanding()) owed += matter.kind() == kind ? 1 : 0;
    return owed;
  }

  Builder log_;
  Id handover_;
  Id package_;
};

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_TESTING_H_
