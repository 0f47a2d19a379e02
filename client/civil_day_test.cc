#include "client/civil_day.h"

#include <gtest/gtest.h>

#include "client/console.h"

namespace cairn::client {
namespace {

TEST(CivilDay, TheEpochIsDayZero) {
  EXPECT_EQ(*DayArgument("1970-01-01", "--said"), 0);
  EXPECT_EQ(*DayArgument("1969-12-31", "--said"), -1);
  EXPECT_EQ(*DayArgument("2021-08-09", "--said"), 18848);
}

TEST(CivilDay, IsWrittenAsItIsRead) {
  for (const char* text : {"1905-02-28", "1969-12-31", "2024-02-29", "9999-12-31"}) {
    EXPECT_EQ(DayText(*DayArgument(text, "--said")), text);
  }
}

TEST(CivilDay, ADayFarFromAnyCalendarIsWrittenToo) {
  EXPECT_EQ(DayText(2'147'483'647), "5881580-07-11");
}

TEST(CivilDay, WhatIsNoDayNamesItsOption) {
  for (const char* text :
       {"", "2021-02-29", "9 August 2021", "2021-08", "2021-08-09 extra", "11761191-01-21"}) {
    const absl::StatusOr<std::int32_t> day = DayArgument(text, "--said");
    EXPECT_TRUE(IsUsageError(day.status())) << text;
    EXPECT_NE(day.status().message().find("--said is a date"), absl::string_view::npos) << text;
  }
}

}  // namespace
}  // namespace cairn::client
