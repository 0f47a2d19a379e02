#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// One record of Aghdam, and an incident with such a device inside a field of the area.
std::vector<std::string> SayH17(const v1::MinefieldRecord& record, v1::DeviceClass device) {
  v1::HandoverFacts facts = SmallFacts();
  v1::FactIncident& incident = *facts.add_incidents();
  incident.set_area("aghdam");
  incident.set_position(v1::INCIDENT_POSITION_INSIDE);
  incident.set_device(device);
  v1::FactSubmission& submission = AddSubmission(facts, "aghdam", 1, 0, 1);
  PackageInMemory package;
  package.Add(record, keys::Sha256(keys::AsBytes("record")));
  const AssessedInput input{*keys::Digest::FromBytes(keys::AsBytes(submission.digest())), &package};
  AssessInputs inputs;
  inputs.rules = &ApiiRules();
  inputs.facts = &facts;
  inputs.packages = std::span(&input, std::size_t{1});
  std::vector<std::string> out;
  const absl::StatusOr<v1::Report> report = Assess(inputs);
  for (const v1::CheckResult& one : report->handover_level().results()) {
    if (one.check() == "H-17") out.push_back(one.place() + " " + v1::Outcome_Name(one.outcome()));
  }
  return out;
}

TEST(CheckH17, PassesWithAMineOfTheRecordedKind) {
  EXPECT_THAT(SayH17(CompleteRecord(), v1::DEVICE_CLASS_ANTI_TANK), ElementsAre());
}
TEST(CheckH17, AnAntiPersonnelMineAmongAntiTankRecordsIsRaised) {
  EXPECT_THAT(SayH17(CompleteRecord(), v1::DEVICE_CLASS_ANTI_PERSONNEL),
              ElementsAre("incident/0 OUTCOME_FAIL"));
}
TEST(CheckH17, IsNotEvaluableWhereOtherMinesAreRecordedToo) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*record.mutable_what()->mutable_ordnance(0)->mutable_category(), "ap_blast");
  EXPECT_THAT(SayH17(record, v1::DEVICE_CLASS_ANTI_PERSONNEL),
              ElementsAre("incident/0 OUTCOME_NOT_EVALUABLE"));
}

}  // namespace
}  // namespace cairn::completeness::testing
