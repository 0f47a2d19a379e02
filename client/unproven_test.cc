#include "client/unproven.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "client/testing.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::TempFolder;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class UnprovenTest : public ::testing::Test {
 protected:
  UnprovenTest() : home_(files_.path() + "/home"), out_(files_.path() + "/opened") {}

  // Folders beside `out_` that hold opened contents.
  std::size_t Beside() const {
    std::size_t count = 0;
    for (const auto& one : std::filesystem::directory_iterator(files_.path())) {
      if (one.path().filename().string().find(".opening-") != std::string::npos) ++count;
    }
    return count;
  }
  // What a process leaves that is killed with a record half written.
  void KilledAtWork() {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto unproven = Unproven::Beside(home_, out_);
      if (unproven.ok()) std::filesystem::create_directory((*unproven)->Contents());
      std::ofstream((*unproven)->Contents() + "/records.csv") << "secret";
      (void)!write(ready[1], "x", 1);
      pause();
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
    close(ready[1]);
  }

  TempFolder files_;
  Home home_;
  std::string out_;
};

TEST_F(UnprovenTest, WhatIsNotKeptGoesWithTheObject) {
  {
    auto unproven = Unproven::Beside(home_, out_);
    ASSERT_THAT(unproven.status(), IsOk());
    std::filesystem::create_directory((*unproven)->Contents());
    EXPECT_EQ(Beside(), 1u);
    EXPECT_THAT(*RemoveLeftovers(home_), IsEmpty());  // In use.
    EXPECT_EQ(Beside(), 1u);
  }
  EXPECT_EQ(Beside(), 0u);
  EXPECT_FALSE(std::filesystem::exists(out_));
  EXPECT_TRUE(std::filesystem::is_empty(home_.Opening()));
}

TEST_F(UnprovenTest, WhatIsKeptIsAllThatStays) {
  {
    auto unproven = Unproven::Beside(home_, out_ + "/");
    ASSERT_THAT(unproven.status(), IsOk());
    std::filesystem::create_directory((*unproven)->Contents());
    EXPECT_THAT((*unproven)->Keep(), IsOk());
  }
  EXPECT_EQ(Beside(), 0u);
  EXPECT_TRUE(std::filesystem::is_directory(out_));
  EXPECT_THAT(Unproven::Beside(home_, out_).status(), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(UnprovenTest, TheNextOneRemovesWhatAKilledOneLeft) {
  KilledAtWork();
  ASSERT_EQ(Beside(), 1u);
  EXPECT_THAT(*RemoveLeftovers(home_),
              ElementsAre(HasSubstr("which an interrupted `cairn package open` left")));
  EXPECT_EQ(Beside(), 0u);
  EXPECT_THAT(*RemoveLeftovers(home_), IsEmpty());
}

TEST_F(UnprovenTest, OneKilledBeforeItsLockIsRemovedIfItIsEmpty) {
  const std::string folder = out_ + ".opening-0a1b2c";
  ASSERT_THAT(MakeFolder(folder), IsOk());
  ASSERT_THAT(MakeFolder(home_.Opening()), IsOk());
  const std::string note = home_.Opening() + "/1-0a1b2c";
  ASSERT_THAT(WriteFileDurably(note, keys::AsBytes(folder)), IsOk());
  std::ofstream(folder + "/mine") << "x";
  EXPECT_THAT(*RemoveLeftovers(home_), ElementsAre(HasSubstr("it was left as it is")));
  std::filesystem::remove(folder + "/mine");
  EXPECT_THAT(*RemoveLeftovers(home_), ElementsAre(HasSubstr("left empty")));
  EXPECT_EQ(Beside(), 0u);
}

TEST_F(UnprovenTest, ANoteThatNamesSomethingElseRemovesNothing) {
  const std::string precious = files_.path() + "/papers.opening-123456";
  std::filesystem::create_directory(precious);  // Not private, without a lock.
  ASSERT_THAT(MakeFolder(home_.Opening()), IsOk());
  ASSERT_THAT(WriteFileDurably(home_.Opening() + "/1-aaaaaa", keys::AsBytes(precious)), IsOk());
  EXPECT_THAT(*RemoveLeftovers(home_), ElementsAre(HasSubstr("it was left as it is")));
  EXPECT_TRUE(std::filesystem::exists(precious));
}

}  // namespace
}  // namespace cairn::client
