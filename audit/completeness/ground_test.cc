#include "audit/completeness/ground.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "audit/completeness/render.h"
#include "audit/completeness/testing.h"
#include "tests/testing/status.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Two records, complete and contradicting, in a package at leaf 20; a supplement's package at 40.
class GroundOfTwo : public ::testing::Test {
 protected:
  GroundOfTwo() {
    AddPackage("delivered", 20);
    AddPackage("supplement", 40);
    AddRecord("one", v1::HEADLINE_CLASS_COMPLETE);
    AddRecord("two", v1::HEADLINE_CLASS_CONTRADICTING);
  }
  void AddPackage(const std::string& digest, std::uint64_t leaf) {
    v1::AssessedPackage& package = *report_.add_packages();
    package.set_digest(digest);
    package.set_leaf_index(leaf);
  }
  void AddRecord(const std::string& commitment, v1::HeadlineClass headline) {
    v1::RecordResult& record = *report_.add_records();
    record.mutable_at()->set_record(static_cast<std::uint64_t>(report_.records_size() - 1));
    record.set_commitment(commitment);
    record.set_headline(headline);
  }
  v1::FactFinding& Find(v1::FindingKind kind, v1::FindingStanding standing,
                        const std::string& author = "receiving",
                        const std::string& record = "one") {
    v1::FactFinding& fact = *facts_.add_findings();
    fact.set_leaf(30 + static_cast<std::uint64_t>(facts_.findings_size()));
    fact.set_author(author);
    fact.set_standing(standing);
    fact.mutable_finding()->set_kind(kind);
    fact.mutable_finding()->set_package("delivered");
    fact.mutable_finding()->set_record_commitment(record);
    return fact;
  }
  v1::FactFinding& Disprove(v1::FindingStanding standing, const std::string& author = "receiving") {
    return Find(v1::FINDING_KIND_FIELD_DISPROOF, standing, author);
  }
  void Supplement(const std::string& field, v1::SupplementOutcome outcome,
                  std::uint64_t package = 1,
                  v1::SupplementReason reason = v1::SUPPLEMENT_REASON_READ_WRONG) {
    v1::SupplementResult& one = *report_.add_supplements();
    one.set_package(package);
    one.mutable_record()->set_record(0);
    one.set_field(field);
    one.set_outcome(outcome);
    one.set_reason(reason);
  }
  const v1::RecordResult& Judged(int record = 0) {
    JudgeGround(facts_, report_);
    return report_.records(record);
  }

  v1::HandoverFacts facts_;
  v1::Report report_;
};

constexpr auto kStands = v1::FINDING_STANDING_STANDS;

TEST_F(GroundOfTwo, NothingFoundLeavesTheReportAsItWas) {
  const v1::Report before = report_;
  Judged();
  EXPECT_EQ(report_.SerializeAsString(), before.SerializeAsString());
}

TEST_F(GroundOfTwo, OnlyAStandingDisproofDisproves) {
  const std::pair<v1::FindingStanding, v1::FindingState> cases[] = {
      {v1::FINDING_STANDING_PENDING, v1::FINDING_STATE_DISPROOF_CLAIMED},
      {v1::FINDING_STANDING_UNANSWERED, v1::FINDING_STATE_DISPROOF_UNANSWERED},
      {v1::FINDING_STANDING_CONTESTED, v1::FINDING_STATE_DISPROOF_CONTESTED},
      {v1::FINDING_STANDING_UNDECIDED, v1::FINDING_STATE_DISPROOF_CONTESTED},
      {v1::FINDING_STANDING_STANDS, v1::FINDING_STATE_DISPROVED},
      {v1::FINDING_STANDING_DISMISSED, v1::FINDING_STATE_UNSPECIFIED},
      {v1::FINDING_STANDING_WITHDRAWN, v1::FINDING_STATE_UNSPECIFIED},
  };
  const v1::Report blank = report_;
  for (const auto& [standing, state] : cases) {
    facts_.clear_findings();
    report_ = blank;
    Disprove(standing);
    EXPECT_EQ(Judged().finding(), state) << v1::FindingStanding_Name(standing);
    EXPECT_EQ(report_.records(1).finding(), v1::FINDING_STATE_UNSPECIFIED);
  }
}

TEST_F(GroundOfTwo, NoOtherKindDisprovesHoweverFirmItStands) {
  const v1::Report blank = report_;
  for (const v1::FindingKind kind :
       {v1::FINDING_KIND_PARTLY_CONFIRMS, v1::FINDING_KIND_SHIFTED,
        v1::FINDING_KIND_DIFFERENT_TYPES, v1::FINDING_KIND_DIFFERENT_NUMBER}) {
    facts_.clear_findings();
    report_ = blank;
    Find(kind, kStands);
    EXPECT_EQ(Judged().finding(), v1::FINDING_STATE_OPEN) << v1::FindingKind_Name(kind);
  }
}

TEST_F(GroundOfTwo, AFindingChangesNoClass) {
  Disprove(kStands).set_basis(v1::FINDING_BASIS_CONCEDED);
  const v1::RecordResult& record = Judged();
  EXPECT_EQ(record.headline(), v1::HEADLINE_CLASS_COMPLETE);
  EXPECT_EQ(record.basis(), v1::FINDING_BASIS_CONCEDED);
  EXPECT_THAT(record.found_by(), ElementsAre("receiving"));
  const v1::FindingRow& row = report_.handover_level().findings(0);
  EXPECT_EQ(row.state(), v1::FINDING_STATE_DISPROVED);
  EXPECT_EQ(row.classes().complete().records(), 1u);
  EXPECT_EQ(row.classes().contradicting().records(), 0u);
}

TEST_F(GroundOfTwo, TheStrongestStateAndBasisOfSeveralFindingsCount) {
  Find(v1::FINDING_KIND_CONFIRMS, v1::FINDING_STANDING_NOTED, "surveyor");
  Disprove(kStands, "finder").set_basis(v1::FINDING_BASIS_ACCEPTED_FINDER);
  Disprove(v1::FINDING_STANDING_PENDING, "other");
  Disprove(kStands, "receiving").set_basis(v1::FINDING_BASIS_CONCEDED);
  const v1::RecordResult& record = Judged();
  EXPECT_EQ(record.finding(), v1::FINDING_STATE_DISPROVED);
  EXPECT_EQ(record.basis(), v1::FINDING_BASIS_CONCEDED);
  EXPECT_THAT(record.found_by(), ElementsAre("finder", "receiving"));
  EXPECT_THAT(record.finding_leaves(), ElementsAre(31u, 32u, 33u, 34u));
}

TEST_F(GroundOfTwo, AContestNamesWhoContests) {
  v1::FactFinding& fact = Disprove(v1::FINDING_STANDING_CONTESTED);
  v1::FactReply& reply = *fact.add_replies();
  reply.set_party("holding");
  reply.set_kind(v1::REPLY_KIND_CONTESTS);
  fact.mutable_dispute()->add_contests()->set_party("auditor");
  EXPECT_THAT(Judged().contested_by(), ElementsAre("holding", "auditor"));
}

TEST_F(GroundOfTwo, SilenceIsShownWithItsDate) {
  Disprove(v1::FINDING_STANDING_UNANSWERED).set_due_ms(1234);
  EXPECT_EQ(Judged().unanswered_since_ms(), 1234u);
}

TEST_F(GroundOfTwo, OnlyTheHoldingPartysChangeAfterTheFindingRehabilitates) {
  const v1::Report blank = report_;
  struct Case {
    const char* field;
    v1::SupplementOutcome outcome;
    std::uint64_t package;
    v1::FindingState state;
  };
  const Case cases[] = {
      {"where.reference_points[1].position", v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE, 1,
       v1::FINDING_STATE_SUPPLEMENTED},
      {"what.ordnance[0].count", v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE, 1,
       v1::FINDING_STATE_SUPPLEMENTED},
      // A gap filled takes nothing back; nor does what was not taken up, or came before.
      {"where.front_mm", v1::SUPPLEMENT_OUTCOME_FILLED_GAP, 1, v1::FINDING_STATE_DISPROVED},
      {"where.front_mm", v1::SUPPLEMENT_OUTCOME_NO_REASON, 1, v1::FINDING_STATE_DISPROVED},
      {"where.front_mm", v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE, 0, v1::FINDING_STATE_DISPROVED},
      {"laying.laying_unit", v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE, 1, v1::FINDING_STATE_DISPROVED},
  };
  for (const Case& one : cases) {
    facts_.clear_findings();
    report_ = blank;
    Disprove(kStands).set_basis(v1::FINDING_BASIS_RULING);
    Supplement(one.field, one.outcome, one.package);
    EXPECT_EQ(Judged().finding(), one.state) << one.field << " " << one.outcome;
  }
}

TEST_F(GroundOfTwo, AContestedDisproofIsNotRehabilitatedIntoSomethingElse) {
  Disprove(v1::FINDING_STANDING_CONTESTED);
  Supplement("where.front_mm", v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE);
  EXPECT_EQ(Judged().finding(), v1::FINDING_STATE_DISPROOF_CONTESTED);
}

TEST_F(GroundOfTwo, AProposalIsConfirmedByTheSupplementThatSaysSo) {
  v1::FactProposal& fact = *facts_.add_proposals();
  fact.set_leaf(30);
  fact.set_package("delivered");
  fact.set_record_commitment("one");
  fact.set_kind(v1::PROPOSAL_KIND_OTHER_DATUM);
  const v1::Report blank = report_;
  const auto outcome = [&] {
    Judged();
    return report_.handover_level().proposals(0).outcome();
  };
  EXPECT_EQ(outcome(), v1::PROPOSAL_OUTCOME_OPEN);
  report_ = blank;
  Supplement("where.reference_points[1].position", v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE);
  EXPECT_EQ(outcome(), v1::PROPOSAL_OUTCOME_OPEN);  // Another reason.
  report_ = blank;
  Supplement("where.reference_points[1].position", v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE, 1,
             v1::SUPPLEMENT_REASON_CONFIRMS_PROPOSAL);
  EXPECT_EQ(outcome(), v1::PROPOSAL_OUTCOME_CONFIRMED);
  report_ = blank;
  fact.mutable_dispute()->set_ended_at(35);
  EXPECT_EQ(outcome(), v1::PROPOSAL_OUTCOME_TAKEN_BACK);
  report_ = blank;
  fact.set_record_commitment("none");
  EXPECT_EQ(outcome(), v1::PROPOSAL_OUTCOME_NO_SUCH_RECORD);
}

TEST_F(GroundOfTwo, WhatIsAboutNoRecordHereIsCountedApart) {
  Find(v1::FINDING_KIND_FIELD_DISPROOF, kStands, "finder", "elsewhere");
  Find(v1::FINDING_KIND_UNRECORDED, v1::FINDING_STANDING_PENDING, "surveyor", "");
  Judged();
  EXPECT_EQ(report_.handover_level().findings_elsewhere(), 1u);
  EXPECT_EQ(report_.handover_level().unrecorded_findings(), 1u);
  EXPECT_EQ(report_.handover_level().findings_size(), 0);
}

TEST_F(GroundOfTwo, ALocationMarksItsRecordUnlessItWasTakenBack) {
  v1::FactLocation& fact = *facts_.add_locations();
  fact.set_package("delivered");
  fact.set_record_commitment("two");
  EXPECT_TRUE(Judged(1).located());
  EXPECT_FALSE(report_.records(0).located());
  report_.mutable_records(1)->clear_located();
  fact.mutable_dispute()->set_ended_at(33);
  EXPECT_FALSE(Judged(1).located());
}

v1::FactIncident& AddIncident(v1::HandoverFacts& facts, const char* area,
                              v1::IncidentPosition position, v1::CasualtyBand band) {
  v1::FactIncident& fact = *facts.add_incidents();
  fact.set_leaf(50);
  fact.set_area(area);
  fact.set_position(position);
  fact.set_casualties(band);
  return fact;
}

TEST(Incidents, AreCountedByAreaAndPositionAndCasualtiesByTheirBands) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 2, 10, 2);
  AddSubmission(facts, "fuzuli", 1, 5, 1).set_leaf(70);
  AddIncident(facts, "aghdam", v1::INCIDENT_POSITION_INSIDE, v1::CASUALTY_BAND_ONE);
  AddIncident(facts, "aghdam", v1::INCIDENT_POSITION_OUTSIDE, v1::CASUALTY_BAND_TWO_TO_FOUR);
  AddIncident(facts, "fuzuli", v1::INCIDENT_POSITION_OUTSIDE, v1::CASUALTY_BAND_NONE);
  AddIncident(facts, "fuzuli", v1::INCIDENT_POSITION_NEAR, v1::CASUALTY_BAND_ONE);
  AddIncident(facts, "fuzuli", v1::INCIDENT_POSITION_OUTSIDE, v1::CASUALTY_BAND_FIVE_OR_MORE)
      .mutable_dispute()
      ->set_ended_at(60);
  ASSERT_OK_AND_ASSIGN(const v1::HandoverResult result, AssessHandover(ApiiRules(), facts));
  const v1::IncidentSummary& all = result.incidents();
  EXPECT_EQ(all.total().incidents(), 4u);
  EXPECT_EQ(all.total().inside(), 1u);
  EXPECT_EQ(all.total().near(), 1u);
  EXPECT_EQ(all.total().outside(), 2u);
  EXPECT_EQ(all.outside_with_records(), 1u);
  EXPECT_EQ(all.outside_without_records(), 1u);
  // Of fuzuli something came later.
  EXPECT_EQ(all.outside_with_records_now(), 2u);
  EXPECT_EQ(all.outside_without_records_now(), 0u);
  EXPECT_EQ(all.casualties_at_least(), 4u);
  EXPECT_EQ(all.casualties_at_most(), 6u);
  ASSERT_EQ(all.areas_size(), 2);
  EXPECT_EQ(all.areas(1).area(), "fuzuli");
  EXPECT_TRUE(all.areas(1).delivered());
  AddIncident(facts, "fuzuli", v1::INCIDENT_POSITION_NEAR, v1::CASUALTY_BAND_FIVE_OR_MORE);
  EXPECT_FALSE(AssessHandover(ApiiRules(), facts)->incidents().has_casualties_at_most());
}

TEST(Incidents, NoneLeavesNoTrace) {
  EXPECT_FALSE(AssessHandover(ApiiRules(), SmallFacts())->has_incidents());
}

TEST(ClaimTakenBack, IsShownAndNotHeldAgainstAnybody) {
  v1::HandoverFacts facts = SmallFacts();
  AddSubmission(facts, "aghdam", 2, 10, 2);
  v1::FactClaim& claim = *facts.add_claims();
  claim.set_leaf(60);
  claim.set_subject(v1::CLAIM_SUBJECT_MINES_DELIVERED);
  claim.mutable_quantity()->set_precision(v1::PRECISION_EXACT);
  claim.mutable_quantity()->set_value(99);
  EXPECT_THAT(SayHandover("H-04", facts), ElementsAre("claim/0 FAIL"));
  claim.mutable_dispute()->set_ended_at(61);
  EXPECT_THAT(SayHandover("H-04", facts), ElementsAre());
  EXPECT_TRUE(AssessHandover(ApiiRules(), facts)->claims(0).taken_back());
}

TEST_F(GroundOfTwo, TheListHasOneRowARecordWithItsClassBesideWhatWasFound) {
  v1::FactFinding& fact = Disprove(v1::FINDING_STANDING_CONTESTED);
  fact.mutable_dispute()->add_contests()->set_party("holding");
  report_.mutable_records(0)->set_row("A-001");
  report_.mutable_records(0)->set_area("aghdam");
  Judged();
  const std::string csv = FindingListCsv(report_);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2);
  EXPECT_THAT(csv, HasSubstr("A-001,,aghdam,complete,disproof claimed and contested; counted "
                             "nowhere,,receiving,holding,,no"));
}

TEST_F(GroundOfTwo, TheHeadlineSaysDisprovedOnlyOfWhatStandsAndByWhom) {
  EXPECT_THAT(Headline(report_), Not(HasSubstr("disproved")));
  Disprove(v1::FINDING_STANDING_CONTESTED);
  Find(v1::FINDING_KIND_FIELD_DISPROOF, kStands, "finder", "two")
      .set_basis(v1::FINDING_BASIS_ACCEPTED_FINDER);
  Judged();
  EXPECT_THAT(Headline(report_),
              HasSubstr("; 1 disproved on the ground (1 by a finder that both sides accepted), "
                        "1 disproof claimed and contested; "));
  const std::string page = PlainText(report_, ApiiRules());
  EXPECT_THAT(page, HasSubstr("disproof claimed and contested; counted nowhere"));
  EXPECT_THAT(page, HasSubstr("disproved: by a finder that both sides accepted"));
}

}  // namespace
}  // namespace cairn::completeness::testing
