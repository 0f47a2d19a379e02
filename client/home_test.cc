#include "client/home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "client/testing.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

// Opening it plainly would wait for somebody to write.
TEST(ReadFileTest, ANamedPipeIsRefusedAtOnce) {
  const testing::TempFolder folder;
  const std::string path = folder.path() + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(ReadFile(path).status(),
              ::cairn::testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ReadFileTest, WhatStandsBehindAFileIsNotThere) {
  const testing::TempFolder folder;
  ASSERT_TRUE(WriteNewFile(folder.path() + "/file", keys::AsBytes("x")).ok());
  EXPECT_THAT(ReadFile(folder.path() + "/file/other").status(),
              ::cairn::testing::StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace cairn::client
