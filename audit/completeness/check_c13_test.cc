#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::OrdnanceLine& LineC13(v1::MinefieldRecord& record) {
  return *record.mutable_what()->mutable_ordnance(0);
}

TEST(CheckC13, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-13", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC13, AFuseOfAnotherModelFails) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*LineC13(record).mutable_fuze(), "MVZ-57");
  EXPECT_THAT(Say("C-13", record), ElementsAre("what.ordnance[0].fuze FAIL"));
}

TEST(CheckC13, ADeviceThatTheModelHasNoPlaceForFails) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCode(*LineC13(record).mutable_model(), "TM-46");
  SetCode(*LineC13(record).mutable_fuze(), "MVM");
  EXPECT_THAT(Say("C-13", record), ElementsAre("PASS"));
  SetCode(*LineC13(record).mutable_anti_handling()->mutable_present(), "yes");
  EXPECT_THAT(Say("C-13", record), ElementsAre("what.ordnance[0].anti_handling.present FAIL"));
  SetCode(*LineC13(record).mutable_model(), "TMN-46");
  EXPECT_THAT(Say("C-13", record), ElementsAre("PASS"));
}

TEST(CheckC13, IsNotEvaluableIfAnInputLacks) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "what.ordnance[0].fuze");
  EXPECT_THAT(Say("C-13", record), ElementsAre("what.ordnance[0].fuze NE F63"));
  SetCode(*LineC13(record).mutable_anti_handling()->mutable_present(), "yes");
  Blank(record, "what.ordnance[0].model");
  EXPECT_THAT(Say("C-13", record), ElementsAre("what.ordnance[0].anti_handling.present NE F61",
                                               "what.ordnance[0].fuze NE F61 F63"));
  Blank(record, "what.ordnance");
  EXPECT_THAT(Say("C-13", record), ElementsAre("what.ordnance NE F61"));
}

TEST(CheckC13, AModelWithoutPairsIsNotEvaluable) {
  const Rules rules = ApiiRulesWith([](v1::RuleSet& message) { message.clear_fuze_pairs(); });
  EXPECT_THAT(Say("C-13", CompleteRecord(), RecordContext(), rules),
              ElementsAre("what.ordnance[0].fuze NE code list"));
}

}  // namespace
}  // namespace cairn::completeness::testing
