#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// One record of Aghdam withheld until a day; the log stands at kLogDay.
v1::HandoverFacts WithheldH10(std::int32_t end_day) {
  v1::HandoverFacts facts = SmallFacts();
  v1::WithheldRow& row = *facts.mutable_declarations(0)->mutable_row()->add_withheld();
  row.set_documents(1);
  row.mutable_withholding()->set_ground(static_cast<v1::WithholdingGround>(1));
  row.mutable_withholding()->set_end(v1::WITHHOLDING_END_DATE);
  row.mutable_withholding()->set_end_day(end_day);
  return facts;
}
v1::WithheldRow& RowH10(v1::HandoverFacts& facts) {
  return *facts.mutable_declarations(0)->mutable_row()->mutable_withheld(0);
}

TEST(CheckH10, PassesUntilTheEnd) {
  EXPECT_THAT(SayHandover("H-10", SmallFacts()), ElementsAre());
  EXPECT_THAT(SayHandover("H-10", WithheldH10(kLogDay)), ElementsAre());
}

TEST(CheckH10, RemindsOnceTheEndHasCome) {
  EXPECT_THAT(SayHandover("H-10", WithheldH10(kLogDay - 1)),
              ElementsAre("area/aghdam/withheld/0 FAIL"));
}

TEST(CheckH10, FailsWithoutGroundScopeOrEnd) {
  v1::HandoverFacts facts = WithheldH10(kLogDay);
  RowH10(facts).mutable_withholding()->clear_ground();
  EXPECT_THAT(SayHandover("H-10", facts), ElementsAre("area/aghdam/withheld/0 FAIL"));
  facts = WithheldH10(kLogDay);
  RowH10(facts).mutable_withholding()->clear_end_day();
  EXPECT_THAT(SayHandover("H-10", facts), ElementsAre("area/aghdam/withheld/0 FAIL"));
  facts = WithheldH10(kLogDay);
  RowH10(facts).clear_documents();
  EXPECT_THAT(SayHandover("H-10", facts), ElementsAre("area/aghdam/withheld/0 FAIL"));
}

TEST(CheckH10, IsNotEvaluableWithoutTime) {
  v1::HandoverFacts facts = WithheldH10(kLogDay);
  facts.clear_time_ms();
  EXPECT_THAT(SayHandover("H-10", facts), ElementsAre("area/aghdam/withheld/0 NE time of the log"));
}

}  // namespace
}  // namespace cairn::completeness::testing
