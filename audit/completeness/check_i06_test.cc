#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::AttachmentUse& Scan(v1::MinefieldRecord& record) {
  return *record.mutable_identity()->mutable_attachments(0);
}

TEST(CheckI06, PassesWithALegibleScanOfBothSides) {
  EXPECT_THAT(Say("I-06", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckI06, FailsWithoutAttachment) {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_identity()->clear_attachments();
  EXPECT_THAT(Say("I-06", record), ElementsAre("identity.attachments FAIL"));
}

TEST(CheckI06, FailsWithOneSideOnly) {
  v1::MinefieldRecord record = CompleteRecord();
  Scan(record).set_both_sides(false);
  EXPECT_THAT(Say("I-06", record), ElementsAre("identity.attachments FAIL"));
}

TEST(CheckI06, FailsIfItCannotBeRead) {
  v1::MinefieldRecord record = CompleteRecord();
  Scan(record).set_legible(v1::PRESENCE_ILLEGIBLE);
  EXPECT_THAT(Say("I-06", record), ElementsAre("identity.attachments FAIL"));
}

TEST(CheckI06, APhotoIsNoSketch) {
  v1::MinefieldRecord record = CompleteRecord();
  Scan(record).set_role("photo");
  EXPECT_THAT(Say("I-06", record), ElementsAre("identity.attachments FAIL"));
}

TEST(CheckI06, IsNotEvaluableUntilSomebodyLooked) {
  v1::MinefieldRecord record = CompleteRecord();
  Scan(record).set_legible(v1::PRESENCE_NOT_TRANSCRIBED);
  EXPECT_THAT(Say("I-06", record), ElementsAre("identity.attachments NE F110"));
}

}  // namespace
}  // namespace cairn::completeness::testing
