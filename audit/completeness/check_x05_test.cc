#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord CopyX05(std::int64_t number, std::int64_t total) {
  v1::MinefieldRecord record = CompleteRecord();
  SetCount(*record.mutable_identity()->mutable_copy_number(), number);
  SetCount(*record.mutable_identity()->mutable_copy_total(), total);
  return record;
}

TEST(CheckX05, PassesIfAllCopiesAreThere) {
  EXPECT_THAT(SayTogether("X-05", {CopyX05(1, 1)}), ElementsAre());
  EXPECT_THAT(SayTogether("X-05", {CopyX05(1, 2), CopyX05(2, 2)}), ElementsAre());
}

TEST(CheckX05, FailsIfACopyIsMissing) {
  EXPECT_THAT(SayTogether("X-05", {CopyX05(1, 2)}), ElementsAre("0 identity.copy_total FAIL"));
}

TEST(CheckX05, FailsIfCopiesDiffer) {
  v1::MinefieldRecord second = CopyX05(2, 2);
  SetCount(*second.mutable_where()->mutable_depth_mm(), 61'000);
  EXPECT_THAT(SayTogether("X-05", {CopyX05(1, 2), second}),
              ElementsAre("0 identity.copy_total FAIL", "1 identity.copy_total FAIL"));
}

TEST(CheckX05, IsNotEvaluableWithoutCopyNumbers) {
  v1::MinefieldRecord record = CopyX05(1, 1);
  Blank(record, "identity.copy_total");
  Blank(record, "identity.record_number");
  EXPECT_THAT(SayTogether("X-05", {record}), ElementsAre("0 identity.copy_total NE F01 F03"));
}

}  // namespace
}  // namespace cairn::completeness::testing
