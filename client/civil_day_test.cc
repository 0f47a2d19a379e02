#include "client/civil_day.h"

#include <gtest/gtest.h>

#include "client/console.h"

namespace cairn::client {
namespace {

TEST(CivilDay, TheEpochIsDayZero) {
  EXPECT_EQ(ParseDay("1970-01-01"), 0);
  EXPECT_EQ(ParseDay("1969-12-31"), -1);
  EXPECT_EQ(ParseDay("2021-08-09"), 18848);
}

TEST(CivilDay, IsWrittenAsItIsRead) {
  for (const char* text : {"1905-02-28", "1969-12-31", "2024-02-29", "9999-12-31"}) {
    EXPECT_EQ(DayText(*ParseDay(text)), text);
  }
}

TEST(CivilDay, AYearOfMoreThanFourDigitsDoesNotWrapRound) {
  EXPECT_EQ(ParseDay("11761191-01-21"), std::nullopt);  // 2^32 days past the epoch, nearly.
  EXPECT_EQ(ParseDay("10000-01-01"), std::nullopt);
  EXPECT_EQ(ParseDay("0000-01-01"), std::nullopt);
}

TEST(CivilDay, WhatIsNoDayNamesItsOption) {
  for (const char* text : {"", "2021-02-29", "9 August 2021", "2021-08", "2021-08-09 extra"}) {
    const absl::StatusOr<std::int32_t> day = DayArgument(text, "--said");
    EXPECT_TRUE(IsUsageError(day.status())) << text;
    EXPECT_NE(day.status().message().find("--said is a date"), absl::string_view::npos) << text;
  }
}

}  // namespace
}  // namespace cairn::client
