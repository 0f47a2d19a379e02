#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord OnTheSameScan(absl::string_view form_kind) {
  v1::MinefieldRecord record = CompleteRecord();
  SetText(*record.mutable_identity()->mutable_record_number(), "31-1993-2");
  SetCode(*record.mutable_identity()->mutable_form_kind(), form_kind);
  Move(record, 500, 0);
  return record;
}

TEST(CheckX15, AllButTheFirstOnAScanFail) {
  EXPECT_THAT(SayTogether("X-15", {CompleteRecord(), OnTheSameScan("formulary")}),
              ElementsAre("1 identity.attachments[0] FAIL"));
}

TEST(CheckX15, ARegisterHoldsManyFields) {
  EXPECT_THAT(SayTogether("X-15", {OnTheSameScan("register"), OnTheSameScan("register")}),
              ElementsAre());
  EXPECT_THAT(SayTogether("X-15", {OnTheSameScan("register"), CompleteRecord()}), ElementsAre());
  EXPECT_THAT(SayTogether("X-15", {CompleteRecord(), OnTheSameScan("map")}), ElementsAre());
}

TEST(CheckX15, IsNotEvaluableIfTheFormIsNotKnown) {
  v1::MinefieldRecord record = OnTheSameScan("formulary");
  Blank(record, "identity.form_kind");
  EXPECT_THAT(SayTogether("X-15", {CompleteRecord(), record}),
              ElementsAre("1 identity.attachments[0] NE F02"));
}

TEST(CheckX15, PhotosMayBeShared) {
  v1::MinefieldRecord record = OnTheSameScan("formulary");
  record.mutable_identity()->mutable_attachments(0)->set_role("photo");
  EXPECT_THAT(SayTogether("X-15", {CompleteRecord(), record}), ElementsAre());
}

}  // namespace
}  // namespace cairn::completeness::testing
