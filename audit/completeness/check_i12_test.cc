#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckI12, PassesIfTwoAgreeOrAThirdDecided) {
  v1::MinefieldRecord record = CompleteRecord();
  EXPECT_THAT(Say("I-12", record), ElementsAre("PASS"));
  record.mutable_identity()->set_transcription(v1::TRANSCRIPTION_STATE_ADJUDICATED);
  EXPECT_THAT(Say("I-12", record), ElementsAre("PASS"));
}

TEST(CheckI12, FailsWhereTheyDiffer) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_identity()->set_transcription(v1::TRANSCRIPTION_STATE_TWO_DIFFER);
  record.mutable_identity()->add_differing("what.ordnance[0].count");
  record.mutable_identity()->add_differing("where.front_mm");
  EXPECT_THAT(Say("I-12", record),
              ElementsAre("what.ordnance[0].count FAIL", "where.front_mm FAIL"));
}

TEST(CheckI12, OneTranscriptionIsNotTwo) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_identity()->set_transcription(v1::TRANSCRIPTION_STATE_SINGLE);
  EXPECT_THAT(Say("I-12", record), ElementsAre("identity.transcription FAIL"));
}

TEST(CheckI12, IsNotEvaluableIfNobodySays) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_identity()->clear_transcription();
  EXPECT_THAT(Say("I-12", record), ElementsAre("identity.transcription NE F112"));
}

}  // namespace
}  // namespace cairn::completeness::testing
