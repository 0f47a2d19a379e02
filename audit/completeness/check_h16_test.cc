#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::HandoverFacts WithIncidentsH16(int inside, int outside) {
  v1::HandoverFacts facts = SmallFacts();
  for (int i = 0; i < inside + outside; ++i) {
    v1::FactIncident& incident = *facts.add_incidents();
    incident.set_area("fuzuli");
    incident.set_position(i < inside ? v1::INCIDENT_POSITION_INSIDE
                                     : v1::INCIDENT_POSITION_OUTSIDE);
  }
  return facts;
}

TEST(CheckH16, SaysNothingWithoutIncidents) {
  EXPECT_THAT(SayHandover("H-16", SmallFacts()), ElementsAre());
}
TEST(CheckH16, PassesIfAllAreInside) {
  EXPECT_THAT(SayHandover("H-16", WithIncidentsH16(3, 0)), ElementsAre());
}
TEST(CheckH16, CountsThoseOutsideByArea) {
  EXPECT_THAT(SayHandover("H-16", WithIncidentsH16(1, 2)), ElementsAre("area/fuzuli FAIL"));
  const absl::StatusOr<v1::HandoverResult> result =
      AssessHandover(ApiiRules(), WithIncidentsH16(1, 2));
  for (const v1::CheckResult& one : result->results()) {
    if (one.check() != "H-16") continue;
    EXPECT_EQ(one.found(), 2);
  }
}

}  // namespace
}  // namespace cairn::completeness::testing
