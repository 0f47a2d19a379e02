#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::HandoverFacts WithIncidentH14(v1::IncidentPosition position) {
  v1::HandoverFacts facts = SmallFacts();
  v1::FactIncident& incident = *facts.add_incidents();
  incident.set_area("aghdam");
  incident.set_position(position);
  return facts;
}

TEST(CheckH14, PassesInsideAndNear) {
  EXPECT_THAT(SayHandover("H-14", WithIncidentH14(v1::INCIDENT_POSITION_INSIDE)), ElementsAre());
  EXPECT_THAT(SayHandover("H-14", WithIncidentH14(v1::INCIDENT_POSITION_NEAR)), ElementsAre());
}

TEST(CheckH14, FailsOutside) {
  EXPECT_THAT(SayHandover("H-14", WithIncidentH14(v1::INCIDENT_POSITION_OUTSIDE)),
              ElementsAre("incident/0 FAIL"));
}

TEST(CheckH14, WhatWasTakenBackCountsNoMore) {
  v1::HandoverFacts facts = WithIncidentH14(v1::INCIDENT_POSITION_OUTSIDE);
  facts.mutable_incidents(0)->mutable_dispute()->set_ended_at(30);
  EXPECT_THAT(SayHandover("H-14", facts), ElementsAre());
}

TEST(CheckH14, IsNotEvaluableWithoutAPosition) {
  EXPECT_THAT(SayHandover("H-14", WithIncidentH14(v1::INCIDENT_POSITION_UNSPECIFIED)),
              ElementsAre("incident/0 NE place of the incident"));
}

}  // namespace
}  // namespace cairn::completeness::testing
