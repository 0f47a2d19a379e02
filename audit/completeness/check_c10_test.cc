#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

TEST(CheckC10, PassesOnTheGoodExample) {
  EXPECT_THAT(Say("C-10", CompleteRecord()), ElementsAre("PASS"));
}

TEST(CheckC10, FailsBeyondFiveKilometres) {
  const auto with_side = [](double metres) {
    v1::MinefieldRecord record = CompleteRecord();
    v1::WhereGroup& where = *record.mutable_where();
    for (const int corner : {1, 2}) {  // B and C, east of A and D.
      v1::Position& at = *where.mutable_perimeter(corner)->mutable_position();
      at.set_second(where.perimeter(0).position().second() +
                    static_cast<std::int64_t>(metres * 1e3));
    }
    return Say("C-10", record);
  };
  EXPECT_THAT(with_side(4'990), ElementsAre("PASS"));
  EXPECT_THAT(with_side(5'010), ElementsAre("where.perimeter FAIL"));
}

TEST(CheckC10, IsNotEvaluableWithoutACorner) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "where.perimeter[2].position");
  EXPECT_THAT(Say("C-10", record), ElementsAre("where.perimeter NE F40"));
  record = CompleteRecord();
  Blank(record, "where.map.declared_crs");
  EXPECT_THAT(Say("C-10", record), ElementsAre("where.perimeter NE F23"));
}

}  // namespace
}  // namespace cairn::completeness::testing
