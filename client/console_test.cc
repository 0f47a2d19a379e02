#include "client/console.h"

#include <nlohmann/json.hpp>
#include <string>

#include "client/home.h"
#include "client/profile.h"
#include "client/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ConsoleTest, WhatATerminalWouldObeyBecomesAQuestionMark) {
  EXPECT_EQ(Printable("a\x1b[2Jb\x7f\r"), "a?[2Jb??");
  EXPECT_EQ(Printable("csi \xc2\x9b"
                      "2J"),
            "csi ?2J");
  EXPECT_EQ(Printable("turned \xe2\x80\xae round \xe2\x81\xa6."), "turned ? round ?.");
  EXPECT_EQ(Printable("lines\n\tand \xd0\xbc\xd0\xb8\xd0\xbd\xd0\xb0, \xe2\x80\x94"),
            "lines\n\tand \xd0\xbc\xd0\xb8\xd0\xbd\xd0\xb0, \xe2\x80\x94");
  EXPECT_EQ(Printable("cut \xe2\x80"), "cut \xe2\x80");
  EXPECT_EQ(Printable(""), "");
}

TEST(ConsoleTest, AnAnswerGoesToStdoutAndTheNextStepToStderr) {
  Console console;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const ExitCode code = console.Finish(
      Answer{.text = "done\n", .json = "{}", .code = ExitCode::kDoesNotHold, .next = "go on"});
  EXPECT_EQ(code, ExitCode::kDoesNotHold);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "done\n");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "next: go on\n");
}

TEST(ConsoleTest, UnderJsonThereIsNoTalkAndAnErrorIsOneObject) {
  Console console;
  console.set_json(true);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(console.Finish(absl::DataLossError("bytes \xff of nobody")), ExitCode::kNotDone);
  console.Talk("hello");
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), IsEmpty());
  const auto error = nlohmann::json::parse(::testing::internal::GetCapturedStderr());
  EXPECT_EQ(error["error"]["code"], "DATA_LOSS");
}

TEST(ConsoleTest, AMistakeOfTheUserIsTwo) {
  Console console;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(console.Finish(UsageError("no such thing")), ExitCode::kUsage);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "cairn: no such thing\n");
}

TEST(ProfileTest, ASpoiledProfileNamesItsFileAndLine) {
  const testing::TempFolder folder;
  folder.Write("profile.toml", "party = 'a'\nname = \n");
  EXPECT_THAT(LoadProfile(Home(folder.path())),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("profile.toml, line 2")));
  folder.Write("profile.toml", "[[[");
  EXPECT_THAT(LoadProfile(Home(folder.path())),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("profile.toml")));
}

TEST(ProfileTest, WhatIsSavedReadsBackTheSame) {
  const testing::TempFolder folder;
  Profile profile;
  profile.party = "a";
  profile.name = "\"Quoted\" 'office'\\";
  profile.broker = "127.0.0.1:1";
  ASSERT_THAT(SaveProfile(Home(folder.path()), profile), ::cairn::testing::IsOk());
  ASSERT_OK_AND_ASSIGN(const Profile read, LoadProfile(Home(folder.path())));
  EXPECT_EQ(read.name, profile.name);
  EXPECT_EQ(read.broker, profile.broker);
}

}  // namespace
}  // namespace cairn::client
