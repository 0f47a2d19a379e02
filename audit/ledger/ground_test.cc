// Locate, Propose and Incident.
#include <string>

#include "audit/ledger/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/refusal.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::RefusedFor;

constexpr auto kGroundField = v1::REFUSAL_REASON_FIELD;
constexpr auto kGroundUnknown = v1::REFUSAL_REASON_UNKNOWN_REFERENCE;

class GroundBodyTest : public GroundTest {
 protected:
  template <typename Spoil>
  v1::Refusal Refused(v1::Statement statement, Spoil spoil) {
    spoil(statement);
    return log_.Refuse(statement);
  }
};

using S = v1::Statement;

TEST_F(GroundBodyTest, LocateRefusesEachSpoiledField) {
  const S good = Locate("surveyor");
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_locate()->set_package(LogBuilder::Digest("x")); }),
              RefusedFor(kGroundUnknown, "locate.package"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_locate()->clear_record_commitment(); }),
              RefusedFor(kGroundField, "locate.record_commitment"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_locate()->clear_location(); }),
              RefusedFor(kGroundField, "locate.location"));
}

TEST_F(GroundBodyTest, LocateIsForReceivingPartyAndSurveyorAndForOnce) {
  EXPECT_TRUE(log_.Try(Locate("receiving")).accepted());
  for (const char* party : {"holding", "finder", "mediator-a"}) {
    EXPECT_THAT(log_.Refuse(Locate(party)), RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  }
  log_.Accept(Locate("surveyor"));
  EXPECT_THAT(log_.Refuse(Locate("surveyor")),
              RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "locate"));
  ASSERT_EQ(Facts().locations_size(), 1);
  EXPECT_EQ(Facts().locations(0).author(), "surveyor");
}

TEST_F(GroundBodyTest, ProposeRefusesEachSpoiledField) {
  const S good = Propose("receiving");
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_propose()->clear_package(); }),
              RefusedFor(kGroundField, "propose.package"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_propose()->set_record_commitment("x"); }),
              RefusedFor(kGroundField, "propose.record_commitment"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_propose()->clear_kind(); }),
              RefusedFor(kGroundField, "propose.kind"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_propose()->clear_proposal(); }),
              RefusedFor(kGroundField, "propose.proposal"));
}

TEST_F(GroundBodyTest, ProposeIsForTheReceivingPartyAndOneKindForOnce) {
  EXPECT_THAT(log_.Refuse(Propose("surveyor")),
              RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
  const Id first = log_.Accept(Propose("receiving"));
  S again = Propose("receiving");
  *again.mutable_propose()->mutable_proposal() = LogBuilder::Annex("in other words");
  EXPECT_THAT(log_.Refuse(again), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "propose.kind"));
  S other = again;
  other.mutable_propose()->set_kind(v1::PROPOSAL_KIND_AXES_SWAPPED);
  EXPECT_TRUE(log_.Try(other).accepted());
  log_.Accept(Withdraw("receiving", first));
  again = Propose("receiving");
  EXPECT_TRUE(log_.Try(again).accepted());
  ASSERT_EQ(Facts().proposals_size(), 1);
  EXPECT_TRUE(Facts().proposals(0).dispute().has_ended_at());
}

TEST_F(GroundBodyTest, IncidentRefusesEachSpoiledField) {
  const S good = Incident("receiving");
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->set_area("west"); }),
              RefusedFor(kGroundField, "incident.area"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->set_year(1899); }),
              RefusedFor(kGroundField, "incident.year"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->set_month(13); }),
              RefusedFor(kGroundField, "incident.month"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->clear_month(); }),
              RefusedFor(kGroundField, "incident.month"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->clear_casualties(); }),
              RefusedFor(kGroundField, "incident.casualties"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->clear_device(); }),
              RefusedFor(kGroundField, "incident.device"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->clear_position(); }),
              RefusedFor(kGroundField, "incident.position"));
  EXPECT_THAT(Refused(good, [](S& s) { s.mutable_incident()->clear_details(); }),
              RefusedFor(kGroundField, "incident.details"));
}

TEST_F(GroundBodyTest, IncidentIsForEveryPartyOfTheCharterAndForNobodyElse) {
  for (const char* party : {"holding", "receiving", "mediator-a", "surveyor", "auditor"}) {
    EXPECT_TRUE(log_.Try(Incident(party)).accepted()) << party;
  }
  log_.Enrol("stranger");
  EXPECT_THAT(log_.Refuse(Incident("stranger")),
              RefusedFor(v1::REFUSAL_REASON_NOT_ENTITLED, "actor"));
}

TEST_F(GroundBodyTest, TwoLikeIncidentsAreToldApartByTheirDetails) {
  log_.Accept(Incident("receiving"));
  S again = Incident("receiving");
  EXPECT_THAT(log_.Refuse(again), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "incident"));
  *again.mutable_incident()->mutable_details() = LogBuilder::Annex("of another");
  log_.Accept(again);
  EXPECT_EQ(Facts().incidents_size(), 2);
}

TEST_F(GroundBodyTest, AfterTheEndIncidentsAreTakenAndNeitherLocationsNorProposals) {
  Close();
  EXPECT_TRUE(log_.Try(Incident("receiving")).accepted());
  const auto closed = RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "handover");
  EXPECT_THAT(log_.Refuse(Locate("surveyor")), closed);
  EXPECT_THAT(log_.Refuse(Propose("receiving")), closed);
}

TEST_F(GroundBodyTest, OfAnotherHandoverFindNoPackageThere) {
  const Id other = OpenOne("H-OTHER");
  S locate = Locate("surveyor");
  locate.set_handover(other.ToBytes());
  EXPECT_THAT(log_.Refuse(locate), RefusedFor(kGroundUnknown, "locate.package"));
  S propose = Propose("receiving");
  propose.set_handover(other.ToBytes());
  EXPECT_THAT(log_.Refuse(propose), RefusedFor(kGroundUnknown, "propose.package"));
}

TEST_F(GroundBodyTest, ACharterThatIsNotInForceHasNoGroundYet) {
  v1::Charter charter = log_.SomeCharter();
  charter.set_name("H-NOT-YET");
  const Id opened = log_.Open(charter);
  S incident = Incident("receiving");
  incident.set_handover(opened.ToBytes());
  EXPECT_THAT(log_.Refuse(incident), RefusedFor(v1::REFUSAL_REASON_WRONG_STATE, "handover"));
}

}  // namespace
}  // namespace cairn::ledger
