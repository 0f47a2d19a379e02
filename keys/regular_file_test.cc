#include "keys/regular_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using cairn::testing::StatusIs;
using ::testing::HasSubstr;

class RegularFileTest : public ::testing::Test {
 protected:
  RegularFileTest() {
    std::string name = ::testing::TempDir() + "regular.XXXXXX";
    folder_ = mkdtemp(name.data());
    std::ofstream(folder_ + "/file") << "bytes";
  }
  ~RegularFileTest() override { std::filesystem::remove_all(folder_); }

  // The message of the refusal of what is there as `name`.
  std::string Refused(const std::string& name) {
    const auto opened = RegularFile::Open(folder_ + "/" + name);
    EXPECT_THAT(opened.status(), StatusIs(absl::StatusCode::kInvalidArgument));
    return std::string(opened.status().message());
  }

  std::string folder_;
};

TEST_F(RegularFileTest, AFileIsReadWholeAndInParts) {
  EXPECT_EQ(ReadRegularFile(folder_ + "/file", 5).value(), "bytes");
  EXPECT_THAT(ReadRegularFile(folder_ + "/file", 4).status(),
              StatusIs(absl::StatusCode::kResourceExhausted));
  auto file = RegularFile::Open(folder_ + "/file");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->size(), 5u);
  std::uint8_t three[3];
  EXPECT_EQ(file->Read(three).value(), 3u);
  EXPECT_EQ(file->Read(three).value(), 2u);
  EXPECT_EQ(file->Read(three).value(), 0u);
  EXPECT_EQ(file->ReadAt(4, three).value(), 1u);
}

TEST_F(RegularFileTest, WhatIsNoFileIsSaidAtOnce) {
  ASSERT_EQ(mkfifo((folder_ + "/pipe").c_str(), 0600), 0);  // Nobody writes to it.
  EXPECT_THAT(Refused("pipe"), HasSubstr("is a named pipe, not a regular file"));
  EXPECT_THAT(Refused("."), HasSubstr("is a folder, not a regular file"));
  std::filesystem::create_symlink("/dev/zero", folder_ + "/device");
  EXPECT_THAT(Refused("device"), HasSubstr("is a device, not a regular file"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", folder_.c_str());
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_THAT(Refused("socket"), HasSubstr("not a regular file"));
  close(listener);
}

TEST_F(RegularFileTest, NothingThereIsNotFound) {
  EXPECT_THAT(RegularFile::Open(folder_ + "/none").status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RegularFile::Open(folder_ + "/file/x").status(),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegularFileTest, LinksAreFollowedUnlessTheyAreRefused) {
  std::filesystem::create_symlink("file", folder_ + "/link");
  EXPECT_TRUE(RegularFile::Open(folder_ + "/link").ok());
  const auto refused =
      RegularFile::Open(folder_ + "/link", "scans/link", RegularFile::Links::kRefuse);
  EXPECT_THAT(refused.status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("scans/link is a symbolic link"));
}

}  // namespace
}  // namespace cairn::keys
