#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord WithScanP08(char file) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), std::string("12-1993-9") + file);
  record.mutable_identity()->mutable_attachments(0)->set_sha256(std::string(32, file));
  return record;
}

TEST(CheckP08, PassesWithScansOfTheirOwn) {
  EXPECT_THAT(SayTogether("P-08", {WithScanP08('a'), WithScanP08('b')}), ElementsAre());
}

TEST(CheckP08, AScanOfAnotherRecordContradicts) {
  const std::vector<v1::MinefieldRecord> records = {CompleteRecord(), WithScanP08('a')};
  EXPECT_THAT(SayTogether("P-08", records), ElementsAre("1 identity.attachments[0] FAIL"));
  EXPECT_EQ(AssessTogether(records).records(1).headline(), v1::HEADLINE_CLASS_CONTRADICTING);
}

TEST(CheckP08, ARegisterShowsManyFields) {
  v1::MinefieldRecord record = WithScanP08('a');
  SetCode(*record.mutable_identity()->mutable_form_kind(), "register");
  EXPECT_THAT(SayTogether("P-08", {CompleteRecord(), record}), ElementsAre());
}

TEST(CheckP08, IsNotEvaluableWithoutTheKindOfForm) {
  v1::MinefieldRecord record = WithScanP08('a');
  Blank(record, "identity.form_kind");
  EXPECT_THAT(SayTogether("P-08", {CompleteRecord(), record}),
              ElementsAre("1 identity.attachments[0] NE F02"));
}

}  // namespace
}  // namespace cairn::completeness::testing
